"""Coming onto the waiting list, and leaving it without a place."""

import hashlib
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from uuid import UUID

import structlog

from app.booking.models import ReservationOrigin, WaitingEntry
from app.booking.models import WaitingState as S
from app.booking.opening import Slot
from app.booking.queries import House, day_in_transaction, house_of, lock_day
from app.booking.seating import GUEST, STAFF, Day, Permit, Placement, Reason, Refusal, StillUndecided, feasible
from app.booking.service import Details, TimeTaken
from app.booking.service.rows import person_of, write_details
from app.booking.waiting import queries
from app.booking.waiting.events import WaitingClosed, WaitingJoined
from app.booking.waiting.permissions import WAITING_LINK
from app.booking.waiting.settings import LEAD_MINUTES, MOST_ENTRIES
from app.booking.waiting.states import LIFECYCLE
from app.directory.models import Establishment, Person, normalised_email
from app.kernel import agenda, clock, links, search, topics
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.formats import spoken_time
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

log = structlog.get_logger()

WORTH_WAITING = (Reason.NO_TABLE, Reason.PACING, Reason.AREA, Reason.ONLINE_QUOTA, Reason.KEPT_TABLES)
"""The refusals that a place becoming free would lift."""
LINK_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Hope:
    """When a party would come, how many, and where; both times belong to one shift."""

    service_date: date
    first_time: time
    last_time: time
    covers: int
    area: str | None = None


def join_list(
    establishment: Establishment,
    hope: Hope,
    details: Details,
    *,
    actor: Actor,
    visitor: str | None = None,
    permit: Permit = GUEST,
    guest: Person | None = None,
) -> WaitingEntry:
    """Put a party on the list of a shift. The same visitor sending it again gets the entry already made.

    `guest` is whom staff know it to be for, whatever was typed.

    Raises RuleBroken when there is a table, when the list is full, when this person waits already, or when the hours
    make no sense; TimeTaken when waiting would be in vain.
    """
    house = house_of(establishment, version=lock_day(establishment.id, hope.service_date))
    day, online = day_in_transaction(house, hope.service_date), permit == GUEST
    first, last = _ends(day, hope, house)
    claim = _claim(establishment.id, hope.service_date, first.shift.name, details)
    twin = queries.live_entry(claim)
    if twin is not None and visitor and twin.visitor == visitor:
        return twin
    if twin is not None:
        raise RuleBroken(_("Une inscription existe déjà pour ce service à ces coordonnées."))
    _check_worth_waiting(day, hope, house, permit)
    most = MOST_ENTRIES.value(establishment=str(establishment.id))
    if online and queries.count_live(establishment.id, hope.service_date, first.shift.name) >= most:
        raise RuleBroken(_("La liste d’attente de ce service est pleine. Choisissez un autre jour, ou appelez-nous."))
    entry = _entry(establishment, hope, first, last)
    entry.claim, entry.visitor = claim, visitor
    entry.origin = ReservationOrigin.ONLINE if online else ReservationOrigin.STAFF
    entry.consent_at = entry.created_at if online else None
    write_details(entry, details)
    entry.guest_id = guest.id if guest is not None else person_of(details)
    db.session.add(entry)
    db.session.flush()
    publish(WaitingJoined(entry, actor, hope.service_date, hope.covers))
    touch(entry)
    return entry


def _entry(establishment: Establishment, hope: Hope, first: Slot, last: Slot) -> WaitingEntry:
    now = clock.now()
    return WaitingEntry(
        establishment_id=establishment.id,
        establishment=establishment,
        service_date=hope.service_date,
        shift=first.shift.name,
        first_minutes=first.minutes,
        last_minutes=last.minutes,
        closes_at=last.instant,
        covers=hope.covers,
        area_wish=hope.area,
        state=S.WAITING,
        created_at=now,
        changed_at=now,
    )


def open_to_visitor(entry: WaitingEntry) -> None:
    """Let the visitor who just joined follow the entry, without waiting for the mail."""
    expires_at = entry.closes_at + LINK_KEPT
    link, _secret = links.mint(WAITING_LINK, entry, person_id=entry.guest_id, expires_at=expires_at)
    db.session.flush()
    links.remember(link)


def close_entry(entry: WaitingEntry, *, actor: Actor) -> None:
    """Take an entry off the list whose last hour has come too near. Under the lock of its day."""
    LIFECYCLE.apply("close", entry, actor)
    leave(entry)
    publish(WaitingClosed(entry, actor))
    touch(entry)


