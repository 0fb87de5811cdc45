"""Who sees which reservations: one query answers for the list, the page, the search, the export and the counts."""

import pytest

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.models import Reservation, ReservationState
from app.kernel.access import ANONYMOUS, Actor, system
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, bearer, open_example, promise, wish
from tests.booking.soundness import unsound
from tests.factories import make_user
from tests.harness.databases import on_both


@pytest.fixture
def other_house(house):
    return open_example("chez-margot")


@pytest.fixture
def everything(house, other_house):
    """One reservation in each house, one held, one expired, one cancelled."""
    kept = {
        "here": promise(house),
        "there": promise(other_house, email="eve@example.org"),
        "cancelled": promise(house, f"{SATURDAY} 21:30", email="zoe@example.org"),
    }
    with transaction():
        service.cancel_reservation(kept["cancelled"], actor=system("tests"), reason="x")
        service.hold_table(house, wish(f"{SATURDAY} 12:00"), visitor="a", network="n")
        kept["held"] = service.hold_table(house, wish(f"{SATURDAY} 12:15"), visitor="b", network="n")
    with transaction():
        service.release_hold(db.session.get_one(Reservation, kept["held"].id))
    return kept


def seen_by(actor):
    return {reservation.id for reservation in db.session.scalars(queries.visible_to(actor))}


def expected_of(actor, house_ids):
    """Decide row by row, from the words of the requirement: the second way that must agree with the query."""
    return {
        reservation.id
        for reservation in db.session.query(Reservation)
        if reservation.state not in (ReservationState.HELD, ReservationState.EXPIRED)
        and (
            house_ids == "all"
            or reservation.establishment_id in house_ids
            or any(right.record_id == reservation.id and right.scope == may.GUEST_LINK for right in actor.links)
        )
    }


def staff(*scopes):
    return Actor("user", "u", "Quelqu’un", rights={may.VIEW.code: frozenset(scopes)})


def test_each_actor_sees_what_they_should(everything, house, other_house):
    here = Scope("establishment", str(house.id))
    there = Scope("establishment", str(other_house.id))
    guest = bearer(everything["there"])
    cases = [
        (ANONYMOUS, set()), (system("tests"), "all"), (staff(Scope()), "all"), (staff(here), {house.id}),
        (staff(here, there), {house.id, other_house.id}), (staff(Scope(), here), "all"), (guest, set()),
        (Actor("user", "u", "Sans droit"), set()),
    ]  # fmt: skip
    for actor, houses in cases:
        assert seen_by(actor) == expected_of(actor, houses), actor


def test_the_sets_are_what_the_story_says(everything, house):
    assert seen_by(staff(Scope("establishment", str(house.id)))) == {everything["here"].id, everything["cancelled"].id}
    assert seen_by(bearer(everything["there"])) == {everything["there"].id}
    assert seen_by(ANONYMOUS) == set()
    assert unsound() == []


def test_a_user_with_a_link_sees_both(everything, house):
    guest = bearer(everything["there"])
    both = Actor(
        "user",
        "u",
        "Chloé",
        rights={may.VIEW.code: frozenset({Scope("establishment", str(house.id))})},
        links=guest.links,
    )
    assert seen_by(both) == {everything["here"].id, everything["cancelled"].id, everything["there"].id}


def test_the_page_and_the_list_agree_with_the_query(visit, everything, house):
    luc = make_user("Luc", "manager", scope=Scope("establishment", str(house.id)))
    client = visit(luc)
    page = client.see("/admin/reservations")
    listed = {link["href"].rpartition("/")[2] for link in page.all("a[href^=/admin/reservations/]")}
    for reservation in everything.values():
        shown = client.get(f"/admin/reservations/{reservation.id}").status_code
        assert (
            (str(reservation.id) in listed)
            == (shown == 200)
            == (reservation in (everything["here"], everything["cancelled"]))
        )


@pytest.mark.parametrize("role", ["host", "manager", "administrator"])
def test_every_role_of_the_house_sees_the_reservations(visit, cast, everything, role):
    who = {"host": cast.diane, "manager": cast.chloe, "administrator": cast.admin}[role]
    assert "3 lignes" in visit(who).see("/admin/reservations").text


@on_both
def test_the_room_sees_the_day_of_its_own_houses(everything, house, at):
    at("2026-03-14 18:00")
    day = {everything["here"].id, everything["cancelled"].id}
    assert seen_by(staff(Scope(may.TONIGHT, str(house.id)))) == day
    assert day <= seen_by(staff(Scope(may.TONIGHT)))
    assert seen_by(staff(Scope(may.TONIGHT, "elsewhere"))) == set()
    at("2026-03-13 18:00")
    assert seen_by(staff(Scope(may.TONIGHT))) == set()


def test_a_hold_has_no_page(visit, cast, everything):
    assert visit(cast.chloe).get(f"/admin/reservations/{everything['held'].id}").status_code == 404
