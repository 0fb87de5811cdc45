"""Exports, as addresses: at once, or prepared by a job and fetched by their owner."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, send_file, url_for

from app.kernel import clock
from app.kernel.access import acting
from app.kernel.datasets import exports
from app.kernel.datasets.declaration import Dataset, datasets
from app.kernel.datasets.guards import bp, dataset_act, export_act, list_url, shown_state, told
from app.kernel.datasets.models import DatasetExport, ExportState
from app.kernel.datasets.periods import dated
from app.kernel.formats import number
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.spreadsheets import CSV_TYPE, XLSX_TYPE
from app.kernel.web import page, redirect_to


@bp.post("/<string:code>/export.csv")
@dataset_act
def csv_export_create(dataset: Dataset) -> Response:
    """Stream what the screen shows, whole, as CSV."""
    lines = exports.write_csv(dataset, shown_state(dataset), acting())
    answer = Response(lines, content_type=CSV_TYPE)
    return _attached(answer, dataset, "csv")


@bp.post("/<string:code>/export.xlsx")
@dataset_act
def xlsx_export_create(dataset: Dataset) -> Response:
    """Give what the screen shows, whole, as a workbook; a long one is prepared by a job."""
    try:
        written = exports.write_xlsx(dataset, shown_state(dataset), acting())
    except RuleBroken as refusal:
        return told(list_url(dataset), refusal.message, "warning")
    if isinstance(written, DatasetExport):
        return redirect_to(url_for("datasets.export_show", id=written.id))
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
    zone = declared.local_zone()
    return {
        "title": declared.title,
        "list_url": url_for(declared.endpoint),
        "expiry": dated(export.expires_at.astimezone(ZoneInfo(zone)).date(), clock.today(zone)),
        "is_ready": exports.file_of(export) is not None,
        "is_waited_for": export.state in (ExportState.WAITING, ExportState.RUNNING),
        "done": number(export.rows_done),
        "total": number(export.rows_total),
        "share": min(1.0, export.rows_done / max(1, export.rows_total)),
    }


def _attached(answer: Response, dataset: Dataset, extension: str) -> Response:
    day = clock.today(dataset.local_zone()).isoformat()
    name = f"{dataset.code.replace('.', '-')}-{day}.{extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
