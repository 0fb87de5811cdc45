"""A guest who is paying chooses another time: one table and one sum, whichever page of Stripe they paid."""

import pytest
import sqlalchemy as sa

from app.booking.models import Guarantee, Reservation, ReservationState
from app.kernel.db import db
from app.payments.checkouts import refreshed
from app.payments.models import ReceivableState
from tests.booking.guarantees.conftest import PARTY, amounts
from tests.booking.guarantees.test_coming_back import plain, where
from tests.booking.guarantees.together import tabs, together
from tests.booking.houses import SATURDAY, WHO, fill, typed
from tests.booking.soundness import unsound
from tests.booking.test_frames import Keepsake
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

S = ReservationState
LATER = {**PARTY, "time": "21:30"}
THEIRS = "Votre premier paiement est arrivé : cette table est à vous. L’autre n’est pas réservée."


@pytest.fixture
def paying(asked, ruled, stripe):
    """`paying()`: a guest is before Stripe's page for 19:30; gives them, and that page."""

    def begin():
        ruled()
        guest, address = asked()
        return guest, guest.post(address).headers["Location"]

    return begin


def chooses_later(guest) -> None:
    assert guest.post("/reserver", data=LATER).status_code == 303


def types_details(guest, **changed):
    return guest.post("/reserver", data=typed(**LATER, terms=seal(guest), **changed))


def seal(guest) -> str:
    return guest.see("/reserver/coordonnees").first("#terms").attributes["value"]


def asked_at(hour) -> Guarantee:
    db.session.rollback()
    db.session.expire_all()
    every = db.session.scalars(sa.select(Guarantee)).unique()
    return next(each for each in every if each.reservation.local_time.hour == hour)


def states() -> dict[int, ReservationState]:
    db.session.rollback()
    db.session.expire_all()
    parties = db.session.scalars(sa.select(Reservation).where(Reservation.covers == 6))
    return {each.local_time.hour: each.state for each in parties}


def sessions(stripe) -> list[str]:
    return sorted(each["status"] for each in stripe.get("checkout/sessions")["data"])


def test_choosing_lets_go_of_the_first_table_and_closes_its_page(paying, stripe):
    guest, _page = paying()
    chooses_later(guest)
    assert states() == {19: S.EXPIRED, 21: S.HELD}
    assert asked_at(19).receivable.state is ReceivableState.RELEASED
    run_jobs()
    assert sessions(stripe) == ["expired"]


def test_another_table_that_asks_nothing_closes_it_too(paying, stripe):
    guest, _page = paying()
    assert guest.post("/reserver", data=typed(covers="2")).status_code == 303
    run_jobs()
    assert sessions(stripe) == ["expired"]
    assert asked_at(19).receivable.state is ReceivableState.RELEASED


@on_both
def test_paid_while_its_page_was_being_closed_it_is_theirs_and_they_read_so_once(paying, stripe, outbox):
    guest, page = paying()
    stripe.levers(hold=True)
    stripe.pay(page)
    chooses_later(guest)
    run_jobs(strict=False)
    assert states() == {19: S.CONFIRMED, 21: S.EXPIRED}
    told = guest.see("/reserver/coordonnees")
    assert where(told) == f"/reservations/{asked_at(19).reservation_id}/confirmation"
    assert THEIRS in plain(told)
    assert amounts() == [6000]
    assert len([mail for mail in outbox if "réservée" in mail.subject]) == 1
    chooses_later(guest)
    assert states()[21] is S.HELD
    assert unsound() == []


def test_paid_and_in_the_books_before_they_choose_it_is_theirs_as_well(paying, stripe):
    guest, page = paying()
    stripe.levers(hold=True)
    stripe.pay(page)
    refreshed(asked_at(19).receivable)  # the money is there, and no job has run
    chooses_later(guest)
    assert states() == {19: S.EXPIRED, 21: S.HELD}
    run_jobs(strict=False)
    assert (states(), amounts()) == ({19: S.CONFIRMED, 21: S.EXPIRED}, [6000])
    assert THEIRS in plain(guest.see("/reserver/coordonnees"))


