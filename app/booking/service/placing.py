"""Tables chosen by hand: another one, several joined, one of several given back. The guest's promise stays as it is."""

from collections.abc import Collection
from uuid import UUID

from app.booking import permissions as may
from app.booking import queries
from app.booking.events import PartyCounted, TablesGiven, TableUnlocked
from app.booking.models import COMING, Reservation
from app.booking.models import ReservationState as S
from app.booking.opening import quarter_of
from app.booking.queries import House
from app.booking.queries.floor import who_sits_at
from app.booking.refusals import explained
from app.booking.seating import Override, Reason, Refusal, Unit
from app.booking.service import seats
from app.booking.service.rows import lock_reservation, touch
from app.booking.service.wishes import TimeTaken
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.events import publish
from app.kernel.formats import clock_time
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require

HERE = (S.ARRIVED, S.SEATED)
MOVABLE = (S.REQUESTED, S.CONFIRMED, S.ARRIVED, S.SEATED)


def give_tables(reservation: Reservation, tables: Collection[UUID], *, actor: Actor, force: bool = False) -> bool:
    """Give a party exactly these tables for the rest of its time; False when they are its own already.

    Raises TimeTaken when they do not fit the party or are closed (who may force sets that aside, by name), RuleBroken
    when somebody else sits there, naming who, NotAllowed without the right.
    """
    for needed in (may.WELCOME, may.FORCE) if force else (may.WELCOME,):
        require(actor, needed, reservation)
    lock_reservation(reservation)
    if reservation.state not in MOVABLE:
        raise RuleBroken(
            _("Ces convives n’ont plus de table : l’état est « %(state)s ».", state=reservation.state.label)
        )
    house = queries.house_of(reservation.establishment)
    wanted = frozenset(table.hex for table in tables)
    if wanted == {seating.table_id.hex for seating in reservation.seatings}:
        return False
    unit = joined(house, wanted)
    fits = unit.fits(reservation.covers) and unit.serves(reservation.area_wish)
    if not fits and not force:
        raise TimeTaken(Refusal(Reason.UNIT_UNFIT), house)
    before = reservation.table_codes()
    quarters = _rest_of_stay(reservation)
    closed = queries.is_closed(house, reservation.service_date, wanted, quarters)
    if closed and not force:
        raise TimeTaken(Refusal(Reason.TABLE_CLOSED), house)
    taken = who_sits_at(house.establishment_id, wanted, quarters, leaving_out=reservation.id)
    if (
        taken is not None and taken[1].state is S.FINISHED and len(quarters) > 1
    ):  # gone: this quarter-hour alone is theirs
        quarters = quarters[1:]
        taken = who_sits_at(house.establishment_id, wanted, quarters, leaving_out=reservation.id)
    if taken is not None or not seats.reseat(reservation, wanted, quarters):
        raise RuleBroken(taken_in_words(taken) if taken else explained(Refusal(Reason.UNIT_TAKEN), house))
    overridden = (*(() if fits else (Override.FIT.value,)), *((Override.CLOSE_OUT.value,) if closed else ()))
    reservation.overridden = sorted({*reservation.overridden, *overridden} - ({Override.FIT.value} if fits else set()))
    reservation.locked_unit, reservation.changed_at = unit.id or None, clock.now()
    publish(TablesGiven(reservation, actor, before, reservation.table_codes(), overridden))
    touch(reservation)
    return True


def note_covers(reservation: Reservation, covers: int, *, actor: Actor) -> bool:
    """Note how many guests really came; their table stays theirs, too small or not. False when it is noted already.

    Raises RuleBroken before they are here, when the number is still a wish, and after they have left; NotAllowed
    without the right.
    """
    require(actor, may.WELCOME, reservation)
    lock_reservation(reservation)
    if reservation.state not in HERE:
        raise RuleBroken(_("Ces convives ne sont pas là : l’état est « %(state)s ».", state=reservation.state.label))
    before = reservation.covers
    if covers == before:
        return False
    fits = _seats_so_many(reservation, covers)
    seats.recount_arrival(reservation, covers)
    reservation.covers, reservation.changed_at = covers, clock.now()
    aside = set(reservation.overridden) - {Override.FIT.value}
    reservation.overridden = sorted(aside if fits else aside | {Override.FIT.value})
    publish(PartyCounted(reservation, actor, before, covers))
    touch(reservation)
    return True


def _seats_so_many(reservation: Reservation, covers: int) -> bool:
    house, tables = queries.house_of(reservation.establishment), [each.table for each in reservation.seatings]
    held = {table.id.hex for table in tables}
    unit = next((unit for unit in house.room.units if set(unit.tables) == held), None)
    return unit.fits(covers) if unit else covers <= sum(table.max_covers for table in tables)


def unlock_table(reservation: Reservation, *, actor: Actor) -> bool:
    """Let a coming reservation be moved for others, although its table was chosen; False when it may be already.

    Raises RuleBroken for guests who are here or gone, NotAllowed without the right.
    """
    require(actor, may.CHANGE, reservation)
    lock_reservation(reservation)
    if reservation.state not in COMING:
        raise RuleBroken(_("Ces convives ne sont plus attendus : leur table reste la leur."))
    if reservation.locked_unit is None:
        return False
    reservation.locked_unit, reservation.changed_at = None, clock.now()
    publish(TableUnlocked(reservation, actor, reservation.table_codes()))
    touch(reservation)
    return True


def joined(house: House, wanted: frozenset[str]) -> Unit:
    """Give the unit these tables make: the house's own, or one made for the evening, which seats all they seat.

    Raises RuleBroken when one of them is not in service, or none was chosen.
    """
    by_id = {table.id: table for table in house.room.tables}
    if not wanted:
        raise RuleBroken(_("Choisissez au moins une table."))
    if not wanted <= by_id.keys():
        raise RuleBroken(_("Quelqu’un a changé la salle entre-temps. Rechargez la page et recommencez."))
    known = next((unit for unit in house.room.units if frozenset(unit.tables) == wanted), None)
    chosen = [by_id[id] for id in wanted]
    return known or Unit(
        "",
        tuple(sorted(wanted)),
        1,
        sum(table.max_covers for table in chosen),
        frozenset(table.area for table in chosen),
    )


def taken_in_words(taken: tuple[str, Reservation]) -> str:
    """Say who sits at a table, and until when; of those who stay beyond their time, when they should have left."""
    code, other = taken
    zone = other.establishment.timezone
    if other.state is S.SEATED and other.ends_at <= clock.now():
        return _(
            "La table %(table)s est encore à %(guest)s, qui devait la quitter à %(last)s.",
            table=code,
            guest=other.guest_name,
            last=clock_time(clock.local(other.ends_at, zone).time()),
        )
    return _(
        "La table %(table)s est à %(guest)s de %(first)s à %(last)s.",
        table=code,
        guest=other.guest_name,
        first=clock_time(clock.local(other.starts_at, zone).time()),
        last=clock_time(clock.local(other.ends_at, zone).time()),
    )


def _rest_of_stay(reservation: Reservation) -> range:
    """Give the quarters still to come, one at least: what is past of a late party's time is nobody's any more."""
    held = reservation.seatings
    first = min((seating.first_quarter for seating in held), default=reservation.quarter)
    end = max((seating.end_quarter for seating in held), default=first + 1)
    first = max(first, quarter_of(clock.now()))
    return range(first, max(end, first + 1))
