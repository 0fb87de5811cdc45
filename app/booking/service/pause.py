"""A pause of online bookings: those that would begin within the next half hour, hour or two, and only those."""

from datetime import datetime, timedelta

from app.booking import permissions as may
from app.booking import queries
from app.booking.events import OnlineBookingsPaused, OnlineBookingsResumed
from app.booking.queries import rooms
from app.booking.service.room.changing import lock_room
from app.booking.settings import PAUSE_MINUTES
from app.directory.models import Establishment
from app.kernel import clock, topics
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.lifecycle import require


def pause_online(establishment: Establishment, *, actor: Actor) -> datetime:
    """Pause the online bookings that begin from now on, for as long as the house is set to; it ends by itself.

    A pause under way is begun again from now. Gives until when. Raises NotAllowed without the right.
    """
    require(actor, may.PAUSE, establishment)
    now = clock.now()
    until = now + timedelta(minutes=PAUSE_MINUTES.value(establishment=str(establishment.id)))
    _write(establishment, now, until)
    publish(OnlineBookingsPaused(establishment, actor, clock.local(until, establishment.timezone).time()))
    return until


def resume_online(establishment: Establishment, *, actor: Actor) -> bool:
    """End a pause before its time; False when none is under way. Raises NotAllowed without the right."""
    require(actor, may.PAUSE, establishment)
    if queries.paused_until(establishment, clock.now()) is None:
        return False
    _write(establishment, None, None)
    publish(OnlineBookingsResumed(establishment, actor))
    return True


def _write(establishment: Establishment, since: datetime | None, until: datetime | None) -> None:
    lock_room(establishment)
    policy = rooms.policy_of(establishment)
    policy.paused_from, policy.paused_until = since, until
    db.session.flush()
    topics.touch(f"reservations:{establishment.id}")
