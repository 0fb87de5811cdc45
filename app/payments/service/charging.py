"""Cards kept with their holder's consent: kept, charged later, let go."""

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, insert_missing, new_id
from app.kernel.events import publish
from app.kernel.formats import euros
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, require
from app.payments import permissions as may
from app.payments import queries
from app.payments.events import CardCharged, ChargeUnanswered, PaymentDeclined, PaymentSettled, written_amount
from app.payments.models import CardCharge, Purpose, Receivable, ReceivableState, SavedCard
from app.payments.service.asking import BOOKS, Payer, Terms, ask_for
from app.payments.service.letting_go import let_card_go
from app.payments.states import ASKED


def keep_card(
    receivable: Receivable, *, customer: str, card: str, brand: str, last_digits: str, actor: Actor
) -> SavedCard | None:
    """Keep the card somebody left at Stripe, once, and settle the imprint.

    A card left for what is asked no more is not kept, and Stripe is to forget it.
    """
    receivable = queries.lock_receivable(receivable.id)
    if not receivable.takes_a_card:
        return None
    is_new = insert_missing(
        SavedCard,
        id=new_id(),
        receivable_id=receivable.id,
        customer=customer,
        card=card,
        brand=brand[:20],
        last_digits=last_digits[-4:],
        saved_at=clock.now(),
    )
    if receivable.state is not ReceivableState.OPEN:
        kept = queries.card_of(receivable)
        if is_new and kept is not None:
            let_card_go(kept, actor=actor)
        return None
    ASKED.apply("settle", receivable, BOOKS)
    receivable.closed_at = clock.now()
    publish(PaymentSettled(receivable, actor))
    return queries.card_of(receivable)


def carry_card_over(card: SavedCard, imprint: Receivable, *, actor: Actor) -> None:
    """Let a card that was kept answer for another imprint in place of its own, its holder having agreed to that one.

    Raises RuleBroken when the card is kept no more, or something was taken on it already.
    """
    lock = queries.lock_receivable(card.receivable_id)
    if card.released_at is not None or queries.charged_on(card) or imprint.payable != lock.payable:
        raise RuleBroken(_("Cette carte ne peut plus servir à une autre garantie."))
    kept = {"customer": card.customer, "card": card.card, "brand": card.brand, "last_digits": card.last_digits}
    keep_card(imprint, **kept, actor=actor)
    card.released_at = clock.now()


def charge_saved_card(card: SavedCard, *, amount: int, label: str, key: str, actor: Actor) -> Receivable:
    """Ask the bank for a sum on a card that was kept, its holder away; never more, all told, than was announced.

    The answer comes as a fact: `PaymentSettled`, or `PaymentDeclined`, after which the holder may pay by a link. The
    same key charges once.
    """
    imprint = queries.lock_receivable(card.receivable_id)
    require(actor, may.CHARGE, imprint)
    known = queries.charge_with_key(key)
    if known is not None:
        return known.receivable
    left = imprint.amount - queries.charged_on(card)
    if card.released_at is not None:
        raise RuleBroken(_("Cette carte n’est plus gardée."))
    if not 0 < amount <= left:
        raise RuleBroken(_("Il a été annoncé %(left)s au plus.", left=euros(left)), "amount")
    payer = Payer(imprint.payer_name, imprint.payer_email, imprint.language, imprint.person_id)
    # Its payer comes by a link, and stays on its page: where the card was left is open to who left it alone.
    terms = Terms(amount, Purpose.CHARGE, label, imprint.rule)
    receivable = ask_for(imprint.payable, terms, payer, house=imprint.establishment, actor=actor)
    db.session.add(CardCharge(receivable_id=receivable.id, card_id=card.id, key=key))
    db.session.flush()
    publish(CardCharged(receivable, actor, written_amount(amount)))
    return receivable


def note_silence(receivable: Receivable, *, actor: Actor) -> None:
    """Note that nobody knows whether the card was charged; the sum stays asked."""
    receivable = queries.lock_receivable(receivable.id)
    if receivable.state is ReceivableState.OPEN:
        publish(ChargeUnanswered(receivable, actor))


def note_decline(receivable: Receivable, *, reason: str, asks_for_holder: bool, actor: Actor) -> None:
    """Note that the bank refused, or wants its holder to confirm: the sum stays asked."""
    receivable = queries.lock_receivable(receivable.id)
    if receivable.state is ReceivableState.OPEN:
        publish(PaymentDeclined(receivable, actor, reason[:200], asks_for_holder))
