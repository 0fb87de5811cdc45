"""A coming reservation changes tables so that one more can be taken, in the same transaction, and its history says so."""

import pytest
import sqlalchemy as sa

from app.booking import queries, service
from app.booking.models import Reservation, ReservationState
from app.booking.seating import GUEST, STAFF, feasible
from app.booking.seating.verdict import Placement
from app.kernel import audit
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, SMALL, TESTS, bearer, details, open_house, promise, tables, wish
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

TWO = {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2}
FOUR = {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4}
ROOM = {**SMALL["room"], "tables": [TWO, FOUR], "combinations": []}
GUARDED = {**SMALL["booking"], "policy": "guarded"}


@pytest.fixture
def house(app):
    return open_house(room=ROOM, booking=GUARDED)


def table_of(reservation):
    db.session.rollback()
    return db.session.get_one(Reservation, reservation.id, populate_existing=True).table_codes()


def couple_at_the_large_table(house, **more):
    """Two couples fill the house, then the one at the small table goes."""
    first = promise(house, email="un@example.org")
    second = promise(house, email="deux@example.org", **more)
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, first.id), actor=TESTS, reason="")
    assert table_of(second) == "2"
    return second


def moves_of(reservation):
    return [each for each in audit.entries_on("Reservation", reservation.id) if "newcomer" in each.details]


@on_both
def test_a_couple_gives_the_large_table_up_for_four(house):
    couple = couple_at_the_large_table(house)
    four = promise(house, covers=4)
    assert (table_of(couple), table_of(four)) == ("1", "2")
    assert unsound() == []


def test_the_history_says_who_moved_and_for_whom(house):
    couple = couple_at_the_large_table(house)
    four = promise(house, covers=4)
    (entry,) = moves_of(couple)
    assert (entry.details["before"], entry.details["after"], entry.details["newcomer"]) == ("2", "1", four.reference)


def test_a_promise_may_be_moved_to_where_another_makes_way(house):
    couple = couple_at_the_large_table(house)
    later = promise(house, "2026-03-14 12:00", 4)
    with transaction():
        service.move_reservation(db.session.get_one(Reservation, later.id), wish(covers=4), actor=bearer(later))
    assert (table_of(couple), table_of(later)) == ("1", "2")
    assert unsound() == []


def test_best_fit_moves_nobody(app):
    house = open_house(room=ROOM)
    couple = couple_at_the_large_table(house)
    with pytest.raises(service.TimeTaken):
        promise(house, covers=4)
    assert table_of(couple) == "2"


def test_who_chose_a_table_keeps_it(house):
    couple = couple_at_the_large_table(house, unit=tables(house)["2"])
    with pytest.raises(service.TimeTaken):
        promise(house, covers=4)
    assert table_of(couple) == "2"


@pytest.mark.parametrize("state", [ReservationState.SEATED, ReservationState.FINISHED])
def test_who_sits_already_is_not_moved(house, state):
    couple = couple_at_the_large_table(house)
    with transaction():
        db.session.execute(sa.update(Reservation).where(Reservation.id == couple.id).values(state=state))
    with pytest.raises(service.TimeTaken):
        promise(house, covers=4)


def test_who_is_about_to_arrive_is_not_moved(house, at):
    couple = couple_at_the_large_table(house)
    at("2026-03-14 18:30")
    with pytest.raises(service.TimeTaken):
        promise(house, covers=4, actor=TESTS, permit=STAFF)
    assert table_of(couple) == "2"


def test_a_held_table_is_not_moved(house):
    couple = couple_at_the_large_table(house)
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, couple.id), actor=TESTS, reason="")
        service.hold_table(house, wish(covers=3), visitor="v", network="n")
    promise(house)
    with pytest.raises(service.TimeTaken):
        promise(house, covers=4)
    assert unsound() == []


def test_a_refusal_after_all_leaves_everybody_where_they_were(house):
    couple = couple_at_the_large_table(house)
    with pytest.raises(RuntimeError, match="enough"), transaction():
        service.reserve(house, wish(covers=4), details(), actor=TESTS)
        raise RuntimeError("enough")
    assert table_of(couple) == "2"
    assert moves_of(couple) == []
    assert unsound() == []


def test_listing_and_writing_agree(house):
    couple_at_the_large_table(house)
    read = queries.house_of(house)
    date_ = wish().service_date
    for covers in range(1, 6):
        day = queries.day_of(read, date_)
        listed = [isinstance(feasible(day, slot, covers), Placement) for slot in day.slots]
        inside = queries.day_in_transaction(read, date_)
        written = [isinstance(feasible(inside, slot, covers, permit=GUEST), Placement) for slot in inside.slots]
        assert listed == written
        assert queries.times_left_on(read, date_, date_, covers)[date_] == sum(listed)


def test_the_public_page_offers_what_a_move_makes_possible(house, visit):
    couple_at_the_large_table(house)
    page = visit().see(f"/reserver?date={SATURDAY}&covers=4&time=19:30")
    assert page.first("input[name=time][checked]")["value"] == "19:30"
