"""What the waiting list shows on the page of a person: what they wait for themselves, and the place kept for them."""

from typing import Any

from flask import url_for

from app.booking.models import WaitingEntry, WaitingOffer
from app.booking.permissions import SEE
from app.booking.waiting import queries
from app.booking.waiting.presentation import TONES, entry_sentence, place_words, until_beside_its_day
from app.directory.models import Person
from app.directory.queries import are_several
from app.kernel import clock
from app.kernel.languages import _
from app.kernel.navigation import panel


def own_entries_panel(person: Person) -> dict[str, Any]:
    """Give what the person still waits for, a place offered first, then the nearest day; and what is over."""
    rows = queries.own_entries(person.id)
    live = [_line(entry, offer) for entry, offer in reversed(rows) if entry.is_live]
    return {
        "live": sorted(live, key=lambda line: line["place"] is None),
        "over": [_line(entry, None) for entry, _offer in rows if not entry.is_live],
    }


def _line(entry: WaitingEntry, offer: WaitingOffer | None) -> dict[str, Any]:
    kept = offer is not None and queries.is_kept(offer, clock.now())
    return {
        "sentence": _sentence(entry),
        "state": entry.state.label,
        "tone": TONES.get(entry.state.value, "neutral"),
        "place": {**place_words(offer), "until": until_beside_its_day(offer)} if offer is not None and kept else None,
        "is_too_late": offer is not None and not kept,
        "url": url_for("waiting.entry_show", id=entry.id),
        "withdraw_url": url_for("waiting.withdrawal_create", id=entry.id),
    }


def _sentence(entry: WaitingEntry) -> str:
    """Write for when and for how many; also where, if there is more than one house."""
    sentence = entry_sentence(entry)
    if not are_several():
        return sentence
    return _("%(house)s, %(promise)s", house=entry.establishment.name, promise=sentence)


panel(Person.kind(), "booking/waiting/_own_entries_panel.html", SEE, own_entries_panel)
