"""The page on which a guest waits for the answer to a wish that could not be decided at once."""

from typing import Any
from uuid import UUID

from flask import Response, abort, url_for

from app.booking import queries
from app.booking.models import OpenWish
from app.booking.presentation.promises import promise_lines
from app.booking.views.public import bp
from app.booking.views.visitors import visitor
from app.kernel.formats import phone as written_phone
from app.kernel.guards import public
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
    house = queries.house_of(place)
    return {
        "wish": wish,
        "house": place,
        "lines": promise_lines(house, wish.service_date, wish.local_time, wish.covers),
        "again_url": again_url,
        "poll_url": poll_url,
        "other_url": f"{choice_url}?date={wish.service_date.isoformat()}&covers={wish.covers}",
        "phone": written_phone(place.phone) if place.phone else "",
    }
