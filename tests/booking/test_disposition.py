"""A better disposition of a coming shift: proposed, accepted whole by staff, refused when the day has changed since."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import Rearrangement, Reservation, ReservationState
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


def test_an_unknown_shift_changes_nothing(badly, visit, cast):
    sent = {"date": SATURDAY, "service": "x", "seen": "x"}
    assert visit(cast.diane).post("/admin/service/disposition", data=sent).status_code == 409
    assert table_of(badly) == "2"


def test_others_may_neither_read_nor_accept(badly, visit, cast):
    waiter = visit(cast.bruno)
    sent = {"date": SATURDAY, "service": "x", "seen": "x"}
    assert waiter.get(URL).status_code == 403
    assert waiter.post("/admin/service/disposition", data=sent).status_code == 403


def test_a_closed_day_says_so(house, visit, cast):
    assert "fermée ce jour-là" in visit(cast.diane).see("/admin/service/disposition?date=2026-04-08").text


def test_the_command_prints_the_same_moves_and_moves_nobody(badly, app):
    run = app.test_cli_runner().invoke
    printed = run(args=["booking", "optimise", SATURDAY])
    lines = printed.output.replace("\u202f", " ").splitlines()
    assert lines == ["Dîner : 2 places vides de moins", "  Alice Petit : table 2 → 1"]
    assert run(args=["booking", "optimise", SATURDAY, "--shift", "Déjeuner"]).output == "Rien à améliorer.\n"
    assert run(args=["booking", "optimise", SATURDAY, "--shift", "Brunch"]).exit_code == 1
    assert run(args=["booking", "optimise", SATURDAY, "--slug", "ailleurs"]).exit_code == 1
    assert table_of(badly) == "2"
