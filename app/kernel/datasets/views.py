"""The list page of a slice; acts on a selection and on saved views, for any dataset."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for
from werkzeug.datastructures import MultiDict

from app.kernel.access import acting
from app.kernel.datasets import saved_views, selection
from app.kernel.datasets.declaration import Dataset
from app.kernel.datasets.guards import asked, bp, dataset_act, first_page_url, list_url, shown_state, told
from app.kernel.datasets.layouts import Layout, layout_in
from app.kernel.datasets.listing import read_listing
from app.kernel.datasets.state import EVERYTHING
from app.kernel.db import transaction
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.preferences import keep
from app.kernel.web import page


def list_page(dataset: Dataset, template: str | None = None, **context: Any) -> Response:
    """Answer a slice's list view: the whole page, or the list alone when htmx asks for it.

    `template` extends `datasets/dataset_list.html` to add what is its own (a button, figures); it gets `listing`.
    """
    listing = read_listing(dataset, asked(), acting())
    return page(template or "datasets/dataset_list.html", fragment="datasets/_list.html", listing=listing, **context)


# --- selection ------------------------------------------------------------------------------------------------


@bp.post("/<string:code>/selection")
@dataset_act
def selection_create(dataset: Dataset) -> Response:
    """Run an act on the rows ticked, or on all that the filters leave; ask first when the act says so."""
    form: MultiDict[str, str] = request.form
    action = next((each for each in dataset.open_actions(acting()) if each.name == form.get("action")), None)
    if action is None:
        abort(400, description=_("Cet acte n’est pas proposé sur cette liste."))
    back = list_url(dataset)
    try:
        ids = _selected_ids(dataset)
        if action.confirm and "confirmed" not in form:
            return page(
                "datasets/selection_new.html",
                title=dataset.title,
                action=action,
                count=len(ids),
                ids=[] if form.get("everything") else ids,
                url=request.full_path,
                back_url=back,
            )
        outcome = selection.act_on(dataset, action, ids, actor=acting(), form=form)
    except RuleBroken as refusal:
        return told(back, refusal.message, "warning")
    return told(back, outcome.sentence(), outcome.tone)


def _selected_ids(dataset: Dataset) -> list[UUID]:
    """Read the rows ticked; raises RuleBroken when there are none, or too many."""
    if request.form.get("everything"):
        return selection.ids_matching(dataset, shown_state(dataset), acting())
    ids = [_uuid(text) for text in request.form.getlist("selected")]
    known = [record_id for record_id in ids if record_id is not None]
    if not known:
        raise RuleBroken(_("Cochez au moins une ligne."))
    return known


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# --- what one keeps of a list ---------------------------------------------------------------------------------


@bp.post("/<string:code>/affichage")
@dataset_act
def layout_update(dataset: Dataset) -> Response:
    """Keep for the reader how many rows a page shows, or columns and order; or go back to the list's own."""
    actor, form = acting(), request.form
    if not actor.is_authenticated:
        abort(403)
    kept, state = layout_in(dataset.layout, actor), shown_state(dataset)
    if form.get("act") == "forget":
        layout, back, message = (
            Layout(),
            first_page_url(dataset, "tri", "colonnes"),
            _("La liste est comme à l’origine."),
        )
    elif form.get("act") == "keep":
        layout = replace(kept, tri=state.sort_text, colonnes=",".join(state.columns))
        back, message = list_url(dataset), _("Ces colonnes et cet ordre sont gardés pour vous.")
    else:
        layout, back = replace(kept, lignes=form.get("rows", "")), first_page_url(dataset)
        message = _("Le nombre de lignes est gardé pour cette liste.")
    try:
        keep(dataset.layout, str(layout), actor)
    except RuleBroken as refusal:
        return told(back, refusal.message, "warning")
    return told(back, message)


# --- saved views ----------------------------------------------------------------------------------------------


@bp.post("/<string:code>/vues")
@dataset_act
def view_create(dataset: Dataset) -> Response:
    """Keep what the screen shows under a name."""
    asked_now = shown_state(dataset).kept()
    try:
        with transaction():
            view = saved_views.keep_view(
                dataset,
                request.form.get("name", ""),
                asked_now,
                actor=acting(),
                shared=bool(request.form.get("shared")),
            )
            if request.form.get("default"):
                saved_views.choose_default(dataset, view, actor=acting())
    except RuleBroken as refusal:
        return told(list_url(dataset), refusal.message, "warning")
    return told(_view_url(dataset, str(view.id)), _("Vue gardée."))


@bp.post("/<string:code>/vues/<uuid:id>")
@dataset_act
def view_update(dataset: Dataset, id: UUID) -> Response:
    """Rename a view, let it keep what the screen shows, or open the list with it."""
    form = request.form
    try:
        with transaction():
            view = saved_views.view_with_id(dataset, id, acting())
            if view is None:
                abort(404)
            if form.get("name") or form.get("asked"):
                kept = shown_state(dataset).kept() if form.get("asked") else None
                saved_views.change_view(view, actor=acting(), name=form.get("name"), asked=kept)
            if form.get("default"):
                chosen = view if form["default"] == "oui" else None
                saved_views.choose_default(dataset, chosen, actor=acting(), for_all=bool(form.get("for_all")))
    except RuleBroken as refusal:
        return told(list_url(dataset), refusal.message, "warning")
    return told(_view_url(dataset, str(id)), _("Vue modifiée."))


@bp.post("/<string:code>/vues/<uuid:id>/suppression")
@dataset_act
def view_delete(dataset: Dataset, id: UUID) -> Response:
    """Forget a view."""
    with transaction():
        view = saved_views.view_with_id(dataset, id, acting())
        if view is None:
            abort(404)
        saved_views.remove_view(view, actor=acting())
    return told(_view_url(dataset, EVERYTHING), _("Vue supprimée."))


def _view_url(dataset: Dataset, view: str) -> str:
    return f"{url_for(dataset.endpoint)}?vue={view}"
