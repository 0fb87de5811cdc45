"""Forms of closures and exceptional days."""

from dataclasses import asdict
from typing import Any

from wtforms import Field, FieldList, FormField, ValidationError

from app.booking import opening
from app.booking.models import Closure, ExceptionalDay
from app.booking.queries.houses import pure_occasion, pure_shift
from app.booking.settings_forms.fields import SettingsForm
from app.booking.settings_forms.shifts import DayShiftForm
from app.kernel.fields import DayField, line, words
from app.kernel.languages import N_, _

REASON, TITLE = 120, 80
FREE_LINES = 2


class ClosureForm(SettingsForm):
    """Days on which nobody is received."""

    first = DayField(N_("Premier jour fermé"))
    last = DayField(N_("Dernier jour fermé"), needed=False)
    reason = line(N_("Motif"), REASON, needed=False)

    def __init__(self, closure: Closure | None = None, **options: Any) -> None:
        """Show a closure, or an empty form."""
        shown = {"first": closure.first_day, "last": closure.last_day, "reason": closure.reason} if closure else {}
        super().__init__(data=shown, **options)

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
    title = line(N_("Titre"), TITLE, needed=False)
    title_en = line(N_("Titre en anglais"), TITLE, needed=False)
    text = words(N_("Texte"))
    text_en = words(N_("Texte en anglais"))
    shifts = FieldList(FormField(DayShiftForm), max_entries=12)

    def __init__(self, day: ExceptionalDay | None = None, **options: Any) -> None:
        """Show an exceptional day, or an empty form, with free lines."""
        shown = asdict(pure_occasion(day)) if day else {}
        super().__init__(data={"date": day.day if day else None, **shown}, **options)
        if not self.is_submitted():
            for shift in day.shifts if day else ():
                self.shifts.append_entry(pure_shift(shift))
            for _n in range(FREE_LINES):
                self.shifts.append_entry({})

    def wanted(self) -> opening.ExceptionalDay:
        """Give the day as it should be."""
        shifts = tuple(entry.form.wanted() for entry in self.shifts if not entry.form.is_empty)
        occasion = opening.Occasion(self.title.data, self.title_en.data, self.text.data, self.text_en.data)
        return opening.ExceptionalDay(self.date.data, shifts, occasion)
