"""The levers of a refusal as buttons for staff: what each is called, what it sends, and what pulling it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from app.booking import permissions as may
from app.booking.forms import parsed_date, parsed_time
from app.booking.models import Reservation
from app.booking.queries import House, rooms
from app.booking.queries.levers import levers_for
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
    Reason,
    Unlocked,
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


@dataclass(frozen=True)
class Pulled:
    """What a pulled lever changes of what was asked: nothing, unless said."""

    on: date | None = None
    at: time | None = None
    unit: str | None = None
    drops_unit: bool = False
    unlocks: UUID | None = None
    permit: Permit = STAFF


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


def pulled(value: str) -> Pulled:
    """Read which lever a form pulls; ValueError when it is none of ours. Who may pull it is asked by the service."""
    kind, _colon, rest = value.partition(":")
    match kind:
        case "":
            return Pulled()
        case "time":
            day, _separator, at = rest.rpartition("T")
            return Pulled(on=parsed_date(day) if day else None, at=parsed_time(at))
        case "unlock":
            return Pulled(unlocks=UUID(rest))
        case "pace":
            return Pulled(permit=STAFF | {Override.PACING})
        case "any-unit":
            return Pulled(drops_unit=True)
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
