"""Notices: messages to people, declared by the slices and written as rows; `delivery` has them leave.

A guest gets a letter (`send`). People with an account are told (`announce`): a line in their centre always, then each
channel as they prefer; who they are and what they prefer is known to the post office, a slice above.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.kernel import clock
from app.kernel.access import Actor, Permission
from app.kernel.choices import Choice
from app.kernel.db import Identified, insert_missing, new_id
from app.kernel.jobs import declared_jobs
from app.kernel.languages import N_, _
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Channel, Message, MessageState

PLACE = "place"
TELL, DELIVER = "kernel.tell_people", "kernel.deliver_message"


class Mode(Choice):
    """How soon a channel tells."""

    NOW = "now", N_("Aussitôt")
    HOURLY = "hourly", N_("Résumé de l’heure")
    DAILY = "daily", N_("Résumé du jour")
    WEEKLY = "weekly", N_("Résumé de la semaine")
    OFF = "off", N_("Jamais")


@dataclass(frozen=True)
class Recipient:
    """To whom, at which address, in which language, by which channel.

    `place` is the row of the address, where it is one: a device, a team's room.
    """

    name: str
    address: str
    language: str = "fr"
    person_id: UUID | None = None
    channel: Channel = Channel.EMAIL
    place: UUID | None = None


Composer = Callable[[Any, Message], Letter | None]
Preparation = Callable[[Any, Message], Sequence[Attachment]]
Summary = Callable[[Any, dict[str, Any]], str]


@dataclass(eq=False)
class Notice:
    """A declared message.

    A letter of its own has texts in `templates/emails/<code as a path>/`: {subject.txt,body.txt,body.html} for mail,
    sms.txt where it is also `written_for` text messages; one that is announced needs a summary only. `audience` is the
    permission by which people are told; `mode` how soon, as long as nobody chose. One that is not optional is told at
    once by mail, whatever anybody chose. `page` is where its line leads, when that is not the page of the record.
    """

    code: str
    label: str
    category: str
    optional: bool
    audience: Permission | None = None
    mode: Mode = Mode.NOW
    page: str = ""
    composer: Composer | None = None
    preparation: Preparation | None = None
    summary: Summary | None = None
    written_for: tuple[Channel, ...] = (Channel.EMAIL,)

    @property
    def is_announced(self) -> bool:
        """Tell whether people with an account read it as a line; its letter may have texts of its own all the same."""
        return self.summary is not None

    def composed_by(self, composer: Composer) -> Composer:
        """Say what the message needs, read when it leaves so that it tells the truth of that moment."""
        self.composer = composer
        return composer

    def prepared_by(self, preparation: Preparation) -> Preparation:
        """Say what takes long before the message is composed (a document to draw), and which files go with it.

        It runs outside any transaction; when it fails or lasts, the message leaves without them.
        """
        self.preparation = preparation
        return preparation

    def summarised_by(self, summary: Summary) -> Summary:
        """Say in one line what happened, from the record as it stands and the details kept of the fact."""
        self.summary = summary
        return summary

    def line(self, record: Any, details: dict[str, Any]) -> str:
        """Give the line in the reader's language."""
        return self.summary(record, details) if self.summary else _(self.label)

    def announce(
        self, *, about: Identified, actor: Actor, key: str, to: Iterable[UUID] | None = None, **details: Any
    ) -> None:
        """Tell the people of the audience, or these persons, save the actor; the same natural key is told once."""
        declared_jobs()[TELL].later(
            key=f"announce:{self.code}:{key}",
            notice=self.code,
            announced=f"{self.code}:{key}",
            record_kind=about.kind(),
            record_id=about.id,
            actor_person_id=actor.person_id,
            person_ids=None if to is None else [str(person_id) for person_id in to],
            at=clock.now().isoformat(),
            details=details,
        )

    def send(self, *, to: Recipient, about: Identified, key: str, in_bulk: bool = False, **details: Any) -> None:
        """Send the message; its natural key counts once by each channel. One of a crowd goes `in_bulk`."""
        message_id = new_id()
        inserted = insert_missing(
            Message,
            id=message_id,
            channel=to.channel,
            notice=self.code,
            natural_key=key,
            to_name=to.name[:200],
            to_address=to.address,
            person_id=to.person_id,
            language=to.language,
            subject_kind=about.kind(),
            subject_id=about.id,
            details=details if to.place is None else {**details, PLACE: str(to.place)},
            state=MessageState.QUEUED,
            created_at=clock.now(),
        )
        if inserted:
            declared_jobs()[DELIVER].later(key=f"message:{message_id}", in_bulk=in_bulk, message_id=message_id)


_notices: dict[str, Notice] = {}
_categories: dict[str, str] = {}


def notice(
    code: str,
    label: str,
    *,
    category: str,
    optional: bool,
    audience: Permission | None = None,
    mode: Mode = Mode.NOW,
    page: str = "",
    written_for: tuple[Channel, ...] = (Channel.EMAIL,),
) -> Notice:
    """Declare a message to people."""
    declared = Notice(code, label, category, optional, audience, mode, page, written_for=written_for)
    _notices[code] = declared
    return declared


def notice_category(code: str, label: str) -> str:
    """Declare a category of notices, under which people choose; give its code."""
    _categories[code] = label
    return code


def category_label(code: str) -> str:
    """Name a category in the reader's language."""
    return _(_categories[code]) if code in _categories else _("Autres avis")


def notices() -> dict[str, Notice]:
    """Give every declared notice by its code."""
    return _notices
