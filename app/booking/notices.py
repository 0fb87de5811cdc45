"""The messages a guest receives about a reservation. Each is composed when it leaves, and tells that moment's truth."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from app.booking.calendar_file import calendar_file, method
from app.booking.documents import CONFIRMATION, promise_words
from app.booking.models import COMING, Reservation
from app.booking.models import ReservationState as S
from app.booking.permissions import GUEST_LINK, VIEW
from app.booking.settings import LINK_DAYS
from app.kernel import documents, files, links
from app.kernel.access import Actor
from app.kernel.formats import full_date, spoken_time
from app.kernel.languages import N_, _, ngettext
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Message
from app.kernel.notices import Mode, Notice, Recipient, notice, notice_category

CATEGORY = notice_category("booking", N_("Réservations"))
SCHEMA_STATUS = {S.REQUESTED: "ReservationPending", S.CANCELLED: "ReservationCancelled"}

REQUESTED = notice("booking.requested", N_("Demande de réservation reçue"), category=CATEGORY, optional=False)
CONFIRMED = notice("booking.confirmed", N_("Réservation confirmée"), category=CATEGORY, optional=False)
CHANGED = notice("booking.changed", N_("Réservation modifiée"), category=CATEGORY, optional=False)
CANCELLED = notice("booking.cancelled", N_("Réservation annulée"), category=CATEGORY, optional=False)
REMINDER = notice("booking.reminder", N_("Rappel de la veille"), category=CATEGORY, optional=True)
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


def tell(chosen: Notice, reservation: Reservation, *, key: str, in_bulk: bool = False, **details: Any) -> bool:
    """Put a message on its way to the guest; nobody is written to without an e-mail. Tell whether it is."""
    if not reservation.email:
        return False
    guest = Recipient(reservation.guest_name, reservation.email, reservation.language, reservation.guest_id)
    chosen.send(to=guest, about=reservation, key=key, in_bulk=in_bulk, **details)
    return True


def remind(reservation: Reservation) -> bool:
    """Put the reminder on its way, once for each day the guest is expected."""
    service_date = reservation.service_date.isoformat()
    key = f"reminder:{reservation.id}:{service_date}"
    return tell(REMINDER, reservation, key=key, in_bulk=True, service_date=service_date)


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
def requested(reservation: Reservation, _message: Message) -> Letter | None:
    """Say that the request is received and the table kept; nothing once the house has answered."""
    return _with_link(reservation) if reservation.state is S.REQUESTED else None


@CONFIRMED.prepared_by
def draw_confirmation(reservation: Reservation, _message: Message) -> None:
    """Have the PDF ready before the letter is composed."""
    CONFIRMATION.ensured(reservation)


@CONFIRMED.composed_by
def confirmed(reservation: Reservation, _message: Message) -> Letter | None:
    """Promise the table, with the calendar file and the PDF."""
    if reservation.state is not S.CONFIRMED:
        return None
    return _with_link(reservation, _invitation(reservation), *_confirmation(reservation))


@CHANGED.composed_by
def changed(reservation: Reservation, message: Message) -> Letter | None:
    """Say what stands now; a later change tells itself."""
    if reservation.state not in COMING or message.details["sequence"] != reservation.sequence:
        return None
    return _with_link(reservation, _invitation(reservation))


@CANCELLED.composed_by
def cancelled(reservation: Reservation, message: Message) -> Letter | None:
    """Say that the table is given back, with the reason when the house cancels."""
    if reservation.state is not S.CANCELLED:
        return None
    by_house = message.details["by_house"]
    words = {"by_house": by_house, "reason": reservation.cancellation_reason if by_house else ""}
    return _letter(reservation, {**words, "booking_url": _public("/reserver")}, [_invitation(reservation)])


@REMINDER.composed_by
def reminder(reservation: Reservation, message: Message) -> Letter | None:
    """Remind of tomorrow; nothing when it is cancelled, moved to another day, or past."""
    moved = message.details["service_date"] != reservation.service_date.isoformat()
    if reservation.state is not S.CONFIRMED or moved or reservation.has_started():
        return None
    return _with_link(reservation)


@LINK.composed_by
def link(reservation: Reservation, _message: Message) -> Letter | None:
    """Give the management link again."""
    return None if reservation.state in (S.HELD, S.EXPIRED) else _with_link(reservation)


# --- what letters are made of ---------------------------------------------------------------------------------


def _with_link(reservation: Reservation, *attachments: Attachment) -> Letter:
    """Compose with a management link of its own: its secret exists only in the letter."""
    _link, secret = links.mint(
        GUEST_LINK,
        reservation,
        person_id=reservation.guest_id,
        expires_at=reservation.starts_at + timedelta(days=LINK_DAYS.value()),
    )
    manage_url = _public(f"/reservations/{secret}")
    cancel_url = f"{manage_url}?suite=annulation"
    return _letter(reservation, {"manage_url": manage_url, "cancel_url": cancel_url}, list(attachments))


def _letter(reservation: Reservation, words: dict[str, Any], attachments: list[Attachment]) -> Letter:
    establishment = reservation.establishment
    context = {**promise_words(reservation), **words}
    context["structured"] = structured(reservation, words.get("manage_url") or words.get("booking_url", ""))
    return Letter(context, establishment.name, establishment.email, attachments)


def structured(reservation: Reservation, url: str) -> dict[str, Any]:
    """Describe the reservation to mail programs, in schema.org's words."""
    establishment = reservation.establishment
    status = SCHEMA_STATUS.get(reservation.state, "ReservationConfirmed")
    return {
        "@context": "https://schema.org",
        "@type": "FoodEstablishmentReservation",
        "reservationStatus": f"https://schema.org/{status}",
        "reservationNumber": reservation.reference,
        "underName": {"@type": "Person", "name": reservation.guest_name},
        "reservationFor": {
            "@type": "FoodEstablishment",
            "name": establishment.name,
            "telephone": establishment.phone,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": ", ".join(
                    line for line in (establishment.address_line1, establishment.address_line2) if line
                ),
                "postalCode": establishment.postal_code,
                "addressLocality": establishment.city,
                "addressCountry": establishment.country,
            },
        },
        "startTime": reservation.starts_at.astimezone(ZoneInfo(establishment.timezone)).isoformat(),
        "partySize": reservation.covers,
        "url": url,
    }


def _invitation(reservation: Reservation) -> Attachment:
    """Attach the calendar file. Calendars are shared: it leads to the page that asks for reference and e-mail."""
    return Attachment(
        f"reservation-{reservation.reference}.ics",
        "text/calendar",
        calendar_file(reservation, _public("/reservations"), by_mail=True),
        {"method": method(reservation, by_mail=True), "charset": "utf-8"},
    )


def _confirmation(reservation: Reservation) -> list[Attachment]:
    """Attach the PDF when there is one; where none could be drawn, the letter leaves without it."""
    drawn = documents.latest(CONFIRMATION.code, reservation)
    if drawn is None or drawn.file is None:
        return []
    return [Attachment(drawn.filename, drawn.file.media_type, files.content_of(drawn.file))]


def _public(path: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{path}"
