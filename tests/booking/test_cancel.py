"""A table is given back, by the guest or by the house, for good."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import ReservationState, Seating, SeatingCell
from app.kernel import audit
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, TESTS, fill, fresh, promise
from tests.booking.soundness import unsound


def rows(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("javascript", [True, False])
def test_the_guest_cancels(alice, reservation, url, outbox, javascript):
    page = alice.see(url).click("Annuler la réservation").submit("form.form", javascript=javascript, reason="Grippe")
    kept = fresh(reservation)
    assert page.url == url
    assert (kept.state, kept.cancellation_reason, kept.sequence) == (ReservationState.CANCELLED, "Grippe", 1)
    assert "Cette réservation est annulée." in page.text
    assert [letter.address for letter in outbox] == ["alice@example.org"]


def test_its_rows_are_freed(house, reservation):
    assert rows(SeatingCell) == 6
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")
    assert (rows(Seating), rows(SeatingCell)) == (0, 0)
    assert len(fill(house)) == 2
    assert unsound() == []


def test_the_fact_carries_the_reason(reservation):
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="Fuite en cuisine")
    entry = audit.entries_on("Reservation", reservation.id)[0]
    assert (entry.fact, entry.details) == (
        "booking.reservation_cancelled",
        {"reason": "Fuite en cuisine", "by_guest": False},
    )


def test_a_guest_need_not_say_why(alice, reservation, url):
    alice.post(f"{url}/annulation", data={"reason": ""})
    assert fresh(reservation).cancellation_reason == "annulée par le client"


def test_it_is_for_good(alice, reservation, url):
    alice.post(f"{url}/annulation", data={})
    again = alice.post(f"{url}/annulation", data={})
    assert again.status_code == 409
    with pytest.raises(RuleBroken), transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")
    assert fresh(reservation).sequence == 1
    assert unsound() == []


@pytest.mark.parametrize(("now", "status"), [("17:29", 303), ("17:31", 409), ("20:00", 409)])
def test_until_two_hours_before(alice, reservation, url, at, now, status):
    at(f"{SATURDAY} {now}")
    answer = alice.post(f"{url}/annulation", data={"reason": "x"})
    assert answer.status_code == status
    assert (fresh(reservation).state is ReservationState.CANCELLED) == (status == 303)
    if status == 409:
        assert "02 38 00 00 00" in alice.arrive(url, answer).text


def test_the_house_cancels_at_any_time(reservation, at):
    at(f"{SATURDAY} 19:45")
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")
    assert fresh(reservation).state is ReservationState.CANCELLED


@pytest.mark.parametrize("stranger", ["nobody", "eve", "bruno"])
def test_it_refuses_others(visit, cast, house, reservation, url, stranger):
    guest = visit(cast.bruno) if stranger == "bruno" else visit()
    if stranger == "eve":
        guest.bear("booking.manage", promise(house, covers=3, email="eve@example.org"))
    assert guest.post(f"{url}/annulation", data={"reason": "x"}).status_code == 403
    assert fresh(reservation).state is ReservationState.CONFIRMED


@pytest.mark.parametrize("reason", ["x" * 301, "a\x00b", "a\x1bb"])
def test_a_wrong_reason_is_told(alice, reservation, url, reason):
    answer = alice.post(f"{url}/annulation", data={"reason": reason})
    assert answer.status_code == 422
    assert alice.arrive(url, answer).has("#reason-error")
    assert fresh(reservation).state is ReservationState.CONFIRMED


def test_a_link_to_cancel_leads_to_the_question_and_not_to_the_act(visit, reservation, outbox):
    with transaction():
        service.request_link(reservation, actor=TESTS)
    link = next(link for link in outbox[0].links if "suite=annulation" not in link and len(link) > 60)
    page = visit().see(f"{link.removeprefix('http://localhost')}?suite=annulation")
    assert page.url.endswith("/annulation")
    assert fresh(reservation).state is ReservationState.CONFIRMED
