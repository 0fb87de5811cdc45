"""A house that takes money from the Stripe double, the knife at its throat, and guests who pay there."""

import http.client
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeVar

import sqlalchemy as sa

from app.application import create_app
from app.config import read_configuration
from app.directory.models import Establishment
from app.kernel import links
from app.kernel.db import db, transaction
from app.payments import service
from app.payments.double.parts import Settings
from app.payments.double.server import DoubleServer
from app.payments.models import Movement, Payable, Payment, Purpose, Receivable, SavedCard
from app.payments.permissions import PAY_LINK
from app.payments.service.asking import ask_for
from tests.factories import TESTS
from tests.faults.evening import TOKEN, Visitor, open_house, read
from tests.faults.knife import VICTIMS, AtStripe, Knife
from tests.harness.live import LiveHouse, eventually
from tests.payments.doubles import KEY, SECRET, VISA, StripeDouble
from tests.payments.doubles import TOKEN as LEVERS

GONE = (OSError, http.client.HTTPException, IndexError)
S = TypeVar("S")


class Till:
    """A running house, its Stripe, and the knife. What is asked is asked by the services, from beside it."""

    def __init__(self, make_house: Callable[..., LiveHouse]) -> None:
        self.knife = Knife()
        settings = Settings(secret_key=KEY, webhook_secret=SECRET, control_token=LEVERS, first_delay=0.2)
        self.server = DoubleServer(settings)
        self.server.app.wsgi_app = AtStripe(self.server.app.wsgi_app, self.knife)
        self._watch_deliveries()
        self.server.start()
        self.stripe = StripeDouble(self.server)
        self.house = open_house(
            make_house, JOB_LEASE_SECONDS="5", WEB_PROCESSES="1", STRIPE_SECRET_KEY=KEY,
            STRIPE_WEBHOOK_SECRET=SECRET, STRIPE_API_URL=self.server.url,
        )  # fmt: skip
        self.knife.house = self.house
        self.app = create_app(read_configuration(self.house.environ))
        with self.app.app_context():  # the demonstration came with some cash
            self.begun_at = db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(Movement.number), 0)))
        self.stripe.post("webhook_endpoints", url=f"{self.house.url}/stripe/evenements", **{"enabled_events[]": "*"})
        with self.server.parts.store.transaction():
            for endpoint in self.server.parts.store.all("webhook_endpoint"):
                self.server.parts.store.save(endpoint, _secret=SECRET)

    def close(self) -> None:
        """Stop the house, then its Stripe."""
        self.house.stop()
        self.server.stop()

    def _watch_deliveries(self) -> None:
        courier = self.server.parts.courier
        post = courier._posted

        def posted(endpoint: dict[str, Any], payload: bytes) -> tuple[bool, str]:
            when = self.knife.when
            if not self.knife.meets("EVENT", "/"):
                return post(endpoint, payload)
            if when == "heard":
                self.knife.cut_while_it_cannot_write()
                return post(endpoint, payload)
            post(endpoint, payload)
            self.knife.cut()
            return False, "lost"

        courier._posted = posted

    # --- acts ---------------------------------------------------------------------------------------------------

    def asks(self, amount: int, purpose: Purpose = Purpose.PLEDGE) -> "Guest":
        """Ask somebody for a sum, or a card; give who is asked, with a link of their own."""
        with self.app.app_context(), transaction() as session:
            house = session.scalars(sa.select(Establishment).limit(1)).one()
            payer = service.Payer("Alice Durand", "alice@example.org")
            asked = ask_for(
                Payable("Establishment", house.id), service.Terms(amount, purpose, "Table du 14 mars"), payer,
                house=house, actor=TESTS,
            )  # fmt: skip
            asked.payable_id = asked.id  # each story has books of its own
            end = service.link_end(asked)
            _link, secret = links.mint(PAY_LINK, asked, person_id=None, expires_at=end)
            return Guest(self, asked.id, secret)

    def refunds(self, guest: "Guest", amount: int) -> None:
        """Give back a part, as a rule of the house does."""
        with self.app.app_context(), transaction() as session:
            payment = session.scalars(sa.select(Payment).where(Payment.payable_id == guest.asked)).one()
            service.refund_payment(payment, amount=amount, reason="À temps", key=f"r:{guest.asked}", actor=TESTS)

    def charges(self, guest: "Guest", amount: int) -> None:
        """Take a sum on the card that was kept."""
        with self.app.app_context(), transaction() as session:
            card = session.scalars(sa.select(SavedCard).where(SavedCard.receivable_id == guest.asked)).one()
            service.charge_saved_card(card, amount=amount, label="Absence", key=f"c:{guest.asked}", actor=TESTS)

    def live_through(self, story: Callable[[int], S], count: int, *, kills: int, seed: int) -> list[S]:
        """Have so many stories lived, three at a time, while web or worker is killed every second or three."""
        dice, over = random.Random(seed), threading.Event()

        def kill() -> None:
            for _n in range(kills):
                if over.wait(dice.uniform(1.0, 3.0)):
                    return
                self.knife.victim = dice.choice(VICTIMS)
                if self.knife.is_of_age(self.knife.victim):
                    self.knife.cut()

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        try:
            with ThreadPoolExecutor(3) as hands:
                lived = list(hands.map(story, range(count)))
            killer.join()
        finally:
            over.set()
        return lived

    # --- what came of it ----------------------------------------------------------------------------------------

    def is_settled(self, guest: "Guest") -> bool:
        """Tell whether what was asked is there, in the books of the house."""
        with self.app.app_context():
            return db.session.get_one(Receivable, guest.asked).state.value == "settled"

    def lines(self, guest: "Guest | None" = None) -> list[int]:
        """Give the money that moved, as the books of the house have it: of one story, or of all."""
        with self.app.app_context():
            wanted = sa.select(Movement.amount).where(Movement.nature.in_(["payment", "refund", "reversal"]))
            wanted = wanted.where(Movement.number > self.begun_at)
            if guest is not None:
                wanted = wanted.where(Movement.payable_id == guest.asked)
            return list(db.session.scalars(wanted.order_by(Movement.number)))

    def expect(self, guest: "Guest", *amounts: int) -> None:
        """Wait for these lines, and no other, in the books; and for every promise to be kept."""
        eventually(f"{amounts}", lambda: self.lines(guest) == list(amounts))
        self.stripe.settled()
        unkept = "SELECT job, state, last_error FROM outbox WHERE job LIKE 'payments.%' AND state <> 'done'"
        eventually("every promise is kept", lambda: not read(self.house, unkept))
        assert self.lines(guest) == list(amounts)

    def expect_agreement(self) -> None:
        """The house and Stripe hold the same, to the cent and one by one."""
        store = self.server.parts.store
        there = [each["amount_captured"] for each in store.all("charge") if each["captured"]]
        there += [-each["amount"] for each in store.all("refund") if each["status"] == "succeeded"]
        assert sorted(self.lines()) == sorted(there)
        net = sum(each["net"] for each in store.all("balance_transaction"))
        everything = "SELECT sum(amount) FROM money_movements WHERE method = 'card'"
        assert read(self.house, everything) == [(net,)], "what Stripe kept is not in the books"


