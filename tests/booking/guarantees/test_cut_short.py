"""Whoever works dies at every commit and every call to Stripe, one after the other: the story ends as if nobody had.

Web and worker really killed, in an installation that runs: tests/faults/test_kills_of_guarantees.py.
"""

import contextvars
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.booking.jobs import expire_holds
from app.booking.models import ReservationState
from app.kernel import clock, jobs, outbound
from app.payments import jobs as payment_jobs
from tests.booking.guarantees.conftest import HOOK, amounts, guarantee, reservation
from tests.booking.houses import SATURDAY, fill
from tests.booking.soundness import unsound
from tests.booking.test_race import the_house
from tests.harness.databases import on_both
from tests.harness.visitors import forget_readings

S = ReservationState
LEASE = timedelta(seconds=2)
LONG_ON_POSTGRES = pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.long])


class Killed(BaseException):
    """Nobody lives to handle it: what was not committed is lost, what was to follow does not."""


class Knife:
    """Counts moments, before and after each commit and each call, and kills at the one it is set to."""

    def __init__(self):
        self.left = None

    def around(self, act):
        """Give the same act with a moment before and one after it."""

        def watched(*given, **named):
            self._moment()
            answer = act(*given, **named)
            self._moment()
            return answer

        return watched

    def _moment(self):
        if self.left == 0:
            raise Killed
        if self.left is not None:
            self.left -= 1


@pytest.fixture
def outlived(app, at, monkeypatch):
    """`outlived(act)`: done again and again, killed one moment later each time, until it lives to its end."""
    knife = Knife()
    monkeypatch.setattr(Session, "commit", knife.around(Session.commit))
    monkeypatch.setattr(outbound, "send", knife.around(outbound.send))
    monkeypatch.setitem(app.config, "JOB_LEASE_SECONDS", 1)

    def outlive(act, moment=0):
        knife.left = moment
        try:
            return act()
        except Killed:
            at(clock.now() + LEASE)  # what the dead had claimed is free again
        finally:
            knife.left = None
        return outlive(act, moment + 1)

    return outlive


@pytest.fixture
def work(app, outlived):
    """`work()`: the workers do all that is due, each dying at every moment of every job."""

    def perform(row_id):
        with app.app_context():
            jobs.perform(row_id)

    def do():
        while due := looked(jobs.due):
            for row_id in due:
                outlived(lambda row_id=row_id: contextvars.Context().run(perform, row_id))

    return do


@pytest.fixture
def told(stripe, outside, visit, outlived):
    """`told()`: Stripe tells what happened since, again each time nobody answers."""

    def tell():
        stripe.settled()
        posts, outside.posts[:] = list(outside.posts), []
        visitor = visit()
        visitor.csrf = False
        for post in posts:
            header = {"Stripe-Signature": post.headers["stripe-signature"]}
            assert (
                outlived(
                    lambda post=post, header=header: visitor.post(HOOK, data=post.body, headers=header)
                ).status_code
                == 204
            )

    return tell


def looked(question):
    forget_readings()
    return question()


def letters(mail_server):
    """How many different letters came under each subject: the same one sent again is still that one."""
    kept = {(str(each["Subject"]).partition(" ")[0], each["Message-ID"]) for each in mail_server.letters}
    return Counter(subject for subject, _id in kept)


@pytest.mark.parametrize("database_kind", ["sqlite", LONG_ON_POSTGRES], indirect=True)
def test_a_guarantee_is_paid_and_given_back(asked, ruled, stripe, told, work, outlived, mail_server):
    ruled()
    guest, address = asked()
    page = outlived(lambda: guest.post(address)).headers["Location"]
    back = stripe.pay(page).removeprefix(guest.base_url)
    outlived(lambda: guest.get(back))
    outlived(lambda: guest.get(f"/reserver/garantie/{guarantee().id}"))
    told()
    work()
    assert (reservation().state, amounts()) == (S.CONFIRMED, [6000])
    assert len(stripe.get("checkout/sessions")["data"]) == 1
    own = f"/reservations/{reservation().id}/annulation"
    assert outlived(lambda: guest.post(own, data={"reason": ""})).status_code in (303, 409)
    work()
    told()
    work()
    assert (reservation().state, amounts()) == (S.CANCELLED, [6000, -6000])
    assert [each["amount"] for each in stripe.get("refunds")["data"]] == [6000]
    assert letters(mail_server).total() == 4, letters(mail_server)
    assert unsound() == []


@on_both
@pytest.mark.long
@pytest.mark.parametrize("is_full", [False, True])
def test_money_comes_after_the_hold_ran_out(asked, ruled, stripe, told, work, outlived, at, is_full):
    ruled()
    guest, address = asked()
    stripe.levers(hold=True)
    stripe.pay(guest.post(address).headers["Location"])
    at("2026-03-10 10:16")
    outlived(expire_holds)
    outlived(payment_jobs.expire_receivables)
    if is_full:
        fill(the_house(), f"{SATURDAY} 19:30", 4)
    work()
    stripe.levers(hold=False)
    told()
    work()
    lines = [6000, -6000] if is_full else [6000]
    assert amounts() == lines
    assert sum(lines) == 6000 - sum(each["amount"] for each in stripe.get("refunds")["data"])
    guest.get(f"/reserver/garantie/{guarantee().id}")
    assert guarantee().reservation.state is (S.EXPIRED if is_full else S.CONFIRMED)
    assert unsound() == []
