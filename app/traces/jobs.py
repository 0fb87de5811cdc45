"""What the slice does by itself: verify the trail, apply the rules of retention."""

from uuid import UUID

import structlog

from app.accounts.models import User
from app.kernel import audit, privacy
from app.kernel.access import Actor, system
from app.kernel.db import db, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.traces import service

log = structlog.get_logger()


@job("traces.verify_trail", N_("Vérifier la chaîne du journal"), cron="30 4 * * *")
def verify_trail() -> int:
    """Walk the whole chain and keep the verdict. Safe to run twice: it only reads, then keeps one more verdict."""
    verdict = audit.verify()
    db.session.rollback()
    with transaction():
        service.keep_verdict(verdict)
    if not verdict.is_sound:
        log.error("audit_chain_broken", problems=len(verdict.problems))
    return verdict.entries


@job("traces.apply_retention", N_("Appliquer les durées de conservation"), cron="50 3 * * *")
def apply_retention() -> int:
    """Apply every rule. Safe to run twice, or twice at once: each asks what is still due."""
    actor = system("traces.apply_retention")
    return sum(service.apply_rule(rule, actor=actor) for rule in privacy.retention_rules().values())


@job("traces.apply_one_rule", N_("Appliquer une durée de conservation"))
def apply_one_rule(code: str, asked_by: str) -> int:
    """Apply one rule for whoever asked. Safe to run twice: it asks what is still due."""
    rule = privacy.retention_rules()[code]
    user = User.get(UUID(asked_by))
    behalf = Actor("user", asked_by, user.person.full_name) if user else None
    return service.apply_rule(rule, actor=system("traces.apply_one_rule", on_behalf_of=behalf))
