"""A notification as its reader sees it: a line, and the page it leads to, if the record is still open to them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel import telling
from app.kernel.access import Actor
from app.kernel.db import db, record_kinds
from app.kernel.languages import _
from app.kernel.notices import category_label, notices
from app.notifications.models import Notification


@dataclass(frozen=True)
class Line:
    """What somebody reads of a notification. A record that is gone or closed to them leaves a line without words."""

    notification: Notification
    text: str
    label: str
    category: str
    url: str | None
    record: Any = None


def lines_of(notifications: Iterable[Notification], actor: Actor) -> list[Line]:
    """Write the lines of notifications for one reader: one query per kind of record, rights asked again."""
    rows = list(notifications)
    records = _records_of(rows)
    return [_line(row, records.get((row.subject_kind, row.subject_id)), actor) for row in rows]


def _records_of(rows: list[Notification]) -> dict[tuple[str, UUID], Any]:
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        wanted[row.subject_kind].add(row.subject_id)
    found: dict[tuple[str, UUID], Any] = {}
    for kind, ids in wanted.items():
        model = record_kinds().get(kind)
        if model is not None:
            for record in db.session.scalars(sa.select(model).where(model.id.in_(ids))):
                found[kind, record.id] = record
    return found


def _line(row: Notification, record: Any, actor: Actor) -> Line:
    declared = notices().get(row.notice)
    category = category_label(row.category)
    if declared is None or record is None:
        return Line(row, _("Ce dont parlait cet avis n’existe plus."), category, category, None)
    if declared.audience is not None and not actor.may(declared.audience, record):
        return Line(row, _("Ce dont parle cet avis ne vous est plus ouvert."), category, category, None)
    url = declared.page or (telling.record_url(row.subject_kind, row.subject_id) if actor.is_staff else None)
    return Line(row, declared.line(record, row.details), _(declared.label), category, url, record)
