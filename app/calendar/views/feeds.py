"""One's own feed: made, renewed, taken back; and read by calendars, which keep no cookie."""

from datetime import timedelta

from flask import Blueprint, Response, abort, current_app, url_for

from app.accounts import service as accounts
from app.accounts.models import User
from app.calendar import permissions as may
from app.calendar import queries, service
from app.calendar.feed_file import feed_file
from app.directory.queries import establishments, first_establishment, zone_of
from app.kernel import clock
from app.kernel.access import Actor, acting
from app.kernel.agenda import AgendaEntry, AgendaSource, Window, sources_for
from app.kernel.db import transaction
from app.kernel.formats import instant
from app.kernel.guards import public, signed_in
from app.kernel.languages import SOURCE, _, speaking
from app.kernel.limits import limiter, search_limit
from app.kernel.preferences import AUTO, LANGUAGE, preferred
from app.kernel.web import done, page

bp = Blueprint("feeds", __name__)

BEHIND, AHEAD = timedelta(days=30), timedelta(days=180)
MOST_ENTRIES = 2000


@bp.get("/espace/calendrier")
@signed_in
def feed_show() -> Response:
    """Show whether one's calendar can be followed, since when, and how to."""
    return _feed_page()


@bp.post("/espace/calendrier")
@signed_in
def feed_create() -> Response:
    """Make a feed, or a new one in place of the one before; its address is shown this once."""
    with transaction():
        secret = service.make_feed(_oneself(), actor=acting())
    response = _feed_page(secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/espace/calendrier/retrait")
@signed_in
def feed_delete() -> Response:
    """Take the feed back."""
    with transaction():
        service.revoke_feed(_oneself(), actor=acting())
    return done(None, message=_("Cette adresse n’ouvre plus rien."), fallback=url_for(".feed_show"))


@bp.get("/calendrier/<string(length=43):secret>.ics")
@public
@limiter.limit(search_limit)
def feed_export(secret: str) -> Response:
    """Give what the user may see now, as their rights stand at each reading."""
    found = queries.reader_of(secret)
    if found is None:
        abort(404, description=_("Cette adresse de calendrier n’est plus valable."))
    link, user = found
    actor = accounts.actor_for(user)
    if not actor.may(may.VIEW):
        abort(404, description=_("Cette adresse de calendrier n’est plus valable."))
    if link.first_used_at is None:
        with transaction():
            service.note_reading(link)
    chosen = preferred(LANGUAGE, actor)
    with speaking(chosen if chosen != AUTO else SOURCE):
        content = feed_file(_("Calendrier de la maison"), _entries(actor), base=_base(), now=clock.now())
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers.update({"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"})
    return response


def _entries(actor: Actor) -> list[tuple[AgendaSource, AgendaEntry]]:
    now = clock.now()
    return [
        (source, entry)
        for place in establishments()
        for source in sources_for(actor)
        for entry in source.entries(actor, Window(place, now - BEHIND, now + AHEAD), MOST_ENTRIES)
    ]


def _base() -> str:
    """Give the address of the house as the public knows it, whatever the request was sent to."""
    return str(current_app.config["PUBLIC_URL"])


def _oneself() -> User:
    return accounts.own_user(acting())


def _feed_page(secret: str = "") -> Response:
    standing = queries.feed_of(_oneself())
    first = first_establishment()
    zone = zone_of(first)
    return page(
        "calendar/feed_show.html",
        address=_base() + url_for(".feed_export", secret=secret) if secret else "",
        made_at=instant(standing.created_at, zone) if standing else "",
        used_at=instant(standing.first_used_at, zone) if standing and standing.first_used_at else "",
        ends_at=instant(standing.expires_at, zone) if standing else "",
        may_make=acting().may(may.VIEW),
    )