def leave(entry: WaitingEntry) -> None:
    """Give up the entry's claim: whoever it was for may join again."""
    entry.claim, entry.changed_at = None, clock.now()


def details_of(entry: WaitingEntry) -> Details:
    """Give who comes, as typed for this entry."""
    return Details(**{each.name: getattr(entry, each.name) for each in fields(Details)})


def permit_of(entry: WaitingEntry) -> Permit:
    """Give the rules that may be set aside for an entry: those the team sets aside, when the team took it."""
    return GUEST if entry.origin is ReservationOrigin.ONLINE else STAFF


def lead_of(establishment_id: UUID) -> timedelta:
    """Give how near an arrival may be for its place still to be offered."""
    return timedelta(minutes=LEAD_MINUTES.value(establishment=str(establishment_id)))


def first_fit(day: Day, entry: WaitingEntry, earliest: datetime) -> Slot | None:
    """Give the first arrival an entry accepts, from an instant on, for which the house has a place."""
    for slot in day.slots:
        wanted = entry.first_minutes <= slot.minutes <= entry.last_minutes and slot.instant >= earliest
        if wanted and _fits(day, slot, entry.covers, entry.area_wish, permit_of(entry)):
            return slot
    return None


def touch(entry: WaitingEntry) -> None:
    """Tell the live parts of the back office that the list changed, and the places kept for it."""
    topics.touch(f"reservations:{entry.establishment_id}", agenda.topic_of(entry.establishment_id))


def _fits(day: Day, slot: Slot, covers: int, area: str | None, permit: Permit) -> bool:
    try:
        return isinstance(feasible(day, slot, covers, area=area, permit=permit), Placement)
    except StillUndecided:  # no answer yet is no place yet: the next look asks again
        log.info("waiting_place_undecided", service_date=slot.service_date.isoformat(), covers=covers)
        return False


def _ends(day: Day, hope: Hope, house: House) -> tuple[Slot, Slot]:
    first, last = day.slot(hope.first_time), day.slot(hope.last_time)
    if first is None or last is None:
        verdict = feasible(day, hope.first_time if first is None else hope.last_time, hope.covers)
        raise TimeTaken(verdict if isinstance(verdict, Refusal) else Refusal(Reason.NOT_OFFERED), house)
    if last.minutes < first.minutes:
        raise RuleBroken(_("La dernière heure acceptée vient avant la première."), "last_time")
    if first.shift.id != last.shift.id:
        raise RuleBroken(_("Choisissez deux heures du même service."), "last_time")
    if last.instant - lead_of(house.establishment_id) <= clock.now():
        raise RuleBroken(_("C’est trop proche : plus rien ne se propose pour ces heures. Appelez-nous."), "last_time")
    return first, last


def _check_worth_waiting(day: Day, hope: Hope, house: House, permit: Permit) -> None:
    """Refuse whoever can have a table at once, and whoever no freed place would help."""
    slots = [slot for slot in day.slots if slot.minutes in _minutes(day, hope)]
    verdicts = [(slot, feasible(day, slot, hope.covers, area=hope.area, permit=permit)) for slot in slots]
    free = next((slot for slot, verdict in verdicts if isinstance(verdict, Placement)), None)
    if free is not None:
        raise RuleBroken(
            _("Une table est libre à %(time)s : réservez-la sans attendre.", time=spoken_time(free.local_time)),
            "first_time",
        )
    refusals = [verdict for _slot, verdict in verdicts if isinstance(verdict, Refusal)]
    if not any(refusal.reason in WORTH_WAITING for refusal in refusals):
        raise TimeTaken(refusals[0], house)


def _minutes(day: Day, hope: Hope) -> range:
    first, last = day.slot(hope.first_time), day.slot(hope.last_time)
    return range(first.minutes, last.minutes + 1) if first and last else range(0)


def _claim(establishment_id: UUID, service_date: date, shift: str, details: Details) -> str:
    """Say for whom and which shift, as a digest. Who left neither address nor number is told apart by name."""
    who = (
        normalised_email(details.email)
        or details.phone
        or search.normalised(f"{details.first_name} {details.last_name}")
    )
    return hashlib.sha256(f"{establishment_id}|{service_date}|{shift}|{who}".encode()).hexdigest()
