"""Forms of closures and exceptional days."""

from wtforms import Field, FieldList, FormField, ValidationError

from app.booking import opening
from app.booking.models import Closure, ExceptionalDay
from app.booking.queries.houses import pure_shift
from app.booking.settings_forms.fields import DayField, SettingsForm, line
from app.booking.settings_forms.shifts import DayShiftForm
from app.kernel.languages import N_, _

REASON = 120
FREE_LINES = 2


class ClosureForm(SettingsForm):
    """Days on which nobody is received."""

    first = DayField(N_("Premier jour fermé"))
    last = DayField(N_("Dernier jour fermé"), needed=False)
    reason = line(N_("Motif"), REASON, needed=False)

    def __init__(self, closure: Closure | None = None) -> None:
        """Show a closure, or an empty form."""
        shown = {"first": closure.first_day, "last": closure.last_day, "reason": closure.reason} if closure else {}
        super().__init__(data=shown)

    def validate_last(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("La fin de la fermeture précède son début."))

    def wanted(self) -> opening.Closure:
        """Give the closure as it should be; without an end it is of one day."""
        return opening.Closure(self.first.data, self.last.data or self.first.data, self.reason.data)


class ExceptionalDayForm(SettingsForm):
    """A date with its own shifts, or none."""

    date = DayField(N_("Date"))
    shifts = FieldList(FormField(DayShiftForm), max_entries=12)

    def __init__(self, day: ExceptionalDay | None = None) -> None:
        """Show an exceptional day, or an empty form, with free lines."""
        super().__init__(data={"date": day.day if day else None})
        if not self.is_submitted():
            for shift in day.shifts if day else ():
                self.shifts.append_entry(pure_shift(shift))
            for _n in range(FREE_LINES):
                self.shifts.append_entry({})

    def wanted(self) -> opening.ExceptionalDay:
        """Give the day as it should be."""
        shifts = tuple(entry.form.wanted() for entry in self.shifts if not entry.form.is_empty)
        return opening.ExceptionalDay(self.date.data, shifts)
