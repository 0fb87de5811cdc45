"""The demo: Chez Margot, its team, the weeks behind it and the two ahead. Always the same for the same day.

What happened is played in its own order by the real services, the clock standing where each act took place. The
guests of the demo leave a telephone number only, so no letter leaves; their papers are drawn when somebody asks.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from app.accounts import service as accounts
from app.booking import service
from app.booking.exchange import parse
from app.booking.models import Reservation, Stage
from app.booking.opening import slots_on
from app.booking.queries import read_house
from app.booking.seating import STAFF
from app.booking.service import Details, TimeTaken, Wish
from app.booking.service.room import apply_establishment_file
from app.config import ROOT
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import Identified, db
from app.kernel.messages import Message
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.seeds import announce_login, seed

EXAMPLE = ROOT / "examples" / "chez-margot.json"
PASSWORD = "une-table-pour-deux"  # noqa: S105 - announced on the demo's login page
TEAM = (
    ("Chloé", "Martin", "chloe@chez-margot.example", "manager", "Chloé, gérante"),
    ("Diane", "Leroy", "diane@chez-margot.example", "host", "Diane, accueil"),
    ("Bruno", "Petit", "bruno@chez-margot.example", "waiter", "Bruno, en salle"),
    ("Anne", "Roche", "admin@chez-margot.example", "administrator", "Anne, administratrice"),
)
DAYS_BEHIND, DAYS_AHEAD = 9, 14
A_MEAL, AT_TABLE = timedelta(minutes=80), 4
CAME = 1.0
ACTOR = system("seed")
FIRST_NAMES = (
    "Camille",
    "Louise",
    "Hugo",
    "Inès",
    "Karim",
    "Jeanne",
    "Paul",
    "Nora",
    "Léon",
    "Sofia",
    "Marc",
    "Agathe",
    "Samir",
    "Élodie",
    "Victor",
    "Maud",
    "Thomas",
    "Yasmine",
    "Gabriel",
    "Odile",
)
LAST_NAMES = (
    "Aubry",
    "Benali",
    "Carpentier",
    "Da Silva",
    "Étienne",
    "Ferrand",
    "Garnier",
    "Haddad",
    "Imbert",
    "Jolivet",
    "Kowalski",
    "Lenoir",
    "Marchand",
    "Nguyen",
    "Ollivier",
    "Pereira",
    "Rossi",
    "Sauvage",
    "Tessier",
    "Vasseur",
)
REQUESTS = (
    "Une chaise haute, s’il vous plaît.",
    "Allergie aux arachides.",
    "C’est un anniversaire.",
    "Près de la fenêtre si possible.",
    "Un fauteuil roulant.",
    "Nous viendrons avec un petit chien.",
)
COVERS, WEIGHTS = (1, 2, 3, 4, 5, 6, 8), (3, 34, 10, 26, 6, 8, 4)

for _first, _last, _login, _role, _label in TEAM:
    announce_login(_label, _login, PASSWORD)


@dataclass(frozen=True)
class Act:
    """Something done at an instant."""

    at: datetime
    do: Callable[[], None]


@seed("demo", order=10)
def demo_restaurant() -> None:
    """Open Chez Margot, as its example file describes it."""
    apply_establishment_file(parse(EXAMPLE.read_bytes()), actor=ACTOR)


@seed("demo", order=20)
def demo_team() -> None:
    """Give the team its logins."""
    accounts.seed_roles()
    for first_name, last_name, login, role, _label in TEAM:
        accounts.create_user(
            first_name=first_name, last_name=last_name, email=login, password=PASSWORD, role=role, actor=ACTOR
        )


@seed("demo", order=30)
def demo_reservations() -> None:
    """Take the reservations of the days behind and ahead, and receive those who came."""
    establishment = db.session.scalars(sa.select(Establishment).where(Establishment.slug == "chez-margot")).one()
    today, dice = establishment.today(), random.Random(2026)  # noqa: S311 - dice, not secrets
    booked = [
        booking
        for offset in range(-DAYS_BEHIND, DAYS_AHEAD)
        for booking in _bookings(establishment, today + timedelta(days=offset), dice)
    ]
    for act in sorted((act for acts in booked for act in acts), key=lambda act: act.at):
        with clock.at(act.at):
            act.do()
    tell_nobody_of(Reservation)


def tell_nobody_of(kind: type[Identified]) -> None:
    """Take back what these records would send and draw: it was for then, not for the first start of a house."""
    db.session.flush()
    promised = ("kernel.draw_document", "kernel.deliver_message")
    db.session.execute(sa.delete(OutboxRow).where(OutboxRow.job.in_(promised), OutboxRow.state == JobState.WAITING))
    db.session.execute(sa.delete(Message).where(Message.subject_kind == kind.kind()))


def _bookings(establishment: Establishment, day: date, dice: random.Random) -> Iterator[list[Act]]:
    """Give, for each booking of one date, what is done about it and when."""
    now, today = clock.now(), establishment.today()
    slots = slots_on(read_house(establishment).opening, day)
    evenings = [slot for slot in slots if slot.minutes >= 18 * 60]
    busy = dice.randint(4, 7) + (2 if day.isoweekday() in (5, 6) else 0)
    for _n in range(busy if slots else 0):
        slot = dice.choice(evenings if evenings and dice.random() < 0.7 else slots)
        wish = Wish(day, slot.local_time, dice.choices(COVERS, WEIGHTS)[0])
        made_at = min(slot.instant, now) - timedelta(hours=dice.randint(2, 180), minutes=dice.randint(0, 59))
        yield _story(establishment, wish, _guest(dice), made_at, slot.instant, dice.random())
    for slot in [slot for slot in slots if day == today and now - A_MEAL < slot.instant <= now][-AT_TABLE:]:
        wish = Wish(day, slot.local_time, dice.choices(COVERS, WEIGHTS)[0])
        yield _story(establishment, wish, _guest(dice), slot.instant - timedelta(hours=5), slot.instant, CAME)


def _story(
    establishment: Establishment, wish: Wish, guest: Details, made_at: datetime, starts_at: datetime, chance: float
) -> list[Act]:
    """Write one booking up to now: made, sometimes cancelled; once its hour has come, the party came or did not."""
    taken: list[Reservation] = []

    def book() -> None:
        try:
            with db.session.begin_nested():
                taken.append(service.reserve(establishment, wish, guest, actor=ACTOR, permit=STAFF))
        except TimeTaken:
            taken.clear()

    def then(verb: Callable[[Reservation], None]) -> None:
        for reservation in taken:
            verb(reservation)

    acts = [Act(made_at, book)]
    if chance < 0.08:
        cancel = partial(service.cancel_reservation, actor=ACTOR, reason="Empêchement")
        acts.append(Act(made_at + timedelta(minutes=50), partial(then, cancel)))
    elif chance < 0.14:
        acts.append(Act(starts_at + timedelta(minutes=40), partial(then, _missed)))
    else:
        is_meal_going_on = clock.now() - starts_at < A_MEAL
        evening = ((0, _arrived), (4, _seated), (20, _served(Stage.STARTER)), (40, _served(Stage.MAIN)))
        for after, verb in evening if is_meal_going_on else ((4, _seated), (85, _left)):
            acts.append(Act(starts_at + timedelta(minutes=after), partial(then, verb)))
    return [act for act in acts if act.at <= clock.now()]


def _arrived(reservation: Reservation) -> None:
    service.note_arrival(reservation, actor=ACTOR)


def _seated(reservation: Reservation) -> None:
    service.seat_party(reservation, actor=ACTOR)


def _served(stage: Stage) -> Callable[[Reservation], None]:
    def note(reservation: Reservation) -> None:
        service.note_stage(reservation, stage, actor=ACTOR)

    return note


def _left(reservation: Reservation) -> None:
    service.finish_reservation(reservation, actor=ACTOR)


def _missed(reservation: Reservation) -> None:
    service.note_missed_party(reservation, actor=ACTOR)


def _guest(dice: random.Random) -> Details:
    return Details(
        first_name=dice.choice(FIRST_NAMES),
        last_name=dice.choice(LAST_NAMES),
        email="",
        phone=f"+3363998{dice.randint(0, 9999):04}",  # numbers kept for fiction (ARCEP, decision 2018-0881)
        special_requests=dice.choice(REQUESTS) if dice.random() < 0.25 else "",
    )