def test_who_typed_everything_meanwhile_reads_it_instead_of_paying_twice(paying, stripe):
    guest, page = paying()
    stripe.levers(hold=True)
    stripe.pay(page)
    chooses_later(guest)
    accepted = seal(guest)
    run_jobs(strict=False)
    answer = guest.post("/reserver", data=typed(**LATER, terms=accepted))
    assert answer.headers["Location"] == f"/reservations/{asked_at(19).reservation_id}/confirmation"
    assert amounts() == [6000]


@on_both
def test_the_first_page_paid_while_the_second_stands_open_closes_that(paying, stripe):
    guest, page = paying()
    stripe.levers(hold=True)
    stripe.pay(page)
    chooses_later(guest)
    second = types_details(guest).headers["Location"]
    guest.post(second)
    run_jobs(strict=False)
    assert states() == {19: S.CONFIRMED, 21: S.EXPIRED}
    assert (amounts(), sessions(stripe)) == ([6000], ["complete", "expired"])
    gone = guest.see(f"/reserver/garantie/{asked_at(21).id}")
    assert "Une autre vous est réservée à sa place. Rien n’a été débité" in plain(gone)
    assert where(guest.see(gone.links()["Voir ma réservation"])).endswith("/confirmation")
    assert unsound() == []


@on_both
def test_both_paid_the_second_is_theirs_and_the_first_sum_goes_back(paying, stripe, announced):
    guest, page = paying()
    stripe.levers(hold=True)
    stripe.pay(page)
    chooses_later(guest)
    second = types_details(guest).headers["Location"]
    way = stripe.pay(guest.post(second).headers["Location"])
    assert where(guest.see(way.removeprefix(guest.base_url))).endswith("/confirmation")
    run_jobs(strict=False)
    assert states() == {19: S.EXPIRED, 21: S.CONFIRMED}
    assert sorted(amounts()) == [-6000, 6000, 6000]
    gone = guest.see(f"/reserver/garantie/{asked_at(19).id}")
    assert "Ce que vous avez payé pour celle-ci vous est rendu en entier." in plain(gone)
    assert unsound() == []


def test_paid_when_its_table_is_gone_the_sum_goes_back_and_the_second_stays_held(paying, stripe, house):
    guest, page = paying()
    stripe.levers(hold=True)
    stripe.pay(page)
    chooses_later(guest)
    fill(house, f"{SATURDAY} 19:30", 4)
    run_jobs(strict=False)
    assert states() == {19: S.EXPIRED, 21: S.HELD}
    assert amounts() == [6000, -6000]
    assert types_details(guest).headers["Location"].startswith("/paiements/")


@on_both
def test_choosing_at_the_instant_the_money_comes_keeps_one_sum_and_its_table(app, paying, stripe):
    guest, page = paying()
    stripe.levers(hold=True)
    stripe.pay(page)
    first, second = tabs(guest, 2)
    back = f"/paiements/{asked_at(19).receivable_id}/retour"
    together(app, lambda: first.post("/reserver", data=LATER), lambda: second.get(back))
    guest.get(f"/reserver/garantie/{asked_at(19).id}")
    run_jobs(strict=False)
    assert (states()[19], amounts()) == (S.CONFIRMED, [6000])
    assert unsound() == []


def test_in_a_frame_too_the_first_that_is_paid_is_theirs(visit, ruled, stripe, house):
    ruled()
    stranger = Keepsake(visit()).visitor
    start = f"/integrer/petit-quai?covers=6&date={SATURDAY}"
    details = stranger.see(start).submit("form[method=post]", time="19:30")
    accepted = details.first("#terms").attributes["value"]
    paying = details.submit("#details form", **WHO, consent="y", terms=accepted)
    window = visit()
    link = window.get(stranger.post(paying.first("form").attributes["action"]).headers["Location"]).headers["Location"]
    stripe.levers(hold=True)
    stripe.pay(link)
    other = stranger.see(details.links()["Changer d’horaire"]).submit("form[method=post]", time="21:30")
    run_jobs(strict=False)
    told = other.submit("#details form", **WHO, consent="y", terms=other.first("#terms").attributes["value"])
    assert where(told).endswith(f"/confirmation/{asked_at(19).reservation_id}")
    assert (states(), amounts()) == ({19: S.CONFIRMED, 21: S.EXPIRED}, [6000])
