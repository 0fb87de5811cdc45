"""Settings: the tags the house puts on its guests."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, url_for

from app.booking.guests.forms import TagForm
from app.booking.models import GuestTag, TagTone
from app.booking.permissions import CONFIGURE
from app.booking.queries import guests as queries
from app.booking.service import guests as service
from app.kernel.access import acting
from app.kernel.answers import Answer, answered
from app.kernel.db import transaction
from app.kernel.forms import tidy
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done, page

bp = Blueprint("guest_tags", __name__, url_prefix="/admin/reglages/etiquettes")


@bp.get("")
@requires(CONFIGURE)
def tag_list() -> Response:
    """Show the tags of the house, and ask for another."""
    return _list_page(TagForm())


@bp.post("")
@requires(CONFIGURE)
def tag_create() -> Response:
    """Make a tag."""
    form = TagForm()
    return _kept(None, form, _("L’étiquette est ajoutée."), partial(_list_page, form))


@bp.get("/<uuid:id>")
@requires(CONFIGURE, on=GuestTag)
def tag_edit(guesttag: GuestTag) -> Response:
    """Show one tag."""
    return _tag_page(guesttag, TagForm(guesttag))


@bp.post("/<uuid:id>")
@requires(CONFIGURE, on=GuestTag)
def tag_update(guesttag: GuestTag) -> Response:
    """Change a tag."""
    form = TagForm(guesttag)
    return _kept(guesttag, form, _("L’étiquette est enregistrée."), partial(_tag_page, guesttag, form))


@bp.post("/<uuid:id>/suppression")
@requires(CONFIGURE, on=GuestTag)
def tag_delete(guesttag: GuestTag) -> Response:
    """Remove a tag, from every guest."""
    with transaction():
        service.remove_tag(guesttag, actor=acting())
    return done(None, message=_("L’étiquette est supprimée."), fallback=url_for(".tag_list"))


def _kept(tag: GuestTag | None, form: TagForm, message: str, show: Callable[..., Response]) -> Response:
    """Keep what was typed, or tell in the form what is wrong with it."""
    answer = Answer(
        act=lambda: service.keep_tag(tag, tidy(form.name.data), TagTone(form.tone.data), actor=acting()),
        show=show,
        message=message,
        fallback=url_for(".tag_list"),
    )
    return answered(form, answer)


def _list_page(form: TagForm, status: int = 200) -> Response:
    tags = [(tag, url_for(".tag_edit", id=tag.id)) for tag in queries.tags()]
    return page("booking/guests/tag_list.html", status=status, tags=tags, form=form, url=url_for(".tag_create"))


def _tag_page(tag: GuestTag, form: TagForm, status: int = 200) -> Response:
    return page(
        "booking/guests/tag_edit.html",
        status=status,
        tag=tag,
        form=form,
        url=url_for(".tag_update", id=tag.id),
        delete_url=url_for(".tag_delete", id=tag.id),
        list_url=url_for(".tag_list"),
    )
