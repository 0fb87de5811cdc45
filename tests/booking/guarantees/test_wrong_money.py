"""Stripe tells of another sum than was asked, or of another currency: no table is promised for it, and nobody errs."""

import pytest

from app.booking.models import ReservationState
from app.payments.models import Checkout, ReceivableState
from tests.booking.guarantees.conftest import amounts, guarantee, only, reservation
from tests.harness.mailbox import run_jobs
from tests.payments.stand_in import StandIn

S = ReservationState


@pytest.fixture
def stripe(app, monkeypatch):
    """A Stripe that takes any sum."""
    stand_in = StandIn()
    stand_in.start()
    for name, value in (("SECRET_KEY", "sk_test_guichet"), ("WEBHOOK_SECRET", "whsec"), ("API_URL", stand_in.url)):
        monkeypatch.setitem(app.config, f"STRIPE_{name}", value)
    yield stand_in
    stand_in.stop()


@pytest.mark.parametrize(
    ("currency", "amount", "booked"),
    [("usd", 6000, []), ("eur", -6000, []), ("eur", 1, [1]), ("eur", 5999, [5999])],
)
def test_it_promises_no_table(asked, ruled, stripe, currency, amount, booked):
    ruled()
    guest, address = asked()
    guest.post(address)
    stripe.pay(only(Checkout).reference, currency, amount)
    assert guest.see(f"{address}/retour").status == 200
    guest.get(f"/reserver/garantie/{guarantee().id}")
    run_jobs(strict=False)
    assert (reservation().state, amounts()) == (S.HELD, booked)
    assert guarantee().receivable.state is ReceivableState.OPEN


def test_what_is_paid_beyond_the_sum_is_on_account_and_goes_back_with_the_rest(asked, ruled, stripe):
    ruled()
    guest, address = asked()
    guest.post(address)
    stripe.pay(only(Checkout).reference, "eur", 9000)
    guest.get(f"{address}/retour")
    guest.get(f"/reserver/garantie/{guarantee().id}")
    assert (reservation().state, amounts()) == (S.CONFIRMED, [9000])
    guest.post(f"/reservations/{reservation().id}/annulation", data={"reason": ""})
    run_jobs()
    assert amounts() == [9000, -9000]
