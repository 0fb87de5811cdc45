"""The page on which a guest waits for the answer to a wish that could not be decided at once."""

from typing import Any
from uuid import UUID

from flask import Response, abort, url_for

from app.booking import queries
from app.booking.guarantees.asking import terms_for
from app.booking.guarantees.queries import awaits_card, still_due
from app.booking.models import OpenWish
from app.booking.presentation.promises import promise_lines
from app.booking.service import Wish
from app.booking.views.public import bp
from app.booking.views.visitors import visitor
from app.kernel.formats import euros
from app.kernel.formats import phone as written_phone
from app.kernel.guards import public
from app.kernel.languages import _
from app.kernel.web import page


@bp.get("/reserver/verification/<uuid:id>")
@public
def open_wish_show(id: UUID) -> Response:
    """Say that the house is looking, or what it found; to the visitor who asked, and nobody else."""
    return page("booking/open_wish_show.html", **_own_context(id))


@bp.get("/reserver/verification/<uuid:id>/_reponse")
@public
def open_wish_fragment(id: UUID) -> Response:
    """Give the part that changes when the answer is there."""
    return page("booking/_open_wish.html", **_own_context(id))


def asked_by(visitor: str | None, id: UUID) -> OpenWish:
    """Give a wish to the visitor who asked for it; 404 to any other."""
    wish = OpenWish.get(id)
    if wish is None or wish.visitor != visitor:
        abort(404)
    return wish


def _own_context(id: UUID) -> dict[str, Any]:
    wish = asked_by(visitor(), id)
    here, part = url_for(".open_wish_show", id=id), url_for(".open_wish_fragment", id=id)
    return open_wish_context(wish, here, part, url_for(".choice_show", slug=wish.establishment.slug))


def open_wish_context(wish: OpenWish, again_url: str, poll_url: str, choice_url: str) -> dict[str, Any]:
    """Give what the page of the answer shows: where it is, the part that changes, where to choose another time."""
    place = wish.establishment
    house, theirs = queries.house_of(place), wish.reservation or wish
    return {
        "wish": wish,
        "house": place,
        "lines": promise_lines(house, theirs.service_date, theirs.local_time, theirs.covers),
        "is_other": wish.reservation is not None and wish.reservation.created_at < wish.asked_at,
        "guarantee": _guarantee_in_words(wish),
        "again_url": again_url,
        "poll_url": poll_url,
        "other_url": f"{choice_url}?date={wish.service_date.isoformat()}&covers={wish.covers}",
        "phone": written_phone(place.phone) if place.phone else "",
    }


def _guarantee_in_words(wish: OpenWish) -> str:
    """Say what will be asked of who waits for the answer, or what still is of who has their table; "" where nothing."""
    if wish.is_waited_for:
        asked = Wish(wish.service_date, wish.local_time, wish.covers)
        is_asked = terms_for(wish.establishment, asked, wish.email) is not None
        return (
            _("Si c’est oui, le lien vers la garantie viendra par message : rien n’est à payer avant.")
            if is_asked
            else ""
        )
    due = still_due(wish.reservation) if wish.reservation is not None else 0
    if due:
        return _("Il reste %(due)s à payer : le lien part vers %(email)s.", due=euros(due), email=wish.email)
    is_card = wish.reservation is not None and awaits_card(wish.reservation)
    return _("Il reste à enregistrer une carte : le lien part vers %(email)s.", email=wish.email) if is_card else ""
