"""Questions about guarantees: the rules of a house, what was asked for a reservation, what of it is still there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app

from app.booking import queries as booking
from app.booking.models import Guarantee, GuaranteeKind, GuaranteeRule, HouseDebt, Reservation
from app.booking.models import ReservationState as S
from app.directory.queries import person_known_as, person_with_email
from app.kernel.db import db
from app.payments import queries as books
from app.payments.models import Payable, Payment, Purpose, ReceivableState, SavedCard

CAME = (S.SEATED, S.FINISHED)
GIVEN_UP = (ReceivableState.EXPIRED, ReceivableState.RELEASED)
STANDING = (ReceivableState.OPEN, ReceivableState.SETTLED)


def takes_money() -> bool:
    """Tell whether this installation has the keys of Stripe; without them every rule sleeps."""
    return bool(current_app.config["STRIPE_SECRET_KEY"])


def rules_of(establishment_id: UUID) -> list[GuaranteeRule]:
    """Give the rules of a house in their order."""
    query = sa.select(GuaranteeRule).where(GuaranteeRule.establishment_id == establishment_id)
    return list(db.session.scalars(query.order_by(GuaranteeRule.position, GuaranteeRule.id)))


def guarantees_of(reservation: Reservation) -> list[Guarantee]:
    """Give what was asked for a reservation, the oldest first."""
    query = sa.select(Guarantee).where(Guarantee.reservation_id == reservation.id)
    return list(db.session.scalars(query.order_by(Guarantee.created_at, Guarantee.id)).unique())


def guarantee_with(receivable_id: UUID) -> Guarantee | None:
    """Give the guarantee that a receivable of the books is for."""
    return db.session.scalars(sa.select(Guarantee).where(Guarantee.receivable_id == receivable_id)).first()


def told_last(standing: Sequence[Guarantee]) -> Guarantee:
    """Give the guarantee whose terms stand: of an imprint the last that was agreed to, of money the first."""
    return standing[-1] if standing[0].basis is GuaranteeKind.IMPRINT else standing[0]


def deposits_held(reservation: Reservation) -> int:
    """Give what the house holds for a reservation: received, less what went back or is on its way."""
    movements = books.movements_of(Payable.of(reservation))
    return sum(books.refundable_of(each) for each in movements if isinstance(each, Payment))


def absence_charged(reservation: Reservation) -> int:
    """Give what the house holds for an absence, taken on the card that was kept: the rule gives none of it back."""
    payments = [each for charge in books.charges_of(Payable.of(reservation)) for each in books.payments_of(charge)]
    return sum(books.refundable_of(each) for each in payments if isinstance(each, Payment))


def given_back(reservation: Reservation) -> int:
    """Give what went back to the guest of a reservation, or is on its way."""
    payments = [each for each in books.movements_of(Payable.of(reservation)) if isinstance(each, Payment)]
    return sum(each.amount - books.refundable_of(each) for each in payments if not books.is_reversed(each))


def was_paid(reservation: Reservation) -> bool:
    """Tell whether money ever came for a reservation, given back since or not."""
    return books.balance_of(Payable.of(reservation)).received > 0


def is_money_followed(reservation: Reservation) -> bool:
    """Tell whether money is there for a table let go of: it is being given anew, or the money back."""
    return reservation.state in (S.HELD, S.EXPIRED) and deposits_held(reservation) > 0


def was_repaid(reservation: Reservation) -> bool:
    """Tell whether something of it was given back already, or is on its way."""
    return deposits_held(reservation) < books.balance_of(Payable.of(reservation)).received


def cancellation_key(reservation: Reservation, *, by_house: bool) -> str:
    """Name what goes back when a reservation is called off, by the house or under the rule, for ever."""
    return f"{'cancelled' if by_house else 'cancelled-by-rule'}:{reservation.id}:{reservation.sequence}"


def went_back_by_rule(reservation: Reservation) -> bool:
    """Tell whether its guest called a reservation off, and was given back what the rule says."""
    key = cancellation_key(reservation, by_house=False)
    payments = [each for each in books.movements_of(Payable.of(reservation)) if isinstance(each, Payment)]
    return any(books.refund_with_key(f"{key}:{each.id}") for each in payments)


def still_due(reservation: Reservation) -> int:
    """Give what is asked of the guest, and neither paid nor late yet."""
    asked = [each.receivable for each in guarantees_of(reservation)]
    return sum(
        each.amount - books.paid_on(each)
        for each in asked
        if each.state is ReceivableState.OPEN and not each.takes_a_card
    )


def awaits_card(reservation: Reservation) -> bool:
    """Tell whether a card is still asked of the guest."""
    asked = (each.receivable for each in guarantees_of(reservation))
    return any(each.takes_a_card and each.state is ReceivableState.OPEN for each in asked)


def card_kept_for(reservation: Reservation) -> SavedCard | None:
    """Give the card that may still be charged for a reservation."""
    return next(iter(books.cards_for(Payable.of(reservation))), None)


def cards_kept_of_before(before: datetime) -> sa.Select[Any]:
    """Select the cards that are still kept for meals of before an instant."""
    return (
        sa.select(SavedCard.id)
        .join(Guarantee, Guarantee.receivable_id == SavedCard.receivable_id)
        .join(Reservation, Guarantee.reservation_id == Reservation.id)
        .where(SavedCard.released_at.is_(None), Reservation.starts_at < before)
    )


def imprint_left(card: SavedCard) -> int:
    """Give what may still be taken on a card: what its holder agreed to, less what was asked of it."""
    return max(0, card.receivable.amount - books.charged_on(card))


def is_settled(guarantee: Guarantee) -> bool:
    """Tell whether all that was asked is there."""
    return guarantee.receivable.state is ReceivableState.SETTLED


def still_guarantees(guarantee: Guarantee) -> bool:
    """Tell whether all that was asked is there still: money that did not go back, a card that was not let go."""
    if not is_settled(guarantee):
        return False
    if guarantee.receivable.takes_a_card:
        card = books.card_of(guarantee.receivable)
        return card is not None and card.released_at is None
    paid = books.payments_of(guarantee.receivable)
    return any(books.refundable_of(each) for each in paid if isinstance(each, Payment))


def was_paid_in_part(guarantee: Guarantee) -> bool:
    """Tell whether something came of what is asked no more, and never the whole."""
    return guarantee.receivable.state in GIVEN_UP and books.paid_on(guarantee.receivable) > 0


def asked_in_stead(guarantee: Guarantee) -> Guarantee:
    """Give what is asked instead of a sum that is asked no more: the last asked after it, or itself."""
    standing = guarantees_of(guarantee.reservation)
    after = standing[standing.index(guarantee) + 1 :]
    return next((each for each in reversed(after) if each.receivable.state in STANDING), guarantee)


def promised_meanwhile(guarantee: Guarantee) -> bool:
    """Tell whether its visitor was promised a table for that very time otherwise: they began again, and paid that."""
    gone = guarantee.reservation
    if guarantee.visitor is None:
        return False
    at = (gone.establishment_id, gone.service_date, gone.local_time)
    return booking.promise_of(guarantee.visitor, *at, gone.email) is not None


def begun_again(guarantee: Guarantee) -> list[Guarantee]:
    """Give what its visitor is asked anew for that very time, while they pay."""
    gone = guarantee.reservation
    query = (
        sa.select(Guarantee)
        .join(Reservation, Guarantee.reservation_id == Reservation.id)
        .where(Guarantee.visitor == guarantee.visitor, Reservation.id != gone.id, Reservation.state == S.HELD)
        .where(Reservation.establishment_id == gone.establishment_id)
        .where(Reservation.service_date == gone.service_date, Reservation.local_time == gone.local_time)
    )
    return list(db.session.scalars(query).unique())


def debt_of(reservation: Reservation) -> HouseDebt | None:
    """Give what the house owes beyond what was paid."""
    return db.session.scalars(sa.select(HouseDebt).where(HouseDebt.reservation_id == reservation.id)).first()


def record_at(email: str) -> tuple[bool, bool]:
    """Tell of whoever has an address whether they never came before, and whether they were once awaited in vain."""
    person = person_known_as(email) or person_with_email(email)
    if person is None:
        return True, False
    states = set(db.session.scalars(sa.select(Reservation.state).where(Reservation.guest_id == person.id).distinct()))
    return not states & set(CAME), S.NO_SHOW in states


def pledges_received(reservation: Reservation) -> int:
    """Give how much was paid as arrhes, given back since or not."""
    pledges = [each for each in guarantees_of(reservation) if each.purpose is Purpose.PLEDGE]
    return sum(payment.amount for each in pledges for payment in books.payments_of(each.receivable))
