"""A promise as rows: the locks it takes, the tables it claims, the guest it belongs to."""

import secrets
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.booking import queries
from app.booking.models import Reservation, ReservationOrigin, WaitingEntry
from app.booking.opening import QUARTER_MINUTES, Slot
from app.booking.queries import House
from app.booking.queries.seaters import Foreseen
from app.booking.seating import Permit, Placement, Reason, Refusal
from app.booking.service import seats
from app.booking.service.wishes import Details, TimeTaken, Wish
from app.booking.settings import REMINDER_HOUR
from app.directory.models import Establishment
from app.directory.service import known_or_new_person_id, new_person
from app.kernel import agenda, clock, search, topics
from app.kernel.db import db, new_id
from app.kernel.formats import clock_time, typed_phone
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 7


def lock_reservation(reservation: Reservation, *dates: date) -> None:
    """Take the writers' lock of a reservation's day, and of others, then read it as it now stands.

    Raises RuleBroken when somebody moved it to another day in the meantime.
    """
    known = reservation.service_date
    queries.lock_day(reservation.establishment_id, known, *dates)
    db.session.refresh(reservation)
    if reservation.service_date != known:
        raise RuleBroken(_("Cette réservation vient de changer. Rechargez la page pour voir ce qu’il en est."))


def is_same(reservation: Reservation, establishment: Establishment, wish: Wish) -> bool:
    """Tell whether a reservation is what is wished for; a wish without an area takes any."""
    return (
        reservation.establishment_id == establishment.id
        and reservation.service_date == wish.service_date
        and reservation.local_time == wish.local_time
        and reservation.covers == wish.covers
        and (wish.area is None or reservation.area_wish == wish.area)
    )


def new_reservation(establishment: Establishment, origin: ReservationOrigin) -> Reservation:
    """Begin a reservation, with a reference of its own; nothing is promised yet, and nothing in the session."""
    now = clock.now()
    return Reservation(
        id=new_id(),
        establishment_id=establishment.id,
        establishment=establishment,
        origin=origin,
        reference="".join(secrets.choice(REFERENCE_LETTERS) for _n in range(REFERENCE_LENGTH)),
        created_at=now,
        changed_at=now,
        overridden=[],
    )


def seat_or_refuse(
    reservation: Reservation, house: House, wish: Wish, permit: Permit, foreseen: Foreseen | None = None
) -> tuple[Slot, Placement]:
    """Give when and where the engine seats a reservation, leaving its own tables out. Under the lock of its day.

    Raises TimeTaken when it refuses, LeftOpen when it cannot tell in time.
    """
    slot, verdict = seats.ask(
        house, reservation.establishment, wish, permit=permit, leaving_out=reservation.id, foreseen=foreseen
    )
    if isinstance(verdict, Refusal) or slot is None:
        raise TimeTaken(verdict if isinstance(verdict, Refusal) else Refusal(Reason.NOT_OFFERED), house)
    return slot, verdict


def place(
    reservation: Reservation, house: House, wish: Wish, *, permit: Permit, foreseen: Foreseen | None = None
) -> None:
    """Write what is wished for as a promise, and claim its tables. Under the lock of its day.

    Raises TimeTaken when the engine or the database refuses, LeftOpen when the engine cannot tell in time, PlanRefused
    when the plan does not hold.
    """
    slot, placement = seat_or_refuse(reservation, house, wish, permit, foreseen)
    write_promise(reservation, slot, placement, wish)
    db.session.add(reservation)
    refusal = seats.claim(reservation, slot, placement, reservation.held_until)
    if refusal is not None:
        raise TimeTaken(refusal, house)


def write_promise(reservation: Reservation, slot: Slot, placement: Placement, wish: Wish) -> None:
    """Write when, for how many and for how long on a reservation; the tables are claimed by `seats`."""
    reservation.service_date, reservation.local_time = slot.service_date, slot.local_time
    reservation.starts_at, reservation.quarter = slot.instant, slot.quarter
    reservation.covers, reservation.area_wish, reservation.locked_unit = wish.covers, wish.area, wish.unit
    reservation.duration_minutes = placement.stay * QUARTER_MINUTES
    reservation.overridden = [override.value for override in placement.overridden]
    reservation.changed_at = clock.now()


def fill_details(reservation: Reservation, details: Details, *, keep_person: bool = False) -> None:
    """Write who comes; the person they are is looked for once, unless `keep_person` leaves it as it is."""
    write_details(reservation, details, found_by=reservation.reference)
    if not keep_person and reservation.guest_id is None:
        with db.session.no_autoflush:
            reservation.guest_id = person_of(details)


def write_details(record: Reservation | WaitingEntry, details: Details, *, found_by: str = "") -> None:
    """Write who comes on a record, with the words that find it: the name, `found_by`, the address, the number."""
    for field in fields(Details):
        setattr(record, field.name, getattr(details, field.name))
    record.search_text = search.normalised(f"{found_by} {details.first_name} {details.last_name}")
    national = typed_phone(details.phone).replace(" ", "") if details.phone else ""
    record.search_contact = search.normalised(f"{details.email} {details.phone} {national}")


def person_of(details: Details) -> UUID:
    """Give the person who typed these details: whoever has this address already, else somebody new."""
    names = {"first_name": details.first_name, "last_name": details.last_name}
    phone, language = details.phone or None, details.language
    if details.email:
        return known_or_new_person_id(**names, email=details.email, phone=phone, language=language)
    return new_person(**names, phone=phone, language=language).id


def reminder_instant(reservation: Reservation, now: datetime) -> datetime | None:
    """Give when to remind: the day before at the house's hour, or never when that has passed."""
    establishment = reservation.establishment
    hour = REMINDER_HOUR.value(establishment=str(establishment.id))
    eve = reservation.service_date - timedelta(days=1)
    instant = datetime.combine(eve, time(hour), ZoneInfo(establishment.timezone)).astimezone(now.tzinfo)
    return instant if instant > now else None


def promise_line(reservation: Reservation) -> str:
    """Write the promise for the audit trail: "2026-03-14 19:30, 4 (T4)"."""
    moment = f"{reservation.service_date.isoformat()} {clock_time(reservation.local_time)}"
    return f"{moment}, {reservation.covers} ({reservation.table_codes()})"


def promise_values(reservation: Reservation) -> dict[str, Any]:
    """Give what a move may change, for the fact to say before and after."""
    return {
        "service_date": reservation.service_date,
        "local_time": reservation.local_time,
        "covers": reservation.covers,
        "tables": reservation.table_codes(),
    }


def touch(reservation: Reservation) -> None:
    """Tell the live parts of the back office that this establishment's reservations changed."""
    topics.touch(f"reservations:{reservation.establishment_id}", agenda.topic_of(reservation.establishment_id))
