"""The messages a guest receives about a reservation. Each is composed when it leaves, and tells that moment's truth."""

from typing import Any

from app.booking import letters
from app.booking.documents import CONFIRMATION
from app.booking.models import COMING, Reservation, WaitingEntry
from app.booking.models import ReservationState as S
from app.booking.permissions import VIEW
from app.booking.settings import GUEST_SMS, NEVER, REMINDERS_ALWAYS
from app.booking.wordings import CANCELLED_BY_HOUSE
from app.kernel import documents
from app.kernel.access import Actor
from app.kernel.formats import full_date, spoken_time
from app.kernel.languages import N_, _, ngettext
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Channel, Message
from app.kernel.notices import Mode, Notice, Recipient, notice, notice_category
from app.kernel.transports import is_open

CATEGORY = notice_category("booking", N_("Réservations"))
MAIL_AND_SMS = (Channel.EMAIL, Channel.SMS)

REQUESTED = notice("booking.requested", N_("Demande de réservation reçue"), category=CATEGORY, optional=False)
CONFIRMED = notice(
    "booking.confirmed", N_("Réservation confirmée"), category=CATEGORY, optional=False, written_for=MAIL_AND_SMS
)
CHANGED = notice("booking.changed", N_("Réservation modifiée"), category=CATEGORY, optional=False)
CANCELLED = notice(
    "booking.cancelled", N_("Réservation annulée"), category=CATEGORY, optional=False, written_for=MAIL_AND_SMS
)
REMINDER = notice(
    "booking.reminder", N_("Rappel de la veille"), category=CATEGORY, optional=True, written_for=MAIL_AND_SMS
)
NO_SHOW = notice("booking.no_show", N_("Mot après une absence"), category=CATEGORY, optional=True)
LINK = notice("booking.link", N_("Lien de gestion d’une réservation"), category=CATEGORY, optional=False)

# To the team, of what a guest does. What waits for an answer is told at once, the rest once a day.
TEAM_ASKED = notice(
    "booking.team_asked", N_("Demande à confirmer"), category=CATEGORY, optional=True, audience=VIEW, mode=Mode.NOW
)
TEAM_RECEIVED = notice(
    "booking.team_received", N_("Nouvelle réservation en ligne"), category=CATEGORY, optional=True, audience=VIEW,
    mode=Mode.DAILY,
)  # fmt: skip
TEAM_MOVED = notice(
    "booking.team_moved", N_("Réservation modifiée par le client"), category=CATEGORY, optional=True, audience=VIEW,
    mode=Mode.DAILY,
)  # fmt: skip
TEAM_CANCELLED = notice(
    "booking.team_cancelled", N_("Réservation annulée par le client"), category=CATEGORY, optional=True, audience=VIEW,
    mode=Mode.DAILY,
)  # fmt: skip


def tell(
    chosen: Notice, reservation: Reservation | WaitingEntry, *, key: str, in_bulk: bool = False, **details: Any
) -> bool:
    """Put a message on its way to the guest, by mail and by text message as the house wants; tell whether it is."""
    addresses = [(Channel.EMAIL, reservation.email)] if reservation.email else []
    if _goes_by_sms(chosen, reservation):
        addresses.append((Channel.SMS, reservation.phone))
    for channel, address in addresses:
        to = Recipient(reservation.guest_name, address, reservation.language, reservation.guest_id, channel)
        chosen.send(to=to, about=reservation, key=key, in_bulk=in_bulk, **details)
    return bool(addresses)


def _goes_by_sms(chosen: Notice, reservation: Reservation | WaitingEntry) -> bool:
    if not reservation.phone or Channel.SMS not in chosen.written_for or not is_open(Channel.SMS):
        return False
    wanted = GUEST_SMS.value(establishment=str(reservation.establishment_id))
    if wanted == REMINDERS_ALWAYS and chosen is REMINDER:
        return True
    return wanted != NEVER and not reservation.email


def remind(reservation: Reservation) -> bool:
    """Put the reminder on its way, once for each day the guest is expected."""
    service_date = reservation.service_date.isoformat()
    key = f"reminder:{reservation.id}:{service_date}"
    return tell(REMINDER, reservation, key=key, in_bulk=True, service_date=service_date)


def regret_absence(reservation: Reservation) -> bool:
    """Put the letter to a guest who did not come on its way, once for a reservation."""
    return tell(NO_SHOW, reservation, key=f"{NO_SHOW.code}:{reservation.id}")


