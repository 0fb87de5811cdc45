"""What a waiting party is written. Each message is composed when it leaves, and tells that moment's truth."""

from typing import Any

from app.booking.models import LIVE, WaitingEntry
from app.booking.models import WaitingState as S
from app.booking.notices import CATEGORY, MAIL_AND_SMS, tell
from app.booking.waiting import queries
from app.booking.waiting.letters import with_link
from app.booking.waiting.permissions import VIEW_WAITING
from app.booking.waiting.presentation import party_words, place_words, until_words
from app.booking.waiting.wordings import LAPSED
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.languages import N_, _
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import Mode, notice

JOINED = notice(
    "booking.waiting_joined", N_("Inscription en liste d’attente"), category=CATEGORY, optional=False,
    written_for=MAIL_AND_SMS,
)  # fmt: skip
OFFERED = notice(
    "booking.waiting_offered", N_("Une place s’est libérée"), category=CATEGORY, optional=False,
    written_for=MAIL_AND_SMS,
)  # fmt: skip
UNDONE = notice(
    "booking.waiting_undone", N_("Une place proposée n’est plus possible"), category=CATEGORY, optional=False,
    written_for=MAIL_AND_SMS,
)  # fmt: skip
OVER = notice("booking.waiting_over", N_("Liste d’attente : sans suite"), category=CATEGORY, optional=False)
TEAM_CALLS = notice(
    "booking.waiting_team_calls", N_("Une place à proposer par téléphone"), category=CATEGORY, optional=True,
    audience=VIEW_WAITING, mode=Mode.NOW,
)  # fmt: skip


def welcome(entry: WaitingEntry) -> None:
    """Say that the party is on the list, with the way to follow it and to leave."""
    tell(JOINED, entry, key=f"{JOINED.code}:{entry.id}")


def offer(entry: WaitingEntry, *, actor: Actor) -> None:
    """Offer the place by message; whoever no message reaches is to be called by the team."""
    made = queries.last_offer(entry)
    key = f"{OFFERED.code}:{made.id if made else entry.id}"
    if not tell(OFFERED, entry, key=key, offer=str(made.id) if made else ""):
        TEAM_CALLS.announce(about=entry, actor=actor, key=key)


def regret(entry: WaitingEntry) -> None:
    """Say that the place offered can no longer be given."""
    lost = queries.last_offer(entry)
    tell(UNDONE, entry, key=f"{UNDONE.code}:{lost.id if lost else entry.id}", offer=str(lost.id) if lost else "")


def end(entry: WaitingEntry) -> None:
    """Say that nothing more will come."""
    tell(OVER, entry, key=f"{OVER.code}:{entry.id}")


@TEAM_CALLS.summarised_by
def calls_line(entry: WaitingEntry, _details: dict[str, Any]) -> str:
    """Say whom to call."""
    return _("Appelez %(guest)s : une place est gardée, %(party)s.", guest=entry.guest_name, party=party_words(entry))


# --- composing ------------------------------------------------------------------------------------------------


@JOINED.composed_by
def joined(entry: WaitingEntry, message: Message) -> Letter | None:
    """Say for when the party waits; nothing once it waits no more."""
    return with_link(entry, message) if entry.state in LIVE else None


@OFFERED.composed_by
def offered(entry: WaitingEntry, message: Message) -> Letter | None:
    """Offer the place, and say until when; nothing once it was answered or has run out."""
    made = queries.last_offer(entry)
    if made is None or str(made.id) != message.details["offer"] or not queries.is_kept(made, clock.now()):
        return None
    return with_link(entry, message, **place_words(made), until=until_words(made, always_dated=True))


@UNDONE.composed_by
def undone(entry: WaitingEntry, message: Message) -> Letter | None:
    """Say which place is lost; nothing once another is offered, or the party waits no more."""
    lost = queries.last_offer(entry)
    if lost is None or str(lost.id) != message.details["offer"] or entry.state is not S.WAITING:
        return None
    return with_link(entry, message, **place_words(lost))


@OVER.composed_by
def over(entry: WaitingEntry, message: Message) -> Letter | None:
    """Say that the offer ran out, or that no place became free."""
    if entry.state not in (S.EXPIRED, S.CLOSED):
        return None
    letter = with_link(entry, message)
    letter.wording = LAPSED if entry.state is S.EXPIRED else ""
    return letter
