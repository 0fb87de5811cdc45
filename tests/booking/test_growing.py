"""More guests come than were expected: the number is noted, and the room says where they could sit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking import service
from app.booking.growing import larger_seats
from app.booking.models import Reservation, ReservationState
from app.booking.seating import FORCE, STAFF
from app.kernel import audit
from app.kernel.db import db, transaction
from tests.booking.evenings import PAIR, TABLES, room
from tests.booking.houses import SATURDAY, TESTS, promise, tables
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

ROOM = "/admin/service"
S = ReservationState


@pytest.fixture
def seated(house, at):
    """Four guests at table 3 since 19:30; it is 19:40."""
    party = promise(house, f"{SATURDAY} 19:30", 4, permit=STAFF, unit=tables(house)["3"], email="quatre@example.org")
    at(f"{SATURDAY} 19:40")
    with transaction():
        service.seat_party(party, actor=TESTS)
    return party


def fresh(reservation):
    db.session.rollback()
    return db.session.get_one(Reservation, reservation.id, populate_existing=True)


def url_of(reservation):
    return f"{ROOM}/reservations/{reservation.id}"


def count(visitor, reservation, covers):
    return visitor.post(url_of(reservation), data={"acte": "covers", "couverts": covers})


def proposals(page):
    return [button.text for button in page.all("#room-panel button") if " places" in button.text]


# --- the number -----------------------------------------------------------------------------------------------


@on_both
def test_four_become_six_and_keep_their_table(visit, cast, seated):
    assert count(visit(cast.diane), seated, "6").status_code == 303
    kept = fresh(seated)
    assert (kept.covers, kept.table_codes(), kept.overridden) == (6, "3", ["fit"])
    assert unsound() == []
    entry = next(each for each in audit.entries_on("Reservation", seated.id) if each.fact == "booking.party_counted")
    assert (entry.details["before"], entry.details["covers"]) == (4, 6)


def test_fewer_came_and_fit_again(visit, cast, seated):
    visitor = visit(cast.diane)
    count(visitor, seated, "6")
    count(visitor, seated, "3")
    assert (fresh(seated).covers, fresh(seated).overridden) == (3, [])
    assert unsound() == []


@pytest.mark.parametrize("nonsense", ["", "zéro", "0", "-2", "1000000"])
def test_a_number_that_is_none_is_refused(visit, cast, seated, nonsense):
    assert count(visit(cast.diane), seated, nonsense).status_code == 422
    assert fresh(seated).covers == 4


def test_who_is_not_here_yet_asks_the_house_instead(visit, cast, house, reservation, at):
    at(f"{SATURDAY} 19:20")
    visitor = visit(cast.diane)
    assert count(visitor, reservation, "3").status_code == 409
    assert "Changer l’heure ou le nombre" in visitor.see(url_of(reservation)).text


def test_a_waiter_counts_nobody(visit, cast, seated):
    assert count(visit(cast.bruno), seated, "6").status_code == 403
    assert fresh(seated).covers == 4


# --- where they could sit -------------------------------------------------------------------------------------


@on_both
def test_the_tables_the_house_joins_are_proposed_and_given(visit, cast, seated):
    visitor = visit(cast.diane)
    count(visitor, seated, "6")
    page = visitor.see(url_of(seated))
    assert "Il manque 2 places." in page.text
    assert proposals(page) == ["Donner 3 + 4 : 8 places"]
    form = next(form for form in page.all("#room-panel form") if "Donner 3 + 4" in form.text)
    given_ids = [each["value"] for each in form.all("input[name=tables]")]
    assert visitor.post(f"{url_of(seated)}/tables", data={"tables": given_ids}).status_code == 303
    assert (fresh(seated).table_codes(), fresh(seated).overridden) == ("3 + 4", [])
    assert unsound() == []


def test_a_table_that_others_will_need_is_not_proposed(visit, cast, house, seated):
    promise(house, f"{SATURDAY} 20:30", 4, permit=FORCE, unit=tables(house)["4"], email="suivants@example.org")
    visitor = visit(cast.diane)
    count(visitor, seated, "6")
    assert not any("4" in each.split(":")[0] for each in proposals(visitor.see(url_of(seated))))


def test_a_table_beside_theirs_is_joined_where_the_house_joins_none():
    [first, *_others] = larger_seats(room(combinations=()), frozenset({"six"}), 8, set())
    assert first.tables == ("deux", "six")


def test_another_table_is_proposed_when_none_beside_is_free():
    assert [unit.id for unit in larger_seats(room(), frozenset({"two"}), 4, {"four"})] == ["six"]


@given(
    held=st.sampled_from([table.id for table in TABLES]),
    covers=st.integers(1, 12),
    taken=st.sets(st.sampled_from([table.id for table in TABLES])),
)
def test_whatever_is_proposed_is_free_and_large_enough(held, covers, taken):
    for unit in larger_seats(room(combinations=(PAIR,)), frozenset({held}), covers, taken):
        assert not (taken - {held}) & set(unit.tables)
        assert covers <= unit.max_covers


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "en chiffres"), ("beaucoup", "en chiffres"), ("0", "au moins 1 couvert"), ("999", "200 couverts au plus")],
)
def test_a_number_that_is_none_is_said_beside_the_party(visit, cast, seated, typed, said):
    page = visit(cast.diane).arrive(url_of(seated), count(visit(cast.diane), seated, typed))
    assert page.status == 422
    assert said in page.first("#room-panel").text
