"""A wish the engine could not decide upon, of a guest who is to pay: one table, one sum, whatever comes first."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.guarantees import ruling
from app.booking.models import Guarantee, OpenWish, Reservation, ReservationState, WishState
from app.booking.queries import seaters
from app.booking.seating.cases import Limits
from app.booking.settings import CONFIRMATION
from app.kernel import settings
from app.kernel.db import db, transaction
from app.kernel.law import first_words_of_law, legal_keys
from app.payments.checkouts import refreshed
from app.payments.models import ReceivableState
from tests.booking.guarantees.conftest import amounts
from tests.booking.guarantees.rules import wanted
from tests.booking.guarantees.test_coming_back import plain
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, tables, typed
from tests.booking.soundness import unsound
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

S = ReservationState
ROOM = {
    **SMALL["room"],
    "tables": [
        {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4},
    ],
    "combinations": [],
}
NO_TIME = Limits(programmes=0, seconds=0.0)
FIRST = {"date": SATURDAY, "time": "12:30", "covers": "4"}
OTHER = {"date": SATURDAY, "time": "20:45", "covers": "4"}


@pytest.fixture
def house(app, monkeypatch):
    """Two tables, taken in the evening so that nobody can tell in no time whether four may sit down at 20:45."""
    house = open_house(room=ROOM, booking={**SMALL["booking"], "policy": "exact"})
    promise(house, f"{SATURDAY} 19:00", unit=tables(house)["1"], email="un@example.org")
    promise(house, f"{SATURDAY} 19:45", email="deux@example.org")
    with transaction():
        first_words_of_law(legal_keys())
        ruling.save_rule(house, wanted(covers_from=4, shifts=[]), actor=TESTS)
    for limits in ("WHILE_WRITING", "WHILE_READING"):
        monkeypatch.setattr(seaters, limits, NO_TIME)
    return house


@pytest.fixture
def paying(house, stripe, visit):
    """`paying()`: a guest is before Stripe's page for lunch; gives them, and that page."""

    def begin():
        guest = visit()
        address = sends(guest, FIRST)
        return guest, guest.post(address).headers["Location"]

    return begin


def sends(guest, wish):
    """Choose a time and send the details, the terms accepted; give where it leads."""
    chosen = guest.arrive("/reserver", guest.post("/reserver", data=wish))
    seal = chosen.first("#terms").attributes["value"]
    return guest.post("/reserver", data=typed(**wish, terms=seal)).headers["Location"]


def free_the_large_table():
    other = db.session.scalars(sa.select(Reservation).where(Reservation.email == "deux@example.org")).one()
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, other.id), actor=TESTS, reason="")


def states() -> dict[int, ReservationState]:
    fresh()
    return {each.local_time.hour: each.state for each in db.session.scalars(sa.select(Reservation)) if each.covers == 4}


def the_wish() -> OpenWish:
    fresh()
    return db.session.scalars(sa.select(OpenWish)).one()


def asked_at(hour) -> Guarantee:
    fresh()
    every = db.session.scalars(sa.select(Guarantee)).unique()
    return next(each for each in every if each.reservation.local_time.hour == hour)


def fresh():
    db.session.rollback()
    db.session.expire_all()


def sessions(stripe) -> list[str]:
    return sorted(each["status"] for each in stripe.get("checkout/sessions")["data"])


def test_while_it_is_looked_into_the_first_table_stays_kept_and_may_be_paid(paying, stripe):
    guest, _page = paying()
    assert "/verification/" in sends(guest, OTHER)
    assert states() == {12: S.HELD}
    assert asked_at(12).receivable.state is ReceivableState.OPEN


@on_both
def test_a_yes_lets_go_of_the_table_they_were_paying_and_closes_its_page(paying, stripe, outbox):
    guest, _page = paying()
    where = sends(guest, OTHER)
    free_the_large_table()
    run_jobs()
    assert the_wish().state is WishState.GRANTED
    assert states() == {12: S.EXPIRED, 20: S.CONFIRMED}
    assert asked_at(12).receivable.state is ReceivableState.RELEASED
    assert asked_at(20).receivable.state is ReceivableState.OPEN
    assert sessions(stripe) == ["expired"]
    assert "Il reste 40,00 € à payer" in plain(guest.see(where))
    assert unsound() == []


