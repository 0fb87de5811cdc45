"""The levers of a refusal as buttons for staff: what each is called, what it sends, and what pulling it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from app.booking import permissions as may
from app.booking import queries
from app.booking.forms import parsed_date, parsed_time
from app.booking.models import Reservation
from app.booking.queries import House, rooms
from app.booking.queries.levers import levers_for
from app.booking.refusals import rules_in_words
from app.booking.seating import (
    FORCE,
    STAFF,
    AnotherTime,
    AnyUnit,
    HigherPace,
    LargerTable,
    Lever,
    Override,
    Permit,
    Placement,
    Reason,
    Unlocked,
    feasible,
)
from app.booking.service import Wish
from app.directory.models import Establishment
from app.kernel.access import Actor
from app.kernel.formats import clock_time, spoken_time
from app.kernel.languages import _, ngettext

ROOM_IS_FULL = (Reason.NO_TABLE, Reason.PACING, Reason.AREA, Reason.UNIT_TAKEN, Reason.UNIT_UNFIT)


@dataclass(frozen=True)
class LeverShown:
    """One button: its words, and what it sends."""

    label: str
    value: str

    @property
    def sets_aside(self) -> bool:
        """Tell whether it sets a rule or somebody's table aside: the others only ask for something else."""
        return self.value.partition(":")[0] in ("unlock", "pace", "squeeze", "anyway")


@dataclass(frozen=True)
class Pulled:
    """What a pulled lever changes of what was asked: nothing, unless said."""

    on: date | None = None
    at: time | None = None
    unit: str | None = None
    drops_unit: bool = False
    unlocks: UUID | None = None
    permit: Permit = STAFF


PLAIN = {
    "": Pulled(),
    "pace": Pulled(permit=STAFF | {Override.PACING}),
    "anyway": Pulled(permit=FORCE),
    "any-unit": Pulled(drops_unit=True),
}


def levers_shown(
    establishment: Establishment, house: House, wish: Wish, actor: Actor, *, leaving_out: UUID | None = None
) -> list[LeverShown]:
    """Give the levers this actor may pull, the cheapest first."""
    found = levers_for(
        house,
        wish.service_date,
        wish.local_time,
        wish.covers,
        unit=wish.unit,
        permit=STAFF,
        leaving_out=leaving_out,
    )
    codes = rooms.codes_of(establishment)
    return [shown for lever in found for shown in _shown(lever, wish, codes, actor, establishment)]


def levers_of_a_drop(reservation: Reservation, wish: Wish, reason: Reason, actor: Actor) -> list[LeverShown]:
    """Give what sets something aside for a party dropped on a board; other times and tables are named beside it.

    Last comes the very table and time it was dropped on, with the rules that would be set aside by name.
    """
    establishment = reservation.establishment
    house = queries.house_of(establishment)
    levers = []
    if reason in ROOM_IS_FULL:
        found = levers_shown(establishment, house, wish, actor, leaving_out=reservation.id)
        levers = [lever for lever in found if lever.sets_aside]
    if any(lever.value == "pace" for lever in levers) or not actor.may(may.FORCE, establishment):
        return levers
    day = queries.day_without(house, wish.service_date, reservation.id)
    anyway = feasible(day, wish.local_time, wish.covers, area=wish.area, lock=wish.unit, permit=FORCE)
    if not isinstance(anyway, Placement) or anyway.moves or not anyway.overridden:
        return levers
    table, rules = rooms.codes_of(establishment)[anyway.unit.id], rules_in_words(anyway.overridden)
    return [*levers, LeverShown(_("La %(table)s quand même (%(rules)s)", table=table, rules=rules), "anyway")]


def pulled(value: str) -> Pulled:
    """Read which lever a form pulls; ValueError when it is none of ours. Who may pull it is asked by the service."""
    if value in PLAIN:
        return PLAIN[value]
    kind, _colon, rest = value.partition(":")
    match kind:
        case "time":
            day, _separator, at = rest.rpartition("T")
            return Pulled(on=parsed_date(day) if day else None, at=parsed_time(at))
        case "unlock":
            return Pulled(unlocks=UUID(rest))
        case "squeeze":
            return Pulled(unit=UUID(rest).hex, permit=FORCE - {Override.PACING})
    raise ValueError(value)


def _shown(
    lever: Lever, wish: Wish, codes: dict[str, str], actor: Actor, establishment: Establishment
) -> Iterator[LeverShown]:
    forces = actor.may(may.FORCE, establishment)
    match lever:
        case AnotherTime(slot):
            yield LeverShown(spoken_time(slot.local_time), f"time:{clock_time(slot.local_time)}")
        case Unlocked(sitting, unit):
            reservation = Reservation.get(UUID(sitting))
            if reservation is not None and actor.may(may.CHANGE, reservation):
                label = _("Débloquer la %(table)s (%(guest)s)", table=codes[unit], guest=reservation.guest_name)
                yield LeverShown(label, f"unlock:{sitting}")
        case HigherPace(covers, reservations) if forces:
            yield LeverShown(_more(covers, reservations, spoken_time(wish.local_time)), "pace")
        case AnyUnit():
            yield LeverShown(_("Une autre table"), "any-unit")
        case LargerTable(table, covers) if forces:
            label = _("Serrer à %(covers)s à la %(table)s", covers=covers, table=codes[table])
            yield LeverShown(label, f"squeeze:{table}")


def _more(covers: int, reservations: int, at: str) -> str:
    if covers:
        return ngettext("+%(num)s couvert à %(time)s", "+%(num)s couverts à %(time)s", covers, time=at)
    return ngettext("+%(num)s réservation à %(time)s", "+%(num)s réservations à %(time)s", reservations, time=at)
