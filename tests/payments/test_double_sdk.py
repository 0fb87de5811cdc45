"""Stripe's own client speaks to the double: what it understands is the protocol."""

import pytest
import stripe

from tests.payments.doubles import FAILS_LATER, KEY, SECRET, VISA

ALWAYS = {"max_network_retries": 0}


@pytest.fixture
def client(double):
    """Stripe's client, which speaks to the double instead of Stripe; it closes what it opened."""
    http = stripe.RequestsClient(timeout=20)
    yield stripe.StripeClient(KEY, base_addresses={"api": double.url}, http_client=http, **ALWAYS)
    http.close()


@pytest.fixture
def deposit():
    return {
        "mode": "payment",
        "success_url": "http://shop.test/merci?s={CHECKOUT_SESSION_ID}",
        "line_items": [
            {"quantity": 2, "price_data": {"currency": "eur", "unit_amount": 1000, "product_data": {"name": "Acompte"}}}
        ],
        "metadata": {"reservation": "7"},
    }


def test_a_deposit_is_paid_and_refunded(client, double, deposit):
    session = client.v1.checkout.sessions.create(deposit, {"idempotency_key": "deposit-7"})
    assert client.v1.checkout.sessions.create(deposit, {"idempotency_key": "deposit-7"}).id == session.id
    assert double.pay(session.url, VISA).endswith(session.id)
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (paid.payment_status, paid.payment_intent.latest_charge.amount) == ("paid", 2000)
    refund = client.v1.refunds.create({"payment_intent": paid.payment_intent.id, "amount": 500})
    assert (refund.status, refund.amount) == ("succeeded", 500)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": paid.payment_intent.id, "amount": 1501})
    assert refusal.value.code == "amount_too_large"


def test_an_imprint_is_charged_off_session(client, double):
    session = client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "customer_creation": "always", "success_url": "http://shop.test/"}
    )
    double.pay(session.url, FAILS_LATER)
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "eur", "customer": done.customer, "confirm": True, "off_session": True,
             "payment_method": done.setup_intent.payment_method}
        )  # fmt: skip
    assert refusal.value.code == "card_declined"
    assert refusal.value.error.payment_intent.status == "requires_payment_method"


def test_the_bank_that_wants_the_customer_is_understood(client):
    customer = client.v1.customers.create({"email": "alice@example.org"})
    method = client.v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "eur", "customer": customer.id, "payment_method": method.id, "confirm": True,
             "off_session": True}
        )  # fmt: skip
    assert refusal.value.code == "authentication_required"


def test_errors_are_those_of_the_client(double, client):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.refunds.retrieve("re_none")
    assert missing.value.http_status == 404
    client.v1.customers.create({"name": "Alice"}, {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "Eve"}, {"idempotency_key": "k"})
    stranger = stripe.StripeClient(
        "sk_test_other", base_addresses={"api": double.url}, http_client=client._requestor._client
    )
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.customers.list()
    double.levers(fault={"kind": "500"})
    with pytest.raises(stripe.APIError):
        client.v1.customers.list()
    double.levers(fault={"kind": "garbage"})
    with pytest.raises(stripe.APIError):
        client.v1.customers.list()
    double.levers(fault={"kind": "bytes"})
    with pytest.raises(UnicodeDecodeError):  # whoever calls the client must expect more than its own errors
        client.v1.customers.list()
    double.levers(fault={"kind": "nothing"})
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.list()


def test_pages_are_turned_by_the_client(client):
    made = [client.v1.customers.create({"name": str(number)}).id for number in range(5)]
    listed = client.v1.customers.list({"limit": 2})
    assert [customer.id for customer in listed.auto_paging_iter()] == made[::-1]


def test_a_webhook_is_verified_by_the_client(client, double, outside):
    client.v1.customers.create({"name": "Alice"})
    double.settled()
    post = outside.posts[0]

    def verify(secret):
        return client.construct_event(post.body, post.headers["stripe-signature"], secret, tolerance=10**9)

    assert verify(SECRET).type == "customer.created"
    with pytest.raises(stripe.SignatureVerificationError):
        verify("whsec_other")


def test_an_answer_that_is_lost_is_asked_again_by_the_client(double):
    double.levers(fault={"kind": "nothing", "after": True})
    http = stripe.RequestsClient(timeout=20)
    patient = stripe.StripeClient(KEY, base_addresses={"api": double.url}, http_client=http, max_network_retries=2)
    made = patient.v1.customers.create({"name": "Alice"})
    assert [customer.id for customer in patient.v1.customers.list()] == [made.id]
    http.close()
