"""What the figures of a house have in common: whose days they count, under which names, narrowed by what."""

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache
from uuid import UUID

from app.booking.opening import DAY_MINUTES, Opening, Shift, shifts_on
from app.booking.permissions import day_under_way
from app.booking.queries import House, house_of
from app.booking.queries.figures import houses_counted_by
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.figures import Asked, Dimension, FigureFilter
from app.kernel.languages import N_, _, ngettext

SHIFT = Dimension("service", N_("Service"))
COVERS = Dimension("couverts", N_("Taille des tablées"))
Rank = tuple[int, str]


def _house_choices(actor: Actor) -> list[tuple[str, str]]:
    return [(house.slug, house.name) for house in houses_counted_by(actor)]


def _shift_choices(actor: Actor) -> list[tuple[str, str]]:
    names = dict.fromkeys(shift.name for house in houses_counted_by(actor) for shift in house_of(house).opening.shifts)
    return [(name, name) for name in names]


BY_HOUSE = FigureFilter("maison", N_("Établissement"), _house_choices)
BY_SHIFT = FigureFilter("service", N_("Service"), _shift_choices)


def counted_houses(actor: Actor, asked: Asked) -> list[Establishment]:
    """Give the establishments a question is about, among those the actor may read."""
    wanted = asked.filters.get(BY_HOUSE.name)
    return [house for house in houses_counted_by(actor) if wanted in (None, house.slug)]


def day_counted(actor: Actor, filters: Mapping[str, str]) -> date:
    """Give the service date under way in the house asked about; of several, in the first the actor counts."""
    wanted = filters.get(BY_HOUSE.name)
    houses = [house for house in houses_counted_by(actor) if wanted in (None, house.slug)]
    return day_under_way(houses[0]) if houses else clock.today(clock.USUAL_ZONE)


def size(covers: int) -> Rank:
    """Name a size of party."""
    return (covers, ngettext("%(num)s couvert", "%(num)s couverts", covers))


def shift_names(houses: list[Establishment]) -> Callable[[UUID, date, time], Rank]:
    """Give what names the shift of a promise: by the hours as they now are, else as another time."""
    openings = {house.id: house_of(house).opening for house in houses}

    @cache
    def name(house_id: UUID, day: date, at: time) -> Rank:
        shift = shift_at(openings[house_id], day, at)
        return rank(shift) if shift else (DAY_MINUTES * 2, _("Autre horaire"))

    return name


def rank(shift: Shift) -> Rank:
    """Place a shift among those of its day."""
    return (shift.first.hour * 60 + shift.first.minute, shift.name)


def shift_at(opening: Opening, day: date, at: time) -> Shift | None:
    """Give the shift of a date in which a wall time falls."""
    minutes = at.hour * 60 + at.minute
    return next(
        (
            shift
            for shift in shifts_on(opening, day)
            if shift.minutes.start <= minutes < shift.minutes.stop
            or shift.minutes.start <= minutes + DAY_MINUTES < shift.minutes.stop
        ),
        None,
    )


def is_wanted(asked: Asked, shift: Rank) -> bool:
    """Tell whether a shift passes the filter."""
    return asked.filters.get(BY_SHIFT.name) in (None, shift[1])


def seats_of(house: House) -> int:
    """Count the seats of the room as it now is."""
    return sum(table.max_covers for table in house.room.tables)
