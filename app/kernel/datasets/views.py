"""The list page of a slice, and the generic acts on any dataset, each guarded by the dataset's own permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, send_file, stream_with_context, url_for
from werkzeug.datastructures import MultiDict

from app.kernel import clock
from app.kernel.access import acting, refuse
from app.kernel.datasets import exports, saved_views, selection
from app.kernel.datasets.declaration import Dataset, datasets
from app.kernel.datasets.listing import asked_state, read_listing
from app.kernel.datasets.models import DatasetExport, ExportState
from app.kernel.datasets.state import EVERYTHING, State
from app.kernel.db import transaction
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.spreadsheets import CSV_TYPE, XLSX_TYPE
from app.kernel.web import done, page, redirect_to

bp = Blueprint("datasets", __name__, url_prefix="/admin/donnees")
View = Callable[..., Any]


def list_page(dataset: Dataset, template: str | None = None, **context: Any) -> Response:
    """Answer a slice's list view: the whole page, or the list alone when htmx asks for it.

    `template` extends `datasets/dataset_list.html` to add what is its own (a button, figures); it gets `listing`.
    """
    listing = read_listing(dataset, asked(), acting())
    return page(
        template or "datasets/dataset_list.html", fragment="datasets/_list.html", listing=listing, **context
    )


def asked() -> dict[str, list[str]]:
    """Give the arguments of this request's address."""
    return {key: request.args.getlist(key) for key in request.args}


def dataset_act(view: View) -> View:
    """Guard a generic act: the dataset named by the path must exist, and its own permission be held."""

    @wraps(view)
    def guarded(*, code: str, **values: Any) -> Any:
        declared = datasets().get(code)
        if declared is None:
            abort(404)
        if not declared.permission.allows(acting()):
            return refuse()
        return view(declared, **values)

    guarded.access_rule = "dataset"  # type: ignore[attr-defined]
    return guarded


def export_act(view: View) -> View:
    """Guard a prepared export: its owner alone, while the dataset is still theirs to read; 404 for all others."""

    @wraps(view)
    def guarded(*, id: UUID) -> Any:
        if not acting().is_authenticated:
            return refuse()
        export = exports.export_of(id, acting())
        if export is None:
            abort(404)
        return view(export)

    guarded.access_rule = "dataset"  # type: ignore[attr-defined]
    return guarded


def _state(dataset: Dataset) -> State:
    """Give what the screen shows whose address came along."""
    state, _view = asked_state(dataset, asked(), acting(), saved_views.views_of(dataset, acting()))
    return state


def _list_url(dataset: Dataset) -> str:
    """Give the list as it was."""
    return _state(dataset).url(url_for(dataset.endpoint))


# --- exports --------------------------------------------------------------------------------------------------


@bp.post("/<string:code>/export.csv")
@dataset_act
def csv_export_create(dataset: Dataset) -> Response:
    """Stream what the screen shows, whole, as CSV."""
    lines = exports.write_csv(dataset, _state(dataset), acting())
    answer = Response(stream_with_context(lines), content_type=CSV_TYPE)
    return _attached(answer, dataset, "csv")


@bp.post("/<string:code>/export.xlsx")
@dataset_act
def xlsx_export_create(dataset: Dataset) -> Response:
    """Give what the screen shows, whole, as a workbook; a long one is prepared by a job."""
    written = exports.write_xlsx(dataset, _state(dataset), acting())
    if isinstance(written, DatasetExport):
        return redirect_to(url_for(".export_show", id=written.id))
    return _attached(Response(written, content_type=XLSX_TYPE), dataset, "xlsx")


@bp.get("/exports/<uuid:id>")
@export_act
def export_show(export: DatasetExport) -> Response:
    """Show how far an export has come, and its file when it is ready."""
    return page("datasets/export_show.html", export=export, **_export_context(export))


@bp.get("/exports/<uuid:id>/_avancement")
@export_act
def export_progress_fragment(export: DatasetExport) -> Response:
    """Give the part that says how far an export has come."""
    return page("datasets/_export.html", export=export, **_export_context(export))


