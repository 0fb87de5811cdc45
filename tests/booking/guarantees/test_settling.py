"""What is given back, kept, asked besides or charged, once a guaranteed reservation is called off, changed or missed."""

import re

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.guarantees import queries, ruling, settling
from app.booking.guarantees.settling import charge_absence, pay_debt, record_debt, repay_absence
from app.booking.jobs import expire_holds
from app.booking.models import GuaranteeKind, HouseDebt, Reservation, ReservationState
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.payments import jobs as payment_jobs
from app.payments.models import Receivable, ReceivableState, Reconciliation
from app.payments.permissions import PAY_LINK
from tests.booking.guarantees.conftest import amounts, guarantee, only, reservation
from tests.booking.guarantees.rules import wanted
from tests.booking.houses import SATURDAY, TESTS, bearer, fill, wish
from tests.booking.soundness import unsound
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import FAILS_LATER, ONCE_CONFIRMED

S = ReservationState
ALWAYS_CONFIRMED = "4000002760003184"
IN_TIME, TOO_LATE = "2026-03-12 10:00", "2026-03-13 10:00"


@pytest.fixture
def promised(paid, ruled, stripe, outside):
    """`promised(kept_percent=50)`: a table for six, its guarantee paid under such a rule; gives the guest."""

    def promise(card="4242424242424242", **changed):
        ruled(**changed)
        guest, _address = paid(card)
        stripe.settled()
        outside.posts.clear()  # what the way back has told already, signed at an hour that will be long past
        guest.bear("booking.manage", reservation(), reservation().guest)
        return guest

    return promise


def cancel(**how):
    with transaction():
        service.cancel_reservation(reservation(), actor=TESTS, reason="Panne", **how)
    run_jobs()


@pytest.mark.parametrize(
    ("when", "percent", "lines"),
    [
        (IN_TIME, 100, [6000, -6000]),
        (TOO_LATE, 100, [6000]),
        (TOO_LATE, 50, [6000, -3000]),
        (TOO_LATE, 0, [6000, -6000]),
    ],
)
def test_a_guest_who_calls_off_has_back_what_the_rule_says(promised, stripe, at, when, percent, lines):
    guest = promised(kept_percent=percent)
    at(when)
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    run_jobs()
    assert (reservation().state, amounts()) == (S.CANCELLED, lines)
    assert stripe.get("charges")["data"][0]["amount_refunded"] == 6000 - sum(lines)


def test_the_page_says_what_calling_off_would_give_back(promised, at):
    guest = promised(kept_percent=50)
    page = guest.see(f"/reservations/{reservation().id}").text.replace("\xa0", " ")
    assert "Si vous annulez maintenant : 60,00 € vous sont rendus" in page
    at(TOO_LATE)
    page = guest.see(f"/reservations/{reservation().id}/annulation").text.replace("\xa0", " ")
    assert "30,00 € vous sont rendus, la maison garde 30,00 €" in page
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    page = guest.see(f"/reservations/{reservation().id}").text.replace("\xa0", " ")
    assert "30,00 € vous sont rendus, la maison garde 30,00 €" in page
    assert "Si vous annulez" not in page
    assert "Tout vous est rendu" not in page


def test_a_rule_edited_afterwards_changes_no_promise(promised, at, house):
    guest = promised()
    with transaction():
        rule = queries.rules_of(house.id)[0]
        ruling.save_rule(house, wanted(free_hours=0, amount=5000), rule=rule, actor=TESTS)
    at(TOO_LATE)
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    run_jobs()
    assert amounts() == [6000]


def test_the_house_that_calls_off_gives_all_back_and_owes_the_double_of_a_pledge(promised, at):
    promised()
    at(TOO_LATE)
    cancel()
    assert amounts() == [6000, -6000]
    for _twice in range(2):
        with transaction():
            record_debt(reservation(), reason="Panne de cuisine", actor=TESTS)
    assert only(HouseDebt).amount == 6000
    with transaction():
        pay_debt(reservation(), actor=TESTS)
    assert only(HouseDebt).paid_at is not None


