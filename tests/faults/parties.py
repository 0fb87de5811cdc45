"""Parties of two who guarantee their table, from the first page to the last: what they press, and what came of it."""

import re
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as clock_time
from email import message_from_bytes, policy

import sqlalchemy as sa

from app.booking import jobs as booking_jobs
from app.booking import service
from app.booking.guarantees import ruling
from app.booking.models import Guarantee, Reservation
from app.booking.seating import STAFF
from app.booking.service import Details, NotSeated, Wish
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.db import db, transaction
from app.payments import jobs as payment_jobs
from app.payments.models import Movement, MovementNature
from tests.booking.guarantees.rules import wanted
from tests.booking.soundness import unsound
from tests.factories import TESTS
from tests.faults.evening import TOKEN, Evening, Visitor, read
from tests.faults.knife import VICTIMS
from tests.faults.till import GONE, Till
from tests.harness.live import PATIENCE, eventually
from tests.payments.doubles import VISA

SEAL = re.compile(r'name="terms" value="([^"]+)"')
ONWARD = re.compile(r'href="(/reserver/garantie/[\w-]+)"')
SUM = 2000
PROMISED = {"réservée": 1, "Reçu": 1}
CALLED_OFF = {**PROMISED, "annulée": 1, "Remboursement": 1}
TOO_LATE = {"Reçu": 1, "Remboursement": 1}
UNKEPT = """
    SELECT job, state, last_error FROM outbox WHERE state <> 'done' AND in_bulk = 0
    AND (job LIKE 'payments.%' OR job LIKE 'booking.follow%' OR job LIKE 'kernel.deliver%')
"""


