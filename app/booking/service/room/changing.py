"""The frame of every change to a house's room, hours or rules: right, lock, change, what it breaks, fact.

The first statement raises `BookingPolicy.version`. That update is the lock too: bookings hold the row for reading
while they choose a table, so none is chosen in a room that is changing. Inside, ask `read_house`, never `house_of`:
what is not yet committed must not be kept under its version.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from app.booking import opening, queries
from app.booking import permissions as may
from app.booking.events import RoomChanged
from app.booking.impact import Break, Plan, breaks, promise_of
from app.booking.models import BookingPolicy
from app.booking.opening import Problem
from app.booking.queries import House, rooms
from app.booking.queries.rooms import live_holds_of
from app.booking.service.promises import release_hold
from app.booking.service.room.differences import differences, house_values
from app.booking.service.room.naming import refuse_lost_names
from app.booking.service.room.zone import move_promises
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor, Permission
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken, require


class ChangeBreaks(RuleBroken):
    """The change would break promises; `breaks` lists them, and nothing is saved."""

    def __init__(self, found: Sequence[Break]) -> None:
        """Keep the list beside the sentence."""
        super().__init__(
            ngettext(
                "%(num)s réservation ne tiendrait plus. Rien n’est encore enregistré.",
                "%(num)s réservations ne tiendraient plus. Rien n’est encore enregistré.",
                len(found),
            )
        )
        self.breaks = tuple(found)


@contextmanager
def changing(
    establishment: Establishment, what: str, *, actor: Actor, force: bool = False, right: Permission = may.CONFIGURE
) -> Iterator[dict[str, tuple[str, str]]]:
    """Open a change of the house; `what` names the part, in French. Gives where to say what else changes.

    Raises NotAllowed without the right, RuleBroken when the house would make no sense, ChangeBreaks when promises
    would be broken and `force` is not given; with it they are named in the fact.
    """
    for needed in (right, may.FORCE) if force else (right,):
        require(actor, needed, establishment)
    lock_room(establishment)
    before = queries.read_house(establishment)
    stood = house_values(establishment, before, rooms.codes_of(establishment))
    further: dict[str, tuple[str, str]] = {}
    yield further
    db.session.flush()
    after = queries.read_house(establishment)
    _check(after)
    refuse_lost_names(establishment, before.opening, after.opening)
    found = _settle(establishment, before, after, force=force)
    stands = house_values(establishment, after, rooms.codes_of(establishment))
    broken = tuple(each.promise.reference for each in found)
    publish(RoomChanged(establishment, actor, what, broken, changes={**differences(stood, stands), **further}))


def lock_room(establishment: Establishment) -> None:
    """Take the writers' lock of the settings, and tell every reader that they moved."""
    db.session.execute(
        sa.update(BookingPolicy)
        .where(BookingPolicy.establishment_id == establishment.id)
        .values(version=BookingPolicy.version + 1)
    )


def _check(house: House) -> None:
    wrong: list[Problem] = [
        *opening.problems(house.opening),
        *opening.duration_problems(house.room.durations, "durations"),
        *opening.capacity_problems(_all_shifts(house), house.room.smallest_party),
    ]
    if wrong:
        raise RuleBroken(_(wrong[0].text, **wrong[0].values), wrong[0].place.rpartition(".")[2])


def _all_shifts(house: House) -> list[tuple[str, opening.Shift]]:
    days = [shift for day in house.opening.exceptional_days for shift in day.shifts]
    return [("shifts", shift) for shift in (*house.opening.shifts, *days)]


def _settle(establishment: Establishment, before: House, after: House, *, force: bool) -> list[Break]:
    plans, now = (Plan(before.opening, before.room), Plan(after.opening, after.room)), clock.now()
    coming = queries.coming_reservations(establishment.id, now)
    found = breaks(*plans, map(promise_of, coming))
    if found and not force:
        raise ChangeBreaks(found)
    holds = {hold.id: hold for hold in live_holds_of(establishment.id, now)}
    for broken in breaks(*plans, map(promise_of, holds.values())):
        release_hold(holds[broken.promise.id])
    if before.opening.zone != after.opening.zone:
        move_promises(coming, before.opening.zone, after.opening.zone)
    return found
