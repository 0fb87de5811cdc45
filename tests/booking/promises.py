"""A house that is open, and promises made in it, for the tests of what follows from them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app.booking import service
from app.booking.exchange.parse import parse
from app.booking.models import Reservation, ReservationState
from app.booking.seating import STAFF
from app.booking.service import Details, Wish
from app.booking.service.room import apply_establishment_file
from app.config import ROOT
from app.directory.models import Establishment
from app.kernel.access import ANONYMOUS, system
from app.kernel.db import transaction
from tests.harness.mailbox import run_jobs
from tests.harness.scenes import scene

HOUSE = system("tests")
THURSDAY = date(2026, 3, 12)


@scene
def open_house(example: str = "chez-margot") -> Establishment:
    """An establishment as its example file describes it."""
    with transaction():
        return apply_establishment_file(parse((ROOT / "examples" / f"{example}.json").read_bytes()), actor=HOUSE)


def book(establishment, day=THURSDAY, at=time(20, 15), covers=4, *, by_phone=False, **details) -> Reservation:
    """A table promised to Alice."""
    alice = {"first_name": "Alice", "last_name": "Durand", "email": "alice@example.org", "phone": "+33612345678"}
    by_whom = {"actor": HOUSE, "permit": STAFF} if by_phone else {"actor": ANONYMOUS}
    with transaction():
        return service.reserve(establishment, Wish(day, at, covers), Details(**{**alice, **details}), **by_whom)


@scene
def book_and_tell(establishment: Establishment) -> Reservation:
    """A table promised to Alice, and all that follows from it done: her letter has left, the team is told."""
    made = book(establishment)
    run_jobs()
    return made


def reservation_at(instant: str, *, service_date=None, minutes=105, zone="Europe/Paris", **values) -> Reservation:
    """A reservation that no database has seen, for what is pure. `instant` is local, or says its offset."""
    starts_at = datetime.fromisoformat(instant)
    if starts_at.tzinfo is None:
        starts_at = starts_at.replace(tzinfo=ZoneInfo(zone))
    made = datetime(2026, 3, 10, 9, tzinfo=UTC)
    establishment = Establishment(
        name="Chez Margot, traiteur",
        timezone=zone,
        address_line1="12 rue des Halles",
        address_line2="",
        postal_code="45000",
        city="Orléans",
        country="FR",
        phone="+33238000000",
        email="bonjour@chez-margot.example",
    )
    usual = {
        "state": ReservationState.CONFIRMED,
        "covers": 4,
        "reference": "K7M2QXA",
        "first_name": "Alice",
        "last_name": "Durand",
        "email": "alice@example.org",
        "sequence": 0,
        "created_at": made,
        "changed_at": made,
    }
    return Reservation(
        establishment=establishment,
        service_date=service_date or starts_at.date(),
        local_time=starts_at.time(),
        starts_at=starts_at.astimezone(UTC),
        duration_minutes=minutes,
        **{**usual, **values},
    )
