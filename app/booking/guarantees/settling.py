"""What becomes of a guarantee: paid, paid too late, called off, changed, missed.

Whoever takes the lock of a day does so before the books': facts of payments only promise a job, so that no two
writers wait for each other.
"""

from datetime import datetime, timedelta

from app.booking import queries as booking
from app.booking import service
from app.booking.guarantees import queries
from app.booking.guarantees.asking import ask, terms_again, terms_for, with_covers
from app.booking.guarantees.events import (
    DebtPaid,
    DebtRecorded,
    GuaranteeAdjusted,
    GuaranteeSettled,
    LatePaymentSettled,
    SurplusReturned,
)
from app.booking.guarantees.imprints import card_missing, carry_over, imprint_foreseen
from app.booking.guarantees.leaving import chosen_instead, give_way, is_paid
from app.booking.guarantees.terms import Split, Terms, new_deadline, split
from app.booking.models import Guarantee, GuaranteeKind, HouseDebt, Reservation
from app.booking.models import ReservationState as S
from app.booking.service import NotSeated, Wish
from app.booking.service.rows import lock_reservation
from app.kernel import clock
from app.kernel.access import ANONYMOUS, Actor, system
from app.kernel.db import db, take_turn
from app.kernel.events import publish
from app.kernel.formats import euros
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken
from app.payments import queries as books
from app.payments import service as payments
from app.payments.events import written_amount
from app.payments.models import Payment, Receivable, ReceivableState

HOUSE = system("guarantees")
GONE = (S.CANCELLED, S.NO_SHOW, S.FINISHED)
PAID_OR_FORGIVEN = (ReceivableState.SETTLED, ReceivableState.FORGIVEN)
NOTHING_OWED = N_("Plus rien n’était à payer pour cette table.")


def follow_payment(guarantee: Guarantee) -> None:
    """Promise the table whose guarantee is paid: the one held, or another at the same time; else give the money back.

    What is forgiven while the table is held is as good as paid. Safe to run twice, or twice at once: a table whose
    money went back is not promised afterwards.
    """
    reservation = guarantee.reservation
    _lock_choice(guarantee)
    _lock_money(reservation)
    if reservation.state is S.HELD and guarantee.receivable.state in PAID_OR_FORGIVEN:
        service.promise_guaranteed(reservation, actor=ANONYMOUS)
    elif reservation.state is S.EXPIRED and queries.still_guarantees(guarantee):
        _seat_or_repay(guarantee)
    elif reservation.state is S.EXPIRED and queries.was_paid_in_part(guarantee):
        _return(guarantee, None, _("La table a été rendue avant que tout soit payé."))


def follow_late_payment(guarantee: Guarantee, payment: Payment) -> None:
    """Do what can be done with money that came when it was asked no more. Safe to run twice."""
    reservation = guarantee.reservation
    _lock_choice(guarantee)
    _lock_money(reservation)
    if not books.refundable_of(payment) or books.allocated_of(payment):
        return
    if reservation.state in GONE:
        _repay(guarantee, payment)
    elif guarantee.receivable.state in PAID_OR_FORGIVEN:
        _return(guarantee, payment, _(NOTHING_OWED))
    elif reservation.state in (S.HELD, S.EXPIRED):
        _seat_or_repay(guarantee, payment)
    else:
        _put_to_use(guarantee, payment)


def _lock_choice(guarantee: Guarantee) -> None:
    """Hold the turn of its visitor, then the days of their table and of the one they chose in its stead."""
    if guarantee.visitor:
        take_turn(f"visitor {guarantee.visitor}")
        db.session.refresh(guarantee)
    tables = [each for each in (guarantee.reservation, chosen_instead(guarantee)) if each is not None]
    booking.lock_days((each.establishment_id, each.service_date) for each in tables)
    for each in tables:
        lock_reservation(each)


def _lock_money(reservation: Reservation) -> None:
    """Hold the books, then what is asked for a reservation, as it now stands: no cent comes or goes meanwhile."""
    books.lock_books()
    for guarantee in queries.guarantees_of(reservation):
        books.lock_receivable(guarantee.receivable_id)


def _seat_or_repay(guarantee: Guarantee, payment: Payment | None = None) -> None:
    """Promise the table that is paid, the first of those its guest chose; where another is paid too, give this back."""
    reservation, chosen = guarantee.reservation, chosen_instead(guarantee)
    is_theirs = chosen is not None and (chosen.state is not S.HELD or is_paid(chosen))
    if is_theirs or queries.promised_meanwhile(guarantee):
        _return(guarantee, payment, _(NOTHING_OWED))
        return
    others = {each.reservation for each in queries.begun_again(guarantee)} | ({chosen} if chosen is not None else set())
    try:
        with db.session.begin_nested():
            for other in others:
                service.release_hold(other)
            service.promise_guaranteed(reservation, actor=ANONYMOUS)
    except NotSeated:  # the other tables stay held, and may still be paid
        _repay(guarantee, payment)
        return
    give_way(others, reservation, actor=HOUSE)
    reservation.visitor = guarantee.visitor
    if payment is not None:
        payments.accept_late(payment, guarantee.receivable, actor=HOUSE)
    amount = written_amount(guarantee.amount)
    publish(LatePaymentSettled(reservation, HOUSE, amount, is_seated=True))


