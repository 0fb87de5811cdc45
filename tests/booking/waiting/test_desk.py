"""The team's side: who waits by day and shift, taking a call, offering, answering for a guest, the house's settings."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import OfferState, Reservation, ReservationState, WaitingEntry, WaitingState
from app.booking.waiting.settings import EVERY, OFFER_MINUTES
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, TESTS, fill, promise
from tests.booking.waiting.lists import amiss, look, offers, waits
from tests.harness.databases import on_both

S = WaitingState
LIST = "/admin/liste-attente"
CALLED = {
    "date": SATURDAY, "covers": "2", "first_time": "19:30", "last_time": "20:00", "area": "", "first_name": "",
    "last_name": "Petit", "phone": "06 12 34 56 78", "email": "", "special_requests": "",
}  # fmt: skip


@pytest.fixture
def taken(house):
    return fill(house)


def entries():
    return list(db.session.scalars(sa.select(WaitingEntry)))


def offered(house, taken):
    entry = waits(house)
    with transaction():
        service.cancel_reservation(taken[0], actor=TESTS, reason="x")
    look(house)
    return entry


def test_the_team_takes_a_call(visit, cast, taken):
    page = (
        visit(cast.diane)
        .see(f"{LIST}/nouvelle?date={SATURDAY}")
        .submit("form.form", **{name: typed for name, typed in CALLED.items() if name != "area"})
    )
    (entry,) = entries()
    assert page.url == f"{LIST}/{entry.id}"
    assert (entry.origin.value, entry.phone, entry.consent_at) == ("staff", "+33612345678", None)
    assert "Petit" in page.text


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"phone": ""}, 422), ({"covers": "x"}, 422), ({"first_time": "20:00", "last_time": "19:30"}, 409)],
)
def test_what_cannot_be_is_said_and_kept(visit, cast, taken, changed, status):
    answer = visit(cast.diane).post(LIST, data={**CALLED, **changed})
    assert answer.status_code == status
    assert "Petit" in answer.get_data(as_text=True)
    assert entries() == []


def test_the_list_is_by_day_and_shift_and_exported(visit, cast, house, taken):
    waits(house, "Eve")
    waits(house, "Luc", last="20:00")
    manager = visit(cast.chloe)
    page = manager.see(f"{LIST}?date={SATURDAY}..{SATURDAY}&service=D%C3%AEner&etat=waiting")
    assert page.text.count("Durand") == 2
    assert "19:30 – 20:00" in page.text
    assert "Durand" not in manager.see(f"{LIST}?service=D%C3%A9jeuner&date={SATURDAY}..{SATURDAY}").text


@on_both
def test_the_room_says_who_waits_and_what_is_offered(visit, cast, house, at):
    at(f"{SATURDAY} 12:00")
    taken = fill(house)
    offered(house, taken)
    waits(house, "Luc")
    text = visit(cast.diane).see("/admin/service").text
    assert "1 en attente" in text
    assert "place proposée à 19:30" in text
    assert "Eve Durand" in text


def test_the_room_of_a_waiter_does_not(visit, cast, house, at):
    at(f"{SATURDAY} 12:00")
    offered(house, fill(house))
    assert "en attente" not in visit(cast.bruno).see("/admin/service").text


def test_it_offers_by_hand(visit, cast, house, taken):
    entry = waits(house)
    page = visit(cast.diane).see(f"{LIST}/{entry.id}")
    assert page.submit("form[action$='/offre']", time="21:15").status == 200
    assert (entry.state, offers()[0].reservation.local_time.hour) == (S.OFFERED, 21)


def test_a_time_taken_meanwhile_is_said(visit, cast, house, taken):
    entry = waits(house)
    answer = visit(cast.diane).post(f"{LIST}/{entry.id}/offre", data={"time": "19:30"})
    assert answer.status_code == 409
    assert visit(cast.diane).post(f"{LIST}/{entry.id}/offre", data={"time": "vite"}).status_code == 422
    assert (entry.state, amiss()) == (S.WAITING, [])


def test_it_answers_for_a_guest_who_calls(visit, cast, house, taken):
    entry = offered(house, taken)
    page = visit(cast.diane).see(f"{LIST}/{entry.id}").submit("form[action$='/acceptation']")
    made = db.session.scalars(sa.select(Reservation).where(Reservation.id == entry.offers[0].reservation_id)).one()
    assert page.url == f"/admin/reservations/{made.id}"
    assert made.state is ReservationState.CONFIRMED


def test_it_takes_a_place_back_and_uses_it(visit, cast, house, taken):
    entry = offered(house, taken)
    page = visit(cast.diane).see(f"{LIST}/{entry.id}").submit("form[action$='/offre/retrait']")
    assert "reprise" in page.text
    assert (entry.state, offers()[0].state) == (S.WAITING, OfferState.TAKEN_BACK)
    promise(house, email="habitue@example.org")


def test_it_takes_somebody_off(visit, cast, house, taken):
    entry = waits(house)
    visit(cast.diane).see(f"{LIST}/{entry.id}").submit("form[action$='/retrait']")
    assert entry.state is S.WITHDRAWN


@pytest.mark.parametrize("act", ["offre", "offre/retrait", "acceptation", "retrait"])
def test_a_waiter_may_do_nothing(visit, cast, house, taken, act):
    entry = offered(house, taken)
    assert visit(cast.bruno).post(f"{LIST}/{entry.id}/{act}", data={"time": "19:30"}).status_code == 403
    assert visit(cast.bruno).get(LIST).status_code == 403
    assert entry.state is S.OFFERED


def test_its_history_says_what_happened(visit, cast, house, taken):
    entry = offered(house, taken)
    text = visit(cast.chloe).see(f"{LIST}/{entry.id}").text
    assert "a inscrit 2 couverts en liste d’attente" in text
    assert "a proposé une place à 19" in text


def test_a_manager_sets_the_list(visit, cast, house):
    page = visit(cast.chloe).see("/admin/reglages/liste-attente")
    typed = {"most_entries": "4", "offer_minutes": "30", "lead_minutes": "90", "quiet_from": "21", "quiet_until": "9"}
    assert "réglée" in page.submit("form.form", **typed).text
    assert [each.value(establishment=str(house.id)) for each in EVERY] == [4, 30, 90, 21, 9]


@pytest.mark.parametrize("typed", [{"offer_minutes": "5"}, {"lead_minutes": "0"}, {"quiet_from": "24"}])
def test_nonsense_is_refused(visit, cast, house, typed):
    sent = {"most_entries": "4", "offer_minutes": "30", "lead_minutes": "90", "quiet_from": "21", "quiet_until": "9"}
    assert visit(cast.chloe).post("/admin/reglages/liste-attente", data={**sent, **typed}).status_code == 422
    assert OFFER_MINUTES.value(establishment=str(house.id)) == 45


def test_the_host_may_not_set_it(visit, cast, house):
    assert visit(cast.diane).get("/admin/reglages/liste-attente").status_code == 403


def test_erasure_waits_for_the_entry_and_then_leaves_no_name(house, taken, cast, at):
    from app.kernel import privacy  # noqa: PLC0415

    entry = waits(house)
    known = privacy.known(entry.guest_id)
    assert any("encore attendue" in each for each in privacy.obstacles(known))
    at("2026-03-15 10:00")
    look(house, date(2026, 3, 14))
    with transaction():
        privacy.erase(privacy.known(entry.guest_id))
    assert (entry.state, entry.guest_name, entry.email, entry.phone) == (S.CLOSED, "Nom effacé", "", "")


def test_a_call_for_a_full_hour_leads_to_the_list(visit, cast, house, taken):
    sent = {**CALLED, "time": "19:30", "unit": ""}
    answer = visit(cast.diane).post("/admin/reservations", data=sent)
    assert answer.status_code == 409
    assert f"/admin/liste-attente/nouvelle?date={SATURDAY}&amp;covers=2" in answer.get_data(as_text=True)
