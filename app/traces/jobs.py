"""What the slice does by itself: verify the trail."""

from app.kernel import audit
from app.kernel.db import db, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.traces import service


@job("traces.verify_trail", N_("Vérifier la chaîne du journal"), cron="30 4 * * *")
def verify_trail() -> int:
    """Walk the whole chain and keep the verdict. Safe to run twice: it only reads, then keeps one more verdict."""
    verdict = audit.verify()
    db.session.rollback()
    with transaction():
        service.keep_verdict(verdict)
    return verdict.entries
