"""The demonstration's month of payments, lived through the services with the double in Stripe's place.

The double starts beside the house, after the other examples are planted: the month is a job. Guests pay on the double's
own page, so that what one sees here, there and in the comparison of the night is one story.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.config import Configuration
from app.directory.models import Establishment
from app.directory.queries import first_establishment
from app.kernel import clock, outbound
from app.kernel.access import system
from app.kernel.db import db, new_id, transaction
from app.kernel.formats import day_and_month
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.kernel.seeds import DEMO, seed
from app.payments import service, settling
from app.payments.checkouts import opened_page, refreshed
from app.payments.demonstration import double_settings, is_wanted
from app.payments.jobs import close_days, reconcile, send_refund
from app.payments.models import Checkout, Method, Payment, Purpose, Receivable
from app.payments.provider import calls
from app.payments.provider.client import create, listed

ACTOR = system("demonstration")
DAYS = 30
VISA, CONTESTED = "4242424242424242", "4000000000000259"
REFUNDED = {24: 4000, 17: 6000, 9: 2500, 2: 15000}  # on these days before today, so much goes back
CONTESTED_ON, KEPT_ON = 6, 3
SENT_AFTER = 7  # on the morning after Sunday, what is available goes to the bank
OK = 200
HANDS = (Method.TERMINAL, Method.CASH, Method.TRANSFER, Method.CHEQUE)
NAMES = (
    "Camille Roux", "Louis Garnier", "Inès Faure", "Hugo Blanc", "Jeanne Morel", "Adam Leroy", "Zoé Lambert",
    "Paul Chevalier", "Nina Fontaine", "Éloi Girard",
)  # fmt: skip
RULE = "Rendu en entier jusqu’à deux jours avant, gardé ensuite."
At = Callable[[datetime], AbstractContextManager[None]]

service.payable_kind("Establishment", N_("Établissement"))


@dataclass(frozen=True)
class Sale:
    """One sum of the month: why, for what, how much, by which way."""

    purpose: Purpose
    label: str
    cents: int
    method: Method = Method.CARD
    card: str = VISA


@seed(DEMO, order=70)
def demo_month() -> None:
    """Promise the month, where the double will be there to live it."""
    configuration: Configuration = current_app.config["CONFIGURATION"]
    if is_wanted(configuration):
        live_month.later(key="payments.demonstration")


@job("payments.demonstration", N_("Vivre un mois de paiements de démonstration"))
def live_month() -> int:
    """Ask, have paid, give back and close, day by day; once, in a house that never asked for anything online."""
    house = first_establishment()
    if house is None or db.session.scalar(sa.select(Checkout.id).limit(1)) is not None:
        return 0
    dice, house_id, today = random.Random(2026), house.id, house.today()  # noqa: S311 - dice, not secrets
    with _double_in_the_past() as at:
        for before in range(DAYS, 0, -1):
            _live_day(house_id, today - timedelta(days=before), before, dice, at)
    _sell(house_id, Sale(Purpose.PREPAYMENT, "Bon cadeau", 8000), NAMES[0])
    _asked(house_id, Sale(Purpose.DEPOSIT, f"Acompte, privatisation du {_spoken(today, 20)}", 45000), NAMES[1])
    reconcile()
    return DAYS


def _live_day(house_id: UUID, day: date, before: int, dice: random.Random, at: At) -> None:
    zone = ZoneInfo(db.session.get_one(Establishment, house_id).timezone)
    for sale in _sales(day, before, dice):
        with at(datetime.combine(day, time(dice.randint(10, 20), dice.randint(0, 59)), zone)):
            _sell(house_id, sale, dice.choice(NAMES))
    with at(datetime.combine(day, time(22, 10), zone)):
        if before in REFUNDED:
            _give_back(REFUNDED[before], before)
        if before == CONTESTED_ON:
            _contested()
    with at(datetime.combine(day + timedelta(days=1), time(5, 15), zone)):
        if day.isoweekday() == SENT_AFTER:
            _send_to_the_bank()
        close_days()


def _sales(day: date, before: int, dice: random.Random) -> list[Sale]:
    """Draw what is sold on one day; what the story needs comes first."""
    group = Sale(Purpose.DEPOSIT, f"Acompte, dîner de groupe du {_spoken(day, 9)}", dice.choice((18000, 24000, 30000)))
    sales = [group] if before in REFUNDED else []
    if before == CONTESTED_ON:
        sales.append(Sale(Purpose.PLEDGE, f"Arrhes, table du {_spoken(day, 2)}", 6000, card=CONTESTED))
    elif before == KEPT_ON:
        sales.append(Sale(Purpose.IMPRINT, f"Garantie, table du {_spoken(day, 6)}", 12000))
    if day.isoweekday() >= 5:
        sales.append(Sale(Purpose.PREPAYMENT, "Bon cadeau", dice.choice((5000, 8000, 12000)), dice.choice(HANDS)))
    if not sales or day.isoweekday() == 6:
        sales.append(
            Sale(Purpose.PLEDGE, f"Arrhes, table de fête du {_spoken(day, 5)}", dice.choice((4000, 6000, 8000)))
        )
    return sales


def _sell(house_id: UUID, sale: Sale, name: str) -> None:
    receivable = _asked(house_id, sale, name)
    if sale.method is Method.CARD:
        _pay(opened_page(receivable).url, sale.card, name)
        refreshed(db.session.get_one(Receivable, receivable.id))
        return
    with transaction():
        service.record_payment(
            receivable, amount=sale.cents, method=sale.method, reference="", key=str(receivable.id), actor=ACTOR
        )


def _asked(house_id: UUID, sale: Sale, name: str) -> Receivable:
    with transaction() as session:
        house = session.get_one(Establishment, house_id)
        terms = service.Terms(sale.cents, sale.purpose, sale.label, RULE)
        return service.ask(house, terms, service.Payer(name), house=house, actor=ACTOR)


def _pay(url: str, card: str, name: str) -> None:
    """Fill in the double's page, as a browser without JavaScript does."""
    typed = {"email": "client@example.org", "number": card, "expiry": "12/34", "cvc": "123", "name": name}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    outbound.send(outbound.known(url), "POST", urlencode(typed).encode(), headers)


