"""The ways to a payment and back from it, opened to whoever asked."""

from typing import Any

from flask import url_for

from app.booking import queries as booking
from app.booking import service
from app.booking.guarantees import queries
from app.booking.guarantees.presentation import told_terms
from app.booking.models import Guarantee, Reservation
from app.booking.models import ReservationState as S
from app.booking.presentation.promises import promise_lines
from app.kernel import clock, links
from app.kernel.access import acting
from app.payments import service as payments
from app.payments.permissions import PAY, PAY_LINK


def open_payment(guarantee: Guarantee) -> str:
    """Let the visitor of this request pay what is asked, and give where."""
    if not acting().may(PAY, guarantee.receivable):
        payments.open_to_visitor(guarantee.receivable)
    return url_for("paying.receivable_show", id=guarantee.receivable_id)


def open_confirmation(reservation: Reservation) -> str:
    """Let the visitor of this request manage the reservation, and give where they read how it stands."""
    service.open_to_visitor(reservation)
    is_coming = reservation.state in (S.REQUESTED, S.CONFIRMED)
    endpoint = "booking.confirmation_show" if is_coming else "booking.own_reservation_show"
    return url_for(endpoint, id=reservation.id)


def kept_context(guarantee: Guarantee) -> dict[str, Any]:
    """Give what the pages of a guarantee say: the table, what is asked, whether it can still be paid."""
    reservation = guarantee.reservation
    house, at = booking.house_of(reservation.establishment), (reservation.service_date, reservation.local_time)
    return {
        "house": reservation.establishment,
        "lines": promise_lines(house, *at, reservation.covers),
        "terms": told_terms(reservation),
        "is_open": reservation.state is S.HELD and guarantee.receivable.is_payable(clock.now()),
        "choice_url": url_for(
            "booking.choice_show",
            slug=reservation.establishment.slug,
            date=reservation.service_date.isoformat(),
            covers=reservation.covers,
        ),
    }


def payment_link(guarantee: Guarantee) -> str:
    """Give an address that leads whoever follows it to pay at once: for a window that knows no cookie yet."""
    receivable = guarantee.receivable
    end = payments.link_end(receivable)
    _link, secret = links.mint(PAY_LINK, receivable, person_id=receivable.person_id, expires_at=end)
    return url_for("paying.link_show", secret=secret, aussitot="oui")


def open_what_is_due(reservation: Reservation) -> str | None:
    """Let the guest of this request pay what a change asks besides, and give where; None when nothing is due."""
    due = [each for each in queries.guarantees_of(reservation) if each.receivable.is_payable(clock.now())]
    return open_payment(due[-1]) if due else None
