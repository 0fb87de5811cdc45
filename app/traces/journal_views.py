"""The trail, for whoever may read all of it: the list, one entry, its verification, its export."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, url_for

from app.directory.queries import house_zone
from app.kernel import clock, datasets, telling
from app.kernel.access import acting
from app.kernel.audit import AuditEntry, AuditSource
from app.kernel.datasets.exports import apart
from app.kernel.db import db, new_id, record_kinds, transaction
from app.kernel.formats import instant
from app.kernel.guards import requires
from app.kernel.languages import _, current_language
from app.kernel.scopes import Scope
from app.kernel.web import done, page
from app.notifications.permissions import VIEW as VIEW_MESSAGES
from app.notifications.queries import tellings_of
from app.traces import queries, service
from app.traces.datasets import JOURNAL
from app.traces.jobs import verify_trail
from app.traces.permissions import VIEW

bp = Blueprint("journal", __name__, url_prefix="/admin/journal")

LINES = "application/x-ndjson"


@bp.get("")
@requires(VIEW)
def entry_list() -> Response:
    """Show the trail, newest first, under its seal."""
    return datasets.list_page(JOURNAL, template="traces/entry_list.html", **_seal())


@bp.get("/<int:number>")
@requires(VIEW)
def entry_show(number: int) -> Response:
    """Show all that one entry says, and what seals it."""
    entry = queries.entry_with_number(number, acting())
    if entry is None:
        abort(404)
    return page(
        "traces/entry_show.html",
        entry=entry,
        sentence=telling.sentence_of(entry),
        heading=telling.heading_of(entry.fact),
        subject=telling.subject_of(entry),
        subject_url=telling.record_url(entry.subject_kind, entry.subject_id),
        **_subject_told(entry),
        changes=telling.changes_of(entry),
        source=AuditSource(entry.source).label,
        when=instant(entry.at, house_zone()),
    )


@bp.post("/verification")
@requires(VIEW)
def verification_create() -> Response:
    """Ask for a verification; a job walks the chain."""
    with transaction():
        verify_trail.later(key=f"traces.verify_trail:{new_id()}")
    return done(
        None,
        message=_("La vérification est demandée : rechargez cette page dans un instant."),
        fallback=url_for(".entry_list"),
    )


@bp.post("/export.jsonl")
@requires(VIEW)
def entry_export() -> Response:
    """Give the whole trail with all that its hashes cover, to be verified far from here."""
    lines = service.take_trail_out(actor=acting())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    answer = Response(apart(app, current_language(), lines), content_type=LINES)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="journal-{clock.today(house_zone()).isoformat()}.jsonl"'
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _subject_told(entry: AuditEntry) -> dict[str, Any]:
    """Give who was told of the record an entry is about, and all that happened to it."""
    try:
        record_id = UUID(entry.subject_id)
    except ValueError:  # a setting, a list: nobody is told of these
        return {"told": None, "history_url": None}
    model, actor = record_kinds().get(entry.subject_kind), acting()
    record = db.session.get(model, record_id) if model is not None else None
    sees = Scope() in actor.scopes(VIEW_MESSAGES) or (record is not None and actor.may(VIEW_MESSAGES, record))
    return {
        "told": tellings_of(entry.subject_kind, record_id, record, actor) if sees else None,
        "history_url": url_for(".entry_list", objet=entry.subject_id),
    }


def _seal() -> dict[str, Any]:
    verdict = queries.last_verification()
    return {
        "verdict": verdict,
        "verified_at": instant(verdict.at, house_zone()) if verdict else "",
        "is_promised": queries.is_promised(verify_trail.name),
    }