def _give_back(cents: int, before: int) -> None:
    """Give back on the last payment by card; above the house's limit, somebody is left to decide."""
    with transaction() as session:
        by_card = sa.select(Payment).where(Payment.method == Method.CARD).order_by(Payment.number.desc()).limit(1)
        payment = session.scalars(by_card).one()
        request = service.refund_payment(
            payment, amount=cents, reason="Groupe réduit, place rendue", key=f"demonstration:{before}", actor=ACTOR
        )
    send_refund(request_id=str(request.id))


def _contested() -> None:
    for told in list(calls.disputes_since(clock.now() - timedelta(days=1))):
        with transaction():
            settling.take_dispute(told)


def _send_to_the_bank() -> None:
    """Have the double send what is available, and the bank take it; what is refunded may leave nothing to send."""
    answer = _control("payouts", {})
    if answer.status == OK:
        reference = str(json.loads(answer.body)["id"])
        _control(f"payouts/{reference}", {"status": "paid"})
        told = calls.payout(reference)
        with transaction():
            settling.take_payout(told)


def _spoken(day: date, later: int) -> str:
    on = day + timedelta(days=later)
    return day_and_month(on.day, on.month)


@contextmanager
def _double_in_the_past() -> Iterator[At]:
    """Move the house and its double together; nothing of what was then is announced now."""
    doors = [f"/v1/webhook_endpoints/{each['id']}" for each in listed("/v1/webhook_endpoints")]

    @contextmanager
    def at(moment: datetime) -> Iterator[None]:
        _pull(clock_offset=(moment - clock.now()).total_seconds())
        with clock.at(moment):
            yield

    try:
        for door in doors:
            create(door, {"disabled": True}, key=str(new_id()))
        yield at
    finally:
        _pull(clock_offset=0)
        for door in doors:
            create(door, {"disabled": False}, key=str(new_id()))


def _pull(**levers: float) -> None:
    _control("levers", levers)


def _control(path: str, wanted: Mapping[str, Any]) -> outbound.Answer:
    settings = double_settings(current_app.config["CONFIGURATION"])
    url = f"{current_app.config['STRIPE_API_URL']}/_control/{path}"
    headers = {"Authorization": f"Bearer {settings.control_token}", "Content-Type": "application/json"}
    return outbound.send(outbound.known(url), "POST", json.dumps(wanted).encode(), headers)
