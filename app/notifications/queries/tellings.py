"""Who was told of a record: by which way, when, and what became of it, as the reader of its page may know it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from app.accounts.permissions import VIEW_PEOPLE
from app.directory.queries import first_establishment, zone_of
from app.kernel import clock
from app.kernel.access import Actor, Permission
from app.kernel.capture import answer_in_words
from app.kernel.formats import instant
from app.kernel.languages import _
from app.kernel.messages import Message, MessageState
from app.kernel.notices import Mode
from app.kernel.personal import masked_address, without_addresses
from app.kernel.scopes import Scope
from app.notifications.models import Delivery, Notification
from app.notifications.permissions import VIEW_CONTACT
from app.notifications.queries import told as questions
from app.notifications.queries.messages import notice_label
from app.notifications.queries.told import LineTold

TONES = {MessageState.SENT: "success", MessageState.REFUSED: "danger", MessageState.FAILED: "danger",
         MessageState.QUEUED: "info"}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """One way by which somebody was told: the centre, or a message; `answer` is what a server said."""

    channel: str
    outcome: str
    tone: str = "neutral"
    when: str = ""
    address: str = ""
    answer: str = ""
    tries: int = 0


@dataclass(frozen=True)
class Reached:
    """One person who was told."""

    name: str
    ways: list[Way]


@dataclass(frozen=True)
class Telling:
    """What was said at one instant, and to whom; of a team the reader may not see, only how many."""

    label: str
    at: datetime
    when: str
    people: list[Reached]
    is_team: bool = False
    told: int = 1
    read: int = 0


@dataclass(frozen=True)
class _Reader:
    """What the reader of the page may know, and the zone in which they read instants."""

    sees_people: bool
    sees_contact: bool
    zone: str

    def when(self, moment: datetime) -> str:
        return instant(moment, self.zone)


def tellings_of(kind: str, record_id: UUID, record: Any, actor: Actor) -> dict[str, Any]:
    """Give who was told of a record, newest first; `more` counts the lines that are too old to be shown."""
    house = getattr(record, "establishment", None) or first_establishment()
    reader = _Reader(
        _opens(VIEW_PEOPLE, record, actor),
        _opens(VIEW_CONTACT, record, actor),
        zone_of(house),
    )
    lines = questions.lines_about(kind, record_id)
    is_whole = len(lines) < questions.MOST_LINES
    found = [_letter(message, reader) for message in questions.messages_about(kind, record_id)]
    found += _to_team(lines, reader)
    return {
        "tellings": sorted(found, key=lambda telling: telling.at, reverse=True),
        "more": 0 if is_whole else questions.lines_about_count(kind, record_id) - len(lines),
    }


def _opens(permission: Permission, record: Any, actor: Actor) -> bool:
    """Tell whether a right holds on the record; on one that is gone, only the right over everything does."""
    return Scope() in actor.scopes(permission) if record is None else actor.may(permission, record)


def _letter(message: Message, reader: _Reader) -> Telling:
    name = message.to_name if reader.sees_contact else without_addresses(message.to_name)
    at = message.sent_at or message.created_at
    people = [Reached(name, [_carried(message, reader, with_address=True)])]
    return Telling(notice_label(message.notice), at, reader.when(at), people)


def _to_team(lines: list[LineTold], reader: _Reader) -> Iterable[Telling]:
    together = sorted(lines, key=lambda told: (told.line.last_at, told.line.notice))
    for (at, notice), group in groupby(together, key=lambda told: (told.line.last_at, told.line.notice)):
        told = list(group)
        people = [_reached(each, reader) for each in told] if reader.sees_people else []
        yield Telling(
            notice_label(notice),
            at,
            reader.when(at),
            sorted(people, key=lambda person: person.name),
            is_team=True,
            told=len(told),
            read=sum(each.line.read_at is not None for each in told),
        )


def _reached(told: LineTold, reader: _Reader) -> Reached:
    ways = [_in_centre(told.line, reader)]
    ways += [_delivered(delivery, message, reader) for delivery, message in told.deliveries]
    return Reached(told.person.full_name, ways)


def _in_centre(line: Notification, reader: _Reader) -> Way:
    if line.read_at is not None:
        return Way(_("Dans la page"), _("Lu"), "success", reader.when(line.read_at))
    if line.snoozed_until is not None and line.sleeps(clock.now()):
        return Way(_("Dans la page"), _("Remis à plus tard"), "neutral", reader.when(line.snoozed_until))
    return Way(_("Dans la page"), _("Non lu"), "info")


def _delivered(delivery: Delivery, message: Message | None, reader: _Reader) -> Way:
    if message is not None:
        return _carried(message, reader, with_address=False)
    if delivery.letter is None:
        outcome = _("Prévu") if delivery.mode is Mode.NOW else delivery.mode.label
        return Way(delivery.channel.label, outcome, "info", reader.when(delivery.due_at))
    return Way(delivery.channel.label, _("N’est plus gardé"))


def _carried(message: Message, reader: _Reader, *, with_address: bool) -> Way:
    address, answer = message.to_address, answer_in_words(message.last_answer)
    if not reader.sees_contact:
        address, answer = masked_address(address) if address else "", without_addresses(answer)
    return Way(
        message.channel.label,
        message.state.label,
        TONES.get(message.state, "neutral"),
        reader.when(message.sent_at) if message.sent_at else "",
        address if with_address else "",
        answer,
        len(message.attempts),
    )
