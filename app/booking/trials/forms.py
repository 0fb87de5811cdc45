"""The form of another floor: which tables go, which come."""

from typing import Any

from wtforms import FieldList, Form, FormField, SelectField
from wtforms import SelectMultipleField as ManyField

from app.booking.models import Area, Table
from app.booking.settings_forms.fields import SettingsForm
from app.booking.trials.one_more import FOR_TWO
from app.booking.trials.service import AddedTables
from app.kernel.fields import WholeField, line
from app.kernel.forms import translated
from app.kernel.languages import N_, _

LINES = 3
NAME = 80


class AddedForm(Form):
    """Tables alike; a line without a number counts for nothing."""

    count = WholeField(N_("Combien"), least=1, most=50, needed=False)
    min_covers = WholeField(N_("De"), least=1, most=99, needed=False)
    max_covers = WholeField(N_("À"), least=1, most=99, needed=False)
    area = SelectField(validate_choice=False)

    areas: frozenset[str] = frozenset()

    def offer(self, areas: list[str]) -> None:
        """Offer the areas of the house."""
        self.area.choices = [(area, area) for area in areas]
        self.areas = frozenset(areas)

    @property
    def is_empty(self) -> bool:
        """Tell whether this is a free line left free."""
        typed = (self.count.raw_data, self.min_covers.raw_data, self.max_covers.raw_data)
        return not any(value and value != [""] for value in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the whole of a line, or nothing of it."""
        super().validate(extra_validators)
        if self.is_empty:
            return True
        for field in (self.count, self.min_covers, self.max_covers):
            if field.data is None and not field.errors:
                field.errors = [_("Complétez ou videz cette ligne.")]
        least, most = self.min_covers.data, self.max_covers.data
        if least and most and most < least:
            self.max_covers.errors = [_("Le maximum est inférieur au minimum.")]
        if self.area.data not in self.areas:
            self.area.errors = [_("Choisissez un espace de la liste.")]
        return not self.errors


class FloorTrialForm(SettingsForm):
    """Another floor, and its name."""

    name = line(N_("Nom de l’essai"), NAME)
    removed = ManyField(translated(N_("Tables à retirer")), coerce=str, validate_choice=False)
    added = FieldList(FormField(AddedForm), min_entries=LINES, max_entries=20)

    def __init__(self, areas: list[Area], tables: list[Table]) -> None:
        """Offer the tables in service, and three free lines."""
        super().__init__()
        in_service = [table for table in tables if table.is_active]
        self.removed.choices = [(table.id.hex, _table_words(table)) for table in in_service]
        self.known = {table.id.hex for table in in_service}
        for entry in self.added:
            entry.form.offer([area.code for area in areas])

    def begin(self) -> None:
        """Begin with what is asked most often: one more table for two."""
        self.name.data = _("Une table de deux de plus")
        first = self.added[0].form
        first.count.data, (first.min_covers.data, first.max_covers.data) = 1, FOR_TWO

    def wanted_removed(self) -> list[str]:
        """Give the tables to remove, those the house has."""
        return sorted(self.known & set(self.removed.data or ()))

    def wanted_added(self) -> list[AddedTables]:
        """Give the tables to add."""
        return [
            AddedTables(each.area.data, each.count.data, each.min_covers.data, each.max_covers.data)
            for each in (entry.form for entry in self.added)
            if not each.is_empty
        ]


def _table_words(table: Table) -> str:
    return _("%(code)s (%(least)s à %(most)s)", code=table.code, least=table.min_covers, most=table.max_covers)
