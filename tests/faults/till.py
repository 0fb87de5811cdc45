"""A house that takes money from the Stripe double, and the knife: who is killed between which two steps."""

import http.client
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import psutil
import sqlalchemy as sa
from werkzeug.wrappers import Request, Response

from app.application import create_app
from app.config import read_configuration
from app.directory.models import Establishment
from app.kernel import links
from app.kernel.db import db, transaction
from app.kernel.supervisor import AT_ONCE
from app.payments import service
from app.payments.double.parts import Settings
from app.payments.double.server import DoubleServer
from app.payments.models import Movement, Payable, Payment, Purpose, Receivable, SavedCard
from app.payments.permissions import PAY_LINK
from app.payments.service.asking import ask_for
from tests.factories import TESTS
from tests.faults.evening import TOKEN, Visitor, open_house, read
from tests.harness.live import LiveHouse, eventually
from tests.payments.doubles import KEY, SECRET, VISA, StripeDouble
from tests.payments.doubles import TOKEN as LEVERS

GONE = (OSError, http.client.HTTPException, IndexError)
BLOCKED_SECONDS = 0.6


@dataclass
class Knife:
    """Kills at one step: `before` a call has its effect, `after` it, or once it is `heard` and before it is kept."""

    house: LiveHouse | None = None
    victim: str = ""
    when: str = ""
    method: str = ""
    path: str = ""
    has_cut: threading.Event = field(default_factory=threading.Event)

    def aim(self, victim: str, when: str, method: str, path: str) -> None:
        """Be ready for the next call like this one, once the victim has lived long enough to die decently."""
        eventually(f"{victim} is of age", lambda: self.is_of_age(victim))
        self.victim, self.when, self.method, self.path = victim, when, method, path
        self.has_cut.clear()

    def is_of_age(self, victim: str) -> bool:
        """Tell whether it has lived so long that the supervisor does not count its death against it."""
        born = [process.create_time() for process in self.house.processes(victim)]
        return bool(born) and min(born) < time.time() - AT_ONCE - 0.5

    def meets(self, method: str, path: str) -> bool:
        """Tell whether this is the step, once."""
        if not self.when or method != self.method or not path.startswith(self.path):
            return False
        self.method = ""
        return True

    def cut(self) -> None:
        """Kill the victim, whatever it does."""
        with suppress(psutil.NoSuchProcess):
            self.house.kill(self.victim)
        self.has_cut.set()

    def cut_while_it_cannot_write(self) -> None:
        """Hold the database, so that what is heard now cannot be kept; then kill, and let go."""
        holding = threading.Event()

        def hold() -> None:
            with closing(sqlite3.connect(self.house.data_dir / "guichet.sqlite3", timeout=20)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                holding.set()
                time.sleep(BLOCKED_SECONDS)
                self.cut()
                connection.rollback()

        threading.Thread(target=hold, daemon=True).start()
        assert holding.wait(20)


class AtStripe:
    """Between the socket and the double: where the knife waits for calls of the house."""

    def __init__(self, application: Any, knife: Knife) -> None:
        self.application, self.knife = application, knife

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        when = self.knife.when
        if not self.knife.meets(environ["REQUEST_METHOD"], environ["PATH_INFO"]):
            return self.application(environ, start_response)
        if when == "before":
            self.knife.cut()
            return Response(status=503)(environ, start_response)
        answer = Response.from_app(self.application, Request(environ).environ)
        if when == "after":
            self.knife.cut()
        else:
            self.knife.cut_while_it_cannot_write()
        return answer(environ, start_response)


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
        eventually(f"{amounts}", lambda: self.lines(guest) == list(amounts), patience=60)
        self.stripe.settled()
        unkept = "SELECT job, state, last_error FROM outbox WHERE job LIKE 'payments.%' AND state <> 'done'"
        eventually("every promise is kept", lambda: not read(self.house, unkept), patience=60)
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

        eventually("the guest gets through", tried, patience=60)

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
