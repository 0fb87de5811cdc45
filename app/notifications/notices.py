"""The letters of the slice itself: one that tells a single notice, and the digest that adds several up."""

from itertools import groupby
from typing import Any
from uuid import UUID

from flask import current_app

from app.directory.models import Establishment, Person
from app.directory.queries import first_establishment
from app.kernel import formats
from app.kernel.languages import N_
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import notice, notice_category, notices
from app.notifications import queries
from app.notifications.models import Notification
from app.notifications.queries import Line

OWN = notice_category("notifications", N_("Messages"))
DIGEST = notice("notifications.digest", N_("Résumé des avis"), category=OWN, optional=True)
LINES_IN_A_LETTER = 60


def announcement(record: Any, message: Message) -> Letter | None:
    """Tell one notice; nothing when the line or its reader is gone, or the record closed to them since."""
    told = Notification.get(UUID(message.details["notification"]))
    reader = queries.actor_of(message.person_id) if message.person_id else None
    if told is None or reader is None:
        return None
    line = queries.lines_of([told], reader)[0]
    if line.record is None:
        return None
    house = getattr(record, "establishment", None)
    return announcement_letter(line, house, required=not notices()[message.notice].optional)


@DIGEST.composed_by
def digest(person: Person, message: Message) -> Letter | None:
    """Add up what waited: every line counts, the first ones are written out."""
    told = queries.delivered_by(message.natural_key)
    reader = queries.actor_of(person.id)
    if not told or reader is None:
        return None
    return digest_letter(person, queries.lines_of(told, reader), None)


def announcement_letter(line: Line, house: Establishment | None, *, required: bool) -> Letter:
    """Write one line as a letter."""
    url = f"{current_app.config['PUBLIC_URL']}{line.url or '/espace/notifications'}"
    letter = _letter({"line": line, "url": url, "required": required}, house)
    letter.texts = "notifications.announcement"
    return letter


def digest_letter(person: Person, lines: list[Line], house: Establishment | None) -> Letter:
    """Write several lines as a letter."""
    groups = [
        (category, list(together))
        for category, together in groupby(lines[:LINES_IN_A_LETTER], lambda line: line.category)
    ]
    count = sum(1 + line.notification.repeats for line in lines)
    words = {
        "person": person,
        "groups": groups,
        "count": count,
        "more": max(0, len(lines) - LINES_IN_A_LETTER),
        "public_url": current_app.config["PUBLIC_URL"],
    }
    return _letter(words, house)


def _letter(words: dict[str, Any], establishment: Establishment | None) -> Letter:
    house = establishment or first_establishment()
    phone = formats.phone(house.phone, house.country) if house is not None and house.phone else ""
    context = {**words, "establishment": house, "phone": phone, "centre_url": _centre_url()}
    return Letter(context, house.name if house is not None else "Guichet")


def _centre_url() -> str:
    return f"{current_app.config['PUBLIC_URL']}/espace/notifications"
