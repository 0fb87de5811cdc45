"""What follows from a reservation's facts: letters to the guest, the confirmation on paper."""

import hashlib
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.booking import jobs, notices
from app.booking.documents import CONFIRMATION
from app.booking.events import (
    GuestDetailsChanged,
    LinkRequested,
    PartyMissed,
    ReservationCancelled,
    ReservationConfirmed,
    ReservationMade,
    ReservationMoved,
    ReservationRequested,
)
from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import on
from app.kernel.messages import Message
from app.kernel.notices import Notice

LINK_PAUSE = timedelta(minutes=2)


@on(ReservationRequested)
def acknowledge_request(event: ReservationRequested) -> None:
    """Say that the request is received."""
    _tell(notices.REQUESTED, event.subject)
    notices.tell_team(notices.TEAM_ASKED, event.subject, actor=event.actor)


@on(ReservationMade)
def promise_table(event: ReservationMade) -> None:
    """Send the promise, and have it drawn on paper."""
    _confirm(event.subject, event.actor)
    notices.tell_team(notices.TEAM_RECEIVED, event.subject, actor=event.actor)


@on(ReservationConfirmed)
def promise_requested_table(event: ReservationConfirmed) -> None:
    """Send the promise that a request waited for."""
    _confirm(event.subject, event.actor)


@on(ReservationMoved)
def tell_change(event: ReservationMoved) -> None:
    """Say what stands now; the paper is drawn anew. Which table it is concerns the house alone."""
    if set(event.changes) <= {"tables"}:
        return
    reservation: Reservation = event.subject
    _tell(notices.CHANGED, reservation, sequence=reservation.sequence)
    notices.tell_team(notices.TEAM_MOVED, reservation, actor=event.actor)
    _draw(reservation, event.actor)


@on(ReservationCancelled)
def tell_cancellation(event: ReservationCancelled) -> None:
    """Say that the table is given back, and by whom."""
    _tell(notices.CANCELLED, event.subject, by_house=event.by_house)
    notices.tell_team(notices.TEAM_CANCELLED, event.subject, actor=event.actor)


@on(PartyMissed)
def write_about_absence(event: PartyMissed) -> None:
    """Promise the letter for when the time to withdraw the absence has passed."""
    reservation, noted_at = event.subject, clock.now()
    jobs.regret_absence.later(
        key=f"no-show:{reservation.id}:{noted_at.timestamp()}",
        due_at=noted_at + jobs.TIME_TO_WITHDRAW,
        reservation_id=reservation.id,
    )


@on(GuestDetailsChanged)
def follow_details(event: GuestDetailsChanged) -> None:
    """Write again to an address that was corrected, and draw again a paper whose words changed."""
    reservation: Reservation = event.subject
    if {"first_name", "last_name", "special_requests"} & set(event.fields) and reservation.state is S.CONFIRMED:
        CONFIRMATION.renew(reservation, language=reservation.language, sequence=reservation.sequence, actor=event.actor)
    if "email" in event.fields or ("phone" in event.fields and not reservation.email):
        again = notices.REQUESTED if reservation.state is S.REQUESTED else notices.CONFIRMED
        address = hashlib.sha256((reservation.email or reservation.phone).encode()).hexdigest()[:16]
        notices.tell(again, reservation, key=f"{again.code}:{reservation.id}:{reservation.sequence}:{address}")


@on(LinkRequested)
def send_link(event: LinkRequested) -> None:
    """Send the management link; asked again within two minutes, the first letter is answer enough."""
    reservation: Reservation = event.subject
    now = clock.now()
    recent = sa.select(Message.id).where(
        Message.subject_kind == reservation.kind(),
        Message.subject_id == reservation.id,
        Message.notice == notices.LINK.code,
        Message.created_at > now - LINK_PAUSE,
    )
    if db.session.scalar(recent.limit(1)) is None:
        moment = int(now.timestamp() // LINK_PAUSE.total_seconds())
        notices.tell(notices.LINK, reservation, key=f"{notices.LINK.code}:{reservation.id}:{moment}")


def _confirm(reservation: Reservation, actor: Actor) -> None:
    _draw(reservation, actor)
    _tell(notices.CONFIRMED, reservation)


def _tell(chosen: Notice, reservation: Reservation, **details: Any) -> None:
    notices.tell(chosen, reservation, key=f"{chosen.code}:{reservation.id}:{reservation.sequence}", **details)


def _draw(reservation: Reservation, actor: Actor) -> None:
    if reservation.state is S.CONFIRMED:
        CONFIRMATION.request(reservation, language=reservation.language, sequence=reservation.sequence, actor=actor)
