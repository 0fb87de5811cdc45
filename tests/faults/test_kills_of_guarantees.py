"""Web and worker are killed between any two steps of a guaranteed reservation: one table, one sum, one letter of each."""

from datetime import UTC, datetime

import pytest

from app.kernel import clock
from tests.faults.parties import CALLED_OFF, PROMISED, SUM, TOO_LATE, GuaranteedTables
from tests.harness.live import PATIENCE, eventually

pytestmark = pytest.mark.long(minutes=1)

SESSIONS, INTENTS, REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
OF_A_PARTY = "SELECT 1 FROM reservations r JOIN guarantees g ON g.reservation_id = r.id JOIN receivables s ON s.id = g.receivable_id"
HELD = f"{OF_A_PARTY} WHERE r.email = ? AND r.state = 'held'"
SETTLED = f"{OF_A_PARTY} WHERE r.email = ? AND r.state = 'held' AND s.state = 'settled'"
CONFIRMED = f"{OF_A_PARTY} WHERE r.email = ? AND r.state = 'confirmed'"
CANCELLED = f"{OF_A_PARTY} WHERE r.email = ? AND r.state = 'cancelled'"
LINE = "SELECT 1 FROM reservations r JOIN money_movements m ON m.payable_id = r.id"
PAID_LATE = f"{LINE} WHERE r.email = ? AND r.state = 'expired' AND m.nature = 'payment'"
REFUNDED = f"{LINE} WHERE r.email = ? AND m.nature = 'refund'"
PAYING = [
    ("guichet-web", "after", "POST", SESSIONS),
    ("guichet-web", "heard", "GET", SESSIONS),
    ("guichet-web", "heard", "EVENT", "/"),
    ("guichet-worker", "heard", "GET", INTENTS),
]
GIVING_BACK = [
    ("guichet-worker", "before", "POST", REFUNDS),
    ("guichet-worker", "after", "POST", REFUNDS),
    ("guichet-worker", "heard", "POST", REFUNDS),
]
CLOSING = [
    ("guichet-worker", "before", "POST", SESSIONS),
    ("guichet-worker", "heard", "GET", SESSIONS),
]
KILLS, STORIES = 12, 12


@pytest.fixture
def till(make_house):
    with clock.at(datetime.now(UTC)):  # the house beside us has the clock of the world
        made = GuaranteedTables(make_house)
        yield made
        made.close()


def test_no_cut_on_the_way_to_a_promised_table_costs_a_cent_or_a_table(till):
    for step in (HELD, SETTLED, CONFIRMED):
        party = till.party()
        till.cut_when(step, party.email)
        promise(till, party)
    for cut in PAYING:
        party = till.party()
        till.knife.aim(*cut)
        promise(till, party)
    party = till.party()
    till.cut_in_the_writing("guichet-web", party.accept)
    promise(till, party)
    till.expect_order()


def promise(till, party):
    """They accept, pay and come back, whatever dies meanwhile."""
    party.accept()
    party.pay()
    party.come_back()
    assert till.knife.has_cut.wait(PATIENCE)
    till.expect_party(party, "confirmed", PROMISED, SUM)
    assert party.reads("20,00 € payés")


def test_who_pays_and_never_comes_back_has_their_table_when_all_dies_in_between(till):
    for step in (SETTLED, CONFIRMED):
        party = till.party()
        party.accept()
        till.cut_when(step, party.email)
        party.pay()
        assert till.knife.has_cut.wait(PATIENCE)
        till.expect_party(party, "confirmed", PROMISED, SUM)
    till.expect_order()


def test_no_cut_on_the_way_back_of_the_money_costs_a_cent(till):
    def promised():
        party = till.party()
        party.accept()
        party.pay()
        party.come_back()
        till.expect_party(party, "confirmed", PROMISED, SUM)
        return party

    for step in (CANCELLED, REFUNDED):
        party = promised()
        till.cut_when(step, party.email)
        call_off(till, party)
    for cut in GIVING_BACK:
        party = promised()
        till.knife.aim(*cut)
        call_off(till, party)
    party = promised()
    till.cut_in_the_writing("guichet-web", party.press_cancel)
    call_off(till, party)
    till.expect_order()


def call_off(till, party):
    party.call_off()
    assert till.knife.has_cut.wait(PATIENCE)
    till.expect_party(party, "cancelled", CALLED_OFF, SUM, -SUM)
    assert party.reads("20,00 € vous sont rendus")


def test_no_cut_after_the_hold_ran_out_costs_a_cent_or_a_table(till):
    """Stripe keeps silent until all is over: the worker that closes the payment page finds that it was paid."""

    def paid_in_silence():
        party = till.party()
        party.accept()
        till.stripe.levers(hold=True)
        party.pay()
        return party

    def tell(party, state, letters, *amounts):
        assert till.knife.has_cut.wait(PATIENCE)
        till.expect_party(party, state, letters, *amounts)
        till.stripe.levers(hold=False)
        till.stripe.deliver(*(event["id"] for event in till.stripe.events()[-8:]))
        till.expect_party(party, state, letters, *amounts)

    for cut in CLOSING:
        party = paid_in_silence()
        till.knife.aim(*cut)
        till.let_run_out(party)
        tell(party, "confirmed", PROMISED, SUM)
    party = paid_in_silence()
    till.cut_when(PAID_LATE, party.email)
    till.let_run_out(party)
    tell(party, "confirmed", PROMISED, SUM)
    for cut in GIVING_BACK[1:]:
        party = paid_in_silence()
        till.knife.aim(*cut)
        with till.asleep("guichet-worker"):
            till.let_run_out(party)
            till.give_away(party)
        tell(party, "expired", TOO_LATE, SUM, -SUM)
    till.expect_order()


def test_an_evening_of_kills_at_random(till):
    def story(number):
        party = till.party()
        party.accept()
        party.pay()
        party.come_back()
        if number % 2:
            eventually("their letter", lambda: "réservée" in " ".join(party.letters()))
            party.call_off()
        return party

    for number, party in enumerate(till.live_through(story, STORIES, kills=KILLS, seed=20261123)):
        if number % 2:
            till.expect_party(party, "cancelled", CALLED_OFF, SUM, -SUM)
        else:
            till.expect_party(party, "confirmed", PROMISED, SUM)
    till.expect_order()