def test_a_guest_who_calls_and_is_noted_by_the_team_is_under_the_rule(promised, at):
    promised()
    at(TOO_LATE)
    cancel(by_guest=True)
    assert amounts() == [6000]


def test_no_double_is_owed_to_a_guest_who_calls_off_in_time(promised, at, visit, cast):
    guest = promised()
    at(IN_TIME)
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    run_jobs()
    assert amounts() == [6000, -6000]
    assert "La maison doit" not in visit(cast.chloe).see(f"/admin/reservations/{reservation().id}").text
    with pytest.raises(RuleBroken), transaction():
        record_debt(reservation(), reason="x", actor=TESTS)


def test_no_double_is_owed_of_what_was_never_paid(promised, house):
    promised()
    with pytest.raises(RuleBroken), transaction():
        record_debt(reservation(), reason="x", actor=TESTS)


def test_more_guests_are_asked_the_difference(promised, stripe):
    guest = promised()
    own = f"/reservations/{reservation().id}"
    said = guest.see(f"{own}/modification?date={SATURDAY}&covers=8&time=19:30").text.replace("\xa0", " ")
    assert "Ce changement demande 20,00 € de plus de garantie" in said
    answer = guest.post(f"{own}/modification", data={"date": SATURDAY, "covers": "8", "time": "19:30"})
    way = guest.see(own).first(".notice a").attributes["href"]
    assert guest.get(way).headers["Location"] == answer.headers["Location"]
    back = stripe.pay(guest.post(answer.headers["Location"]).headers["Location"])
    guest.get(back.removeprefix(guest.base_url))
    run_jobs()
    assert (reservation().covers, amounts()) == (8, [6000, 2000])
    assert settling.foreseen(reservation()) == (8000, 0)


@pytest.mark.parametrize(("when", "lines"), [(IN_TIME, [6000, -1000]), (TOO_LATE, [6000])])
def test_fewer_guests_have_the_difference_back_in_time_and_on_account_later(promised, at, when, lines):
    promised()
    at(when)
    with transaction():
        service.move_reservation(reservation(), wish(covers=5), actor=bearer(reservation()))
    run_jobs()
    assert amounts() == lines


def test_moving_does_not_open_a_deadline_again(promised, at):
    promised()
    at(TOO_LATE)
    with transaction():
        service.move_reservation(reservation(), wish("2026-03-21 19:30", 6), actor=bearer(reservation()))
    assert settling.foreseen(reservation()) == (0, 6000)


def test_moving_in_time_moves_the_deadline(promised):
    promised()
    with transaction():
        service.move_reservation(reservation(), wish("2026-03-21 19:30", 6), actor=bearer(reservation()))
    assert guarantee().free_until.isoformat() == "2026-03-19T18:30:00+00:00"


# --- money that comes late -------------------------------------------------------------------------------------


@pytest.fixture
def late(asked, ruled, stripe, at, announced):
    """`late()`: the guest paid at Stripe, which told nobody until the table was let go."""

    def pay(before=lambda: None):
        ruled()
        guest, address = asked()
        page = guest.post(address).headers["Location"]
        stripe.levers(hold=True)
        stripe.pay(page)
        at("2026-03-10 10:16")
        payment_jobs.expire_receivables()
        expire_holds()
        assert reservation().state is S.EXPIRED
        before()
        stripe.levers(hold=False)
        stripe.deliver(*(event["id"] for event in stripe.events()))
        announced()
        run_jobs(strict=False)
        return guest

    return pay


def test_late_money_gives_the_table_anew(late):
    late()
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000])
    assert guarantee().receivable.state is ReceivableState.SETTLED
    assert unsound() == []


@on_both
def test_late_money_is_given_back_whole_when_the_table_is_gone(late, house, visit, cast):
    late(before=lambda: fill(house, f"{SATURDAY} 19:30", 4))
    states = set(db.session.scalars(sa.select(Reservation.state).where(Reservation.covers == 6)))
    assert (states, amounts()) == ({S.EXPIRED}, [6000, -6000])
    payer = visit()
    payer.bear(PAY_LINK, guarantee().receivable, cast.alice)
    assert "il vous est rendu en entier" in payer.see(f"/reserver/garantie/{guarantee().id}").text
    assert unsound() == []