@bp.get("/exports/<uuid:id>/fichier")
@export_act
def export_file_show(export: DatasetExport) -> Response:
    """Give the file to its owner."""
    path = exports.file_of(export)
    if path is None:
        abort(404, description=_("Ce fichier n’est pas prêt, ou n’est plus gardé."))
    answer = send_file(path, mimetype=XLSX_TYPE)
    return _attached(answer, datasets()[export.dataset], "xlsx")


def _export_context(export: DatasetExport) -> dict[str, Any]:
    declared = datasets()[export.dataset]
    is_ready = exports.file_of(export) is not None
    return {
        "title": declared.title,
        "list_url": url_for(declared.endpoint),
        "zone": declared.local_zone(),
        "is_ready": is_ready,
        "is_waited_for": export.state in (ExportState.WAITING, ExportState.RUNNING),
    }


def _attached(answer: Response, dataset: Dataset, extension: str) -> Response:
    day = clock.today(dataset.local_zone()).isoformat()
    name = f"{dataset.code.replace('.', '-')}-{day}.{extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


# --- selection ------------------------------------------------------------------------------------------------


@bp.post("/<string:code>/selection")
@dataset_act
def selection_create(dataset: Dataset) -> Response:
    """Run an act on the rows ticked, or on all that the filters leave; ask first when the act says so."""
    form: MultiDict[str, str] = request.form
    action = next((each for each in dataset.open_actions(acting()) if each.name == form.get("action")), None)
    if action is None:
        abort(400, description=_("Cet acte n’est pas proposé sur cette liste."))
    back = _list_url(dataset)
    try:
        ids = _selected_ids(dataset)
        if action.confirm and "confirmed" not in form:
            names = {"action": action, "count": len(ids), "back_url": back, "title": dataset.title}
            return page("datasets/selection_new.html", ids=ids, url=request.full_path, **names)
        outcome = selection.act_on(dataset, action, ids, actor=acting(), form=form)
    except RuleBroken as refusal:
        return done(None, fallback=back, message=refusal.message, tone="warning")
    return done(None, fallback=back, message=outcome.sentence(), tone=outcome.tone)


def _selected_ids(dataset: Dataset) -> list[UUID]:
    """Read the rows ticked; raises RuleBroken when there are none, or too many."""
    if request.form.get("everything"):
        return selection.ids_matching(dataset, _state(dataset), acting())
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


# --- saved views ----------------------------------------------------------------------------------------------


@bp.post("/<string:code>/vues")
@dataset_act
def view_create(dataset: Dataset) -> Response:
    """Keep what the screen shows under a name."""
    asked_now = _state(dataset).kept()
    try:
        with transaction():
            view = saved_views.keep_view(
                dataset, request.form.get("name", ""), asked_now, actor=acting(),
                shared=bool(request.form.get("shared")),
            )
            if request.form.get("default"):
                saved_views.choose_default(dataset, view, actor=acting())
    except RuleBroken as refusal:
        return done(None, fallback=_list_url(dataset), message=refusal.message, tone="warning")
    return done(None, fallback=_view_url(dataset, str(view.id)), message=_("Vue gardée."))


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
                kept = _state(dataset).kept() if form.get("asked") else None
                saved_views.change_view(view, actor=acting(), name=form.get("name"), asked=kept)
            if form.get("default"):
                chosen = view if form["default"] == "oui" else None
                saved_views.choose_default(dataset, chosen, actor=acting(), for_all=bool(form.get("for_all")))
    except RuleBroken as refusal:
        return done(None, fallback=_list_url(dataset), message=refusal.message, tone="warning")
    return done(None, fallback=_view_url(dataset, str(id)), message=_("Vue modifiée."))


@bp.post("/<string:code>/vues/<uuid:id>/suppression")
@dataset_act
def view_delete(dataset: Dataset, id: UUID) -> Response:
    """Forget a view."""
    with transaction():
        view = saved_views.view_with_id(dataset, id, acting())
        if view is None:
            abort(404)
        saved_views.remove_view(view, actor=acting())
    return done(None, fallback=_view_url(dataset, EVERYTHING), message=_("Vue supprimée."))


def _view_url(dataset: Dataset, view: str) -> str:
    return f"{url_for(dataset.endpoint)}?vue={view}"
