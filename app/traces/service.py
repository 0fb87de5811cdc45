"""Verbs of the traces: verify the trail and keep the verdict."""

import sqlalchemy as sa

from app.kernel import audit, clock
from app.kernel.db import db
from app.traces.models import AuditVerification

PROBLEMS_KEPT = 100
VERDICTS_KEPT = 60


def keep_verdict(verdict: audit.Verdict) -> AuditVerification:
    """Keep what a verification found; the oldest verdicts go."""
    found = [{"text": problem.text, "values": problem.values} for problem in verdict.problems[:PROBLEMS_KEPT]]
    kept = AuditVerification(
        at=clock.now(),
        entries=verdict.entries,
        hash=verdict.hash,
        problems_count=len(verdict.problems),
        problems={"found": found},
    )
    db.session.add(kept)
    db.session.flush()
    newest = sa.select(AuditVerification.id).order_by(AuditVerification.at.desc()).limit(VERDICTS_KEPT)
    db.session.execute(sa.delete(AuditVerification).where(AuditVerification.id.not_in(newest.scalar_subquery())))
    return kept
