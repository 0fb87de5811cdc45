"""A house that may ask for money, and what is asked of Alice."""

import pytest

from app.kernel.db import db, transaction
from app.kernel.law import first_words_of_law, legal_keys
from app.payments import service
from app.payments.models import Method, Purpose, Receivable
from app.payments.permissions import PAY_LINK
from app.payments.service import Payer, Terms, payable_kind
from tests.factories import TESTS, make_establishment
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import KEY, SECRET
from tests.payments.stand_in import StandIn

HOOK = "/stripe/evenements"
payable_kind("Establishment", "Maison")  # any record will do: the slice knows none


@pytest.fixture
def house(app):
    house = make_establishment()
    with transaction():
        first_words_of_law(legal_keys())
    return house


@pytest.fixture
def asked(house, cast):
    """`asked(3000)`: thirty euros are asked of Alice; `asked(3000, purpose=…, expires_at=…)`."""

    def ask(amount=3000, purpose=Purpose.PLEDGE, **terms) -> Receivable:
        payer = Payer(cast.alice.full_name, cast.alice.email, "fr", cast.alice.id)
        with transaction():
            made = service.ask(
                house, Terms(amount, purpose, "Table du 14 mars", **terms), payer, house=house, actor=TESTS
            )
        return db.session.get_one(Receivable, made.id)

    return ask


@pytest.fixture
def paid():
    """`paid(receivable, 3000)`: so much of it is paid, by Stripe unless said otherwise."""

    def pay(receivable, amount=None, method=Method.CARD, key=None):
        with transaction():
            return service.book_payment(
                receivable,
                amount=amount or receivable.amount,
                method=method,
                reference=key or f"pi_{receivable.id.hex}",
                natural_key=key or f"stripe:pi_{receivable.id.hex}",
                actor=TESTS,
            )

    return pay


@pytest.fixture
def stripe(app, monkeypatch):
    """Stripe's stand-in, and an installation that has its keys."""
    stand_in = StandIn()
    stand_in.start()
    for name, value in (
        ("STRIPE_SECRET_KEY", "sk_test_guichet"), ("STRIPE_WEBHOOK_SECRET", "whsec_guichet"), ("STRIPE_API_URL", stand_in.url),
    ):  # fmt: skip
        monkeypatch.setitem(app.config, name, value)
    yield stand_in
    stand_in.stop()


@pytest.fixture
def in_place(app, double, monkeypatch):
    """The double in Stripe's place."""
    for name, value in (("SECRET_KEY", KEY), ("WEBHOOK_SECRET", SECRET), ("API_URL", double.url)):
        monkeypatch.setitem(app.config, f"STRIPE_{name}", value)
    return double


@pytest.fixture
def announced(in_place, outside, visit):
    """`announced()`: what the double posted since the last time reaches the house; the jobs it causes are done."""

    def hand_over(order=None):
        in_place.settled()
        posts, outside.posts[:] = list(outside.posts), []
        visitor = visit()
        visitor.csrf = False
        for post in posts if order is None else [posts[place] for place in order]:
            header = {"Stripe-Signature": post.headers["stripe-signature"]}
            assert visitor.post(HOOK, data=post.body, headers=header).status_code == 204
        run_jobs(strict=False)
        return len(posts)

    return hand_over


@pytest.fixture
def page_of(visit, cast):
    """`page_of(receivable)`: its guest goes on to the payment page; gives its address."""

    def go(receivable):
        visitor = visit()
        visitor.bear(PAY_LINK, receivable, cast.alice)
        return visitor.post(f"/paiements/{receivable.id}").headers["Location"]

    return go