def _put_to_use(guarantee: Guarantee, payment: Payment) -> None:
    """Settle with late money what was asked, or what is asked in its stead; what is too much goes back."""
    wanted = queries.asked_in_stead(guarantee).receivable
    if wanted.state not in PAID_OR_FORGIVEN and not wanted.takes_a_card:
        payments.accept_late(payment, wanted, actor=HOUSE)
    if books.refundable_of(payment) > books.allocated_of(payment):
        _return(guarantee, payment, _(NOTHING_OWED))


def _repay(guarantee: Guarantee, payment: Payment | None) -> None:
    """Give back what came for a table that is gone."""
    back = _give_back(guarantee, payment, _("Le paiement est arrivé quand la table n’était plus libre."))
    publish(LatePaymentSettled(guarantee.reservation, HOUSE, written_amount(back), is_seated=False))


def _return(guarantee: Guarantee, payment: Payment | None, reason: str) -> None:
    """Give back what nothing is owed for: paid twice, forgiven meanwhile, or a part of what was never paid whole."""
    back = _give_back(guarantee, payment, reason)
    if back:
        publish(SurplusReturned(guarantee.reservation, HOUSE, written_amount(back)))


def _give_back(guarantee: Guarantee, payment: Payment | None, reason: str) -> int:
    """Give back what settles nothing of a payment; without one, all that came for a table nobody sits at."""
    if payment is None:
        back, key = queries.deposits_held(guarantee.reservation), f"late:{guarantee.id}"
    else:
        back, key = books.refundable_of(payment) - books.allocated_of(payment), f"late:{payment.id}"
    if back:
        payments.give_back(guarantee.reservation, amount=back, reason=reason, key=key, actor=HOUSE)
    payments.release(guarantee.receivable, actor=HOUSE)
    return back


# --- called off -------------------------------------------------------------------------------------------------


def foreseen(reservation: Reservation, *, by_house: bool = False, at: datetime | None = None) -> Split:
    """Give what would go back of what is held if the reservation were called off now, and what would be kept."""
    held, standing = queries.deposits_held(reservation), queries.guarantees_of(reservation)
    if by_house or not standing:
        return Split(held, 0)
    held -= queries.absence_charged(reservation)
    return split(held, standing[0].free_until, standing[0].kept_percent, at or clock.now())


def settle_cancellation(reservation: Reservation, *, by_house: bool, actor: Actor) -> None:
    """Give back by the rule what a reservation called off was paid, and ask for nothing more.

    The card of a guest who calls off too late stays kept: the team may charge it.
    """
    standing = queries.guarantees_of(reservation)
    if not standing:
        return
    _lock_money(reservation)
    back, kept = foreseen(reservation, by_house=by_house)
    if back:
        key = queries.cancellation_key(reservation, by_house=by_house)
        reason = _("La maison a annulé.") if by_house else _("Annulée selon les conditions convenues.")
        payments.give_back(reservation, amount=back, reason=reason, key=key, actor=HOUSE)
    is_free = by_house or clock.now() <= standing[0].free_until
    for guarantee in standing:
        if is_free or not guarantee.receivable.takes_a_card or not queries.is_settled(guarantee):
            payments.release(guarantee.receivable, actor=HOUSE)
    publish(GuaranteeSettled(reservation, actor, written_amount(back), written_amount(kept)))


def let_cards_go(reservation: Reservation) -> None:
    """Keep no card of a guest who came."""
    for guarantee in queries.guarantees_of(reservation):
        if guarantee.receivable.takes_a_card:
            payments.release(guarantee.receivable, actor=HOUSE)


# --- changed ----------------------------------------------------------------------------------------------------


def change_foreseen(reservation: Reservation, wish: Wish) -> tuple[int, int]:
    """Give what a change would give back, and what it would ask besides."""
    standing = queries.guarantees_of(reservation)
    if not standing:
        terms = terms_for(reservation.establishment, wish)
        return 0, terms.amount if terms else 0
    return _difference(reservation, standing[0], wish.covers)


