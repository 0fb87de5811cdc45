"""What a letter to a waiting party is made of: what it waits for in words, and a link of its own."""

from typing import Any

from app.booking.letters import public
from app.booking.models import WaitingEntry
from app.booking.waiting.joining import LINK_KEPT
from app.booking.waiting.permissions import WAITING_LINK
from app.booking.waiting.presentation import party_words, window_words
from app.kernel import clock, formats, links
from app.kernel.languages import _
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message


def with_link(entry: WaitingEntry, message: Message, **words: Any) -> Letter:
    """Compose with a link of its own, short in a text message: its secret exists only there."""
    is_short = message.channel is Channel.SMS
    _link, secret = links.mint(
        WAITING_LINK,
        entry,
        person_id=entry.guest_id,
        expires_at=max(entry.closes_at, clock.now()) + LINK_KEPT,
        secret_bytes=links.SHORT_SECRET_BYTES if is_short else links.SECRET_BYTES,
    )
    return letter_about(entry, public(f"/a/{secret}" if is_short else f"/liste-attente/{secret}"), **words)


def letter_about(entry: WaitingEntry, manage_url: str, **words: Any) -> Letter:
    """Compose what every letter to a waiting party says; `words` are its own."""
    house = entry.establishment
    day = formats.full_date(entry.service_date)
    context = {
        "entry": entry,
        "establishment": house,
        "day": day,
        "time": "",
        "evening": "",
        "until": "",
        "window": window_words(entry),
        "party": party_words(entry),
        "phone": formats.phone(house.phone, house.country) if house.phone else "",
        "manage_url": manage_url,
        "booking_url": public("/reserver"),
        "lines": [
            (_("Jour"), day),
            (_("Heures acceptées"), window_words(entry)),
            (_("Convives"), party_words(entry)),
            (_("Au nom de"), entry.guest_name),
            (_("Votre demande"), entry.special_requests),
        ],
    }
    return Letter({**context, **words}, house.name, house.email)
