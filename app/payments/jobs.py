"""What is done later: calls to Stripe outside any transaction, then what came of them inside one."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_
from app.payments import queries, service, settling
from app.payments.models import (
    CheckoutState,
    EventTrouble,
    ProviderEvent,
    Receivable,
    ReceivableState,
    RefundRequest,
    RefundState,
    SavedCard,
)
from app.payments.provider import calls
from app.payments.provider.client import UNKNOWN, ProviderRefused, is_connected
from app.payments.reconciling import compare
from app.payments.settling import NotOurs

ACTOR = system("payments")
EVENTS_KEPT = timedelta(days=90)
LEFT_AFTER = timedelta(hours=8)  # by then no try of the job itself is still to come
SOON = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))

SILENCE = N_("Stripe n’a pas répondu")
NO_ANSWER = N_("Stripe ne répond pas, ou la clé n’en a pas le droit")

log = structlog.get_logger()


@job("payments.look_into_event", N_("Suivre un événement de Stripe"), backoff=SOON)
def look_into_event(event_id: str) -> bool:
    """Ask Stripe how what it told of stands, and bring that in, with the mark that it is done, in one transaction.

    What the key's account does not know stays to be looked into, at night, for the key may be put right.
    """
    event = db.session.get_one(ProviderEvent, event_id)
    look = settling.look_for(event.type)
    if event.handled_at is not None or look is None:
        return False
    read, take = look
    about = event.about
    db.session.rollback()
    try:
        told = read(about)
    except ProviderRefused as refusal:
        if refusal.code != UNKNOWN:
            raise
        with transaction():
            db.session.get_one(ProviderEvent, event_id).trouble = EventTrouble.UNKNOWN
        return False
    try:
        with transaction():
            take(told)
            event = db.session.get_one(ProviderEvent, event_id)
            event.handled_at, event.trouble = clock.now(), EventTrouble.NONE
    except NotOurs as stranger:
        log.warning("stripe_told_of_a_stranger", row=event_id, about=str(stranger))
        with transaction():
            db.session.get_one(ProviderEvent, event_id).handled_at = clock.now()
    return True


@job("payments.send_refund", N_("Rembourser sur une carte"), backoff=SOON)
def send_refund(request_id: str) -> bool:
    """Have Stripe give back. Safe to run twice: an earlier refund of the same request is found."""
    request = db.session.get_one(RefundRequest, UUID(request_id))
    if request.state is not RefundState.PROMISED:
        return False
    try:
        told = calls.refund(request)
    except ProviderRefused as refusal:
        _fail(request.id, str(refusal), is_certain=True)
        return False
    if told.get("status") in calls.LOST:
        _fail(request.id, calls.lost_because(told), is_certain=True)
        return False
    with transaction():
        settling.take_refund({**told, "metadata": {"request": request_id}})
    return True


@send_refund.when_given_up
def _refund_given_up(request_id: str) -> None:
    _fail(UUID(request_id), SILENCE, is_certain=False)


def _fail(request_id: UUID, reason: str, *, is_certain: bool) -> None:
    """Note a failure. One that is certain gives the next try another key; after silence the key stays, and counts."""
    with transaction():
        request = queries.lock_refund(request_id)
        if request is not None and request.state is RefundState.PROMISED:
            request.attempts += is_certain
            service.fail_refund(request, reason=reason, actor=ACTOR)


@job("payments.charge_card", N_("Débiter une carte enregistrée"), backoff=SOON)
def charge_card(receivable_id: str) -> bool:
    """Ask the bank. Safe to run twice: the call bears the receivable as its key."""
    wanted = queries.charge_for(UUID(receivable_id))
    if wanted is None or wanted.receivable.state is not ReceivableState.OPEN:
        return False
    try:
        told = calls.charge(wanted.receivable, wanted.card)
    except ProviderRefused as refusal:
        with transaction():
            service.note_decline(
                wanted.receivable,
                reason=str(refusal),
                asks_for_holder=refusal.code == "authentication_required",
                actor=ACTOR,
            )
        return False
    with transaction():
        settling.take_intent({**told, "metadata": {"receivable": receivable_id}})
    return True


@charge_card.when_given_up
def _charge_given_up(receivable_id: str) -> None:
    with transaction():
        service.note_silence(db.session.get_one(Receivable, UUID(receivable_id)), actor=ACTOR)


@job("payments.forget_card", N_("Faire oublier une carte par Stripe"), backoff=SOON)
def forget_card(card_id: str) -> bool:
    """Have Stripe forget a card that is kept no more. Safe to run twice; one that is needed waits for the night."""
    card = db.session.get_one(SavedCard, UUID(card_id))
    if not card.card or queries.is_card_needed(card, clock.now() - LEFT_AFTER):
        return False
    reference, customer = card.card, card.customer
    db.session.rollback()
    try:
        calls.forget_card(reference, customer)
    except ProviderRefused as refusal:
        _card_not_forgotten(card_id, str(refusal))
        return False
    with transaction():
        service.note_card_forgotten(db.session.get_one(SavedCard, UUID(card_id)), actor=ACTOR)
    return True


@forget_card.when_given_up
def _forgetting_given_up(card_id: str) -> None:
    _card_not_forgotten(card_id, NO_ANSWER)


def _card_not_forgotten(card_id: str, reason: str) -> None:
    with transaction():
        card = db.session.get_one(SavedCard, UUID(card_id))
        service.note_card_not_forgotten(card, reason=reason, actor=ACTOR)


@job("payments.close_pages", N_("Fermer les pages de paiement devenues inutiles"), backoff=SOON)
def close_pages(receivable_id: str) -> int:
    """Close the payment pages of what is asked no more; who paid meanwhile is brought in."""
    receivable = db.session.get_one(Receivable, UUID(receivable_id))
    still_open = [each for each in queries.checkouts_of(receivable) if each.state is CheckoutState.OPEN]
    references = [each.reference for each in still_open if each.reference]
    db.session.rollback()
    for reference in references if is_connected() else ():
        try:
            told = calls.close_page(reference)
        except ProviderRefused:  # it ended already, or was paid
            told = calls.session(reference)
        with transaction():
            settling.take_session(told)
    return len(references)


@job("payments.expire_receivables", N_("Constater les délais de paiement passés"), cron="* * * * *")
def expire_receivables() -> int:
    """Let go of what nobody paid in time, each in a transaction of its own."""
    late = queries.overdue(clock.now())
    expired = 0
    for receivable_id in late:
        with transaction():
            expired += service.expire(receivable_id, actor=ACTOR)
    return expired


@job("payments.close_days", N_("Arrêter les journées de paiements"), cron="15 5 * * *")
def close_days() -> int:
    """Close yesterday, and what stands open before it, in every establishment that had movements."""
    closed = 0
    for establishment_id, day in queries.open_days_before(clock.now().date()):
        with transaction():
            house = db.session.get_one(Establishment, establishment_id)
            if day < house.today():  # elsewhere in the world it may still be that day
                service.close_day(house, day, actor=ACTOR)
                closed += 1
    return closed


@job("payments.reconcile", N_("Rapprocher les paiements de Stripe"), cron="45 3 * * *")
def reconcile() -> int:
    """Compare the last days with Stripe, keep what differs, look again into what was left, and forget what is old."""
    with transaction() as session:
        session.execute(sa.delete(ProviderEvent).where(ProviderEvent.received_at < clock.now() - EVENTS_KEPT))
    if not is_connected():
        return 0
    with transaction():
        for event in queries.events_left(clock.now() - LEFT_AFTER):
            if settling.look_for(event.type) is not None:
                look_into_event.later(key=f"stripe:{event.id}:{clock.now():%Y%m%d%H%M}", event_id=event.id)
        for card in queries.cards_to_forget(clock.now() - LEFT_AFTER):
            forget_card.later(key=f"forget-card:{card.id}:{clock.now():%Y%m%d}", card_id=card.id)
    return len(compare(actor=ACTOR).found)