def adjust(reservation: Reservation, *, actor: Actor) -> Guarantee | None:
    """Follow a change of day or number by the terms told: ask for what is missing, give back what is too much.

    Gives what is asked besides, if something is.
    """
    standing = queries.guarantees_of(reservation)
    if not standing:
        terms = None if actor.is_staff else _terms_now(reservation)
        return _ask_more(reservation, terms, terms.amount, actor) if terms else None
    _lock_money(reservation)
    first, now = standing[0], clock.now()
    back, more = _difference(reservation, first, reservation.covers)
    imprint = imprint_foreseen(reservation, reservation.covers, actor=actor)
    if back:
        key = f"moved:{reservation.id}:{reservation.sequence}"
        reason = _("Moins de couverts que prévu.")
        payments.give_back(reservation, amount=back, reason=reason, key=key, actor=HOUSE)
    deadline = new_deadline(first.free_until, first.free_hours, reservation.starts_at, now)
    for guarantee in standing:
        guarantee.free_until = deadline
        if guarantee.receivable.state is ReceivableState.OPEN and (back or more):
            payments.release(guarantee.receivable, actor=HOUSE)
    if imprint is not None:
        carry_over(reservation, imprint, actor)
    if not back and not more:
        return None
    publish(GuaranteeAdjusted(reservation, actor, written_amount(back), written_amount(more)))
    return _ask_more(reservation, with_covers(terms_again(first), reservation.covers), more, actor) if more else None


def _difference(reservation: Reservation, first: Guarantee, covers: int) -> tuple[int, int]:
    """Give what goes back and what is missing once so many come.

    After the deadline nothing goes back: what is too much stays on account for the bill.
    """
    if first.basis is GuaranteeKind.PER_TABLE:
        return 0, 0
    if first.basis is GuaranteeKind.IMPRINT:
        return 0, card_missing(reservation, covers)
    held, wanted = queries.deposits_held(reservation), first.unit_amount * covers
    if held + queries.still_due(reservation) == wanted:
        return 0, 0
    too_much = max(0, held - wanted) if clock.now() <= first.free_until else 0
    return too_much, max(0, wanted - held)


def _terms_now(reservation: Reservation) -> Terms | None:
    wish = Wish(reservation.service_date, reservation.local_time, reservation.covers)
    return terms_for(reservation.establishment, wish)


def _ask_more(reservation: Reservation, terms: Terms, amount: int, actor: Actor) -> Guarantee:
    until = max(reservation.starts_at, clock.now() + timedelta(minutes=15))
    return ask(
        reservation, terms, visitor=None, expires_at=until, is_accepted=not actor.is_staff, actor=actor, part=amount
    )


# --- missed, and what the house owes ----------------------------------------------------------------------------


def charge_absence(reservation: Reservation, *, amount: int, actor: Actor) -> Receivable:
    """Charge the card of who did not come, or called off too late. Raises RuleBroken above what was announced."""
    card = queries.card_kept_for(reservation)
    if card is None or reservation.state not in (S.NO_SHOW, S.CANCELLED):
        raise RuleBroken(_("Aucune carte n’est gardée pour cette réservation."))
    left = queries.imprint_left(card)
    if amount > left:
        raise RuleBroken(_("Il a été annoncé %(left)s au plus.", left=euros(left)), "amount")
    label = _("Absence, réservation %(reference)s", reference=reservation.reference)
    return payments.charge_saved_card(card, amount=amount, label=label, key=f"absence:{card.id}", actor=actor)


def repay_absence(reservation: Reservation, *, actor: Actor) -> None:
    """Give back, once, what the rule does not keep of a guest who did not come."""
    lock_reservation(reservation)
    _lock_money(reservation)
    back, kept = foreseen(reservation)
    if reservation.state is not S.NO_SHOW or not back or queries.was_repaid(reservation):
        raise RuleBroken(_("Il n’y a rien à rendre."))
    reason = _("Ce que la règle ne garde pas après une absence.")
    payments.give_back(reservation, amount=back, reason=reason, key=f"absence-back:{reservation.id}", actor=HOUSE)
    publish(GuaranteeSettled(reservation, actor, written_amount(back), written_amount(kept)))


def record_debt(reservation: Reservation, *, reason: str, actor: Actor) -> HouseDebt:
    """Note that the house owes the double of arrhes: as much again as was paid. Once for a reservation."""
    lock_reservation(reservation)
    known = queries.debt_of(reservation)
    if known is not None:
        return known
    amount = queries.pledges_received(reservation)
    if reservation.state is not S.CANCELLED or not amount or queries.went_back_by_rule(reservation):
        raise RuleBroken(_("La maison ne doit le double que des arrhes d’un repas qu’elle a annulé."))
    debt = HouseDebt(reservation_id=reservation.id, amount=amount, reason=reason, recorded_at=clock.now())
    db.session.add(debt)
    db.session.flush()
    publish(DebtRecorded(reservation, actor, written_amount(amount), reason))
    return debt


def pay_debt(reservation: Reservation, *, actor: Actor) -> None:
    """Note that what the house owed is paid, by hand. Twice is once."""
    lock_reservation(reservation)
    debt = queries.debt_of(reservation)
    if debt is None:
        raise RuleBroken(_("La maison ne doit rien au client."))
    if debt.paid_at is None:
        debt.paid_at = clock.now()
        publish(DebtPaid(reservation, actor, written_amount(debt.amount)))
