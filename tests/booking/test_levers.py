"""A refusal names what would make a yes of it, cheapest first, and one click does it, for whoever has the right."""

import pytest
import sqlalchemy as sa

from app.booking.models import Reservation
from app.kernel import audit
from app.kernel.db import db
from tests.booking.houses import SATURDAY, SMALL, open_house, promise, tables, typed
from tests.booking.soundness import unsound

ROOM = {
    **SMALL["room"],
    "tables": [
        {"id": "11", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "12", "area": "salle", "min_covers": 1, "max_covers": 4},
    ],
    "combinations": [],
}
URL = "/admin/reservations"


@pytest.fixture
def house(app):
    return open_house(room=ROOM, booking={**SMALL["booking"], "policy": "guarded"})


def ask(visitor, **changed):
    """Ask by telephone; gives the page that refuses, or that shows the reservation."""
    sent = typed(email="quatre@example.org", consent=None, **changed)
    return visitor.arrive(URL, visitor.post(URL, data=sent))


def levers_on(page):
    return {button.text: button["value"] for button in page.all("#wish-fields button[name=lever]")}


def made():
    db.session.rollback()
    query = sa.select(Reservation).where(Reservation.email == "quatre@example.org")
    return db.session.scalars(query).one()


def locked_couple(house):
    return promise(house, unit=tables(house)["12"], email="deux@example.org", last_name="Petit")


def test_a_lock_is_lifted_and_the_party_seated_in_one_click(house, visit, cast):
    couple, manager = locked_couple(house), visit(cast.chloe)
    page = ask(manager, covers="4")
    assert page.status == 409
    found = levers_on(page)
    assert "Débloquer la 12 (Alice Petit)" in found
    assert ask(manager, covers="4", lever=found["Débloquer la 12 (Alice Petit)"]).status == 200
    db.session.expire_all()
    assert (made().table_codes(), db.session.get_one(Reservation, couple.id).table_codes()) == ("12", "11")
    assert "booking.table_unlocked" in [entry.fact for entry in audit.entries_on("Reservation", couple.id)]
    assert unsound() == []


def test_the_nearest_times_come_first(house, visit, cast):
    promise(house, covers=4, email="trois@example.org")
    manager = visit(cast.chloe)
    found = levers_on(ask(manager, covers="4"))
    assert next(iter(found.values())) == "time:21:30"
    ask(manager, covers="4", lever="time:21:30")
    assert made().local_time.isoformat() == "21:30:00"


def test_the_enter_key_pulls_no_lever_and_sets_no_rule_aside(house, visit, cast):
    promise(house, covers=4, email="trois@example.org")
    page = ask(visit(cast.chloe), covers="4")
    assert levers_on(page)
    assert page.first("#reservation-form button").get("name") is None


def test_a_higher_pace_is_in_the_name_of_who_grants_it(house, visit, cast):
    shifts = [{**SMALL["shifts"][1], "pacing_covers": 4}]
    open_house(room=ROOM, shifts=shifts, booking={**SMALL["booking"], "policy": "guarded"})
    promise(house, covers=3, email="trois@example.org")
    manager = visit(cast.chloe)
    found = levers_on(ask(manager, covers="2"))
    assert found["+1 couvert à 19 h 30"] == "pace"
    ask(manager, covers="2", lever="pace")
    assert made().overridden == ["pacing"]


def test_one_more_is_squeezed_in_at_a_free_table(house, visit, cast):
    promise(house, covers=4, email="quatre-autres@example.org")
    manager = visit(cast.chloe)
    found = levers_on(ask(manager, covers="3"))
    assert "Serrer à 3 à la 11" in found
    ask(manager, covers="3", lever=found["Serrer à 3 à la 11"])
    assert (made().table_codes(), made().overridden) == ("11", ["fit"])


def test_a_wished_table_that_is_taken_may_be_given_up(house, visit, cast):
    locked_couple(house)
    manager = visit(cast.chloe)
    found = levers_on(ask(manager, covers="2", unit=tables(house)["12"]))
    assert found["Une autre table"] == "any-unit"
    ask(manager, covers="2", unit=tables(house)["12"], lever="any-unit")
    assert made().table_codes() == "11"


def test_who_may_not_force_is_shown_no_such_lever_and_gets_none(house, visit, cast):
    open_house(room=ROOM, shifts=[{**SMALL["shifts"][1], "pacing_covers": 4}])
    promise(house, covers=3, email="trois@example.org")
    host = visit(cast.diane)
    assert "pace" not in levers_on(ask(host, covers="2")).values()
    assert ask(host, covers="2", lever="pace").status == 409


@pytest.mark.parametrize("lever", ["x", "time:99:99", "unlock:abc", "squeeze:"])
def test_nonsense_is_refused(house, visit, cast, lever):
    sent = typed(email="quatre@example.org", consent=None, lever=lever)
    assert visit(cast.chloe).post(URL, data=sent).status_code == 422


def test_a_lever_that_does_not_serve_unlocks_nobody(house, visit, cast):
    couple = locked_couple(house)
    promise(house, covers=2, email="un@example.org")
    page = ask(visit(cast.chloe), covers="4", lever=f"unlock:{couple.id.hex}")
    assert page.status == 409
    assert db.session.get_one(Reservation, couple.id, populate_existing=True).locked_unit is not None


def test_moving_a_reservation_has_its_levers_too(house, visit, cast):
    locked_couple(house)
    moving = promise(house, f"{SATURDAY} 12:00", 4, email="quatre@example.org")
    manager, url = visit(cast.chloe), f"{URL}/{moving.id}/modification"
    asked = {"date": SATURDAY, "time": "19:30", "covers": "4", "unit": ""}
    found = levers_on(manager.arrive(url, manager.post(url, data=asked)))
    manager.post(url, data={**asked, "lever": found["Débloquer la 12 (Alice Petit)"]})
    assert (made().local_time.isoformat(), made().table_codes()) == ("19:30:00", "12")


def test_a_refusal_that_is_not_the_room_s_has_no_lever(house, visit, cast):
    assert levers_on(ask(visit(cast.chloe), covers="2", time="15:00")) == {}
