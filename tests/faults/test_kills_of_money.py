"""Web and worker are killed between any two steps of paying, telling, confirming, refunding: no cent is lost nor doubled."""

from datetime import UTC, datetime

import pytest

from app.kernel import clock
from app.payments.models import Purpose
from tests.faults.till import Till
from tests.harness.live import PATIENCE

pytestmark = pytest.mark.long(minutes=2)

SESSIONS, INTENTS, REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
PAYING = [
    ("guichet-web", "before", "POST", SESSIONS),
    ("guichet-web", "after", "POST", SESSIONS),
    ("guichet-web", "heard", "POST", SESSIONS),
    ("guichet-web", "before", "GET", SESSIONS),
    ("guichet-web", "heard", "GET", SESSIONS),
    ("guichet-web", "heard", "EVENT", "/"),
    ("guichet-web", "after", "EVENT", "/"),
]
CONFIRMING = [
    ("guichet-worker", "before", "GET", INTENTS),
    ("guichet-worker", "heard", "GET", INTENTS),
]
REFUNDING = [
    ("guichet-worker", "before", "GET", REFUNDS),
    ("guichet-worker", "before", "POST", REFUNDS),
    ("guichet-worker", "after", "POST", REFUNDS),
    ("guichet-worker", "heard", "POST", REFUNDS),
]
CHARGING = [
    ("guichet-worker", "before", "POST", INTENTS),
    ("guichet-worker", "after", "POST", INTENTS),
    ("guichet-worker", "heard", "POST", INTENTS),
]
KILLS, STORIES = 15, 24


@pytest.fixture
def till(make_house):
    with clock.at(datetime.now(UTC)):  # the house beside us has the clock of the world
        made = Till(make_house)
        yield made
        made.close()


def test_no_cut_loses_or_doubles_a_cent(till):
    """One house for all the cuts, one story for each; the last word is the comparison with Stripe."""
    for cut in [*PAYING, *CONFIRMING]:
        guest = till.asks(3000)
        till.knife.aim(*cut)
        guest.pay()
        assert till.knife.has_cut.wait(PATIENCE), cut
        till.expect(guest, 3000)
    for cut in REFUNDING:
        guest = till.asks(3000)
        guest.pay()
        till.expect(guest, 3000)
        till.knife.aim(*cut)
        till.refunds(guest, 1000)
        assert till.knife.has_cut.wait(PATIENCE), cut
        till.expect(guest, 3000, -1000)
    for cut in CHARGING:
        guest = till.asks(5000, Purpose.IMPRINT)
        guest.pay()
        till.knife.aim(*cut)
        till.charges(guest, 4000)
        assert till.knife.has_cut.wait(PATIENCE), cut
        till.expect(guest, 4000)
    till.expect_agreement()


def test_kills_at_random_lose_and_double_nothing(till):
    def story(number):
        guest = till.asks(1000 + number)
        guest.pay()
        guest.try_until_done(lambda: till.is_settled(guest))
        till.refunds(guest, 1000)
        return guest

    for number, guest in enumerate(till.live_through(story, STORIES, kills=KILLS, seed=20261122)):
        till.expect(guest, 1000 + number, -1000)
    till.expect_agreement()
