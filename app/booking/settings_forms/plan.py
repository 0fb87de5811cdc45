"""The form of the floor plan: numbers, in centimetres. The drawing above it only writes into its fields."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import FieldList, Form, FormField, HiddenField, SelectField, ValidationError

from app.booking.floor_plan import LARGEST, LEAST_SIDE, MOST_SIDE, Drawing, Label, Place, Plan, Shape, Wall
from app.booking.models import Table
from app.booking.settings_forms.fields import SettingsForm
from app.booking.settings_forms.furniture import record_id
from app.kernel.fields import WholeField, line
from app.kernel.forms import translated
from app.kernel.languages import N_, _

SHAPES = {Shape.ROUND: N_("Ronde"), Shape.SQUARE: N_("Carrée"), Shape.RECTANGLE: N_("Rectangulaire")}
FREE_WALLS, FREE_LABELS = 2, 1
TEXT = 40


class PlaceForm(Form):
    """Where one table stands."""

    id = HiddenField()
    shape = SelectField(translated(N_("Forme")), validate_choice=False)
    x = WholeField(N_("De la gauche"), most=LARGEST)
    y = WholeField(N_("Du haut"), most=LARGEST)
    width = WholeField(N_("Largeur"), least=LEAST_SIDE, most=MOST_SIDE)
    height = WholeField(N_("Longueur"), least=LEAST_SIDE, most=MOST_SIDE)
    rotation = WholeField(N_("Tournée de"), most=359)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the known shapes."""
        super().__init__(*args, **options)
        self.shape.choices = [(shape.value, _(label)) for shape, label in SHAPES.items()]

    def validate_shape(self, field: SelectField) -> None:
        """Refuse a shape that is not offered."""
        if field.data not in tuple(Shape):
            raise ValidationError(_("Choisissez une forme de la liste."))

    @property
    def place(self) -> Place:
        """Give the place as it should be."""
        sides = (self.x, self.y, self.width, self.height, self.rotation)
        return Place(Shape(self.shape.data), *(side.data for side in sides))


class FreeLine(Form):
    """A line that may be left empty, which takes it away; half of one is refused."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands here."""
        return not any(field.raw_data and field.raw_data[0].strip() for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the whole of a line, or nothing of it."""
        sound = bool(super().validate(extra_validators))
        for field in self:
            if not self.is_empty and field.data in (None, "") and not field.errors:
                field.errors = [_("Complétez ou videz cette ligne.")]
                sound = False
        return sound


class WallForm(FreeLine):
    """A wall, from one point to another."""

    x1 = WholeField(N_("Début, de la gauche"), most=LARGEST, needed=False)
    y1 = WholeField(N_("Début, du haut"), most=LARGEST, needed=False)
    x2 = WholeField(N_("Fin, de la gauche"), most=LARGEST, needed=False)
    y2 = WholeField(N_("Fin, du haut"), most=LARGEST, needed=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a wall that is a point."""
        sound = super().validate(extra_validators)
        if sound and not self.is_empty and (self.x1.data, self.y1.data) == (self.x2.data, self.y2.data):
            self.x2.errors = [_("Ce mur n’a pas de longueur.")]
            return False
        return sound


class LabelForm(FreeLine):
    """A word on the floor."""

    text = line(N_("Mot"), TEXT, needed=False)
    x = WholeField(N_("De la gauche"), most=LARGEST, needed=False)
    y = WholeField(N_("Du haut"), most=LARGEST, needed=False)


class PlanForm(SettingsForm):
    """One area, drawn."""

    tables = FieldList(FormField(PlaceForm), max_entries=500)
    walls = FieldList(FormField(WallForm), max_entries=200)
    labels = FieldList(FormField(LabelForm), max_entries=100)

    @classmethod
    def of(cls, tables: Sequence[Table], plan: Plan) -> "PlanForm":
        """Show an area as it is drawn, with free lines for more."""
        drawing = plan.drawing
        return cls(
            formdata=None,
            tables=[_shown(table, plan.places[table.code]) for table in tables],
            walls=[*map(_values, drawing.walls), *({} for _free in range(FREE_WALLS))],
            labels=[*map(_values, drawing.labels), *({} for _free in range(FREE_LABELS))],
        )

    def places(self) -> dict[UUID, Place | None]:
        """Give where each table should stand."""
        return {record_id(entry.form) or UUID(int=0): entry.form.place for entry in self.tables}

    def drawing(self) -> Drawing:
        """Give what should stand around."""
        walls = [entry.form for entry in self.walls if not entry.form.is_empty]
        labels = [entry.form for entry in self.labels if not entry.form.is_empty]
        return Drawing(
            tuple(Wall(each.x1.data, each.y1.data, each.x2.data, each.y2.data) for each in walls),
            tuple(Label(each.text.data, each.x.data, each.y.data) for each in labels),
        )


def _shown(table: Table, place: Place) -> dict[str, Any]:
    return {"id": str(table.id), **_values(place)}


def _values(drawn: Place | Wall | Label) -> dict[str, Any]:
    return {name: getattr(drawn, name) for name in type(drawn).__slots__}
