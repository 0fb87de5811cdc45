"""What follows for guarantees from the facts of payments, and from those of reservations."""

from datetime import timedelta

from app.booking.documents import CONFIRMATION
from app.booking.events import (
    ReservationCancelled,
    ReservationFinished,
    ReservationMade,
    ReservationMoved,
    ReservationRequested,
)
from app.booking.guarantees import notices, queries
from app.booking.guarantees.asking import ask_afterwards
from app.booking.guarantees.events import LatePaymentSettled
from app.booking.guarantees.jobs import follow_guarantee, follow_late_payment
from app.booking.guarantees.settling import adjust, let_cards_go, settle_cancellation
from app.booking.models import OCCUPYING, ReservationOrigin
from app.booking.models import ReservationState as S
from app.kernel import clock
from app.kernel.events import Event, on
from app.payments import queries as books
from app.payments.events import PaymentArrivedLate, PaymentExpired, PaymentForgiven, PaymentReleased, PaymentSettled

GUESTS_OWN = (ReservationOrigin.ONLINE, ReservationOrigin.SITE)
A_MOMENT = timedelta(minutes=2)
PROMISED = tuple(state for state in OCCUPYING if state is not S.HELD)


def promise_its_table(event: Event) -> None:
    """Promise the table whose guarantee is paid, or forgiven, once this is committed."""
    guarantee = queries.guarantee_with(event.subject.id)
    if guarantee is not None:
        follow_guarantee.later(key=f"guarantee:{guarantee.id}", guarantee_id=guarantee.id)


for met in (PaymentSettled, PaymentForgiven):
    on(met)(promise_its_table)


@on(PaymentArrivedLate)
def look_for_a_table(event: PaymentArrivedLate) -> None:
    """Give the table anew, or the money back, once this is committed."""
    guarantee = queries.guarantee_with(event.subject.id)
    if guarantee is not None:
        follow_late_payment.later(
            key=f"late-guarantee:{event.payment_id}", guarantee_id=guarantee.id, payment_id=event.payment_id
        )


@on(PaymentExpired)
def tell_unpaid(event: PaymentExpired) -> None:
    """Tell the team that a promised table stands without the guarantee that was asked."""
    guarantee = queries.guarantee_with(event.subject.id)
    if guarantee is not None and guarantee.reservation.state in PROMISED:
        notices.tell_unpaid(guarantee, actor=event.actor)


def look_for_a_part(event: Event) -> None:
    """Look, once its table was let go, for what was paid of a sum that never came whole: it goes back."""
    guarantee = queries.guarantee_with(event.subject.id)
    if guarantee is not None and guarantee.reservation.state not in PROMISED and books.paid_on(event.subject):
        due_at = clock.now() + A_MOMENT
        follow_guarantee.later(key=f"part:{guarantee.id}", guarantee_id=guarantee.id, due_at=due_at)


for ending in (PaymentExpired, PaymentReleased):
    on(ending)(look_for_a_part)


@on(LatePaymentSettled)
def tell_late(event: LatePaymentSettled) -> None:
    """Tell the team what became of money that came late."""
    guarantee = queries.guarantees_of(event.subject)[-1]
    notices.tell_late(guarantee, event.amount, is_seated=event.is_seated, actor=event.actor)


def ask_who_was_not_asked(event: Event) -> None:
    """Ask by letter who got a table, or asked for one, by another way than the steps of the public pages."""
    if event.subject.origin in GUESTS_OWN:
        ask_afterwards(event.subject, actor=event.actor)


for promise in (ReservationMade, ReservationRequested):
    on(promise)(ask_who_was_not_asked)


@on(ReservationCancelled)
def give_back_by_rule(event: ReservationCancelled) -> None:
    """Give back what the rule says, by itself."""
    settle_cancellation(event.subject, by_house=event.by_house, actor=event.actor)


@on(ReservationMoved)
def follow_change(event: ReservationMoved) -> None:
    """Ask for more, or give back, as the terms say for the new day and number; a table alone changes nothing."""
    if not set(event.changes) <= {"tables"}:
        adjust(event.subject, actor=event.actor)


@on(ReservationFinished)
def forget_card(event: ReservationFinished) -> None:
    """Keep no card of a guest who came."""
    let_cards_go(event.subject)


@on(PaymentSettled)
def print_what_was_paid(event: PaymentSettled) -> None:
    """Draw the confirmation of a table that stands already anew: it said that a sum was still to be paid."""
    guarantee = queries.guarantee_with(event.subject.id)
    if guarantee is not None and guarantee.reservation.state is S.CONFIRMED:
        reservation = guarantee.reservation
        CONFIRMATION.renew(reservation, language=reservation.language, sequence=reservation.sequence, actor=event.actor)
