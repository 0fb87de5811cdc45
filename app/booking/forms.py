"""Shape of what guests and staff type. Business rules stay in the service."""

import re
from datetime import date, time
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.booking.service import Details, Wish
from app.kernel.agenda import Move
from app.kernel.formats import normalised_phone
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import LANGUAGES, N_, _

MOST_COVERS = 200
SENSIBLE_YEARS = range(2000, 2200)
NAME = [Length(max=80, message=translated(N_("80 caractères au plus."))), no_control_characters]
REQUESTS = [Length(max=1000, message=translated(N_("1 000 caractères au plus."))), no_control_characters]


def parsed_date(text: str) -> date:
    """Read YYYY-MM-DD; raises ValueError in the reader's language."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(_("Cette date n’existe pas. Choisissez un jour du calendrier.")) from error
        if day.year not in SENSIBLE_YEARS:
            raise ValueError(_("Cette date est hors du calendrier de la maison. Choisissez un jour proposé."))
        return day
    raise ValueError(_("Indiquez la date sous la forme 2026-03-14, ou choisissez un jour du calendrier."))


def parsed_time(text: str) -> time:
    """Read HH:MM; raises ValueError in the reader's language."""
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        return time.fromisoformat(text)
    raise ValueError(_("Choisissez un horaire de la liste."))


def parsed_covers(text: str) -> int:
    """Read a number of guests; raises ValueError in the reader's language."""
    if not re.fullmatch(r"[+-]?[0-9]{1,6}", text):
        raise ValueError(_("Indiquez le nombre de couverts en chiffres, par exemple 2."))
    if int(text) < 1:
        raise ValueError(_("Indiquez au moins 1 couvert."))
    return int(text)


class WishForm(FlaskForm):
    """Date, time and covers."""

    date = StringField(translated(N_("Date")), [InputRequired(translated(N_("Choisissez une date.")))])
    covers = StringField(translated(N_("Couverts")), [InputRequired(translated(N_("Indiquez combien vous serez.")))])
    time = StringField(translated(N_("Horaire")), [InputRequired(translated(N_("Choisissez un horaire.")))])

    def validate_date(self, field: Field) -> None:
        """Refuse what is no date."""
        _check(parsed_date, field)

    def validate_covers(self, field: Field) -> None:
        """Refuse what is no number of guests."""
        _check(parsed_covers, field)

    def validate_time(self, field: Field) -> None:
        """Refuse what is no time of day."""
        _check(parsed_time, field)

    def wish(self, **more: Any) -> Wish:
        """Give what was asked for, once the form is valid."""
        day, at, covers = (tidy(field.data) for field in (self.date, self.time, self.covers))
        return Wish(parsed_date(day), parsed_time(at), parsed_covers(covers), **more)


