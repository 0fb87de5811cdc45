"""What a waiting party is written. Each message is composed when it leaves, and tells that moment's truth."""

from typing import Any

from app.booking import letters
from app.booking.models import LIVE, WaitingEntry
from app.booking.models import WaitingState as S
from app.booking.notices import CATEGORY, MAIL_AND_SMS, tell
from app.booking.waiting import queries
from app.booking.waiting.joining import LINK_KEPT
from app.booking.waiting.permissions import VIEW_WAITING, WAITING_LINK
from app.booking.waiting.presentation import party_words, place_words, window_words
from app.kernel import clock, formats, links
from app.kernel.access import Actor
from app.kernel.formats import clock_time
from app.kernel.languages import N_, _
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message
from app.kernel.notices import Mode, notice

JOINED = notice(
    "booking.waiting_joined", N_("Inscription en liste d’attente"), category=CATEGORY, optional=False,
    written_for=MAIL_AND_SMS,
)  # fmt: skip
OFFERED = notice(
    "booking.waiting_offered", N_("Une place s’est libérée"), category=CATEGORY, optional=False,
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
    return _letter(entry, message) if entry.state in LIVE else None


@OFFERED.composed_by
def offered(entry: WaitingEntry, message: Message) -> Letter | None:
    """Offer the place, and say until when; nothing once it was answered or has run out."""
    made = queries.last_offer(entry)
    if made is None or str(made.id) != message.details["offer"] or not queries.is_kept(made, clock.now()):
        return None
    local = clock.local(made.expires_at, entry.establishment.timezone)
    words = {**place_words(made), "until": clock_time(local.time()), "until_day": formats.full_date(local.date())}
    return _letter(entry, message, **words)


@OVER.composed_by
def over(entry: WaitingEntry, message: Message) -> Letter | None:
    """Say that the offer ran out, or that no place became free."""
    if entry.state not in (S.EXPIRED, S.CLOSED):
        return None
    lapsed = entry.state is S.EXPIRED
    return _letter(entry, message, lapsed=lapsed, booking_url=letters.public("/reserver"))


def _letter(entry: WaitingEntry, message: Message, **words: Any) -> Letter:
    """Compose with a link of its own, short in a text message: its secret exists only there."""
    is_short = message.channel is Channel.SMS
    _link, secret = links.mint(
        WAITING_LINK,
        entry,
        person_id=entry.guest_id,
        expires_at=max(entry.closes_at, clock.now()) + LINK_KEPT,
        secret_bytes=links.SHORT_SECRET_BYTES if is_short else links.SECRET_BYTES,
    )
    house = entry.establishment
    context = {
        "entry": entry,
        "establishment": house,
        "first_name": entry.first_name or entry.guest_name,
        "party": party_words(entry),
        "window": window_words(entry),
        "evening": "",
        "phone": formats.phone(house.phone, house.country) if house.phone else "",
        "manage_url": letters.public(f"/a/{secret}" if is_short else f"/liste-attente/{secret}"),
        "lines": [
            (_("Jour"), formats.full_date(entry.service_date)),
            (_("Heures acceptées"), window_words(entry)),
            (_("Convives"), party_words(entry)),
            (_("Au nom de"), entry.guest_name),
            (_("Votre demande"), entry.special_requests),
        ],
        "day": formats.full_date(entry.service_date),
        "time": "",
    }
    return Letter({**context, **words}, house.name, house.email)
