"""Giving money back: never more than was paid, decided by two above a limit, and once for each time it is asked."""

import pytest
import sqlalchemy as sa

from app.accounts import service as accounts
from app.kernel import clock, settings
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.payments import queries, service
from app.payments.models import Method, Payable, Payment, ReceivableState, Refund, RefundRequest, RefundState
from app.payments.settings import FOUR_EYES_ABOVE
from tests.booking.test_race import at_once
from tests.factories import TESTS, make_user
from tests.harness.databases import on_both


@pytest.fixture
def payment(asked, paid):
    return paid(asked(3000), method=Method.CASH)


def back(payment, amount, key="k", actor=TESTS):
    with transaction():
        return service.refund_payment(payment, amount=amount, reason="Grippe", key=key, actor=actor)


def test_cash_goes_back_at_once_in_part_then_wholly(house, payment):
    assert back(payment, 1000).state is RefundState.DONE
    assert back(payment, 2000, key="l").state is RefundState.DONE
    assert queries.remaining_of(payment) == queries.allocated_of(payment) == 0
    assert queries.balance_of(Payable.of(house)).held == 0


@pytest.mark.parametrize("amount", [0, -1, 3001, 10**9])
def test_never_more_than_was_paid_and_never_nothing(payment, amount):
    with pytest.raises(RuleBroken):
        back(payment, amount)
    assert queries.remaining_of(payment) == 3000


def test_the_same_key_is_one_refund(payment):
    assert back(payment, 1000).id == back(payment, 1000).id
    assert queries.remaining_of(payment) == 2000


def test_who_receives_does_not_refund(payment, cast):
    with pytest.raises(NotAllowed):
        back(payment, 100, actor=accounts.actor_for(cast.diane))


# --- four eyes --------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(payment, cast):
    """Chloé asks for more than one person may give back."""
    with transaction():
        settings.change(FOUR_EYES_ABOVE, "20")
    return back(payment, 2500, actor=accounts.actor_for(cast.chloe))


def test_above_the_limit_a_second_person_decides(payment, waiting, cast):
    assert waiting.state is RefundState.ASKED
    with pytest.raises(NotAllowed), transaction():
        service.approve_refund(waiting, actor=accounts.actor_for(cast.chloe))
    with transaction():
        service.approve_refund(waiting, actor=accounts.actor_for(cast.admin))
    assert queries.remaining_of(payment) == 500


def test_what_waits_is_kept_from_other_refunds(payment, waiting):
    with pytest.raises(RuleBroken):
        back(payment, 501, key="other")


def test_what_is_declined_is_free_again(payment, waiting):
    with transaction():
        service.decline_refund(waiting, actor=TESTS)
    assert queries.refundable_of(payment) == queries.remaining_of(payment) == 3000
    with pytest.raises(RuleBroken), transaction():
        service.approve_refund(waiting, actor=TESTS)


def test_the_limit_is_not_passed_in_small_steps(payment, cast):
    with transaction():
        settings.change(FOUR_EYES_ABOVE, "20")
    chloe = accounts.actor_for(cast.chloe)
    assert back(payment, 1500, actor=chloe).state is RefundState.DONE
    assert back(payment, 600, key="l", actor=chloe).state is RefundState.ASKED


# --- by a rule of the house -------------------------------------------------------------------------------------


def test_a_rule_gives_back_over_several_payments_the_last_first(house, asked, paid):
    first = paid(asked(3000), method=Method.CASH, key="a")
    second = paid(asked(2000), method=Method.CASH, key="b")
    with transaction():
        requests = service.give_back(house, amount=4000, reason="Annulée à temps", key="cancelled", actor=TESTS)
        again = service.give_back(house, amount=4000, reason="Annulée à temps", key="cancelled", actor=TESTS)
    assert {each.id for each in again} == {each.id for each in requests}
    assert (queries.remaining_of(first), queries.remaining_of(second)) == (1000, 0)
    with pytest.raises(RuleBroken), transaction():
        service.give_back(house, amount=1001, reason="", key="more", actor=TESTS)


@on_both
def test_two_refunds_at_once_never_pass_what_was_paid(app, asked, paid):
    payment = paid(asked(3000), method=Method.CASH)

    def refund(number):
        def act():
            mine = db.session.get_one(type(payment), payment.id)
            return service.refund_payment(mine, amount=2000, reason="", key=f"k{number}", actor=TESTS).state.value

        return act

    answers = at_once(app, [refund(number) for number in range(6)])
    assert sorted(str(isinstance(answer, str)) for answer in answers) == ["False"] * 5 + ["True"]
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RefundRequest)) == 1


@on_both
def test_numbers_have_no_hole_and_no_double_under_a_crowd(app, house, asked, paid):
    receivables = [asked(1000).id for _n in range(8)]

    def pay(receivable_id):
        def act():
            receivable = queries.lock_receivable(receivable_id)
            return paid(receivable, 1000).number

        return act

    assert sorted(at_once(app, [pay(each) for each in receivables])) == list(range(1, 9))


def test_somebody_of_another_house_refunds_nothing(payment):
    stranger = make_user("Zoé", "member")
    with pytest.raises(NotAllowed):
        back(payment, 100, actor=accounts.actor_for(stranger))


@on_both
def test_paying_and_expiring_at_once_leave_one_story(app, asked, paid, at):
    receivable = asked(3000, expires_at=clock.now())
    at("2026-03-10 10:01")

    def pay():
        return paid(queries.lock_receivable(receivable.id), 3000).number

    def expire():
        return service.expire(receivable.id, actor=TESTS)

    answers = at_once(app, [pay, expire, pay, expire])
    db.session.rollback()
    db.session.expire_all()
    (payment,) = db.session.scalars(sa.select(Payment))
    is_settled = receivable.state is ReceivableState.SETTLED
    assert sum(answer is True for answer in answers) == (0 if is_settled else 1)
    assert queries.allocated_of(payment) == (3000 if is_settled else 0)
