"""Form of the service in the room: from when on somebody is late, and who is sent the sheet."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import Field, SelectField, ValidationError

from app.booking.settings import LATE_ARRIVAL, LATE_TABLE, PAUSE_MINUTES, SHEET_ADDRESS, SOON
from app.booking.settings_forms.fields import SettingsForm
from app.kernel.fields import WholeField, line
from app.kernel.formats import delay_in_words
from app.kernel.forms import translated
from app.kernel.languages import _
from app.kernel.settings import Setting

FOUR_HOURS = 240
PAUSES = (30, 60, 120)
KEPT: dict[str, Setting[Any]] = {
    "late_arrival": LATE_ARRIVAL,
    "late_table": LATE_TABLE,
    "soon": SOON,
    "sheet_address": SHEET_ADDRESS,
    "pause": PAUSE_MINUTES,
}


class PatienceForm(SettingsForm):
    """How patient the room is."""

    late_arrival = WholeField(LATE_ARRIVAL.label, most=FOUR_HOURS)
    late_table = WholeField(LATE_TABLE.label, most=FOUR_HOURS)
    soon = WholeField(SOON.label, most=FOUR_HOURS)
    pause = SelectField(translated(PAUSE_MINUTES.label), coerce=int, validate_choice=False)
    sheet_address = line(SHEET_ADDRESS.label, 254, needed=False, type="email", autocomplete="off")

    def __init__(self, **options: Any) -> None:
        """Offer the lengths of a pause."""
        super().__init__(**options)
        self.pause.choices = [(minutes, delay_in_words(minutes)) for minutes in PAUSES]

    @classmethod
    def of(cls, establishment_id: str) -> "PatienceForm":
        """Show what holds for this house."""
        shown = {name: kept.value(establishment=establishment_id) for name, kept in KEPT.items()}
        return cls(formdata=None, data=shown)

    def validate_pause(self, field: Field) -> None:
        """Refuse a length that is not offered."""
        if field.data not in PAUSES:
            raise ValidationError(_("Choisissez une durée de la liste."))

    def validate_sheet_address(self, field: Field) -> None:
        """Refuse what is no address; none at all sends nothing."""
        if field.data:
            try:
                validate_email(field.data, check_deliverability=False, test_environment=True)
            except EmailNotValidError as error:
                raise ValidationError(_("Cette adresse n’est pas complète, par exemple bonjour@exemple.fr.")) from error

    def wanted(self) -> dict[Setting[Any], object]:
        """Give the settings as they should be."""
        return {kept: self[name].data for name, kept in KEPT.items()}
