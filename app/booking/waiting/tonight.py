"""What the room says of its waiting list: how many wait, which places are held for whom."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for

from app.booking.models import Reservation, WaitingOffer
from app.booking.tonight import Offered
from app.booking.waiting.permissions import VIEW_WAITING
from app.booking.waiting.presentation import until_words
from app.booking.waiting.queries import waited_on
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor


@dataclass(frozen=True)
class WaitedTonight:
    """The places offered, which everybody in the room sees; how many wait, and where they are read, for who may."""

    offers: list[Offered]
    waiting: int
    url: str

    @property
    def is_listed(self) -> bool:
        """Tell whether there is something to say beside the plan, to somebody who may read it."""
        return bool(self.url and (self.waiting or self.offers))


def waited_tonight(establishment: Establishment, service_date: date, actor: Actor) -> WaitedTonight:
    """Give what waits for a service date; to whoever may not read the list, places are kept without a name."""
    reads = actor.may(VIEW_WAITING, establishment)
    waited = waited_on(establishment.id, service_date, clock.now())
    offers = [_offered(offer, held, reads=reads) for offer in waited.offers if (held := offer.reservation)]
    return WaitedTonight(offers, waited.waiting, _list_url(service_date) if reads else "")


def _list_url(service_date: date) -> str:
    asked = {"date": f"{service_date.isoformat()}..{service_date.isoformat()}", "etat": "waiting"}
    return f"{url_for('waiting_desk.entry_list')}?{urlencode(asked)}"


def _offered(offer: WaitingOffer, held: Reservation, *, reads: bool) -> Offered:
    entry = offer.entry
    tables: tuple[UUID, ...] = tuple(seating.table_id for seating in held.seatings)
    return Offered(
        id=offer.id,
        name=entry.guest_name if reads else "",
        short_name=(entry.last_name or entry.guest_name) if reads else "",
        covers=entry.covers,
        local_time=held.local_time,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        until=until_words(offer),
        url=url_for("waiting_desk.entry_show", id=entry.id) if reads else url_for("floor.room_show"),
        tables=tables,
    )
