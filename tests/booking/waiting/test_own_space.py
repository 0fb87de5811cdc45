"""A guest who logged in sees what they wait for beside their reservations, answers from there, and leaves the list."""

import pytest

from app.booking import service
from app.booking.models import WaitingState
from app.kernel.db import transaction
from tests.booking.houses import SATURDAY, TESTS, fill, open_house
from tests.booking.test_own_space import account
from tests.booking.waiting.lists import amiss, look, waits

S = WaitingState


@pytest.fixture
def taken(house):
    return fill(house)


@pytest.fixture
def entry(house, taken):
    return waits(house, "Eve")


@pytest.fixture
def eve(visit, entry):
    return visit(account("Eve", "eve@example.org"))


def offer(house, taken):
    with transaction():
        service.cancel_reservation(taken[0], actor=TESTS, reason="x")
    look(house)


def panel(page):
    return page.first("[aria-labelledby='own-waiting-title']").text


def test_what_one_waits_for_stands_in_one_s_own_space(eve, entry):
    page = eve.see("/espace")
    assert "En attente" in panel(page)
    assert page.click("samedi 14 mars 2026").url == f"/liste-attente/{entry.id}"


def test_it_is_joined_by_the_address_though_it_came_before_the_account(eve, entry):
    assert eve.see("/espace").has(f"a[href='/liste-attente/{entry.id}']")


def test_a_place_offered_is_said_with_its_hour_and_until_when(stopped, eve, house, taken, entry):
    offer(house, taken)
    page = eve.see("/espace")
    said = "Une table vous est gardée : samedi 14 mars 2026 à 19 h 30. Répondez avant 10:45, mardi 10 mars 2026."
    assert said in page.text, "the hour alone would be taken for Saturday's"
    taken_ = page.click("Répondre").submit(f"form[action$='{entry.id}/acceptation']")
    assert "À bientôt" in taken_.text
    after = eve.see("/espace")
    assert not after.has("#own-waiting-title")
    assert "samedi 14 mars 2026 à 19 h 30" in after.text


def test_an_offer_that_ran_out_promises_nothing(eve, house, taken, entry, at):
    offer(house, taken)
    at(entry.offers[0].expires_at)
    page = eve.see("/espace")
    assert "Le délai pour répondre est passé" in page.text
    assert "vous est gardée" not in page.text


def test_one_leaves_the_list_from_there(eve, entry):
    page = eve.see("/espace").submit(f"form[action$='{entry.id}/retrait']")
    assert "n’êtes plus sur la liste" in page.text
    assert (entry.state, amiss()) == (S.WITHDRAWN, [])
    assert "1 attente terminée" in eve.see("/espace").text


def test_of_several_houses_each_is_named(eve, entry):
    assert "Le Petit Quai" not in panel(eve.see("/espace"))
    open_house(slug="autre-quai", name="L’Autre Quai")
    assert "Le Petit Quai, samedi 14 mars 2026" in panel(eve.see("/espace"))


def test_nobody_sees_what_another_waits_for(visit, entry):
    alice = visit(account("Alice", "alice@example.org"))
    assert not alice.see("/espace").has("#own-waiting-title")
    assert alice.post(f"/liste-attente/{entry.id}/retrait").status_code == 403
    assert entry.state is S.WAITING


def test_an_address_that_is_not_proved_shows_nothing(visit, entry):
    guest = visit(account("Eve", "eve@example.org", proved=False))
    assert not guest.see("/espace").has("#own-waiting-title")
    assert guest.post(f"/liste-attente/{entry.id}/retrait").status_code == 403


def test_the_page_costs_the_same_for_many(eve, house, entry, max_queries):
    fill(house, f"{SATURDAY} 12:00")
    waits(house, "Eve", first="12:00")
    with max_queries(12):
        page = eve.see("/espace")
    assert [hour in panel(page) for hour in ("à 12 h", "à 19 h 30")] == [True, True]
