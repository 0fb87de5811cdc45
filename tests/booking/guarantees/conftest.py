"""A small house that asks large parties for arrhes, with Stripe's double in Stripe's place."""

import pytest
import sqlalchemy as sa

from app.booking.guarantees import ruling
from app.booking.models import Guarantee, Reservation
from app.kernel.db import db, transaction
from app.kernel.law import first_words_of_law, legal_keys
from app.payments.models import Movement, MovementNature
from tests.booking.guarantees.rules import wanted
from tests.booking.houses import SATURDAY, TESTS, open_house, typed
from tests.harness.mailbox import run_jobs
from tests.payments.doubles import KEY, SECRET

HOOK = "/stripe/evenements"
EIGHT = {"booking": {"max_covers_online": 8}}
PARTY = {"date": SATURDAY, "time": "19:30", "covers": "6"}


@pytest.fixture
def house(app):
    house = open_house(**EIGHT)
    with transaction():
        first_words_of_law(legal_keys())
    return house


@pytest.fixture
def ruled(house):
    """`ruled(kept_percent=50)`: the house has such a rule."""

    def rule(**changed):
        with transaction():
            made = ruling.save_rule(house, wanted(**changed), actor=TESTS)
        return db.session.get_one(type(made), made.id)

    return rule


@pytest.fixture
def stripe(app, double, monkeypatch):
    """The double in Stripe's place."""
    for name, value in (("SECRET_KEY", KEY), ("WEBHOOK_SECRET", SECRET), ("API_URL", double.url)):
        monkeypatch.setitem(app.config, f"STRIPE_{name}", value)
    return double


@pytest.fixture
def announced(stripe, outside, visit):
    """`announced()`: what the double posted since the last time reaches the house; the jobs it causes are done."""

    def hand_over(times=1):
        stripe.settled()
        posts, outside.posts[:] = list(outside.posts), []
        visitor = visit()
        visitor.csrf = False
        for post in posts * times:
            header = {"Stripe-Signature": post.headers["stripe-signature"]}
            assert visitor.post(HOOK, data=post.body, headers=header).status_code == 204
        run_jobs(strict=False)

    return hand_over


@pytest.fixture
def asked(visit, house, ruled, stripe):
    """`asked()`: a guest typed their details, accepted, and is before the payment; gives them and its address."""

    def ask(guest=None, **changed):
        guest = guest or visit()
        guest.post("/reserver", data={**PARTY, **{key: changed[key] for key in PARTY.keys() & changed.keys()}})
        seal = guest.see("/reserver/coordonnees").first("#terms").attributes["value"]
        answer = guest.post("/reserver", data=typed(**{**PARTY, **changed}, terms=seal))
        return guest, answer.headers["Location"]

    return ask


@pytest.fixture
def paid(asked, stripe):
    """`paid()`: a guest paid and is back at the house, the table promised; gives them, and where they paid."""

    def pay(card="4242424242424242", **changed):
        guest, address = asked(**changed)
        back = stripe.pay(guest.post(address).headers["Location"], card)
        guest.get(back.removeprefix(guest.base_url))
        guest.get(f"/reserver/garantie/{guarantee().id}")
        return guest, address

    return pay


def only(model):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).unique().one()


def reservation() -> Reservation:
    """The one reservation there is, held or not."""
    return only(Reservation)


def guarantee() -> Guarantee:
    return only(Guarantee)


def amounts() -> list[int]:
    """What the books say, line by line, what Stripe keeps for itself apart."""
    db.session.rollback()
    db.session.expire_all()
    lines = sa.select(Movement.amount).where(Movement.nature != MovementNature.FEE)
    return list(db.session.scalars(lines.order_by(Movement.number)))
