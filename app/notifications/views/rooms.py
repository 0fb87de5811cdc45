"""The settings page of team chats: which rooms are told what, with whose eyes."""

from flask import Response, url_for

from app.directory.queries import establishments
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.guards import fresh, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.notices import category_label, notices
from app.kernel.scopes import Scope
from app.kernel.web import done, page
from app.notifications import queries, room_keeping
from app.notifications.forms import RoomForm
from app.notifications.models import RoomKind, TeamRoom
from app.notifications.permissions import CONNECT
from app.notifications.room_keeping import RoomWish
from app.notifications.views.blueprint import bp

EVERYWHERE = ""


@bp.get("/admin/reglages/messageries")
@requires(CONNECT)
def room_list() -> Response:
    """Show the rooms, and what became of the last post to each."""
    rooms = queries.rooms_of(acting())
    posts = queries.last_posts(rooms)
    lines = [
        (room, ", ".join(category_label(code) for code in room.categories) or _("Tous les sujets"), posts.get(room.id))
        for room in rooms
    ]
    return page("notifications/room_list.html", lines=lines)


@bp.get("/admin/reglages/messageries/nouvelle")
@requires(CONNECT)
@fresh
def room_new() -> Response:
    """Ask which room to tell, and of what."""
    return _room_page(_form(None), None)


@bp.post("/admin/reglages/messageries/nouvelle")
@requires(CONNECT)
@fresh
@limiter.limit(write_limit)
def room_create() -> Response:
    """Tell a room from now on."""
    return _saved(_form(None), None)


@bp.get("/admin/reglages/messageries/<uuid:id>")
@requires(CONNECT, on=TeamRoom)
@fresh
def room_edit(teamroom: TeamRoom) -> Response:
    """Show a room; its address is not shown again."""
    return _room_page(_form(teamroom), teamroom)


@bp.post("/admin/reglages/messageries/<uuid:id>")
@requires(CONNECT, on=TeamRoom)
@fresh
@limiter.limit(write_limit)
def room_update(teamroom: TeamRoom) -> Response:
    """Change a room; an empty address keeps the one there is."""
    return _saved(_form(teamroom), teamroom)


@bp.post("/admin/reglages/messageries/<uuid:id>/essai")
@requires(CONNECT, on=TeamRoom)
@limiter.limit(write_limit)
def room_trial_create(teamroom: TeamRoom) -> Response:
    """Send the room a word."""
    with transaction():
        room_keeping.try_room(teamroom)
    return _back(_("L’essai est parti. Cette page dira dans un instant ce qui a été répondu."))


@bp.post("/admin/reglages/messageries/<uuid:id>/retrait")
@requires(CONNECT, on=TeamRoom)
@fresh
def room_delete(teamroom: TeamRoom) -> Response:
    """Tell the room no more."""
    with transaction():
        room_keeping.remove_room(teamroom, actor=acting())
    return _back(_("La messagerie est retirée : plus rien n’y est écrit."))


def _saved(form: RoomForm, room: TeamRoom | None) -> Response:
    if not form.validate_on_submit():
        return _room_page(form, room, 422)
    try:
        if form.url.data:
            room_keeping.refuse_unfit(form.url.data)
        with transaction():
            room_keeping.save_room(room, _wish(form), actor=acting())
    except RuleBroken as refusal:
        return _room_page(form, room, put(refusal, form, beside="url"))
    return _back(_("C’est enregistré. Essayez pour voir si le salon répond."))


def _form(room: TeamRoom | None) -> RoomForm:
    form = RoomForm(
        name=room.name if room else "",
        room_kind=room.room_kind.value if room else RoomKind.SLACK.value,
        establishment=str(room.establishment_id or EVERYWHERE) if room else None,
        role=str(room.role_id) if room else None,
        categories=room.categories if room else [],
    )
    form.is_new = room is None
    scopes, everywhere = acting().scopes(CONNECT), [(EVERYWHERE, _("Tous les établissements"))]
    form.establishment.choices = (everywhere if Scope() in scopes else []) + [
        (str(house.id), house.name)
        for house in establishments()
        if {Scope(), Scope("establishment", str(house.id))} & scopes
    ]
    form.role.choices = [(str(role.id), _(role.name)) for role in queries.roles()]
    form.categories.choices = _categories()
    return form


def _categories() -> list[tuple[str, str]]:
    told = {declared.category for declared in notices().values() if declared.audience is not None}
    return sorted(((code, category_label(code)) for code in told), key=lambda pair: pair[1])


def _wish(form: RoomForm) -> RoomWish:
    chosen = form.establishment.data
    establishment = next((house for house in establishments() if str(house.id) == chosen), None)
    role = next(role for role in queries.roles() if str(role.id) == form.role.data)
    return RoomWish(
        name=form.name.data or "",
        room_kind=RoomKind(form.room_kind.data),
        url=form.url.data or "",
        establishment=establishment,
        role=role,
        categories=[code for code, _label in _categories() if code in (form.categories.data or [])],
    )


def _room_page(form: RoomForm, room: TeamRoom | None, status: int = 200) -> Response:
    url = url_for(".room_update", id=room.id) if room else url_for(".room_create")
    return page("notifications/room_edit.html", status=status, form=form, room=room, url=url)


def _back(message: str) -> Response:
    return done(None, message=message, fallback=url_for(".room_list"))
