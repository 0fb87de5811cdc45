"""The public booking: choose covers, date and time on one page; then details; then confirmation."""

from flask import Blueprint, Response, url_for

from app.booking.views.choosing import choose
from app.booking.views.counters import own_counter
from app.booking.views.promising import ask_details, hold_or_reserve
from app.directory.queries import establishments
from app.kernel.guards import public
from app.kernel.limits import limiter, write_limit
from app.kernel.web import redirect_to

bp = Blueprint("booking", __name__)


@bp.get("/reserver", defaults={"slug": None})
@bp.get("/e/<string:slug>/reserver")
@public
def choice_show(slug: str | None) -> Response:
    """Show covers, calendar and times on one page, for whatever is chosen so far; of several houses, ask which."""
    if slug is None and len(establishments()) > 1:
        return redirect_to(url_for("site.home_show"))
    return choose(own_counter(slug))


@bp.post("/reserver", defaults={"slug": None})
@bp.post("/e/<string:slug>/reserver")
@public
@limiter.limit(write_limit)
def reservation_create(slug: str | None) -> Response:
    """Hold the chosen time; with the guest's details, promise the table."""
    return hold_or_reserve(own_counter(slug))


@bp.get("/reserver/coordonnees", defaults={"slug": None})
@bp.get("/e/<string:slug>/reserver/coordonnees")
@public
def details_new(slug: str | None) -> Response:
    """Ask who comes, while the table is held."""
    return ask_details(own_counter(slug))
