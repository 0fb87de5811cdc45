"""What the room says of its waiting list: how many wait, which places are held for whom."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from app.booking.models import WaitingOffer
from app.booking.waiting.permissions import VIEW_WAITING
from app.booking.waiting.presentation import until_words
from app.booking.waiting.queries import waited_on
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.formats import clock_time


def waited_tonight(establishment: Establishment, service_date: date, actor: Actor) -> dict[str, Any] | None:
    """Give what waits for a service date; None when nobody does, or it is not for this actor."""
    if not actor.may(VIEW_WAITING, establishment):
        return None
    waited = waited_on(establishment.id, service_date, clock.now())
    if not waited.waiting and not waited.offers:
        return None
    asked = {"date": f"{service_date.isoformat()}..{service_date.isoformat()}", "etat": "waiting"}
    return {
        "waiting": waited.waiting,
        "offers": [_offer(offer) for offer in waited.offers],
        "url": f"{url_for('waiting_desk.entry_list')}?{urlencode(asked)}",
    }


def _offer(offer: WaitingOffer) -> dict[str, str]:
    held = offer.reservation
    return {
        "name": offer.entry.guest_name,
        "time": clock_time(held.local_time) if held else "",
        "tables": held.table_codes() if held else "",
        "until": until_words(offer),
        "url": url_for("waiting_desk.entry_show", id=offer.entry_id),
    }