def test_money_paid_in_time_for_a_table_let_go_meanwhile_gives_it_anew(asked, ruled, stripe, at):
    ruled()
    guest, address = asked()
    back = stripe.pay(guest.post(address).headers["Location"])
    guest.get(back.removeprefix(guest.base_url))
    at("2026-03-10 10:16")
    expire_holds()
    assert reservation().state is S.EXPIRED
    run_jobs()
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000])


def test_what_the_rule_does_not_keep_of_an_absence_is_given_back_once(promised, at):
    promised(kept_percent=50)
    at("2026-03-14 21:00")
    with transaction():
        service.note_missed_party(reservation(), actor=TESTS)
    run_jobs()
    assert amounts() == [6000]
    with transaction():
        repay_absence(reservation(), actor=TESTS)
    run_jobs()
    with pytest.raises(RuleBroken), transaction():
        repay_absence(reservation(), actor=TESTS)
    assert amounts() == [6000, -3000]


# --- cards -----------------------------------------------------------------------------------------------------


@pytest.fixture
def missed(promised, at):
    """`missed(card)`: a guest left this card and did not come."""

    def miss(card="4242424242424242"):
        promised(card, basis=GuaranteeKind.IMPRINT, amount=2500)
        at("2026-03-14 21:00")
        with transaction():
            service.note_missed_party(reservation(), actor=TESTS)

    return miss


@pytest.mark.parametrize(("card", "lines"), [(ONCE_CONFIRMED, [9000]), (FAILS_LATER, [])])
def test_an_absence_is_charged_or_the_guest_is_asked(missed, announced, card, lines):
    missed(card)
    assert amounts() == []
    with transaction():
        charge_absence(reservation(), amount=9000, actor=TESTS)
    run_jobs(strict=False)
    announced()
    assert amounts() == lines


def test_where_the_bank_asks_for_its_holder_a_link_is_sent_by_which_they_pay(missed, outbox, visit, stripe):
    missed(ALWAYS_CONFIRMED)
    outbox.forget()
    with transaction():
        charge_absence(reservation(), amount=9000, actor=TESTS)
    run_jobs(strict=False)
    assert amounts() == []
    (link,) = {found for mail in outbox for found in re.findall(r"/paiement/[\w-]{43}", mail.text)}
    holder = visit()
    asked = holder.see(link)
    back = stripe.pay(holder.post(asked.url).headers["Location"], ALWAYS_CONFIRMED)
    assert "C’est payé" in holder.see(back.removeprefix(holder.base_url)).text
    assert amounts() == [9000]


def test_nothing_is_charged_by_itself_nor_above_what_was_announced(missed):
    missed()
    run_jobs()
    assert amounts() == []
    with pytest.raises(RuleBroken), transaction():
        charge_absence(reservation(), amount=15001, actor=TESTS)


def test_a_card_is_let_go_when_its_guest_calls_off_in_time(promised, at):
    guest = promised(basis=GuaranteeKind.IMPRINT)
    at(IN_TIME)
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    assert queries.card_kept_for(reservation()) is None


def test_a_card_is_kept_when_its_guest_calls_off_too_late(promised, at):
    guest = promised(basis=GuaranteeKind.IMPRINT)
    at(TOO_LATE)
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    assert queries.card_kept_for(reservation()) is not None


def test_the_books_and_the_double_agree_to_the_cent(promised, announced, at):
    guest = promised(kept_percent=50)
    at(TOO_LATE)
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    run_jobs()
    announced()
    at("2026-03-14 03:45")
    assert payment_jobs.reconcile() == 0
    assert only(Reconciliation).compared == 2
    assert [each.state for each in db.session.scalars(sa.select(Receivable))] == [ReceivableState.SETTLED]
