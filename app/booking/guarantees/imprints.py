"""An imprint that follows the number of guests, on the card that was kept: what a card answers for was agreed to.

Keeping a card says nothing of a sum to the bank: what binds is what its holder read and accepted. So more guests need
another word of theirs, and no other card (docs/decisions/0039-bank-and-imprints.md).
"""

from typing import NamedTuple

from app.booking.guarantees import queries
from app.booking.guarantees.asking import ask, terms_again, with_covers
from app.booking.guarantees.events import ImprintChanged
from app.booking.models import GuaranteeKind, Reservation
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.events import publish
from app.payments import service as payments
from app.payments.events import written_amount
from app.payments.models import ReceivableState, SavedCard


class Imprint(NamedTuple):
    """How the most that may be taken on a card changes, and the card."""

    before: int
    after: int
    card: SavedCard


def imprint_foreseen(reservation: Reservation, covers: int, *, actor: Actor) -> Imprint | None:
    """Give how the imprint on a card that was kept follows a change of number; None where it stays as it is.

    It grows with the guest's own word alone, never by the team's hand, and shrinks only until the deadline.
    """
    standing, card = queries.guarantees_of(reservation), queries.card_kept_for(reservation)
    if not standing or standing[0].basis is not GuaranteeKind.IMPRINT or card is None:
        return None
    before, after = card.receivable.amount, standing[0].unit_amount * covers
    grows, shrinks = after > before and not actor.is_staff, after < before and clock.now() <= standing[-1].free_until
    return Imprint(before, after, card) if grows or shrinks else None


def carry_over(reservation: Reservation, imprint: Imprint, actor: Actor) -> None:
    """Write the new terms beside the old, as they were told and agreed to, and have the same card answer for them."""
    terms = with_covers(terms_again(queries.guarantees_of(reservation)[-1]), reservation.covers)
    agreed = ask(reservation, terms, visitor=None, expires_at=None, is_accepted=True, actor=actor)
    payments.carry_card_over(imprint.card, agreed.receivable, actor=actor)
    publish(ImprintChanged(reservation, actor, written_amount(imprint.before), written_amount(imprint.after)))


def card_missing(reservation: Reservation, covers: int) -> int:
    """Give the imprint to ask anew for so many, where another is still waited for and no card was left."""
    last = queries.guarantees_of(reservation)[-1]
    wanted, is_open = last.unit_amount * covers, last.receivable.state is ReceivableState.OPEN
    return wanted if is_open and wanted != last.amount else 0
