"""Verbs of the traces: keep the verdict of a verification, apply a rule of retention."""

import sqlalchemy as sa

from app.kernel import audit, clock
from app.kernel.access import Actor
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.privacy import RetentionRule
from app.traces.events import RetentionApplied, RuleSubject
from app.traces.models import AuditVerification, RetentionRun

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


def apply_rule(rule: RetentionRule, *, actor: Actor) -> int:
    """Apply one rule of retention, and keep when and to how many rows."""
    rows = rule.run()
    with transaction() as session:
        run = session.get(RetentionRun, rule.code)
        if run is None:
            run = RetentionRun(rule=rule.code, at=clock.now(), rows=rows)
            session.add(run)
        run.at, run.rows = clock.now(), rows
        if rows:
            publish(RetentionApplied(RuleSubject(rule.code[:40], rule.label), actor, rows))
    return rows