@on_both
def test_paid_before_the_answer_the_first_table_is_theirs_and_no_second_sum_is_asked(paying, stripe):
    guest, page = paying()
    where = sends(guest, OTHER)
    free_the_large_table()
    stripe.levers(hold=True)
    stripe.pay(page)
    refreshed(asked_at(12).receivable)  # the money is in the books, and no job has run
    run_jobs(strict=False)
    assert states() == {12: S.CONFIRMED}
    assert amounts() == [4000]
    assert (the_wish().state, the_wish().reservation_id) == (WishState.GRANTED, asked_at(12).reservation_id)
    assert "Votre premier paiement est arrivé" in plain(guest.see(where))
    assert unsound() == []


@on_both
def test_paid_but_told_of_after_the_answer_the_sum_goes_back_whole_and_one_table_stays(paying, stripe):
    """The second table is promised, and its letter has left, when Stripe tells of the money."""
    guest, page = paying()
    sends(guest, OTHER)
    free_the_large_table()
    stripe.levers(hold=True)
    stripe.pay(page)
    run_jobs(strict=False)
    assert states() == {12: S.EXPIRED, 20: S.CONFIRMED}
    assert amounts() == [4000, -4000]
    assert unsound() == []


@on_both
def test_the_table_they_would_leave_for_it_does_not_stand_in_its_way(house, stripe, visit):
    """They hold the large table at 21:15, and wish for it at 20:45; then nobody else wants it."""
    guest = visit()
    sends(guest, {**OTHER, "time": "21:15"})
    assert "/verification/" in sends(guest, OTHER)
    free_the_large_table()
    run_jobs()
    assert the_wish().state is WishState.GRANTED
    assert states() == {20: S.CONFIRMED, 21: S.EXPIRED}
    assert unsound() == []


def test_a_no_leaves_the_first_table_where_it_was(paying, stripe):
    guest, page = paying()
    sends(guest, OTHER)
    run_jobs()
    assert the_wish().state is WishState.REFUSED
    assert states() == {12: S.HELD}
    assert sessions(stripe) == ["open"]
    assert page


def test_a_table_chosen_after_the_wish_was_sent_is_not_let_go_of(paying, stripe, at):
    guest, _page = paying()
    sends(guest, OTHER)
    at("2026-03-10 10:01")
    assert guest.post("/reserver", data={**FIRST, "time": "13:00"}).status_code == 303
    free_the_large_table()
    run_jobs()
    assert states() == {12: S.EXPIRED, 13: S.HELD, 20: S.CONFIRMED}


def test_a_table_promised_before_the_wish_is_another_meal(house, stripe, visit):
    """Two meals asked for one after the other by one visitor are two meals."""
    guest = visit()
    assert guest.post("/reserver", data=typed(date=SATURDAY, time="12:00", covers="2")).status_code == 303
    sends(guest, OTHER)
    free_the_large_table()
    run_jobs()
    assert the_wish().reservation.local_time.hour == 20
    assert unsound() == []


def test_the_guest_is_told_on_the_page_that_something_is_to_be_paid(house, stripe, visit):
    guest = visit()
    where = sends(guest, OTHER)
    assert "rien n’est à payer avant" in plain(guest.see(where))
    free_the_large_table()
    run_jobs()
    page = guest.see(where)
    assert "Il reste 40,00 € à payer" in plain(page)
    assert "alice@example.org" in page.text


def test_where_each_request_is_confirmed_by_hand_it_is_asked_all_the_same(house, stripe, visit, outbox):
    with transaction():
        settings.change(CONFIRMATION, "manual", level="establishment", holder=str(house.id))
    settings.forget_kept()
    guest = visit()
    sends(guest, OTHER)
    free_the_large_table()
    run_jobs()
    assert states() == {20: S.REQUESTED}
    assert asked_at(20).receivable.state is ReceivableState.OPEN
    assert len([mail for mail in outbox.to("alice@example.org") if "payer" in plain_text(mail)]) == 1


def plain_text(mail):
    return mail.text.replace("\xa0", " ").replace("\u202f", " ")
