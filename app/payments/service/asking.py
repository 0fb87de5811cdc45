"""Asking for money or for a card, and ceasing to ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.directory.models import Establishment
from app.kernel import clock, links
from app.kernel.access import Actor, system
from app.kernel.db import Identified, db
from app.kernel.events import publish
from app.kernel.formats import euros
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.payments import queries
from app.payments.events import (
    PaymentAsked,
    PaymentExpired,
    PaymentForgiven,
    PaymentLinkSent,
    PaymentReleased,
    written_amount,
)
from app.payments.models import MOST_CENTS, Payable, Purpose, Receivable, ReceivableState
from app.payments.permissions import PAY_LINK
from app.payments.service.letting_go import let_card_go
from app.payments.settings import PAY_MINUTES
from app.payments.states import ASKED

LINK_KEPT = timedelta(days=60)
BOOKS = system("payments")


@dataclass(frozen=True)
class Payer:
    """Of whom it is asked."""

    name: str
    email: str = ""
    language: str = "fr"
    person_id: UUID | None = None


@dataclass(frozen=True)
class Terms:
    """What is asked: the sum in cents (of an imprint, the most that may be taken), the word of law, the rule told.

    Without `expires_at` it may be paid at any time; `back_path` is where the payer goes on afterwards.
    """

    amount: int
    purpose: Purpose
    label: str
    rule: str = ""
    expires_at: datetime | None = None
    back_path: str = "/"


def ask(record: Identified, terms: Terms, payer: Payer, *, house: Establishment, actor: Actor) -> Receivable:
    """Ask for a sum, or for a card. Raises RuleBroken for a sum no one can be asked for."""
    return ask_for(Payable.of(record), terms, payer, house=house, actor=actor)


def ask_for(payable: Payable, terms: Terms, payer: Payer, *, house: Establishment, actor: Actor) -> Receivable:
    """Ask for a sum for what was paid for already, or guaranteed."""
    _check_amount(terms.amount)
    receivable = Receivable(
        establishment_id=house.id,
        establishment=house,
        payable_kind=payable.kind,
        payable_id=payable.id,
        purpose=terms.purpose,
        amount=terms.amount,
        label=terms.label[:200],
        rule=terms.rule,
        back_path=terms.back_path,
        state=ReceivableState.OPEN,
        person_id=payer.person_id,
        payer_name=payer.name[:200],
        payer_email=payer.email,
        language=payer.language,
        expires_at=terms.expires_at,
        created_at=clock.now(),
    )
    db.session.add(receivable)
    db.session.flush()
    publish(PaymentAsked(receivable, actor, written_amount(terms.amount)))
    return receivable


def pay_until(house: Establishment) -> datetime:
    """Give until when what is asked now may be paid, as the house has it."""
    return clock.now() + timedelta(minutes=PAY_MINUTES.value(establishment=str(house.id)))


def release(receivable: Receivable, *, actor: Actor) -> None:
    """Ask for it no more: the promise was called off, or the card is needed no longer. Twice is once."""
    receivable = queries.lock_receivable(receivable.id)
    for card in queries.cards_for(receivable.payable):
        if card.receivable_id == receivable.id:
            let_card_go(card, actor=actor)
    if ASKED.allows("release", receivable):
        _close("release", receivable)
        publish(PaymentReleased(receivable, actor))


def forgive(receivable: Receivable, *, reason: str, actor: Actor) -> None:
    """Forgo what is owed. Raises RuleBroken when nothing is."""
    receivable = queries.lock_receivable(receivable.id)
    _close("forgive", receivable)
    publish(PaymentForgiven(receivable, actor, reason))


def expire(receivable_id: UUID, *, actor: Actor) -> bool:
    """Note that nobody paid in time; tell whether that is so."""
    receivable = queries.lock_receivable(receivable_id)
    is_late = receivable.expires_at is not None and receivable.expires_at <= clock.now()
    if not is_late or not ASKED.allows("expire", receivable):
        return False
    _close("expire", receivable)
    publish(PaymentExpired(receivable, actor))
    return True


def forget_payer(person_id: UUID) -> None:
    """Forget of whom sums were asked, their cards, here and at Stripe, and the reasons typed; the books stay."""
    for receivable in queries.receivables_asked_of(person_id):
        receivable.payer_name = receivable.payer_email = ""
        receivable.person_id = None
        for card in queries.cards_left_for(receivable.payable):
            let_card_go(card, actor=BOOKS)
            card.last_digits = card.brand = ""
        for movement in queries.movements_of(receivable.payable):
            for request in queries.refunds_of(movement):
                request.reason = ""


def send_link(receivable: Receivable, *, actor: Actor) -> None:
    """Write to the payer, with a link of their own. Raises RuleBroken when there is nothing to pay, or no address."""
    if not receivable.is_payable(clock.now()) or not receivable.payer_email:
        raise RuleBroken(_("Il n’y a rien à payer, ou personne à qui l’écrire."))
    publish(PaymentLinkSent(receivable, actor))


def open_to_visitor(receivable: Receivable) -> None:
    """Let the visitor of this request pay it, without waiting for a letter."""
    link, _secret = links.mint(PAY_LINK, receivable, person_id=receivable.person_id, expires_at=link_end(receivable))
    db.session.flush()
    links.remember(link)


def link_end(receivable: Receivable) -> datetime:
    """Give until when a link to a receivable is good."""
    return max(clock.now(), receivable.expires_at or receivable.created_at) + LINK_KEPT


def _close(transition: str, receivable: Receivable) -> None:
    ASKED.apply(transition, receivable, BOOKS)
    receivable.closed_at = clock.now()


def _check_amount(amount: int) -> None:
    if not 0 < amount <= MOST_CENTS:
        raise RuleBroken(_("Demandez plus de zéro, et %(most)s au plus.", most=euros(MOST_CENTS)), "amount")
