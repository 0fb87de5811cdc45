"""A better disposition of a coming shift: proposed, accepted whole by staff, refused when the day has changed since."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.booking import service
from app.booking.models import Rearrangement, Reservation, ReservationState
from app.booking.seating import Combination, Room, Sitting, Table
from app.booking.seating.check import faults
from app.booking.seating.optimise import optimise
from app.kernel import audit
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, tables
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

URL = f"/admin/service/disposition?date={SATURDAY}"
ROOM = {
    **SMALL["room"],
    "tables": [
        {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4},
        {"id": "3", "area": "salle", "min_covers": 1, "max_covers": 4},
    ],
    "combinations": [{"id": "1+2", "tables": ["1", "2"], "min_covers": 3, "max_covers": 6}],
}


# --- pure ---------------------------------------------------------------------------------------------------------

PURE = Room(
    (Table("a", "in", 1, 2), Table("b", "in", 1, 4), Table("c", "out", 1, 4), Table("d", "out", 2, 6)),
    (Combination("a+b", ("a", "b"), 3, 6), Combination("c+d", ("c", "d"), 5, 9)),
    (),
)


@st.composite
def evenings(draw):
    """Parties who sit anywhere they fit, nobody at another's table."""
    sittings, taken = [], set()
    for number in range(draw(st.integers(0, 8))):
        first, unit = draw(st.integers(0, 12)), draw(st.sampled_from(PURE.units))
        quarters = range(first, first + draw(st.integers(1, 6)))
        cells = {(table, quarter) for table in unit.tables for quarter in quarters}
        if not cells & taken:
            taken |= cells
            covers = draw(st.integers(unit.min_covers, unit.max_covers))
            area = draw(st.sampled_from([None, *(unit.areas if len(unit.areas) == 1 else ())]))
            fixed = draw(st.booleans())
            sittings.append(Sitting(str(number), quarters, covers, unit.id, area, is_fixed=fixed))
    return sittings


@given(evenings())
def test_what_is_proposed_holds_is_better_and_moves_nobody_who_may_not_be(sittings):
    found = optimise(PURE, 0, sittings, range(4, 100))
    by_id = {sitting.id: sitting for sitting in sittings}
    moved = {move.id: move.target for move in found.moves}
    after = [
        Sitting(each.id, each.quarters, each.covers, moved.get(each.id, each.unit), each.area, each.lock, each.is_fixed)
        for each in sittings
    ]
    assert list(faults(PURE, after)) == []
    assert all(not by_id[id].is_fixed and by_id[id].quarters.start >= 4 for id in moved)
    assert all(move.source == by_id[move.id].unit != move.target for move in found.moves)
    assert found.after < found.before if moved else found.after == found.before


def test_a_party_leaves_a_combination_for_a_table_of_its_size():
    four = Sitting("r", range(6), 4, "a+b")
    found = optimise(PURE, 0, [four], range(100))
    assert [(move.source, move.target) for move in found.moves] == [("a+b", "b")]
    assert (found.before.joined, found.after.joined) == (1, 0)


def test_two_parties_exchange_their_tables():
    two, five = Sitting("two", range(6), 2, "d"), Sitting("five", range(6), 5, "a+b")
    found = optimise(PURE, 0, [two, five], range(100))
    assert {move.id: move.target for move in found.moves} == {"two": "a", "five": "d"}


def test_nobody_is_moved_for_nothing():
    well = [Sitting("two", range(6), 2, "a"), Sitting("four", range(6), 4, "b")]
    assert optimise(PURE, 0, well, range(100)).moves == ()


# --- in the house -------------------------------------------------------------------------------------------------


@pytest.fixture
def house(app):
    return open_house(room=ROOM)


@pytest.fixture
def badly(house):
    """A couple alone at a table for four, where the small one is free since somebody left."""
    first, couple = promise(house, email="un@example.org"), promise(house, email="deux@example.org", last_name="Petit")
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, first.id), actor=TESTS, reason="")
    return couple


