"""A small house, open from Tuesday to Sunday, and what guests type to book in it."""

import copy
import json
from datetime import date, time

import sqlalchemy as sa

from app.booking import service
from app.booking.exchange import parse
from app.booking.jobs import collect_funnel
from app.booking.models import FunnelCount, Reservation
from app.booking.seating import GUEST
from app.booking.service import Details, Wish
from app.booking.service.room import apply_establishment_file
from app.config import ROOT
from app.directory.models import Establishment
from app.kernel import links
from app.kernel.access import ANONYMOUS, Actor, system
from app.kernel.db import db, transaction
from tests.harness.mailbox import run_jobs
from tests.harness.scenes import scene

SATURDAY = "2026-03-14"
TESTS = system("tests")
SMALL = {
    "format": "guichet-establishment/1", "slug": "petit-quai", "name": "Le Petit Quai", "timezone": "Europe/Paris",
    "address": {"line1": "2 quai Neuf", "postal_code": "45000", "city": "Orléans", "country": "FR"},
    "phone": "+33238000000", "email": "bonjour@petit-quai.example",
    "room": {
        "slot_minutes": 15, "turnover_minutes": 0,
        "durations": [{"up_to": 2, "minutes": 90}, {"up_to": None, "minutes": 120}],
        "areas": ["salle"],
        "tables": [
            {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2},
            {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 2},
            {"id": "3", "area": "salle", "min_covers": 3, "max_covers": 4},
            {"id": "4", "area": "salle", "min_covers": 3, "max_covers": 4},
        ],
        "combinations": [{"id": "3+4", "tables": ["3", "4"], "min_covers": 5, "max_covers": 8}],
    },
    "shifts": [
        {"name": "Déjeuner", "weekdays": [2, 3, 4, 5, 6], "first": "12:00", "last": "13:30",
         "pacing_covers": None, "pacing_reservations": None, "durations": None},
        {"name": "Dîner", "weekdays": [2, 3, 4, 5, 6, 7], "first": "19:00", "last": "21:45",
         "pacing_covers": 10, "pacing_reservations": None, "durations": None},
    ],
    "closures": [{"from": "2026-04-07", "to": "2026-04-11", "reason": "Congés"}],
    "exceptional": [],
    "booking": {
        "min_notice_minutes": 60, "max_advance_days": 90, "max_covers_online": 6,
        "large_party_text": "Plus de six ? Appelez-nous.", "hold_minutes": 5, "cancel_until_minutes": 120,
        "policy": "best_fit",
    },
}  # fmt: skip
WHO = {"first_name": "Alice", "last_name": "Durand", "email": "alice@example.org", "phone": "06 12 34 56 78"}
TYPED = {
    "date": SATURDAY, "time": "19:30", "covers": "2", **WHO, "special_requests": "Une chaise haute", "consent": "y",
}  # fmt: skip


@scene
def open_house(**changed: object) -> Establishment:
    """Open the small house; changes go by their place in the file, as ``shifts=[…]`` or ``booking={…}``."""
    described = copy.deepcopy(SMALL)
    for name, value in changed.items():
        described[name] = {**described[name], **value} if isinstance(value, dict) else value
    with transaction():
        return apply_establishment_file(parse(json.dumps(described).encode()), actor=TESTS, force=True)


@scene
def open_example(name: str) -> Establishment:
    """Open one of the example houses."""
    with transaction():
        return apply_establishment_file(parse((ROOT / "examples" / f"{name}.json").read_bytes()), actor=TESTS)


def typed(**changed: str | None) -> dict[str, str]:
    """What a guest sends to book in one go; None leaves a field out."""
    return {name: value for name, value in {**TYPED, **changed}.items() if value is not None}


def wish(at: str = f"{SATURDAY} 19:30", covers: int = 2, **more: str) -> Wish:
    day, _space, clock = at.partition(" ")
    return Wish(date.fromisoformat(day), time.fromisoformat(clock), covers, **more)


def details(**changed: str) -> Details:
    return Details(**{**WHO, "phone": "+33612345678", **changed})


def promise(
    house: Establishment,
    at: str = f"{SATURDAY} 19:30",
    covers: int = 2,
    *,
    actor: Actor = ANONYMOUS,
    permit=GUEST,
    unit: str | None = None,
    visitor: str | None = None,
    **who: str,
) -> Reservation:
    """A table promised as the public page does it."""
    with transaction():
        made = service.reserve(
            house,
            wish(at, covers, **({"unit": unit} if unit else {})),
            details(**who),
            actor=actor,
            permit=permit,
            visitor=visitor,
        )
    return db.session.get_one(Reservation, made.id)


@scene
def promise_and_tell(house: Establishment) -> Reservation:
    """Alice's table for two on Saturday at 19:30, and all that follows from it done: her letter has left."""
    made = promise(house)
    run_jobs()
    return made


def bearer(reservation: Reservation) -> Actor:
    """The guest, come by the reservation's own link."""
    with transaction():
        link, _secret = links.mint(
            "booking.manage",
            reservation,
            person_id=reservation.guest_id,
            expires_at=service.link_expiry(reservation),
        )
    return Actor("link", str(link.id), "Client, par son lien", reservation.guest_id, links=(link.right(),))


def fresh(reservation: Reservation) -> Reservation:
    """The reservation as it now stands in the database."""
    db.session.rollback()
    return db.session.get_one(Reservation, reservation.id, populate_existing=True)


def tables(house: Establishment) -> dict[str, str]:
    """The engine's name of each table and combination, by its code."""
    from app.booking import queries  # noqa: PLC0415 - read when the house is open

    return {label.split(" ")[0]: unit for unit, label in queries.unit_choices(house)}


@scene
def fill(house: Establishment, at: str = f"{SATURDAY} 19:30", covers: int = 2) -> list[Reservation]:
    """Promise tables until the house refuses one more such party."""
    made = []
    while True:
        try:
            made.append(promise(house, at, covers, email=f"hote{len(made)}@example.org"))
        except service.TimeTaken:
            return made


def steps_counted():
    """The steps of bookings counted so far, once the job has collected them."""
    collect_funnel()
    return {row.step: row.count for row in db.session.scalars(sa.select(FunnelCount))}
