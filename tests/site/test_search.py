"""The search of the back office: guests, reservations, accounts and houses, each to who may see them."""

import pytest

from app.booking.seating import FORCE
from app.kernel.scopes import Scope
from tests.booking.houses import open_house, promise
from tests.factories import make_user


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def reservation(house):
    return promise(house, first_name="Zélie", last_name="Lebœuf", email="zelie@example.org")


def search(visitor, typed):
    """The groups of the answer, each with what it found."""
    page = visitor.see("/admin/recherche", query_string={"q": typed})
    return {
        section.first("h2").text.strip(): [link.text for link in section.all("th a")]
        for section in page.all("main section.panel")
    }


@pytest.mark.parametrize("typed", ["zelie", "LEBOEUF", "élie leb", "zelie@", "06 12 34 56"])
def test_a_guest_and_their_tables_are_found_by_any_part(visit, cast, reservation, typed):
    found = search(visit(cast.chloe), typed)
    assert found["Convives"] == ["Zélie Lebœuf"]
    assert found["Réservations"] == [f"Zélie Lebœuf ({reservation.reference})"]


def test_a_reservation_is_found_by_its_reference(visit, cast, reservation):
    assert list(search(visit(cast.chloe), reservation.reference.lower())) == ["Réservations"]


def test_a_house_and_an_account_are_found(visit, cast, house):
    chloe = visit(cast.chloe)
    assert search(chloe, "petit quai") == {"Établissements": ["Le Petit Quai"]}
    assert search(chloe, "Bruno") == {"Personnes": ["Bruno Martin"]}


def test_each_sees_what_they_may(visit, cast, house, reservation):
    assert search(visit(cast.bruno), "zelie") == {}  # the floor sees the day's reservations only
    tonight = promise(house, "2026-03-10 20:00", first_name="Zélie", email="autre@example.org")
    assert search(visit(cast.bruno), "zelie") == {"Réservations": [f"Zélie Durand ({tonight.reference})"]}


def test_who_may_not_read_an_address_does_not_find_by_it(visit, cast, house):
    promise(house, "2026-03-10 20:00", email="secrete@example.org")
    assert search(visit(cast.bruno), "secrete") == {}


def test_another_house_finds_nothing_here(visit, house, reservation):
    other = open_house(slug="autre-rive", name="L’Autre Rive")
    there = visit(make_user("Zoé", "host", scope=Scope("establishment", str(other.id))))
    assert search(there, "zelie") == {}


def test_ten_are_shown_and_the_rest_is_a_click_away(visit, cast, house, max_queries):
    for number in range(11):
        promise(
            house,
            f"2026-03-{17 + number % 5} {19 + number // 5}:00",
            first_name="Zélie",
            email=f"z{number}@example.org",
            permit=FORCE,
        )
    chloe = visit(cast.chloe)
    assert {group: len(hits) for group, hits in search(chloe, "zelie").items()} == {"Convives": 10, "Réservations": 10}
    assert "Tout voir" in chloe.see("/admin/recherche?q=zelie").text
    with max_queries(16):
        chloe.get("/admin/recherche?q=zelie")


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'; DROP TABLE people; --", "\x00", "x" * 5000])
def test_any_typing_is_answered(visit, cast, reservation, typed):
    assert visit(cast.chloe).get("/admin/recherche", query_string={"q": typed}).status_code == 200


def test_nothing_typed_finds_nothing(visit, cast, reservation):
    assert search(visit(cast.chloe), " ") == {}


def test_the_search_is_the_team_s(visit, cast, house):
    assert visit().get("/admin/recherche?q=zelie").status_code == 302
    assert visit(make_user("Zoé", "member")).get("/admin/recherche?q=zelie").status_code == 403
