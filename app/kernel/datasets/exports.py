"""Exports: exactly what the screen shows, as CSV at once, as XLSX at once or, when long, by a job."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, current_app

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.datasets.declaration import Dataset, datasets
from app.kernel.datasets.events import DataExported
from app.kernel.datasets.models import DatasetExport, ExportState
from app.kernel.datasets.reading import count_rows, read_pieces, shown_columns
from app.kernel.datasets.state import State, kept_arguments, read_state
from app.kernel.db import db, transaction
from app.kernel.disk import whole_file
from app.kernel.events import publish
from app.kernel.formats import number
from app.kernel.jobs import job
from app.kernel.languages import N_, _, current_language, speaking
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope
from app.kernel.spreadsheets import Workbook, csv_lines

T = TypeVar("T")
XLSX_AT_ONCE = 5000
XLSX_MOST = 150_000
MARKED_EVERY = 2000
KEPT_FOR = timedelta(days=7)
FORGOTTEN_AFTER = timedelta(days=90)


def write_csv(dataset: Dataset, state: State, actor: Actor) -> Iterator[bytes]:
    """Record the export, then give the lines as they are read.

    Each piece is read in a context of its own: a slow reader keeps neither a transaction nor a connection.
    """
    record_export(dataset, state, actor, "csv", count_rows(dataset, state, actor, None).number)
    pieces = apart(current_app._get_current_object(), current_language(), _cells(dataset, state, actor))  # type: ignore[attr-defined]
    return csv_lines(heads(dataset, state, actor), pieces)


def write_xlsx(dataset: Dataset, state: State, actor: Actor) -> bytes | DatasetExport:
    """Record the export, and give the workbook; beyond 5 000 rows, the promise of one.

    Raises RuleBroken when a job has not the time to write so many rows: CSV has no such limit.
    """
    total = count_rows(dataset, state, actor, None).number
    if total > XLSX_MOST:
        raise RuleBroken(
            _(
                "C’est trop pour un classeur (%(most)s lignes au plus) : choisissez le format CSV.",
                most=number(XLSX_MOST),
            )
        )
    record_export(dataset, state, actor, "xlsx", total)
    if total > XLSX_AT_ONCE:
        return ask_for_export(dataset, state, actor, total)
    buffer = io.BytesIO()
    workbook = Workbook(buffer, dataset.title, heads(dataset, state, actor))
    for piece in _cells(dataset, state, actor):
        workbook.add(piece)
    workbook.close()
    return buffer.getvalue()


def record_export(dataset: Dataset, state: State, actor: Actor, file_format: str, rows: int) -> None:
    """Say in the audit trail who takes what out of the house."""
    kept = state.kept()
    filters = {**kept["filters"], **({"q": [state.search]} if state.search else {})}
    with transaction():
        publish(DataExported(dataset, actor, rows, file_format, list(state.columns), filters))


def heads(dataset: Dataset, state: State, actor: Actor) -> list[str]:
    """Give the heads of the columns shown."""
    return [_(column.label) for column in shown_columns(dataset, state, actor)]


def _cells(dataset: Dataset, state: State, actor: Actor) -> Iterator[list[list[Any]]]:
    """Give the cells piece by piece; no transaction stays open between two pieces."""
    for rows in read_pieces(dataset, state, actor):
        piece = [[cell.exported for cell in row.cells] for row in rows]
        del rows
        db.session.rollback()
        yield piece


def apart(app: Flask, language: str, pieces: Iterator[T]) -> Iterator[T]:
    """Read each piece in a fresh context, left before the piece is handed on."""
    while True:
        with app.app_context(), speaking(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


# --- by a job -------------------------------------------------------------------------------------------------


def ask_for_export(dataset: Dataset, state: State, actor: Actor, total: int) -> DatasetExport:
    """Promise a workbook to its owner."""
    now = clock.now()
    with transaction() as session:
        export = DatasetExport(
            dataset=dataset.code,
            owner_id=actor.id,
            owner_label=actor.label[:200],
            person_id=actor.person_id,
            rights={code: [[scope.kind, scope.id] for scope in scopes] for code, scopes in actor.rights.items()},
            arguments=state.kept(),
            language=current_language(),
            rows_total=total,
            rows_done=0,
            state=ExportState.WAITING,
            created_at=now,
            expires_at=now + KEPT_FOR,
        )
        session.add(export)
        session.flush()
        write_export.later(key=f"dataset-export:{export.id}", export_id=export.id)
    return export


def export_of(export_id: UUID, actor: Actor) -> DatasetExport | None:
    """Give an export to its owner, who must still be allowed to read the dataset."""
    export = db.session.get(DatasetExport, export_id)
    declared = datasets().get(export.dataset) if export else None
    if export is None or declared is None or actor.kind != "user" or export.owner_id != actor.id:
        return None
    return export if actor.may(declared.permission) else None


def file_of(export: DatasetExport) -> Path | None:
    """Give the file of an export that is ready and still kept."""
    if export.state is not ExportState.DONE or export.file_name is None or export.expires_at <= clock.now():
        return None
    path = folder() / export.file_name
    return path if path.is_file() else None


def folder() -> Path:
    """Give the folder of prepared exports, outside the web root, readable by this user alone."""
    path = Path(current_app.config["DATA_DIR"]) / "exports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@job("datasets.write_export", N_("Préparer un export demandé"))
def write_export(export_id: str) -> int:
    """Write the workbook an export promises. Safe to run twice: the file takes its name only when it is whole."""
    export = db.session.get(DatasetExport, UUID(export_id))
    if export is None or export.state in (ExportState.DONE, ExportState.EXPIRED):
        return 0
    declared, actor = datasets()[export.dataset], _owner(export)
    final = folder() / f"{export.id.hex}.xlsx"
    written, marked = 0, -MARKED_EVERY
    with speaking(export.language), whole_file(final) as draft:
        state = read_state(declared, kept_arguments(export.arguments), actor)
        workbook = Workbook(str(draft), declared.title, heads(declared, state, actor))
        for piece in _cells(declared, state, actor):
            workbook.add(piece)
            written += len(piece)
            if written - marked >= MARKED_EVERY:
                _mark(export_id, state=ExportState.RUNNING, rows_done=written)
                marked = written
        workbook.close()
    _mark(
        export_id,
        state=ExportState.DONE,
        rows_done=written,
        file_name=final.name,
        rows_total=written,
        expires_at=clock.now() + KEPT_FOR,
    )
    return written


@write_export.when_given_up
def tell_failure(export_id: str) -> None:
    """Let the waiting page say that nothing will come."""
    db.session.execute(
        sa.update(DatasetExport).where(DatasetExport.id == UUID(export_id)).values(state=ExportState.FAILED)
    )


@job("datasets.purge_exports", N_("Effacer les exports de plus d’une semaine"), cron="20 4 * * *")
def purge_exports() -> int:
    """Remove the files nobody may fetch any more, then, later, the rows that speak of them."""
    now = clock.now()
    over = sa.select(DatasetExport).where(
        DatasetExport.state.in_([ExportState.DONE, ExportState.FAILED]), DatasetExport.expires_at <= now
    )
    gone: list[str] = []
    with transaction() as session:
        expired = list(session.scalars(over))
        for export in expired:
            if export.file_name:
                gone.append(export.file_name)
            export.state, export.file_name = ExportState.EXPIRED, None
        session.execute(sa.delete(DatasetExport).where(DatasetExport.created_at < now - FORGOTTEN_AFTER))
    for name in gone:
        (folder() / name).unlink(missing_ok=True)
    for draft in folder().glob("*.part"):
        if draft.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            draft.unlink(missing_ok=True)
    return len(expired)


def _owner(export: DatasetExport) -> Actor:
    rights = {code: frozenset(Scope(*pair) for pair in pairs) for code, pairs in export.rights.items()}
    return Actor("user", export.owner_id, export.owner_label, export.person_id, rights)


def _mark(export_id: str, **values: Any) -> None:
    """Say how far it has come."""
    with transaction() as session:
        session.execute(sa.update(DatasetExport).where(DatasetExport.id == UUID(export_id)).values(**values))
