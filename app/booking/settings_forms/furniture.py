"""Forms of areas, tables and combinations. The whole room is one grid: it is seen, changed and saved at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField, SelectField, ValidationError
from wtforms import SelectMultipleField as ManyField

from app.booking.models import Area, Combination, Table
from app.booking.service.room import AreaLine, CombinationLine, TableLine
from app.booking.settings_forms.fields import SettingsForm
from app.kernel.fields import WholeField, line
from app.kernel.forms import translated
from app.kernel.languages import N_, _

CODE, COMBINATION_CODE = 40, 40
MOST_COVERS = 999


class AreaLineForm(Form):
    """One area; an empty name takes it away."""

    id = HiddenField()
    code = line(N_("Nom de l’espace"), CODE, needed=False)


class AreasForm(SettingsForm):
    """The areas of the room."""

    areas = FieldList(FormField(AreaLineForm), max_entries=40)

    @classmethod
    def of(cls, areas: Sequence[Area]) -> "AreasForm":
        """Show the areas, and a free line."""
        return cls(formdata=None, areas=[*({"id": str(area.id), "code": area.code} for area in areas), {}])

    def validate_areas(self, field: Any) -> None:
        """Refuse a name given twice."""
        _refuse_twins(field)

    def lines(self) -> list[AreaLine]:
        """Give the areas as they should be."""
        return [AreaLine(record_id(entry.form), entry.form.code.data) for entry in self.areas]


class TableLineForm(Form):
    """One table. A free line, without a name, counts for nothing."""

    id = HiddenField()
    code = line(N_("Nom"), CODE, needed=False)
    area = SelectField(validate_choice=False)
    min_covers = WholeField(N_("De"), least=1, most=MOST_COVERS, needed=False)
    max_covers = WholeField(N_("À"), least=1, most=MOST_COVERS, needed=False)
    is_active = BooleanField(translated(N_("En service")))
    is_kept = BooleanField(translated(N_("Gardée pour la maison")))

    area_ids: frozenset[str] = frozenset()

    def offer(self, areas: Sequence[tuple[str, str]]) -> None:
        """Offer the areas of the house."""
        self.area.choices = list(areas)
        self.area_ids = frozenset(id for id, _code in areas)

    @property
    def is_empty(self) -> bool:
        """Tell whether this is a free line left free."""
        typed = (self.code.data, self.min_covers.raw_data, self.max_covers.raw_data)
        return not self.id.data and not any(value and value != [""] for value in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the whole of a line, or nothing of it."""
        sound = bool(super().validate(extra_validators))
        if self.is_empty:
            return sound
        for field in (self.code, self.min_covers, self.max_covers):
            if not field.data and not field.errors:
                field.errors = [_("Ce champ est nécessaire.")]
        least, most = self.min_covers.data, self.max_covers.data
        if least and most and most < least:
            self.max_covers.errors = [_("Le maximum est inférieur au minimum.")]
        if self.area.data not in self.area_ids:
            self.area.errors = [_("Choisissez un espace de la liste.")]
        return not self.errors


class TablesForm(SettingsForm):
    """Every table of the house."""

    tables = FieldList(FormField(TableLineForm), max_entries=500)

    def __init__(self, areas: Sequence[Area], **options: Any) -> None:
        """Offer the areas of the house on each line."""
        super().__init__(**options)
        self.area_choices = [(str(area.id), area.code) for area in areas]
        for entry in self.tables:
            entry.form.offer(self.area_choices)

    @classmethod
    def of(cls, areas: Sequence[Area], tables: Sequence[Table]) -> "TablesForm":
        """Show the tables."""
        shown = [
            {
                "id": str(table.id),
                "code": table.code,
                "area": str(table.area_id),
                "min_covers": table.min_covers,
                "max_covers": table.max_covers,
                "is_active": table.is_active,
                "is_kept": table.is_kept,
            }
            for table in tables
        ]
        return cls(areas, formdata=None, tables=shown)

    def add_line(self) -> None:
        """Offer one more line, in the area of the last."""
        last = self.tables.entries[-1].form.area.data if self.tables.entries else None
        first = self.area_choices[0][0] if self.area_choices else None
        entry = self.tables.append_entry({"area": last or first, "is_active": True})
        entry.form.offer(self.area_choices)

    def validate_tables(self, field: Any) -> None:
        """Refuse a name given twice."""
        _refuse_twins(field)

    def lines(self) -> list[TableLine]:
        """Give the tables as they should be."""
        return [
            TableLine(
                record_id(form),
                form.code.data,
                UUID(form.area.data),
                form.min_covers.data,
                form.max_covers.data,
                form.is_active.data,
                form.is_kept.data,
            )
            for form in (entry.form for entry in self.tables)
            if not form.is_empty
        ]


class CombinationForm(SettingsForm):
    """Tables that can be joined."""

    code = line(N_("Nom"), COMBINATION_CODE)
    tables = ManyField(translated(N_("Tables réunies")), validate_choice=False)
    min_covers = WholeField(N_("À partir de, en couverts"), least=1, most=MOST_COVERS)
    max_covers = WholeField(N_("Jusqu’à, en couverts"), least=1, most=MOST_COVERS)

    def __init__(self, tables: Sequence[Table], combination: Combination | None = None, **options: Any) -> None:
        """Offer the tables in service, and those joined already."""
        joined = [str(member.table_id) for member in combination.members] if combination else []
        super().__init__(obj=combination, **options)
        self.offered = [(str(table.id), table.code) for table in tables if table.is_active or str(table.id) in joined]
        self.tables.choices = list(self.offered)
        if not self.is_submitted():
            self.tables.data = joined

    def validate_tables(self, field: Field) -> None:
        """Ask for two tables of the house or more."""
        if len({id for id, _code in self.offered} & set(field.data or ())) < 2:
            raise ValidationError(_("Choisissez au moins deux tables."))

    def validate_max_covers(self, field: Field) -> None:
        """Refuse a maximum below the minimum."""
        if field.data and self.min_covers.data and field.data < self.min_covers.data:
            raise ValidationError(_("Le maximum est inférieur au minimum."))

    def line(self) -> CombinationLine:
        """Give the combination as it should be, its tables in the house's order."""
        chosen = tuple(UUID(id) for id, _code in self.offered if id in (self.tables.data or ()))
        return CombinationLine(self.code.data, chosen, self.min_covers.data, self.max_covers.data)


def record_id(form: Form) -> UUID | None:
    """Give the record a line is about; what is no id names no record of the house."""
    try:
        return UUID(form["id"].data) if form["id"].data else None
    except ValueError:
        return UUID(int=0)


def _refuse_twins(lines: Any) -> None:
    seen: set[str] = set()
    for field in (entry.form.code for entry in lines):
        if field.data and field.data in seen:
            field.errors = [_("Ce nom est déjà pris : « %(name)s ».", name=field.data)]
            raise ValidationError(_("Deux lignes portent le nom « %(name)s ».", name=field.data))
        seen.add(field.data)
