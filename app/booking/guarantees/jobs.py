"""What follows from money, after the books were written: the table promised, given anew, or the money given back."""

from uuid import UUID

from app.booking.guarantees import settling
from app.booking.models import Guarantee
from app.kernel.db import db, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.payments.models import Movement, Payment


@job("booking.follow_guarantee", N_("Promettre la table dont la garantie est payée"))
def follow_guarantee(guarantee_id: str) -> bool:
    """Promise what is paid for. Safe to run twice: a table promised already stays as it is."""
    with transaction():
        guarantee = db.session.get(Guarantee, UUID(guarantee_id))
        if guarantee is not None:
            settling.follow_payment(guarantee)
    return guarantee is not None


@job("booking.follow_late_payment", N_("Suivre un paiement arrivé après le délai"))
def follow_late_payment(guarantee_id: str, payment_id: str) -> bool:
    """Give the table anew, or the money back. Safe to run twice: money that was used or given back is left alone."""
    with transaction():
        guarantee = db.session.get(Guarantee, UUID(guarantee_id))
        payment = db.session.get(Movement, UUID(payment_id))
        if guarantee is None or not isinstance(payment, Payment):
            return False
        settling.follow_late_payment(guarantee, payment)
    return True
