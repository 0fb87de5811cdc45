"""What a known guest likes is tried first; it refuses nobody, moves nobody and pins nothing."""

import pytest

from app.booking import service
from app.booking.models import Reservation
from app.booking.service import guests
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, SMALL, TESTS, details, open_house, promise, tables, wish
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

TERRACE = {"id": "9", "area": "terrasse", "min_covers": 1, "max_covers": 2}
TALL = {"id": "8", "area": "terrasse", "min_covers": 1, "max_covers": 4}
ROOM = {**SMALL["room"], "areas": ["salle", "terrasse"], "tables": [*SMALL["room"]["tables"], TALL, TERRACE]}


@pytest.fixture(params=["best_fit", "guarded"])
def house(app, request):
    """The small house with two tables outside."""
    return open_house(room=ROOM, booking={"policy": request.param})


@pytest.fixture
def liking(house):
    """Alice came once; what she likes is noted."""
    known = promise(house, f"{SATURDAY} 12:00")

    def note(area="", table_code=""):
        with transaction():
            liked = guests.Preferences(area, table_code, "", None, None)
            guests.keep_preferences(known.guest, liked, actor=TESTS)

    return note


def table(reservation):
    return db.session.get_one(Reservation, reservation.id, populate_existing=True).table_codes()


def test_a_stranger_has_the_best_table(house):
    assert table(promise(house)) == "1"


@on_both
@pytest.mark.parametrize(("liked", "given"), [({"table_code": "2"}, "2"), ({"area": "terrasse"}, "9")])
def test_what_is_liked_is_given_when_it_is_free(house, liking, liked, given):
    liking(**liked)
    made = promise(house)
    assert (table(made), made.locked_unit) == (given, None)
    assert unsound() == []


def test_the_table_liked_goes_before_the_area_liked(house, liking):
    liking(area="terrasse", table_code="2")
    assert table(promise(house)) == "2"


def test_the_area_is_given_where_the_table_is_taken(house, liking):
    liking(area="terrasse", table_code="2")
    promise(house, unit=tables(house)["2"], email="eve@example.org")
    assert table(promise(house)) == "9"


def test_a_taken_or_unfit_or_unknown_preference_changes_nothing(house, liking):
    promise(house, unit=tables(house)["2"], email="eve@example.org")
    for liked in ("2", "3", "77", "3+4"):
        liking(table_code=liked)
        made = promise(house)
        assert table(made) == "1"
        with transaction():
            service.cancel_reservation(made, actor=TESTS, reason="")


def test_what_is_asked_for_outweighs_what_is_liked(house, liking):
    liking(area="terrasse", table_code="9")
    with transaction():
        inside = service.reserve(house, wish(area="salle"), details(), actor=TESTS)
    assert table(inside) == "1"
    assert table(promise(house, f"{SATURDAY} 21:00", unit=tables(house)["2"])) == "2"


def test_a_table_held_while_typing_is_exchanged_for_the_one_liked(house, liking):
    liking(table_code="2")
    with transaction():
        service.hold_table(house, wish(), visitor="v", network="n")
    made = promise(house, visitor="v")
    assert table(made) == "2"
    assert unsound() == []


def test_a_hold_that_ran_out_on_the_table_liked_costs_nobody_a_table(house, liking, at):
    liking(table_code="1")
    with transaction():
        service.hold_table(house, wish(), visitor="other", network="n")
    at("2026-03-10 18:30")
    made = promise(house)
    assert table(made) in ("1", "2")
    assert unsound() == []


def test_two_who_like_the_same_table_both_get_one(house, liking):
    liking(table_code="2")
    assert [table(promise(house)), table(promise(house, email="alice@example.org", covers=1))] == ["2", "1"]
