"""Where a guest books: on the house's own pages, or in a frame of another site. The steps are the same."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, g, url_for

from app.booking import service
from app.booking.guarantees.paying import open_payment
from app.booking.models import Guarantee, OpenWish, Reservation, ReservationOrigin
from app.booking.views.visitors import visitor, visitor_from_now_on
from app.directory.models import Establishment
from app.directory.queries import establishment_by_slug, first_establishment


@dataclass(frozen=True)
class Counter:
    """Addresses of the steps, who asks, and what is done for the visitor whose table was just promised.

    `conclude` runs in the promise's own transaction and gives the address of the confirmation. `open_wish_url` gives
    where the answer to a wish that could not be decided at once will be read. `pay` opens what is asked to its visitor,
    in the transaction that asks it, and gives where they pay.
    """

    establishment: Establishment
    url: str
    details_url: str
    origin: ReservationOrigin
    visitor: Callable[[], str | None]
    visitor_from_now_on: Callable[[], str]
    conclude: Callable[[Reservation], str]
    open_wish_url: Callable[[OpenWish], str]
    pay: Callable[[Guarantee], str]


def own_counter(slug: str | None) -> Counter:
    """Give the public pages of an establishment."""
    return Counter(
        establishment_here(slug),
        url_for("booking.choice_show", slug=slug),
        url_for("booking.details_new", slug=slug),
        ReservationOrigin.ONLINE,
        visitor,
        visitor_from_now_on,
        _open_to_visitor,
        lambda wish: url_for("booking.open_wish_show", id=wish.id),
        open_payment,
    )


def establishment_here(slug: str | None) -> Establishment:
    """Give the establishment an address speaks of; 404 when there is none."""
    establishment = establishment_by_slug(slug) if slug else first_establishment()
    if establishment is None:
        abort(404)
    g.establishment = establishment
    return establishment


def _open_to_visitor(reservation: Reservation) -> str:
    service.open_to_visitor(reservation)
    return url_for("booking.confirmation_show", id=reservation.id)
