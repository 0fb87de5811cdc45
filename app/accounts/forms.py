"""Shape of what is typed to get in, and about oneself. Each form reads its own fields and no others."""

import unicodedata
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import Field, Form, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.formats import normalised_phone
from app.kernel.forms import tidy, translated
from app.kernel.languages import LANGUAGES, N_, _

DAYS_OPEN = ((3, N_("3 jours")), (7, N_("7 jours")), (30, N_("30 jours")))


def one_line(_form: Form, field: Field) -> None:
    """Refuse line breaks and other control characters: names and addresses end up in the heads of letters."""
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in field.data or ""):
        raise ValidationError(_("Ce texte contient des caractères invisibles : retapez-le au clavier."))


def real_address(_form: Form, field: Field) -> None:
    """Refuse what is no address (its domain is not looked up: a slow network must not refuse anybody)."""
    try:
        validate_email(tidy(field.data), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValidationError(
            _("Cette adresse semble incomplète : vérifiez-la, par exemple alice@exemple.fr.")
        ) from error


def _name(label: str, missing: str, autocomplete: str) -> StringField:
    longest = Length(max=80, message=translated(N_("80 caractères au plus.")))
    return StringField(
        translated(label),
        [DataRequired(translated(missing)), longest, one_line],
        render_kw={"autocomplete": autocomplete, "maxlength": 80},
    )


def _address(label: str) -> StringField:
    return StringField(
        translated(label),
        [DataRequired(translated(N_("Indiquez votre adresse e-mail."))), Length(max=254), one_line, real_address],
        render_kw={"autocomplete": "email", "type": "email", "inputmode": "email", "maxlength": 254},
    )


def _new_password() -> PasswordField:
    return PasswordField(
        translated(N_("Nouveau mot de passe")),
        [InputRequired(translated(N_("Choisissez un mot de passe."))), Length(max=500)],
        description=translated(N_("12 caractères au moins. Quelques mots qui n’ont rien à voir font très bien.")),
        render_kw={"autocomplete": "new-password"},
    )


def _current_password() -> PasswordField:
    return PasswordField(
        translated(N_("Mot de passe actuel")),
        [InputRequired(translated(N_("Indiquez votre mot de passe."))), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )


class LoginForm(FlaskForm):
    """An e-mail address and a password."""

    email = StringField(
        translated(N_("Adresse e-mail")),
        [InputRequired(translated(N_("Indiquez votre adresse e-mail."))), Length(max=254)],
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(
        translated(N_("Mot de passe")),
        [InputRequired(translated(N_("Indiquez votre mot de passe."))), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )


class AddressForm(FlaskForm):
    """An e-mail address, to which everything else is sent."""

    email = _address(N_("Adresse e-mail"))


class AccountForm(FlaskForm):
    """Who opens an account, once the address is proved."""

    first_name = _name(N_("Prénom"), N_("Indiquez votre prénom."), "given-name")
    last_name = _name(N_("Nom"), N_("Indiquez votre nom."), "family-name")
    password = _new_password()

    def values(self) -> dict[str, str]:
        """Give the three of them, once the form is valid."""
        names = {"first_name": tidy(self.first_name.data), "last_name": tidy(self.last_name.data)}
        return {**names, "password": self.password.data or ""}


class NewPasswordForm(FlaskForm):
    """A new password, for whoever followed the link."""

    password = _new_password()


class PasswordForm(FlaskForm):
    """The old password and the new one."""

    current = _current_password()
    password = _new_password()


class ProfileForm(FlaskForm):
    """Names, phone, and the language of letters."""

    first_name = _name(N_("Prénom"), N_("Indiquez votre prénom."), "given-name")
    last_name = _name(N_("Nom"), N_("Indiquez votre nom."), "family-name")
    phone = StringField(
        translated(N_("Téléphone")),
        [Length(max=40), one_line],
        render_kw={"autocomplete": "tel", "type": "tel", "inputmode": "tel", "maxlength": 40},
    )
    language = SelectField(translated(N_("Langue de vos courriers")), choices=lambda: list(LANGUAGES.items()))

    def validate_phone(self, field: Field) -> None:
        """Refuse what no telephone can call."""
        if tidy(field.data) and normalised_phone(field.data) is None:
            raise ValidationError(_("Ce numéro semble incomplet : vérifiez-le, par exemple 06 12 34 56 78."))

    def values(self) -> dict[str, Any]:
        """Give what the profile becomes, once the form is valid."""
        return {
            "first_name": tidy(self.first_name.data),
            "last_name": tidy(self.last_name.data),
            "phone": normalised_phone(self.phone.data or "") if tidy(self.phone.data) else None,
            "language": self.language.data,
        }


class NewAddressForm(FlaskForm):
    """Another address, and the password that says it is really them."""

    email = _address(N_("Nouvelle adresse e-mail"))
    current = _current_password()


class ClosingForm(FlaskForm):
    """The password that closes an account."""

    current = _current_password()


class InvitationForm(FlaskForm):
    """Whom to invite, to do what, where, and how long the invitation stays open."""

    email = _address(N_("Adresse e-mail"))
    role = SelectField(translated(N_("Rôle")))
    scope = SelectField(translated(N_("Où")))
    days = SelectField(
        translated(N_("Invitation ouverte pendant")),
        coerce=int,
        choices=lambda: [(days, _(label)) for days, label in DAYS_OPEN],
        default=7,
    )
