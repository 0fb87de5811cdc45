"""Opening a payment page at Stripe for what is asked, and asking Stripe how it went."""

from datetime import timedelta

import structlog
from flask import current_app

from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.payments import queries
from app.payments.models import Checkout, CheckoutState, Receivable
from app.payments.provider import calls
from app.payments.provider.client import is_connected, key_mark
from app.payments.settling import NotOurs, checkout_of_receivable, take_session

SHORTEST = timedelta(minutes=31)  # Stripe refuses pages of less than half an hour: ours are closed by a job before that

log = structlog.get_logger()


def opened_page(receivable: Receivable) -> Checkout:
    """Give the payment page of what is asked: the one that stands open, or a new one.

    Its row is written first, and names the call: two clicks, or a process that dies in between, open one page. Raises
    RuleBroken when it can be paid no more, ProviderAway or ProviderRefused when Stripe opens none.
    """
    checkout = _promised(receivable)
    if checkout.reference is None:
        base = f"{current_app.config['PUBLIC_URL']}/paiements/{receivable.id}"
        told = calls.open_page(checkout, checkout.receivable, success_url=f"{base}/retour", cancel_url=base)
        with transaction():
            checkout = db.session.get_one(Checkout, checkout.id)
            checkout.reference, checkout.url = str(told["id"]), str(told["url"])
    return checkout


def refreshed(receivable: Receivable) -> None:
    """Ask Stripe how the last payment page of this stands, and bring that in. Raises ProviderAway, ProviderRefused."""
    checkout = checkout_of_receivable(receivable)
    reference = checkout.reference if checkout else None
    db.session.rollback()
    if reference and is_connected():
        told = calls.session(reference)
        try:
            with transaction():
                take_session(told)
        except NotOurs as stranger:  # whoever comes back can do nothing about it: they see what is still asked
            log.warning("stripe_told_of_a_stranger", about=str(stranger))


def is_under_way(receivable: Receivable) -> bool:
    """Tell whether this may be paid already: its last payment page was gone through, or nobody can be asked of it."""
    checkout = checkout_of_receivable(receivable)
    return checkout is not None and (checkout.state is CheckoutState.COMPLETE or not is_connected())


def _promised(receivable: Receivable) -> Checkout:
    if not is_connected():
        raise RuleBroken(_("Le paiement en ligne n’est pas ouvert dans cette maison."))
    with transaction() as session:
        locked, now = queries.lock_receivable(receivable.id), clock.now()
        if not locked.is_payable(now):
            raise RuleBroken(_("Cette somme n’est plus à payer."))
        left = locked.amount - queries.paid_on(locked)
        known = queries.open_checkout(locked, left, now, key_mark())
        if known is not None:
            return known
        checkout = Checkout(
            receivable_id=locked.id,
            receivable=locked,
            amount=left,
            key_mark=key_mark(),
            created_at=now,
            expires_at=now + SHORTEST,
        )
        session.add(checkout)
        session.flush()
    return checkout