@dataclass
class Guest:
    """Who is asked: comes by the link, pays, comes back; tries again when nobody answers."""

    till: Till
    asked: Any
    secret: str
    visitor: Visitor | None = None

    def pay(self, card: str = VISA) -> None:
        """Go to the payment page, pay there, and come back."""
        self.try_until_done(lambda: self._go_and_pay(card))
        self.come_back()

    def come_back(self) -> None:
        """Open the page to which Stripe sends whoever has paid."""
        self.try_until_done(lambda: self._ask("GET", "/retour").status == 303)

    def try_until_done(self, act: Callable[[], bool]) -> None:
        """Try, as people do, until it worked."""

        def tried() -> bool:
            with suppress(*GONE):
                return act()
            return False

        eventually("the guest gets through", tried)

    def _go_and_pay(self, card: str) -> bool:
        page = self._ask("GET", "")
        token = {"csrf_token": TOKEN.findall(page.text)[-1]}
        told = self._ask("POST", "", token)
        return told.status == 303 and "/retour" in self.till.stripe.pay(told.where, card)

    def _ask(self, method: str, where: str, form: dict[str, str] | None = None) -> SimpleNamespace:
        if self.visitor is None:
            visitor = Visitor(self.till.house)
            assert visitor.ask("GET", f"/paiement/{self.secret}")[0] == 303
            self.visitor = visitor
        status, where, text = self.visitor.ask(method, f"/paiements/{self.asked}{where}", form)
        return SimpleNamespace(status=status, where=where, text=text)
