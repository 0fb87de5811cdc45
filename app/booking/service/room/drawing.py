"""Drawing the floor: where the tables of an area stand, and what stands around them. No promise depends on it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.booking.floor_plan import Drawing, Place
from app.booking.models import Area, Table
from app.booking.queries import rooms
from app.booking.service.room.changing import changing
from app.booking.service.room.differences import differences
from app.directory.models import Establishment
from app.kernel import topics
from app.kernel.access import Actor
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken


def draw_floor(
    establishment: Establishment,
    area: Area,
    places: Mapping[UUID, Place | None],
    drawing: Drawing,
    *,
    actor: Actor,
) -> None:
    """Place the tables of an area; one without a place is laid out by itself. Raises RuleBroken for one not there."""
    with changing(establishment, N_("le plan de la salle"), actor=actor) as further:
        here = {table.id: table for table in rooms.tables_of(establishment) if table.area_id == area.id}
        if not places.keys() <= here.keys():
            raise RuleBroken(_("Quelqu’un a changé la salle entre-temps. Rechargez la page et recommencez."))
        stood = _in_words(area, here.values())
        for id, place in places.items():
            here[id].place = place
        area.drawing = drawing
        further.update(differences(stood, _in_words(area, here.values())))
    topics.touch(f"reservations:{establishment.id}")


def _in_words(area: Area, tables: Iterable[Table]) -> dict[str, str]:
    drawing = area.drawing
    around = f"{len(drawing.walls)} + {', '.join(label.text for label in drawing.labels)}"
    return {f"drawing:{area.code}": around, **{f"place:{table.code}": _place(table.place) for table in tables}}


def _place(place: Place | None) -> str:
    if place is None:
        return ""
    return f"{place.width} × {place.height}, {place.x} ; {place.y}, {place.rotation}°"
