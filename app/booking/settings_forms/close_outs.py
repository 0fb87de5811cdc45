"""Form of a close-out: what is closed, on which dates and days, between which times."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import Field, RadioField, SelectField, ValidationError
from wtforms import SelectMultipleField as ManyField

from app.booking import opening
from app.booking.models import Area, CloseOut, CloseOutScope, Table
from app.booking.settings_forms.fields import SettingsForm
from app.kernel.fields import ClockField, DayField, line
from app.kernel.formats import short_weekdays
from app.kernel.forms import translated
from app.kernel.languages import N_, _

REASON = 120
ISO_WEEKDAYS = {"1", "2", "3", "4", "5", "6", "7"}


class CloseOutForm(SettingsForm):
    """Times, tables or an area closed while the house is open."""

    scope = RadioField(translated(N_("Ce qui ferme")), validate_choice=False)
    tables = ManyField(translated(N_("Tables fermées")), validate_choice=False)
    area = SelectField(translated(N_("Espace fermé")), validate_choice=False)
    first = DayField(N_("Premier jour"))
    last = DayField(N_("Dernier jour"), needed=False)
    weekdays = ManyField(translated(N_("Seulement ces jours de la semaine")), coerce=str, validate_choice=False)
    since = ClockField(N_("De"), needed=False)
    until = ClockField(N_("À"), needed=False)
    reason = line(N_("Motif"), REASON, needed=False)

    def __init__(self, areas: Sequence[Area], tables: Sequence[Table], close_out: CloseOut | None = None) -> None:
        """Show a close-out, or an empty form, with the areas and tables of the house."""
        super().__init__(data=_shown(close_out))
        closed = [str(table.id) for table in close_out.tables] if close_out else []
        self.areas = [area.code for area in areas]
        self.offered = {str(table.id): table.code for table in tables if table.is_active or str(table.id) in closed}
        self.scope.choices = [(scope.value, scope.label) for scope in CloseOutScope]
        self.area.choices = [(code, code) for code in self.areas]
        self.tables.choices = list(self.offered.items())
        self.weekdays.choices = [(str(day), long) for day, (_short, long) in enumerate(short_weekdays(), start=1)]

    @property
    def wanted_scope(self) -> opening.Scope:
        """Give what is to close; arrivals, when nothing known was chosen."""
        known = tuple(scope.value for scope in opening.Scope)
        return opening.Scope(self.scope.data) if self.scope.data in known else opening.Scope.HOUSE

    def validate_scope(self, field: Field) -> None:
        """Ask for one of the three."""
        if field.data not in [scope.value for scope in CloseOutScope]:
            raise ValidationError(_("Choisissez ce qui ferme."))

    def validate_tables(self, field: Field) -> None:
        """Ask for a table of the house at least, when tables close."""
        if self.wanted_scope is opening.Scope.TABLES and not self.offered.keys() & set(field.data or ()):
            raise ValidationError(_("Choisissez au moins une table."))

    def validate_area(self, field: Field) -> None:
        """Ask for an area of the house, when one closes."""
        if self.wanted_scope is opening.Scope.AREA and field.data not in self.areas:
            raise ValidationError(_("Choisissez un espace de la liste."))

    def validate_last(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("La fin précède le début."))

    def validate_until(self, field: Field) -> None:
        """Ask for both times or none, and for some time between them."""
        if (self.since.data is None) != (field.data is None) and not self.since.errors:
            raise ValidationError(_("Indiquez les deux heures, ou aucune."))
        if field.data is not None and field.data == self.since.data:
            raise ValidationError(_("La fin est la même que le début."))

    def wanted(self) -> opening.CloseOut:
        """Give the close-out as it should be: without an end it is of one day, or for good when it goes by weekdays."""
        scope, chosen = self.wanted_scope, self.offered.keys() & set(self.tables.data or ())
        weekdays = frozenset(int(day) for day in self.weekdays.data or () if day in ISO_WEEKDAYS)
        return opening.CloseOut(
            first=self.first.data,
            last=self.last.data or (None if weekdays else self.first.data),
            weekdays=weekdays,
            since=self.since.data,
            until=self.until.data,
            scope=scope,
            tables=frozenset(UUID(id).hex for id in chosen if scope is opening.Scope.TABLES),
            area=self.area.data if scope is opening.Scope.AREA else None,
            reason=self.reason.data,
        )


def _shown(close_out: CloseOut | None) -> dict[str, object]:
    if close_out is None:
        return {"scope": CloseOutScope.HOUSE.value}
    return {
        "scope": close_out.scope.value,
        "tables": [str(table.id) for table in close_out.tables],
        "area": close_out.area.code if close_out.area else None,
        "first": close_out.first_day,
        "last": close_out.last_day,
        "weekdays": [str(day) for day in close_out.weekdays],
        "since": close_out.since,
        "until": close_out.until,
        "reason": close_out.reason,
    }
