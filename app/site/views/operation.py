"""The jobs: what failed and may be taken up again, what waits, and the schedule."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, url_for

from app.kernel import clock, jobs
from app.kernel.db import db, transaction
from app.kernel.formats import instant as written_instant
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.schedules import Schedule
from app.kernel.web import done, page
from app.site import permissions as may
from app.site.views.blueprint import bp


@bp.get("/admin/exploitation/travaux")
@requires(may.OPERATE)
def job_list() -> Response:
    """Show what failed, what waits, and the schedule."""
    rows = db.session.scalars(
        sa.select(OutboxRow)
        .where(OutboxRow.state != JobState.DONE)
        .order_by(OutboxRow.state, OutboxRow.due_at.desc(), OutboxRow.id)
        .limit(100)
    )
    schedules = db.session.scalars(sa.select(Schedule).order_by(Schedule.next_at))
    declared = jobs.declared_jobs()
    return page(
        "site/job_list.html",
        rows=[(row, declared[row.job].label if row.job in declared else row.job, _when(row.due_at)) for row in rows],
        schedules=[
            (declared[row.job].label, row.cron, _when(row.next_at), _when(row.last_at) if row.last_at else "")
            for row in schedules
            if row.job in declared
        ],
    )


@bp.post("/admin/exploitation/travaux/<uuid:row_id>/reprise")
@requires(may.OPERATE)
def replay_create(row_id: UUID) -> Response:
    """Promise a failed job again."""
    row = db.session.get(OutboxRow, row_id)
    if row is None:
        abort(404)
    if row.state is not JobState.FAILED:
        raise RuleBroken(_("Ce travail n’est pas en échec : il n’y a rien à reprendre."))
    with transaction():
        jobs.replay(row)
    return done(None, message=_("Le travail est remis en route."), fallback=url_for(".job_list"))


def _when(moment: Any) -> str:
    return written_instant(moment, clock.USUAL_ZONE)
