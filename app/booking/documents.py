"""The documents of a reservation, and the words in which a promise is put on paper and in letters."""

from typing import Any
from zoneinfo import ZoneInfo

from app.booking import queries
from app.booking.guarantees.presentation import paid_lines
from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.booking.permissions import CHANGE, VIEW
from app.kernel import formats
from app.kernel.documents import document
from app.kernel.file_panels import documents_shown
from app.kernel.languages import N_, _, ngettext
from app.kernel.navigation import panel


def promise_words(reservation: Reservation) -> dict[str, Any]:
    """Say what, where and when, in the establishment's zone; a time past midnight names its real day."""
    establishment = reservation.establishment
    local = reservation.starts_at.astimezone(ZoneInfo(establishment.timezone))
    evening = ""
    if local.date() != reservation.service_date:
        evening = _("après minuit, dans la nuit du %(evening)s", evening=formats.full_date(reservation.service_date))
    day, at = formats.full_date(local.date()), formats.spoken_time(local.time())
    party = ngettext("%(num)s couvert", "%(num)s couverts", reservation.covers)
    money = paid_lines(reservation)
    return {
        "reservation": reservation,
        "establishment": establishment,
        "day": day,
        "time": at,
        "evening": evening,
        "party": party,
        "lines": [
            (_("Jour"), f"{day}, {evening}" if evening else day),
            (_("Heure"), at),
            (_("Convives"), party),
            (_("Au nom de"), reservation.guest_name),
            (_("Votre demande"), reservation.special_requests),
            (_("Référence"), reservation.reference),
            *money,
        ],
        "money": money,
        "phone": formats.phone(establishment.phone, establishment.country) if establishment.phone else "",
        "rule": queries.cancelling_rule(queries.house_of(establishment), establishment),
    }


def _confirmation_context(reservation: Reservation) -> dict[str, Any] | None:
    if reservation.state is not S.CONFIRMED:
        return None
    return {**promise_words(reservation), "issuer": reservation.establishment.name}


CONFIRMATION = document(
    "booking.confirmation",
    N_("Confirmation de réservation"),
    filename=lambda reservation: f"reservation-{reservation.reference}.pdf",
    template="documents/booking/confirmation.html",
    context=_confirmation_context,
    keep_years=3,
    number=lambda reservation: reservation.reference,
    permission=VIEW,
    remake=CHANGE,
)

SHEET = document(
    "booking.paper_sheet",
    N_("Feuille du service"),
    filename=lambda day: f"service-{day.isoformat()}.pdf",
    template="documents/booking/sheet.html",
)

panel(
    Reservation.kind(),
    "files/_documents_panel.html",
    VIEW,
    lambda reservation: documents_shown(reservation, reservation.establishment.timezone),
)