def tell_team(chosen: Notice, reservation: Reservation, *, actor: Actor) -> None:
    """Tell the team of the house what a guest has done; what the team does itself, it knows."""
    if not actor.is_staff:
        chosen.announce(about=reservation, actor=actor, key=f"{reservation.id}:{reservation.sequence}")


@TEAM_ASKED.summarised_by
def asked_line(reservation: Reservation, _details: dict[str, Any]) -> str:
    """Say who asks for a table."""
    return _("%(guest)s demande une table : %(promise)s.", **_promise(reservation))


@TEAM_RECEIVED.summarised_by
def received_line(reservation: Reservation, _details: dict[str, Any]) -> str:
    """Say who booked."""
    return _("%(guest)s a réservé : %(promise)s.", **_promise(reservation))


@TEAM_MOVED.summarised_by
def moved_line(reservation: Reservation, _details: dict[str, Any]) -> str:
    """Say what stands now."""
    return _("%(guest)s a changé sa réservation, maintenant : %(promise)s.", **_promise(reservation))


@TEAM_CANCELLED.summarised_by
def cancelled_line(reservation: Reservation, _details: dict[str, Any]) -> str:
    """Say whose table is free again."""
    return _("%(guest)s a annulé : %(promise)s.", **_promise(reservation))


def _promise(reservation: Reservation) -> dict[str, str]:
    party = ngettext("%(num)s couvert", "%(num)s couverts", reservation.covers)
    day, time = full_date(reservation.service_date), spoken_time(reservation.local_time)
    said = _("%(party)s, %(day)s à %(time)s", party=party, day=day, time=time)
    return {"guest": reservation.guest_name, "promise": said}


# --- composing ------------------------------------------------------------------------------------------------


@REQUESTED.composed_by
def requested(reservation: Reservation, message: Message) -> Letter | None:
    """Say that the request is received and the table kept; nothing once the house has answered."""
    return letters.with_link(reservation, message) if reservation.state is S.REQUESTED else None


@CONFIRMED.prepared_by
def draw_confirmation(reservation: Reservation, _message: Message) -> list[Attachment]:
    """Have the PDF ready before the letter is composed, and give it."""
    return documents.enclosed(CONFIRMATION.ensured(reservation))


@CONFIRMED.composed_by
def confirmed(reservation: Reservation, message: Message) -> Letter | None:
    """Promise the table, with the calendar file."""
    if reservation.state is not S.CONFIRMED:
        return None
    return letters.with_link(reservation, message, letters.invitation(reservation))


@CHANGED.composed_by
def changed(reservation: Reservation, message: Message) -> Letter | None:
    """Say what stands now; a later change tells itself."""
    if reservation.state not in COMING or message.details["sequence"] != reservation.sequence:
        return None
    return letters.with_link(reservation, message, letters.invitation(reservation))


@CANCELLED.composed_by
def cancelled(reservation: Reservation, message: Message) -> Letter | None:
    """Say that the table is given back, with the reason when the house cancels."""
    if reservation.state is not S.CANCELLED:
        return None
    by_house = message.details["by_house"]
    words = {
        "by_house": by_house,
        "reason": reservation.cancellation_reason,
        "booking_url": _booking_url(reservation),
    }
    letter = letters.letter_about(reservation, words, [letters.invitation(reservation)])
    letter.wording = CANCELLED_BY_HOUSE if by_house else ""
    return letter


@REMINDER.composed_by
def reminder(reservation: Reservation, message: Message) -> Letter | None:
    """Remind of tomorrow; nothing when it is cancelled, moved to another day, or past."""
    moved = message.details["service_date"] != reservation.service_date.isoformat()
    if reservation.state is not S.CONFIRMED or moved or reservation.has_started():
        return None
    return letters.with_link(reservation, message)


@NO_SHOW.composed_by
def no_show(reservation: Reservation, _message: Message) -> Letter | None:
    """Say kindly that the table was kept in vain; nothing when the absence was withdrawn."""
    if reservation.state is not S.NO_SHOW:
        return None
    return letters.letter_about(reservation, {"booking_url": _booking_url(reservation)}, [])


@LINK.composed_by
def link(reservation: Reservation, message: Message) -> Letter | None:
    """Give the management link again."""
    return None if reservation.state in (S.HELD, S.EXPIRED) else letters.with_link(reservation, message)


def _booking_url(reservation: Reservation) -> str:
    """Give where one books again in the same house."""
    return letters.public(f"/e/{reservation.establishment.slug}/reserver")
