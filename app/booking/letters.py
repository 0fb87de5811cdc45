"""What a letter about a reservation is made of: the promise in words, links, and the files that go with it."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from app.booking.calendar_file import calendar_file, method
from app.booking.documents import promise_words
from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.booking.permissions import GUEST_LINK
from app.booking.settings import LINK_DAYS
from app.kernel import links
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Channel, Message

SCHEMA_STATUS = {
    S.REQUESTED: "ReservationPending",
    S.CANCELLED: "ReservationCancelled",
    S.NO_SHOW: "ReservationCancelled",
}


def with_link(reservation: Reservation, message: Message, *attachments: Attachment) -> Letter:
    """Compose with a management link of its own, short in a text message: its secret exists only there."""
    is_short = message.channel is Channel.SMS
    _link, secret = links.mint(
        GUEST_LINK,
        reservation,
        person_id=reservation.guest_id,
        expires_at=reservation.starts_at + timedelta(days=LINK_DAYS.value()),
        secret_bytes=links.SHORT_SECRET_BYTES if is_short else links.SECRET_BYTES,
    )
    manage_url = public(f"/r/{secret}" if is_short else f"/reservations/{secret}")
    cancel_url = f"{manage_url}?suite=annulation"
    return letter_about(reservation, {"manage_url": manage_url, "cancel_url": cancel_url}, list(attachments))


def letter_about(reservation: Reservation, words: dict[str, Any], attachments: list[Attachment]) -> Letter:
    """Compose what every letter about a reservation says; `words` are its own."""
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


def invitation(reservation: Reservation) -> Attachment:
    """Attach the calendar file. Calendars are shared: it leads to the page that asks for reference and e-mail."""
    return Attachment(
        f"reservation-{reservation.reference}.ics",
        "text/calendar",
        calendar_file(reservation, public("/reservations"), by_mail=True),
        {"method": method(reservation, by_mail=True), "charset": "utf-8"},
    )


def public(path: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{path}"