class GuaranteedTables(Till):
    """A running house that asks couples for twenty euros, its Stripe, and the knife."""

    def __init__(self, make_house: Callable[..., object]) -> None:
        super().__init__(make_house)
        with self.app.app_context(), transaction() as session:
            self.house_id = session.scalars(sa.select(Establishment.id).limit(1)).one()
            house = session.get_one(Establishment, self.house_id)
            couples = wanted(covers_from=2, covers_to=2, shifts=[])
            ruling.save_rule(house, couples, actor=TESTS)
        soon = (clock.today("Europe/Paris") + timedelta(days=5)).isoformat()
        self.wishes = (wish for wish in Evening(self.house).wishes if wish[0] > soon)
        self.count = 0

    def party(self) -> "Party":
        """Give the next two guests, who wish for a time of their own."""
        self.count += 1
        day, at = next(self.wishes)
        return Party(self, day, at, f"party-{self.count}@example.org")

    # --- the knife, at steps that only the database shows ---------------------------------------------------------

    def cut_when(self, question: str, *values: object) -> threading.Thread:
        """Kill web and worker as soon as the database answers yes, before either writes another word."""
        for victim in VICTIMS:
            eventually(f"{victim} is of age", lambda victim=victim: self.knife.is_of_age(victim))
        self.knife.has_cut.clear()
        watch = threading.Thread(target=self._watch, args=(question, values), daemon=True)
        watch.start()
        return watch

    def _watch(self, question: str, values: tuple[object, ...]) -> None:
        with closing(sqlite3.connect(self.house.data_dir / "guichet.sqlite3", timeout=20)) as connection:
            connection.isolation_level = None
            while not connection.execute(question, values).fetchall():
                time.sleep(0.001)
            connection.execute("BEGIN IMMEDIATE")
            for victim in VICTIMS:
                self.house.kill(victim)
            connection.rollback()
        self.knife.has_cut.set()

    def cut_in_the_writing(self, victim: str, act: Callable[[], object]) -> None:
        """Kill the victim while it does this and cannot write what it has decided."""
        eventually(f"{victim} is of age", lambda: self.knife.is_of_age(victim))
        self.knife.victim = victim
        self.knife.has_cut.clear()
        self.knife.cut_while_it_cannot_write()
        with suppress(*GONE):
            act()
        assert self.knife.has_cut.wait(PATIENCE)

    @contextmanager
    def asleep(self, victim: str) -> Iterator[None]:
        """Let it do nothing for a while, as on a machine that swaps."""
        self.house.kill(victim, signal.SIGSTOP)
        try:
            yield
        finally:
            self.house.kill(victim, signal.SIGCONT)

    # --- what the hour does ---------------------------------------------------------------------------------------

    def let_run_out(self, party: "Party") -> None:
        """The quarter of an hour of this party is over."""
        with self.app.app_context():
            with transaction() as session:
                for asked in session.scalars(sa.select(Guarantee)).unique():
                    if asked.reservation.email == party.email:
                        asked.receivable.expires_at = clock.now() - timedelta(seconds=1)
                        service.keep_until(asked.reservation, clock.now() - timedelta(seconds=1))
            booking_jobs.expire_holds()
            payment_jobs.expire_receivables()

    def give_away(self, party: "Party") -> None:
        """Others sit at every table of that hour."""
        with self.app.app_context(), suppress(NotSeated):
            for number in range(200):
                with transaction() as session:
                    house = session.get_one(Establishment, self.house_id)
                    somebody = Details("Hôte", f"{number}", "", "+33639980099")
                    service.reserve(house, party.wish, somebody, actor=TESTS, permit=STAFF)

    # --- what came of it ------------------------------------------------------------------------------------------

    def expect_party(self, party: "Party", state: str, letters: dict[str, int], *amounts: int) -> None:
        """One reservation in this state, these lines in the books, one letter of each kind, and nothing left to do."""
        eventually(f"{party.email}: {state}, {amounts}", lambda: self.story_of(party) == (state, amounts))
        self.stripe.settled()
        eventually("every promise is kept", lambda: not read(self.house, UNKEPT))
        assert self.story_of(party) == (state, amounts)
        got = party.letters()
        assert {words: sum(words in subject for subject in got.elements()) for words in letters} == letters, got
        assert got.total() == sum(letters.values()), got

    def story_of(self, party: "Party") -> tuple[str, tuple[int, ...]]:
        """Give the state of the one reservation that is not an attempt given up, and the lines about it."""
        with self.app.app_context():
            mine = sa.select(Reservation).where(Reservation.email == party.email)
            rows = list(db.session.scalars(mine))
            states = {row.state.value for row in rows}
            (state,) = states - {"expired"} or {"expired"}
            assert sum(row.state.value == state for row in rows) == 1 or state == "expired", states
            lines = sa.select(Movement.amount).where(Movement.payable_id.in_([row.id for row in rows]))
            lines = lines.where(Movement.nature != MovementNature.FEE).order_by(Movement.number)
            return state, tuple(db.session.scalars(lines))

    def expect_order(self) -> None:
        """The books are Stripe's to the cent, no table is given twice, and none is held for ever."""
        self.expect_agreement()
        held = "SELECT email, held_until FROM reservations WHERE state = 'held' AND email LIKE 'party-%'"
        assert read(self.house, held) == [], "held for ever"
        with self.app.app_context():
            assert unsound() == []
        verified = self.house.flask("audit", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr


@dataclass
class Party:
    """Two guests: they reserve, pay, call off, and press again when nobody answers."""

    till: GuaranteedTables
    day: str
    at: str
    email: str
    visitor: Visitor | None = None
    paying: str = ""
    own: str = ""

    @property
    def wish(self) -> Wish:
        """What they wish for."""
        hours, minutes = (int(part) for part in self.at.split(":"))
        return Wish(date.fromisoformat(self.day), clock_time(hours, minutes), 2)

    def accept(self) -> None:
        """Hold a table, type who comes, accept the terms: they stand before the payment."""
        self.visitor = self.visitor or Visitor(self.till.house)
        self._until_done(self._hold_and_accept)

    def pay(self) -> None:
        """Go to Stripe and pay there."""
        self._until_done(self._go_and_pay)

    def come_back(self) -> None:
        """Come back from Stripe, and go on to the confirmation."""
        self._until_done(self._back_to_the_confirmation)

    def call_off(self) -> None:
        """Cancel, on their own page."""
        self._until_done(self._cancelled)

    def press_cancel(self) -> int:
        """Press once; give the status."""
        _status, _where, page = self.visitor.ask("GET", f"{self.own}/annulation")
        return self.visitor.ask("POST", f"{self.own}/annulation", {"csrf_token": TOKEN.findall(page)[-1]})[0]

    def reads(self, words: str) -> bool:
        """Tell whether their own page says so."""
        return words in self.visitor.ask("GET", self.own)[2].replace("\xa0", " ").replace("\u202f", " ")

    def letters(self) -> Counter[str]:
        """The letters they got, by subject: one that came again, its sender killed before it was noted, is still that one."""
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in (self.till.house.data_dir / "mailbox").glob("*.eml")
        ]
        own = {(str(each["Message-ID"]), str(each["Subject"])) for each in found if self.email in str(each["To"])}
        return Counter(subject for _id, subject in own)

    def _until_done(self, act: Callable[[], bool]) -> None:
        def tried() -> bool:
            with suppress(*GONE):
                return act()
            return False

        eventually(f"{self.email} gets through", tried)

    def _hold_and_accept(self) -> bool:
        ask, wish = self.visitor.ask, {"date": self.day, "time": self.at, "covers": "2"}
        token = TOKEN.findall(ask("GET", f"/reserver?date={self.day}&covers=2")[2])[-1]
        if ask("POST", "/reserver", {"csrf_token": token, **wish})[0] != 303:
            return False
        page = ask("GET", "/reserver/coordonnees")[2]
        who = {"first_name": "Alice", "last_name": "Durand", "phone": "0612345678", "consent": "y", "email": self.email}
        sent = {"csrf_token": TOKEN.findall(page)[-1], "terms": SEAL.findall(page)[0], **wish, **who}
        status, self.paying, _page = ask("POST", "/reserver", sent)
        return status == 303 and self.paying.startswith("/paiements/")

    def _go_and_pay(self) -> bool:
        _status, _where, page = self.visitor.ask("GET", self.paying)
        told = self.visitor.ask("POST", self.paying, {"csrf_token": TOKEN.findall(page)[-1]})
        return told[0] == 303 and "/retour" in self.till.stripe.pay(told[1], VISA)

    def _back_to_the_confirmation(self) -> bool:
        if self.visitor.ask("GET", f"{self.paying}/retour")[0] != 303:
            return False
        onward = ONWARD.findall(self.visitor.ask("GET", self.paying)[2])[0]
        status, where, _page = self.visitor.ask("GET", onward)
        self.own = where.removesuffix("/confirmation")
        return status == 303 and where.endswith("/confirmation")

    def _cancelled(self) -> bool:
        return self.press_cancel() == 303 or self.till.story_of(self)[0] == "cancelled"
