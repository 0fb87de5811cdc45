"""Forms of a shift: of ordinary weeks, and of one exceptional day."""

from typing import Any

from wtforms import Field, FieldList, Form, FormField, ValidationError
from wtforms import SelectMultipleField as ManyField

from app.booking import opening
from app.booking.models import Shift
from app.booking.queries.houses import pure_shift
from app.booking.settings_forms.fields import LONGEST_STAY, BandForm, DurationsField, SettingsForm, bands_of, show_bands
from app.booking.settings_forms.policies import policy_field
from app.kernel.fields import QUARTER, ClockField, WholeField, line
from app.kernel.formats import short_weekdays
from app.kernel.forms import translated
from app.kernel.languages import N_, _

NAME = 60
MOST_PACING = 10_000
ISO_WEEKDAYS = {"1", "2", "3", "4", "5", "6", "7"}


class ShiftForm(SettingsForm):
    """A shift of ordinary weeks."""

    name = line(N_("Nom"), NAME)
    weekdays = ManyField(translated(N_("Jours")), coerce=str, validate_choice=False)
    first = ClockField(N_("Première arrivée"))
    last = ClockField(N_("Dernière arrivée"))
    pacing_covers = WholeField(N_("Couverts par horaire"), least=1, most=MOST_PACING, needed=False)
    pacing_reservations = WholeField(N_("Réservations par horaire"), least=1, most=MOST_PACING, needed=False)
    online_covers = WholeField(N_("Couverts en ligne"), most=MOST_PACING, needed=False)
    bands = FieldList(FormField(BandForm), max_entries=40)
    longest = WholeField(N_("Au-delà, en minutes"), least=QUARTER, most=LONGEST_STAY, step=QUARTER, needed=False)
    policy = policy_field()

    def __init__(
        self, shift: Shift | None = None, proposed: tuple[opening.DurationBand, ...] | None = None, **options: Any
    ) -> None:
        """Show a shift, or an empty form, with the durations somebody proposes in place of its own."""
        pure = pure_shift(shift) if shift else None
        super().__init__(obj=shift, **options)
        self.weekdays.choices = [(str(day), long) for day, (_short, long) in enumerate(short_weekdays(), start=1)]
        if not self.is_submitted():
            self.weekdays.data = [str(day) for day in sorted(pure.weekdays)] if pure else []
            self.policy.data = pure.policy or "" if pure else ""
            self.longest.data = show_bands(self.bands, proposed or (pure.durations if pure else None), least=2)

    def validate_weekdays(self, field: Field) -> None:
        """Ask for a day at least."""
        if not ISO_WEEKDAYS & set(field.data or ()):
            raise ValidationError(_("Choisissez au moins un jour."))

    def validate_longest(self, field: Field) -> None:
        """Ask for the stay of larger parties when those of smaller ones are given."""
        if field.data is None and any(not entry.form.is_empty for entry in self.bands):
            raise ValidationError(_("Indiquez aussi la durée au-delà de la dernière ligne."))

    def wanted(self) -> opening.Shift:
        """Give the shift as it should be."""
        weekdays = frozenset(int(day) for day in self.weekdays.data or () if day in ISO_WEEKDAYS)
        return opening.Shift(
            "",
            self.name.data,
            weekdays,
            self.first.data,
            self.last.data,
            self.pacing_covers.data,
            self.pacing_reservations.data,
            bands_of(self.bands, self.longest.data),
            self.policy.data or None,
            self.online_covers.data,
        )


class DayShiftForm(Form):
    """A shift of one exceptional day. A line without a name counts for nothing."""

    name = line(N_("Nom"), NAME, needed=False)
    first = ClockField(N_("Première arrivée"), needed=False)
    last = ClockField(N_("Dernière arrivée"), needed=False)
    pacing_covers = WholeField(N_("Couverts par horaire"), least=1, most=MOST_PACING, needed=False)
    pacing_reservations = WholeField(N_("Réservations par horaire"), least=1, most=MOST_PACING, needed=False)
    online_covers = WholeField(N_("Couverts en ligne"), most=MOST_PACING, needed=False)
    durations = DurationsField(N_("Durée, en minutes"), needed=False, render_kw={"autocomplete": "off"})
    policy = policy_field()

    @property
    def is_empty(self) -> bool:
        """Tell whether this is a free line left free."""
        return not any(field.raw_data and field.raw_data[0].strip() for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for name and hours of a line, or nothing of it."""
        sound = bool(super().validate(extra_validators))
        for field in () if self.is_empty else (self.name, self.first, self.last):
            if field.data in (None, "") and not field.errors:
                field.errors = [_("Ce champ est nécessaire.")]
                sound = False
        return sound

    def wanted(self) -> opening.Shift:
        """Give the shift as it should be; without durations, those of the house."""
        return opening.Shift(
            "",
            self.name.data,
            frozenset(),
            self.first.data,
            self.last.data,
            self.pacing_covers.data,
            self.pacing_reservations.data,
            self.durations.data,
            self.policy.data or None,
            self.online_covers.data,
        )