class _ContactFields(FlaskForm):
    first_name = StringField(translated(N_("Prénom")), [DataRequired(translated(N_("Indiquez votre prénom."))), *NAME])
    last_name = StringField(translated(N_("Nom")), [DataRequired(translated(N_("Indiquez votre nom."))), *NAME])
    email = StringField(
        translated(N_("Adresse e-mail")),
        [DataRequired(translated(N_("Indiquez l’adresse où envoyer la confirmation."))), no_control_characters],
        render_kw={"type": "email", "maxlength": 254},
    )
    phone = StringField(
        translated(N_("Téléphone")),
        [DataRequired(translated(N_("Indiquez un numéro où vous joindre."))), no_control_characters],
        render_kw={"type": "tel", "maxlength": 40},
    )
    special_requests = TextAreaField(translated(N_("Une demande particulière")), [Optional(), *REQUESTS])

    def validate_email(self, field: Field) -> None:
        """Refuse what is no address (its domain is not looked up: a slow network must not refuse a guest)."""
        typed = tidy(field.data)
        if not typed:
            return
        try:
            validate_email(typed, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            message = _("Cette adresse semble incomplète : vérifiez-la, par exemple alice@exemple.fr.")
            raise ValidationError(message) from error

    def validate_phone(self, field: Field) -> None:
        """Refuse what no telephone can call."""
        if tidy(field.data) and normalised_phone(field.data) is None:
            raise ValidationError(_("Ce numéro semble incomplet : vérifiez-le, par exemple 06 12 34 56 78."))

    def details(self, language: str) -> Details:
        """Give who comes, once the form is valid."""
        return Details(
            first_name=tidy(self.first_name.data),
            last_name=tidy(self.last_name.data),
            email=tidy(self.email.data),
            phone=normalised_phone(self.phone.data or "") or "",
            special_requests=tidy(self.special_requests.data),
            language=language,
        )


class ContactForm(_ContactFields):
    """Who comes, to be corrected later."""


class DetailsForm(WishForm, _ContactFields):
    """A whole reservation as a guest types it. `instead` names an alternative chosen in place of the time.

    `terms` is the seal of the guarantee they read and accept.
    """

    consent = BooleanField(
        translated(N_("J’accepte que la maison garde ces coordonnées le temps de ma réservation.")),
        [InputRequired(translated(N_("Cochez cette case pour réserver.")))],
    )
    terms = StringField(translated(N_("Garantie")))


class CallerFields(FlaskForm):
    """Who calls, as staff know them: the record chosen, and the language in which the house writes to them."""

    guest = StringField(translated(N_("Fiche du convive")), [Optional()])
    language = SelectField(
        translated(N_("Langue de ses courriers")),
        [Optional()],
        choices=lambda: [("", _("Celle de sa fiche, sinon le français")), *LANGUAGES.items()],
        default="",
    )

    def validate_guest(self, _field: Field) -> None:
        """Refuse what names no record."""
        try:
            self.guest_id()
        except ValueError as error:
            raise ValidationError(_("Choisissez une fiche de la liste, ou réservez sans fiche.")) from error

    def guest_id(self) -> UUID | None:
        """Give the record chosen, if one is. Raises ValueError when it is no identifier."""
        return UUID(tidy(self.guest.data)) if tidy(self.guest.data) else None


class StaffReservationForm(CallerFields, WishForm, _ContactFields):
    """A reservation as staff take it by telephone: one way to reach the guest is enough, or none."""

    unit = SelectField(translated(N_("Table")), [Optional()], choices=[], validate_choice=True)

    def __init__(self, units: list[tuple[str, str]], **values: Any) -> None:
        """Offer the tables and combinations of the house."""
        super().__init__(**values)
        self.unit.choices = [("", _("La mieux adaptée")), *units]
        for field in (self.first_name, self.email, self.phone):
            field.validators = [rule for rule in field.validators if not isinstance(rule, DataRequired)]
            field.flags.required = False


class MoveForm(WishForm):
    """Another date, time or number of guests for a reservation."""

    unit = SelectField(translated(N_("Table")), [Optional()], choices=[], validate_choice=True)

    def __init__(self, units: list[tuple[str, str]], **values: Any) -> None:
        """Offer the tables and combinations of the house."""
        super().__init__(**values)
        self.unit.choices = [("", _("La mieux adaptée")), *units]


class TableMoveForm(FlaskForm):
    """Another time or table of the same evening; `seen` is the version that was before the eyes."""

    date = HiddenField()
    time = StringField(translated(N_("Heure")), [InputRequired(translated(N_("Choisissez un horaire.")))])
    unit = SelectField(translated(N_("Table")), [Optional()], choices=[], validate_choice=True)
    seen = HiddenField()

    def __init__(self, units: list[tuple[str, str]], **values: Any) -> None:
        """Offer the tables and combinations of the house."""
        super().__init__(**values)
        self.unit.choices = [("", _("La mieux adaptée")), *units]

    def validate_date(self, field: Field) -> None:
        """Refuse what is no date."""
        _check(parsed_date, field)

    def validate_time(self, field: Field) -> None:
        """Refuse what is no time of day."""
        _check(parsed_time, field)

    def asked(self) -> Move:
        """Give what was asked for, once the form is valid."""
        day, at = parsed_date(tidy(self.date.data)), parsed_time(tidy(self.time.data))
        return Move(day, at, self.unit.data or "", tidy(self.seen.data))


class CancellationForm(FlaskForm):
    """Why a reservation is cancelled."""

    reason = TextAreaField(
        translated(N_("Un mot sur la raison")),
        [Optional(), Length(max=300, message=translated(N_("300 caractères au plus."))), no_control_characters],
    )


class StaffCancellationForm(FlaskForm):
    """Why the house cancels: the guest will read it."""

    reason = TextAreaField(
        translated(N_("Motif, que le client lira")),
        [
            DataRequired(translated(N_("Indiquez le motif : le client le lira."))),
            Length(max=300, message=translated(N_("300 caractères au plus."))),
            no_control_characters,
        ],
    )
    by_guest = BooleanField(translated(N_("C’est le client qui annule : la règle de la garantie s’applique")))


class NoteForm(FlaskForm):
    """A note of the team."""

    text = TextAreaField(
        translated(N_("Ajouter une note")),
        [
            DataRequired(translated(N_("Écrivez la note."))),
            Length(max=2000, message=translated(N_("2 000 caractères au plus."))),
            no_control_characters,
        ],
    )


class LookupForm(FlaskForm):
    """Reference and e-mail, to be sent the link again."""

    reference = StringField(
        translated(N_("Référence")),
        [DataRequired(translated(N_("Indiquez la référence."))), Length(max=40), no_control_characters],
    )
    email = StringField(
        translated(N_("Adresse e-mail")),
        [DataRequired(translated(N_("Indiquez l’adresse de la réservation."))), Length(max=254), no_control_characters],
        render_kw={"type": "email"},
    )


def _check(parse: Any, field: Field) -> None:
    try:
        parse((field.data or "").strip())
    except ValueError as error:
        raise ValidationError(str(error)) from error
