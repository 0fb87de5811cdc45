"""A guest who logged in sees and changes their own reservations, once the address is proved to be theirs."""

import pytest

from app.accounts.models import User
from app.booking.models import ReservationState
from app.kernel import clock
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, fresh, open_house, promise
from tests.factories import make_user

ACTS = ["", "/confirmation", "/modification", "/coordonnees", "/annulation", "/invitation.ics"]


@pytest.fixture
def url(reservation):
    return f"/reservations/{reservation.id}"


def account(first_name, email, *, proved=True):
    """An account on the person with that address, whose reservations are already there."""
    user = make_user(first_name, "member", email=email)
    with transaction():
        db.session.get_one(User, user.id).confirmed_at = clock.now() if proved else None
    return user


@pytest.fixture
def alice(visit, reservation):
    return visit(account("Alice", "alice@example.org"))


def test_they_stand_in_one_s_own_space(alice, reservation, url):
    page = alice.see("/espace")
    assert "samedi 14 mars 2026 à 19 h 30" in page.text
    assert page.click("samedi 14 mars").url == url


def test_of_several_houses_each_is_named(alice, reservation):
    assert "Le Petit Quai" not in alice.see("/espace").first("main").text
    open_house(slug="autre-quai", name="L’Autre Quai")
    assert "Le Petit Quai, samedi 14 mars 2026" in alice.see("/espace").first("main").text


def test_past_ones_stand_apart(alice, house, reservation, at):
    at("2026-03-20 10:00")
    page = alice.see("/espace")
    assert "Aucune réservation à venir" in page.text
    assert "1 réservation passée" in page.text


@pytest.mark.parametrize("act", ACTS)
def test_every_act_of_the_link_is_open(alice, url, act):
    assert alice.get(f"{url}{act}").status_code == 200


def test_it_is_cancelled_without_a_link(alice, reservation, url):
    alice.see(f"{url}/annulation").submit("form.form", reason="Grippe")
    assert fresh(reservation).state is ReservationState.CANCELLED


@pytest.mark.parametrize("act", ACTS)
def test_an_address_that_is_not_proved_opens_nothing(visit, reservation, url, act):
    guest = visit(account("Alice", "alice@example.org", proved=False))
    assert guest.get(f"{url}{act}").status_code == 403
    assert not guest.see("/espace").has("#own-reservations-title")


@pytest.mark.parametrize("act", ACTS)
def test_the_reservation_of_another_stays_closed(visit, cast, reservation, url, act):
    eve = visit(account("Eve", "eve@example.org"))
    assert eve.get(f"{url}{act}").status_code == 403
    assert "Aucune réservation à venir" in eve.see("/espace").text


def test_another_cancels_nothing(visit, cast, reservation, url):
    eve = visit(account("Eve", "eve@example.org"))
    assert eve.post(f"{url}/annulation", data={"reason": "x"}).status_code == 403
    assert fresh(reservation).state is ReservationState.CONFIRMED


def test_registering_joins_what_was_booked_before(visit, cast, reservation, outbox):
    guest = visit()
    guest.post("/inscription", data={"email": "ALICE@example.org"})
    path = next(link for link in outbox[-1].links if "/inscription/" in link).removeprefix(guest.base_url)
    typed = {"first_name": "Alice", "last_name": "Durand", "password": "un mot de passe assez long"}
    page = guest.see(path).submit("form.form", **typed)
    assert page.url == "/espace"
    assert "samedi 14 mars 2026" in page.text


def test_closing_the_account_keeps_the_reservation(alice, reservation):
    alice.see("/espace/fermeture").submit("form.form", current="un mot de passe assez long")
    kept = fresh(reservation)
    assert kept.state is ReservationState.CONFIRMED
    assert kept.guest.email == "alice@example.org"


def test_the_page_costs_the_same_for_many(alice, house, reservation, max_queries):
    for hour in ("12:00", "13:30", "21:30"):
        promise(house, f"{SATURDAY} {hour}")
    with max_queries(12):
        assert alice.get("/espace").status_code == 200
