"""The page where anybody says what they think, and the team's pages about it."""

from typing import Any

import structlog
from flask import Blueprint, Flask, Response, request, url_for

from app.directory.models import Establishment
from app.directory.queries import establishment_by_slug, zone_of
from app.kernel import datasets, limits, navigation
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import instant
from app.kernel.guards import accepts_files, public, requires
from app.kernel.languages import N_, _, current_language
from app.kernel.limits import limiter, write_limit
from app.kernel.navigation import entry
from app.kernel.personal import masked_email, shown_to
from app.kernel.web import done, page, redirect_to
from app.site.feedback import permissions as may
from app.site.feedback import service
from app.site.feedback.datasets import FEEDBACK
from app.site.feedback.files import FILES
from app.site.feedback.forms import FeedbackForm, NoteForm
from app.site.feedback.models import Feedback, FeedbackKind
from app.site.feedback.origin import house_named, path_of
from app.site.feedback.settings import feedback_limit
from app.site.feedback.states import LIFECYCLE

bp = Blueprint("feedback", __name__)
log = structlog.get_logger()

ACTS: dict[str, Any] = {
    "read": (".reading_create", service.read_feedback),
    "handle": (".handling_create", service.handle_feedback),
    "reopen": (".handling_delete", service.reopen_feedback),
}

entry(
    "admin",
    N_("Avis des visiteurs"),
    "feedback.feedback_list",
    icon="star",
    permission=may.VIEW,
    group=N_("Maison"),
    order=75,
)


def init_feedback(app: Flask) -> None:
    """Open the pages, and give every layout the way to them."""
    app.register_blueprint(bp)
    app.jinja_env.globals["feedback_url"] = feedback_url


def feedback_url() -> str:
    """Give the way to the page where one speaks, with the page one is on."""
    return url_for("feedback.feedback_new", page=path_of(request.path) or None)


@bp.get("/avis")
@public
def feedback_new() -> Response:
    """Ask what one thinks."""
    form = FeedbackForm(page=request.args.get("page", ""), kind=FeedbackKind.IDEA.value)
    return _form_page(form)


@bp.post("/avis")
@public
@accepts_files(FILES.biggest_body)
@limiter.limit(write_limit)
def feedback_create() -> Response:
    """Keep what was said. A machine is thanked too, and nothing is kept."""
    form = FeedbackForm()
    if form.website.data:
        log.info("feedback_by_a_machine", page=form.page.data)
        return redirect_to(url_for(".thanks_show"))
    if not form.validate_on_submit():
        return _form_page(form, 422)
    if not limits.allows(feedback_limit):
        form.form_errors.append(
            _("Beaucoup d’avis viennent d’être laissés d’ici. Réessayez dans une heure : votre texte est encore là.")
        )
        return _form_page(form, 429)
    said = form.said(current_language())
    with transaction():
        service.leave_feedback(said, house=_house_of(said.page), actor=acting(), files=form.files.attachments)
    return redirect_to(url_for(".thanks_show"))


@bp.get("/avis/merci")
@public
def thanks_show() -> Response:
    """Say thank you."""
    return page("site/feedback/thanks_show.html")


# --- the team -------------------------------------------------------------------------------------------------


@bp.get("/admin/avis")
@requires(may.VIEW)
def feedback_list() -> Response:
    """Show what was said."""
    return datasets.list_page(FEEDBACK)


@bp.get("/admin/avis/<uuid:id>")
@requires(may.VIEW, on=Feedback)
def feedback_show(feedback: Feedback) -> Response:
    """Show one whole."""
    return _record_page(feedback, NoteForm(note=feedback.team_note))


@bp.post("/admin/avis/<uuid:id>/lecture")
@requires(may.HANDLE, on=Feedback)
def reading_create(feedback: Feedback) -> Response:
    """Note that it is read."""
    return _act(feedback, "read", _("L’avis est lu."))


@bp.post("/admin/avis/<uuid:id>/traitement")
@requires(may.HANDLE, on=Feedback)
def handling_create(feedback: Feedback) -> Response:
    """Note that what had to be done is done."""
    return _act(feedback, "handle", _("L’avis est traité."))


@bp.post("/admin/avis/<uuid:id>/traitement/retrait")
@requires(may.HANDLE, on=Feedback)
def handling_delete(feedback: Feedback) -> Response:
    """Take it up again."""
    return _act(feedback, "reopen", _("L’avis est rouvert."))


@bp.post("/admin/avis/<uuid:id>/note")
@requires(may.HANDLE, on=Feedback)
def note_update(feedback: Feedback) -> Response:
    """Keep the team's note."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _record_page(feedback, form, 422)
    with transaction():
        service.note_feedback(feedback, form.note.data or "", actor=acting())
    return done(None, message=_("La note est gardée."), fallback=url_for(".feedback_show", id=feedback.id))


# --- pages ----------------------------------------------------------------------------------------------------


def _form_page(form: FeedbackForm, status: int = 200) -> Response:
    return page("site/feedback/feedback_new.html", status=status, form=form)


def _house_of(path: str) -> Establishment | None:
    """Give the house that the page named, else the one every plain page speaks of."""
    slug = house_named(path)
    house: Establishment | None = (establishment_by_slug(slug) if slug else None) or navigation.current_house()
    return house


def _act(feedback: Feedback, name: str, message: str) -> Response:
    with transaction():
        ACTS[name][1](feedback, actor=acting())
    return done(None, message=message, fallback=url_for(".feedback_show", id=feedback.id))


def _record_page(feedback: Feedback, form: NoteForm, status: int = 200) -> Response:
    actor = acting()
    buttons = [
        {"label": transition.label, "url": url_for(ACTS[transition.name][0], id=feedback.id)}
        for transition in LIFECYCLE.available(feedback, actor)
    ]
    return page(
        "site/feedback/feedback_show.html",
        status=status,
        feedback=feedback,
        when=instant(feedback.created_at, zone_of(feedback.establishment)),
        page_url="" if "..." in feedback.page else feedback.page,
        address=shown_to(actor, may.VIEW_CONTACT, feedback.email, mask=masked_email, record=feedback),
        may_write=actor.may(may.VIEW_CONTACT, feedback),
        may_note=actor.may(may.HANDLE, feedback),
        acts=buttons,
        form=form,
        panels=navigation.panels_on(feedback, actor),
    )
