"""Shape of what is said, and of the team's note."""

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from app.kernel.file_fields import FilesField
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _
from app.site.feedback.files import FILES
from app.site.feedback.models import LONGEST_TEXT, FeedbackKind, Said
from app.site.feedback.origin import path_of

TOO_LONG = translated(N_("2 000 caractères au plus."))


def _text(typed: str | None) -> str:
    return tidy(typed).replace("\r\n", "\n")


class FeedbackForm(FlaskForm):
    """What somebody says. People do not see `website`: who fills it in is a machine."""

    kind = RadioField(
        translated(N_("Ce que vous avez à dire")),
        [InputRequired(translated(N_("Choisissez l’une des trois natures.")))],
        choices=lambda: [(kind.value, kind.label) for kind in FeedbackKind],
    )
    text = TextAreaField(
        translated(N_("Votre avis")),
        [
            InputRequired(translated(N_("Écrivez quelques mots."))),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
            no_control_characters,
        ],
        filters=[_text],
        render_kw={"maxlength": LONGEST_TEXT},
    )
    email = StringField(
        translated(N_("Votre adresse e-mail")),
        [Length(max=254)],
        filters=[tidy],
        description=translated(N_("Seulement si vous attendez une réponse.")),
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "email", "maxlength": 254},
    )
    files = FilesField(translated(N_("Une capture d’écran, une photo, un document")), FILES)
    page = HiddenField(filters=[lambda typed: path_of(typed or "")])
    website = StringField(translated(N_("Ne remplissez pas ce champ")))

    def validate_text(self, field: Field) -> None:
        """Refuse what is made of spaces only."""
        if not field.data:
            raise ValidationError(_("Écrivez quelques mots."))

    def validate_email(self, field: Field) -> None:
        """Refuse what is no address."""
        if field.data:
            try:
                validate_email(field.data, check_deliverability=False, test_environment=True)
            except EmailNotValidError as error:
                raise ValidationError(
                    _("Cette adresse semble incomplète : vérifiez-la, par exemple alice@exemple.fr.")
                ) from error

    def said(self, language: str) -> Said:
        """Give what was typed, once the form is valid."""
        typed = {field.name: field.data or "" for field in (self.text, self.page, self.email)}
        return Said(kind=FeedbackKind(self.kind.data), language=language, **typed)


class NoteForm(FlaskForm):
    """The team's note."""

    note = TextAreaField(
        translated(N_("Note de l’équipe")),
        [Length(max=LONGEST_TEXT, message=TOO_LONG), no_control_characters],
        filters=[_text],
        render_kw={"maxlength": LONGEST_TEXT},
    )
