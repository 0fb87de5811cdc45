"""Whatever is refunded, fails or is tried again, the double's sums are right: never more goes back than came."""

from hypothesis import given
from hypothesis import strategies as st

from app.payments.double.charges import fee
from app.payments.double.errors import StripeRefusal
from app.payments.double.intents import create_intent
from app.payments.double.parameters import Parameters
from app.payments.double.refunds import create_refund, settle_refund
from app.payments.double.store import Store

PAID = 4000
acts = st.one_of(
    st.tuples(st.just("refund"), st.one_of(st.none(), st.integers(-10, 5000))),
    st.tuples(st.just("fail"), st.integers(0, 5)),
)


@given(st.lists(acts, max_size=12))
def test_sums_are_exact_after_any_acts(sequence):
    store = Store()
    asked = {"amount": str(PAID), "currency": "eur", "payment_method": "pm_card_visa", "confirm": "true"}
    intent = create_intent(store, Parameters(asked), "")
    for act, value in sequence:
        if act == "refund":
            wanted = {"payment_intent": intent["id"]} | ({} if value is None else {"amount": str(value)})
            try:
                create_refund(store, Parameters(wanted), "")
            except StripeRefusal as refusal:
                assert refusal.status == 400
        else:
            made = [refund for refund in store.all("refund") if refund["status"] == "succeeded"]
            if value < len(made):
                settle_refund(store, made[value], "failed")
    kept = sum(refund["amount"] for refund in store.all("refund") if refund["status"] == "succeeded")
    charge = store.the(intent["latest_charge"])
    assert charge["amount_refunded"] == kept <= PAID
    assert charge["refunded"] == (kept == PAID)
    assert sum(line["net"] for line in store.all("balance_transaction")) == PAID - fee(PAID) - kept
    store.close()