def table_of(reservation):
    db.session.rollback()
    return db.session.get_one(Reservation, reservation.id, populate_existing=True).table_codes()


@on_both
def test_staff_read_the_moves_and_accept_all(badly, visit, cast):
    host = visit(cast.diane)
    page = host.see(URL)
    assert "Alice Petit : table 2 → 1" in page.text
    assert "2 places vides de moins" in page.text
    after = page.submit(".panel form")
    assert "Rien à améliorer" in after.text
    assert table_of(badly) == "1"
    assert unsound() == []


def test_it_is_told_and_can_be_put_back(badly, visit, cast):
    visit(cast.diane).see(URL).submit(".panel form")
    kept = db.session.scalars(sa.select(Rearrangement)).one()
    assert audit.entries_on("Rearrangement", kept.id)[0].fact == "booking.room_optimised"
    assert audit.entries_on("Reservation", badly.id)[0].fact == "booking.tables_given"
    with transaction():
        service.undo_rearrangement(db.session.get_one(Rearrangement, kept.id), actor=TESTS)
    assert table_of(badly) == "2"


def test_a_day_that_changed_meanwhile_is_read_again_first(badly, house, visit, cast):
    page = visit(cast.diane).see(URL)
    promise(house, f"{SATURDAY} 12:00", email="trois@example.org")
    refused = page.submit(".panel form")
    assert (refused.status, "Quelque chose a changé" in refused.text) == (409, True)
    assert table_of(badly) == "2"
    refused.submit(".panel form")
    assert table_of(badly) == "1"


def test_who_is_in_the_house_or_chose_a_table_is_not_in_it(badly, house, visit, cast):
    with transaction():
        arrived = {"state": ReservationState.ARRIVED}
        db.session.execute(sa.update(Reservation).where(Reservation.id == badly.id).values(arrived))
    promise(house, f"{SATURDAY} 12:00", unit=tables(house)["3"], email="trois@example.org")
    assert "Rien à améliorer" in visit(cast.diane).see(URL).text


@pytest.mark.parametrize("sent", [{"seen": "x"}, {"seen": ""}])
def test_nonsense_is_refused(badly, visit, cast, sent):
    answer = visit(cast.diane).post("/admin/service/disposition", data={"date": SATURDAY, "service": "x", **sent})
    assert answer.status_code == 422


def test_an_unknown_shift_changes_nothing(badly, visit, cast):
    sent = {"date": SATURDAY, "service": "x", "seen": "3"}
    assert visit(cast.diane).post("/admin/service/disposition", data=sent).status_code == 409
    assert table_of(badly) == "2"


def test_others_may_neither_read_nor_accept(badly, visit, cast):
    waiter = visit(cast.bruno)
    sent = {"date": SATURDAY, "service": "x", "seen": "3"}
    assert waiter.get(URL).status_code == 403
    assert waiter.post("/admin/service/disposition", data=sent).status_code == 403


def test_a_closed_day_says_so(house, visit, cast):
    assert "fermée ce jour-là" in visit(cast.diane).see("/admin/service/disposition?date=2026-04-08").text


def test_the_command_prints_the_same_moves_and_moves_nobody(badly, app):
    run = app.test_cli_runner().invoke
    printed = run(args=["booking", "optimise", SATURDAY])
    assert printed.output.splitlines() == ["Dîner : 2 places vides de moins", "  Alice Petit : table 2 → 1"]
    assert run(args=["booking", "optimise", SATURDAY, "--shift", "Déjeuner"]).output == "Rien à améliorer.\n"
    assert run(args=["booking", "optimise", SATURDAY, "--shift", "Brunch"]).exit_code == 1
    assert run(args=["booking", "optimise", SATURDAY, "--slug", "ailleurs"]).exit_code == 1
    assert table_of(badly) == "2"
