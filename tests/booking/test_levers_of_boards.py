"""A drop that is refused names what would make a yes of it, one click each, for whoever has the right."""

from datetime import time
from uuid import UUID

import pytest

from app.booking.models import Reservation
from app.booking.seating import STAFF
from app.kernel import audit
from app.kernel.db import db
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, tables
from tests.booking.soundness import unsound
from tests.factories import make_user
from tests.harness.visitors import forget_readings

ROOM = {
    **SMALL["room"],
    "tables": [
        {"id": "11", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "12", "area": "salle", "min_covers": 1, "max_covers": 4},
        {"id": "13", "area": "salle", "min_covers": 3, "max_covers": 4},
    ],
    "combinations": [],
}
GUARDED = {**SMALL["booking"], "policy": "guarded"}


@pytest.fixture
def house(app):
    return open_house(room=ROOM, booking=GUARDED)


@pytest.fixture
def moving(house):
    """A party of two, at lunch."""
    return promise(house, f"{SATURDAY} 12:00", 2, email="mobile@example.org")


def url_of(reservation):
    return f"/admin/service/frise/{reservation.id}/deplacement"


def drop(visitor, reservation, at, unit, **more):
    sent = {"date": SATURDAY, "time": at, "unit": unit, "seen": str(reservation.sequence), **more}
    return visitor.arrive(url_of(reservation), visitor.post(url_of(reservation), data=sent))


def levers_on(page):
    """What each lever's button says, and the form that pulls it."""
    forms = [form for form in page.all(".notice form") if form.all("input[name=lever]")]
    return {form.first("button").text.replace("\u00a0", " "): form for form in forms}


def stands(reservation):
    forget_readings()
    found = db.session.get_one(Reservation, reservation.id)
    return found.local_time, found.table_codes(), found.overridden


def test_a_table_of_the_wrong_size_is_given_all_the_same_in_one_s_name(visit, cast, house, moving):
    chloe, big = visit(cast.chloe), tables(house)["13"]
    page = drop(chloe, moving, "19:30", big)
    assert page.status == 409
    assert list(levers_on(page)) == ["La 13 quand même (taille ou espace de la table)"]
    drop(chloe, moving, "19:30", big, lever="anyway")
    assert stands(moving) == (time(19, 30), "13", ["fit"])
    (fact,) = [each for each in audit.entries_on("Reservation", moving.id) if each.fact == "booking.reservation_moved"]
    assert fact.actor_label == "Chloé Martin"


def test_the_lever_is_a_form_that_needs_no_script(visit, cast, house, moving):
    page = drop(visit(cast.chloe), moving, "19:30", tables(house)["13"])
    (form,) = levers_on(page).values()
    sent = {field["name"]: field["value"] for field in form.all("input[name]") if field["name"] != "csrf_token"}
    assert sent == {
        "date": SATURDAY, "time": "19:30", "unit": tables(house)["13"], "seen": "0", "lever": "anyway",
    }  # fmt: skip
    assert form["action"] == url_of(moving)


def test_a_higher_pace_is_granted_by_one_click(visit, cast, house, moving):
    open_house(room=ROOM, booking=GUARDED, shifts=[SMALL["shifts"][0], {**SMALL["shifts"][1], "pacing_covers": 4}])
    promise(house, covers=4, email="quatre@example.org")
    page = drop(visit(cast.chloe), moving, "19:30", tables(house)["11"])
    assert list(levers_on(page)) == ["+2 couverts à 19 h 30"]
    drop(visit(cast.chloe), moving, "19:30", tables(house)["11"], lever="pace")
    assert stands(moving) == (time(19, 30), "11", ["pacing"])


def test_a_table_that_is_taken_has_no_lever(visit, cast, house, moving):
    promise(house, unit=tables(house)["11"], actor=TESTS, permit=STAFF, email="deux@example.org")
    chloe, taken = visit(cast.chloe), tables(house)["11"]
    assert "La 11 quand même" not in "".join(levers_on(drop(chloe, moving, "19:30", taken)))
    assert drop(chloe, moving, "19:30", taken, lever="anyway").status == 409
    assert stands(moving)[0] == time(12)
    assert unsound() == []


def test_who_may_not_force_sees_no_such_lever_and_pulls_none(visit, cast, house, moving):
    diane, big = visit(cast.diane), tables(house)["13"]
    assert not levers_on(drop(diane, moving, "19:30", big))
    assert drop(diane, moving, "19:30", big, lever="anyway").status == 409
    assert stands(moving) == (time(12), "11", [])


def test_the_right_to_force_in_another_house_is_none_here(visit, cast, house, moving):
    there = open_house(slug="autre-rive", name="L’Autre Rive")
    host = make_user("Zoé", "host")
    host_there = make_user("Ada", "manager", scope=Scope("establishment", str(there.id)))
    for somebody in (host, host_there):
        assert drop(visit(somebody), moving, "19:30", tables(house)["13"], lever="anyway").status in (403, 409)
    assert stands(moving)[0] == time(12)


@pytest.mark.parametrize("lever", ["x", "time:99:99", "unlock:abc"])
def test_nonsense_is_refused(visit, cast, house, moving, lever):
    assert drop(visit(cast.chloe), moving, "19:30", tables(house)["13"], lever=lever).status == 422


def test_what_was_seen_still_binds(visit, cast, house, moving):
    chloe, big = visit(cast.chloe), tables(house)["13"]
    drop(chloe, moving, "12:15", tables(house)["12"])
    late = chloe.post(
        url_of(moving), data={"date": SATURDAY, "time": "19:30", "unit": big, "seen": "0", "lever": "anyway"}
    )
    assert late.status_code == 409
    assert "vient de déplacer cette réservation" in late.text


# --- beside the plan ------------------------------------------------------------------------------------------


def give(visitor, reservation, *codes, units, **more):
    chosen = [str(UUID(units[code])) for code in codes]
    url = f"/admin/service/reservations/{reservation.id}/tables"
    return visitor.arrive(url, visitor.post(url, data={"tables": chosen, **more}))


def test_beside_the_plan_tables_that_do_not_fit_are_given_by_one_click(visit, cast, house, moving):
    page = give(visit(cast.chloe), moving, "13", units=tables(house))
    assert page.status == 409
    page.submit(".notice form", javascript=False)
    assert stands(moving) == (time(12), "13", ["fit"])


def test_who_may_not_force_is_only_told_why(visit, cast, house, moving):
    page = give(visit(cast.diane), moving, "13", units=tables(house))
    assert page.status == 409
    assert not page.has(".notice form")


def test_a_table_that_is_anothers_is_offered_to_nobody(visit, cast, house, moving, at):
    at(f"{SATURDAY} 10:00")
    promise(house, f"{SATURDAY} 12:00", 4, unit=tables(house)["13"], actor=TESTS, permit=STAFF, email="q@example.org")
    page = give(visit(cast.chloe), moving, "13", units=tables(house))
    assert page.status == 409
    assert not page.has(".notice form")
