"""Verbs of the traces: keep the verdict of a verification, write the trail out, apply a rule of retention."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.directory.queries import house_zone
from app.kernel import audit, clock
from app.kernel.access import Actor
from app.kernel.datasets.events import DataExported
from app.kernel.datasets.filters import midnight
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.privacy import RetentionRule
from app.traces import queries
from app.traces.datasets import JOURNAL
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


def take_trail_out(*, actor: Actor) -> Iterator[str]:
    """Leave the fact that the trail leaves the house, then give it whole."""
    with transaction():
        publish(DataExported(JOURNAL, actor, queries.last_number(), "jsonl", [], {}))
    return audit.written()


def write_trail(path: Path, since: date | None, until: date | None, *, actor: Actor) -> int:
    """Write the trail, or an extract of it by days, to a file of its own; give how many entries.

    Raises RuleBroken when nothing is written: the file stands there already, has no room, or there is nothing to say.
    """
    if since is None and until is None:
        with _new_file(path):
            return _fill(path, take_trail_out(actor=actor))
    extract = audit.extract_between(
        midnight(since, house_zone()) if since else None,
        midnight(until + timedelta(days=1), house_zone()) if until else None,
    )
    if not extract:
        raise RuleBroken(_("Le journal ne dit rien de cette période."))
    with _new_file(path):
        period = f"{since or ''}..{until or ''}"
        with transaction():
            publish(DataExported(JOURNAL, actor, len(extract), "jsonl", [], {"date": [period]}))
        return _fill(path, audit.written(extract))


@contextmanager
def _new_file(path: Path) -> Iterator[None]:
    """Make a file that nobody else reads, and take it back when it cannot be filled."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise RuleBroken(_("%(file)s existe déjà : rien n’est écrasé.", file=path)) from None
    except OSError as error:
        raise RuleBroken(_("Impossible d’écrire %(file)s (%(why)s).", file=path, why=error.strerror)) from error
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _fill(path: Path, pieces: Iterable[str]) -> int:
    entries = -1  # the first line is the head
    try:
        with path.open("w", encoding="utf-8") as file:
            for piece in pieces:
                file.write(piece)
                entries += piece.count("\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RuleBroken(_("Impossible d’écrire %(file)s (%(why)s).", file=path, why=error.strerror)) from error
    return entries


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
