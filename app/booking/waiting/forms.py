"""Shape of what is typed to wait: the hours accepted, who comes; by a guest or by the team."""

from typing import Any

from wtforms import BooleanField, Field, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from app.booking.forms import CallerFields, ContactForm, parsed_covers, parsed_date, parsed_time
from app.booking.settings_forms.fields import SettingsForm
from app.booking.waiting.joining import Hope
from app.booking.waiting.settings import (
    LEAD_MINUTES,
    MOST_ENTRIES,
    OFFER_MINUTES,
    QUIET_FROM,
    QUIET_UNTIL,
    SHORTEST_LEAD,
)
from app.kernel.fields import WholeField
from app.kernel.forms import tidy, translated
from app.kernel.languages import N_, _
from app.kernel.settings import Setting

ANYWHERE = ""


class WaitingForm(ContactForm):
    """For when, how many and where a party waits, and who it is."""

    date = StringField(translated(N_("Date")), [InputRequired(translated(N_("Choisissez une date.")))])
    covers = StringField(translated(N_("Couverts")), [InputRequired(translated(N_("Indiquez combien vous serez.")))])
    first_time = SelectField(translated(N_("Au plus tôt")), validate_choice=False)
    last_time = SelectField(translated(N_("Au plus tard")), validate_choice=False)
    area = SelectField(translated(N_("Espace")), [Optional()], validate_choice=False)

    def offer(self, times: list[str], areas: tuple[str, ...]) -> None:
        """Offer the arrival times of the day, and the areas of the house."""
        self.first_time.choices = self.last_time.choices = [(each, each) for each in times]
        self.area.choices = [(ANYWHERE, _("Peu importe")), *((area, area) for area in areas)]
        self.areas = frozenset(areas)

    def validate_date(self, field: Field) -> None:
        """Refuse what is no date."""
        _check(parsed_date, field)

    def validate_covers(self, field: Field) -> None:
        """Refuse what is no number of guests."""
        _check(parsed_covers, field)

    def validate_first_time(self, field: Field) -> None:
        """Refuse what is no time of day."""
        _check(parsed_time, field)

    def validate_last_time(self, field: Field) -> None:
        """Refuse what is no time of day."""
        _check(parsed_time, field)

    def validate_area(self, field: Field) -> None:
        """Refuse an area the house does not have."""
        if field.data and field.data not in self.areas:
            raise ValidationError(_("Choisissez un espace de la liste."))

    def hope(self) -> Hope:
        """Give what is waited for, once the form is valid."""
        day, covers = parsed_date(tidy(self.date.data)), parsed_covers(tidy(self.covers.data))
        first, last = parsed_time(tidy(self.first_time.data)), parsed_time(tidy(self.last_time.data))
        return Hope(day, first, last, covers, self.area.data or None)


class OnlineWaitingForm(WaitingForm):
    """The same, as a guest types it."""

    consent = BooleanField(
        translated(N_("J’accepte que la maison garde ces coordonnées le temps de mon attente.")),
        [InputRequired(translated(N_("Cochez cette case pour vous inscrire.")))],
    )


class StaffWaitingForm(CallerFields, WaitingForm):
    """The same, as the team takes it by telephone: one way to reach the guest is enough."""

    def __init__(self, **values: Any) -> None:
        """Ask for a name only; how to reach the guest is checked as a whole."""
        super().__init__(**values)
        for field in (self.first_name, self.email, self.phone):
            field.validators = [rule for rule in field.validators if not isinstance(rule, DataRequired)]
            field.flags.required = False

    def validate_phone(self, field: Field) -> None:
        """Ask for a number, or for an address: a place is offered to whoever can be told of it."""
        super().validate_phone(field)
        if not tidy(field.data) and not tidy(self.email.data):
            raise ValidationError(_("Notez un numéro ou une adresse : il faut pouvoir proposer la place."))


class OfferForm(SettingsForm):
    """Which of the free times is offered by hand."""

    time = SelectField(translated(N_("Heure proposée")), validate_choice=False)

    def offer(self, times: list[str]) -> None:
        """Offer the times that are free."""
        self.time.choices = [(each, each) for each in times]

    def validate_time(self, field: Field) -> None:
        """Refuse what is no time of day."""
        _check(parsed_time, field)


KEPT: dict[str, Setting[Any]] = {
    "most_entries": MOST_ENTRIES,
    "offer_minutes": OFFER_MINUTES,
    "lead_minutes": LEAD_MINUTES,
    "quiet_from": QUIET_FROM,
    "quiet_until": QUIET_UNTIL,
}


class WaitingSettingsForm(SettingsForm):
    """How the house keeps its waiting list."""

    most_entries = WholeField(MOST_ENTRIES.label, most=500)
    offer_minutes = WholeField(OFFER_MINUTES.label, least=10, most=1440)
    lead_minutes = WholeField(LEAD_MINUTES.label, least=SHORTEST_LEAD, most=1440)
    quiet_from = WholeField(QUIET_FROM.label, most=23)
    quiet_until = WholeField(QUIET_UNTIL.label, most=23)

    @classmethod
    def of(cls, establishment_id: str) -> "WaitingSettingsForm":
        """Show what holds for this house."""
        shown = {name: kept.value(establishment=establishment_id) for name, kept in KEPT.items()}
        return cls(formdata=None, data=shown)

    def wanted(self) -> dict[Setting[Any], object]:
        """Give the settings as they should be."""
        return {kept: self[name].data for name, kept in KEPT.items()}


def _check(parse: Any, field: Field) -> None:
    try:
        parse((field.data or "").strip())
    except ValueError as error:
        raise ValidationError(str(error)) from error
