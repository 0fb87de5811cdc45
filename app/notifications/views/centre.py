"""One's own centre: the bell, the lines, and what is done with each."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for

from app.directory.models import Person
from app.kernel import clock, topics
from app.kernel.access import acting
from app.kernel.datasets.keyset import CursorRefused
from app.kernel.db import transaction
from app.kernel.formats import instant
from app.kernel.guards import signed_in
from app.kernel.languages import _
from app.kernel.notices import Mode, category_label, notices
from app.kernel.web import done, page, redirect_to
from app.notifications import queries, service
from app.notifications.models import Notification
from app.notifications.post_office import quiet_of, topic_of
from app.notifications.queries import Shown
from app.notifications.resolution import Quiet, due
from app.notifications.views.blueprint import bp

LATER: dict[str, timedelta | Mode] = {"heure": timedelta(hours=1), "demain": Mode.DAILY, "lundi": Mode.WEEKLY}


def own_person() -> Person:
    """Give the person who is logged in."""
    person_id = acting().person_id
    return (Person.get(person_id) if person_id else None) or abort(404)


@bp.get("/espace/notifications")
@signed_in
def notification_list() -> Response:
    """Show the lines of one's centre, the newest first."""
    person, asked = own_person(), _asked()
    try:
        pile = queries.notifications_of(
            person.id,
            shown=_shown(),
            category=asked.get("categorie", ""),
            cursor=request.args.get("apres", ""),
        )
    except CursorRefused:
        return redirect_to(url_for(".notification_list", **asked))
    quiet = quiet_of(queries.rhythms_of([person.id]).get(person.id))
    return page(
        "notifications/notification_list.html",
        lines=queries.lines_of(pile.rows, acting()),
        next_url=url_for(".notification_list", **asked, apres=pile.next) if pile.next else None,
        first_url=url_for(".notification_list", **asked) if "apres" in request.args else None,
        asked=asked,
        shown=_shown(),
        piles=[(one, url_for(".notification_list", **{**asked, "etat": one.value})) for one in Shown],
        categories=_categories(person, asked),
        written=lambda moment: instant(moment, quiet.zone),
        now=clock.now(),
    )


@bp.get("/espace/notifications/_cloche")
@signed_in
@topics.polled(lambda: topic_of(acting().person_id or UUID(int=0)), lasting=300)  # what was put off may come that late
def bell_fragment() -> Response:
    """Show the bell again, when something has come or was read."""
    return page("notifications/_bell.html", **bell())


def bell() -> dict[str, Any]:
    """Give what the bell needs: how many lines wait, and in words."""
    person_id = acting().person_id
    return {"unread": queries.unread_count(person_id, clock.now()) if person_id else 0}


@bp.get("/espace/notifications/<uuid:notification_id>")
@signed_in
def notification_show(notification_id: UUID) -> Response:
    """Lead to the record a line is about; it counts as read."""
    told = _own(notification_id)
    with transaction():
        service.mark_read(told)
    line = queries.lines_of([told], acting())[0]
    return redirect_to(line.url or url_for(".notification_list", **_asked()))


@bp.post("/espace/notifications/<uuid:notification_id>/lecture")
@signed_in
def reading_create(notification_id: UUID) -> Response:
    """Mark a line read."""
    told = _own(notification_id)
    with transaction():
        service.mark_read(told)
    return _back(_("C’est lu."))


@bp.post("/espace/notifications/<uuid:notification_id>/lecture/retrait")
@signed_in
def reading_delete(notification_id: UUID) -> Response:
    """Put a line back among those to be read."""
    told = _own(notification_id)
    with transaction():
        service.mark_unread(told)
    return _back(_("L’avis est de nouveau à lire."))


@bp.post("/espace/notifications/lecture")
@signed_in
def readings_create() -> Response:
    """Mark every line read, or those of the category shown."""
    with transaction():
        service.mark_all_read(own_person().id, category=_asked().get("categorie", ""))
    return _back(_("Tout est lu."))


@bp.post("/espace/notifications/<uuid:notification_id>/report")
@signed_in
def snooze_create(notification_id: UUID) -> Response:
    """Put a line off until later."""
    told, later = _own(notification_id), LATER.get(request.form.get("until", ""))
    if later is None:
        abort(400)
    quiet = quiet_of(queries.rhythms_of([told.person_id]).get(told.person_id))
    with transaction():
        service.snooze(told, _after(later, quiet.zone))
    return _back(_("L’avis reviendra à ce moment-là."))


@bp.post("/espace/notifications/<uuid:notification_id>/silence")
@signed_in
def mute_create(notification_id: UUID) -> Response:
    """Hear no more of the record a line is about."""
    told = _own(notification_id)
    with transaction():
        service.mute(told)
    return _back(_("Vous n’entendrez plus parler de cet élément. Vous pouvez le rétablir dans vos préférences."))


def _own(notification_id: UUID) -> Notification:
    return queries.notification_of(own_person().id, notification_id) or abort(404)


def _shown() -> Shown:
    asked = request.args.get("etat", "")
    return Shown(asked) if asked in list(Shown) else Shown.UNREAD


def _asked() -> dict[str, Any]:
    """Give the filters in place, so that every act comes back to them."""
    return {name: value[:40] for name in ("etat", "categorie") if (value := request.args.get(name, ""))}


def _categories(person: Person, asked: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Give the categories to choose from, each with its address, when there are several."""
    declared = {notice.category for notice in notices().values() if notice.is_announced}
    codes = sorted(queries.categories_told(person.id, declared), key=category_label)
    if len(codes) < 2:
        return []
    everything = {name: value for name, value in asked.items() if name != "categorie"}
    chosen = asked.get("categorie", "")
    return [
        (_("Toutes"), url_for(".notification_list", **everything), not chosen),
        *(
            (category_label(code), url_for(".notification_list", **{**asked, "categorie": code}), code == chosen)
            for code in codes
        ),
    ]


def _after(later: timedelta | Mode, zone: str) -> datetime:
    """Give the instant: so long from now, or the morning at which a digest would leave."""
    if isinstance(later, timedelta):
        return clock.now() + later
    return due(later, clock.now(), Quiet(zone)) or clock.now()


def _back(message: str) -> Response:
    return done(None, message=message, fallback=url_for(".notification_list", **_asked()))
