"""Tables that several reservations exchange at once: taken back as they were, or accepted for a better disposition."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.booking import permissions as may
from app.booking import queries
from app.booking.events import PartyPutBack, RearrangementUndone, RoomOptimised, TablesGiven
from app.booking.models import COMING, Rearrangement, Reservation
from app.booking.models import ReservationState as S
from app.booking.queries import House, rearrangements
from app.booking.seating import Request, Unit, best_fit
from app.booking.service import seats
from app.booking.service.placing import taken_in_words
from app.booking.service.rows import touch
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require

Tables = dict[UUID, list[UUID]]


def undo_rearrangement(kept: Rearrangement, *, actor: Actor) -> bool:
    """Give everybody who was moved their former tables, and the newcomer another; False when it is done already.

    Raises RuleBroken, naming who, when somebody has changed since, sits there, or would have no table left.
    """
    require(actor, may.WELCOME, kept.establishment)
    house = queries.house_of(kept.establishment, version=queries.lock_day(kept.establishment_id, kept.service_date))
    db.session.refresh(kept)
    if kept.undone_at is not None:
        return False
    wanted = _former_tables(kept, house)
    newcomer = kept.newcomer
    known = {*wanted, *([newcomer.id] if newcomer is not None and newcomer.state in (*COMING, S.HELD) else [])}
    displaced = False
    for id, tables in wanted.items():
        quarters = _quarters(db.session.get_one(Reservation, id))
        stranger = rearrangements.stranger_at(tables, quarters, known)
        if stranger is not None:
            raise RuleBroken(taken_in_words(stranger))
        displaced = displaced or rearrangements.stranger_at(tables, quarters, wanted) is not None
    if displaced and newcomer is not None:
        unit = _elsewhere(newcomer, wanted, house)
        if unit is None:
            raise RuleBroken(
                _("%(guest)s n’aurait plus de table : rien n’a changé.", guest=newcomer.guest_name or _("L’arrivant"))
            )
        wanted[newcomer.id] = [UUID(table) for table in unit.tables]
    changes = _give(kept.establishment, kept.service_date, wanted)
    for change in changes:
        publish(PartyPutBack(change.reservation, actor, change.before, change.after))
    kept.undone_at = clock.now()
    publish(RearrangementUndone(kept, actor, len(kept.moves)))
    return True


def accept_proposal(
    establishment: Establishment,
    service_date: date,
    shift_id: str,
    *,
    seen: str,
    actor: Actor,
    evens_areas: bool = False,
) -> Rearrangement | None:
    """Make all the moves of the proposal that was shown; None when there is nothing to move.

    `seen` is the seal of the one that was read. Raises RuleBroken when the day has changed since.
    """
    require(actor, may.WELCOME, establishment)
    house = queries.house_of(establishment, version=queries.lock_day(establishment.id, service_date))
    found = rearrangements.proposals_on(house, service_date, shift_id=shift_id, evens_areas=evens_areas)
    if not found or found[0].seal(found[0].version - 1) != seen:  # taking the lock made the day's version one more
        raise RuleBroken(
            _("Quelque chose a changé ce jour-là depuis la proposition : rien n’est déplacé. Relisez la nouvelle.")
        )
    moves = found[0].proposal.moves
    if not moves:
        return None
    wanted = {UUID(move.id): [UUID(table) for table in _unit(house, move.target).tables] for move in moves}
    changes = _give(establishment, service_date, wanted)
    kept = seats.keep_rearrangement(establishment, service_date, changes)
    for change in changes:
        publish(TablesGiven(change.reservation, actor, change.before, change.after))
    publish(RoomOptimised(kept, actor, len(changes)))
    return kept


def _give(establishment: Establishment, service_date: date, wanted: Tables) -> list[seats.TableChange]:
    """Write the tables, look at the whole plan again, and tell who watches."""
    changes = seats.give_new_tables(establishment.id, wanted)
    if not changes:
        raise RuleBroken(_("Une de ces tables a été donnée à d’autres entre-temps : rien n’a changé."))
    seats.check_plan(establishment, service_date, list(wanted))
    touch(changes[0].reservation)
    return changes


def _former_tables(kept: Rearrangement, house: House) -> Tables:
    in_service = {table.id for table in house.room.tables}
    moved = rearrangements.reservations_with_ids(UUID(move["reservation"]) for move in kept.moves)
    wanted: Tables = {}
    for move in kept.moves:
        reservation = moved.get(UUID(move["reservation"]))
        if reservation is None or reservation.state not in COMING:
            raise RuleBroken(_no_longer_coming(reservation))
        if sorted(seating.table_id.hex for seating in reservation.seatings) != sorted(move["after"]):
            raise RuleBroken(_("%(guest)s a changé de table depuis : rien n’est remis.", guest=reservation.guest_name))
        if not in_service.issuperset(move["before"]):
            raise RuleBroken(
                _("La table de %(guest)s n’est plus en service : rien n’est remis.", guest=reservation.guest_name)
            )
        wanted[reservation.id] = [UUID(table) for table in move["before"]]
    return wanted


def _no_longer_coming(reservation: Reservation | None) -> str:
    name = reservation.guest_name if reservation is not None else ""
    if reservation is not None and reservation.state in (S.ARRIVED, S.SEATED):
        return _("%(guest)s : déjà dans la maison, les tables restent ainsi.", guest=name)
    return _("La réservation de %(guest)s n’est plus à venir : les tables restent ainsi.", guest=name)


def _elsewhere(newcomer: Reservation, wanted: Mapping[UUID, list[UUID]], house: House) -> Unit | None:
    """Give the best unit left to the newcomer once the others have theirs again."""
    book = queries.book_in_transaction(house, newcomer.service_date, leaving_out=newcomer.id)
    masks, moved = dict(book.masks), [db.session.get_one(Reservation, id) for id in wanted]
    for reservation in moved:
        for seating in reservation.seatings:
            masks[seating.table_id.hex] &= ~book.mask_of(_quarters(reservation))
    for reservation in moved:
        for table in wanted[reservation.id]:
            masks[table.hex] = masks.get(table.hex, 0) | book.mask_of(_quarters(reservation))
    request = Request(_quarters(newcomer), newcomer.covers, newcomer.area_wish, newcomer.locked_unit)
    return best_fit(house.room, replace(book, masks=masks), request)


def _quarters(reservation: Reservation) -> range:
    held = reservation.seatings
    return range(held[0].first_quarter, held[0].end_quarter)


def _unit(house: House, unit_id: str) -> Unit:
    unit = house.room.unit(unit_id)
    if unit is None:
        raise LookupError(unit_id)
    return unit
