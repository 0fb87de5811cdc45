"""What follows when money is asked, comes in, goes back: calls to Stripe are promised, people are told."""

from app.kernel.db import new_id
from app.kernel.events import Event, on
from app.payments import notices
from app.payments.events import (
    CardCharged,
    CardNotForgotten,
    CardReleased,
    ChargeUnanswered,
    DifferencesFound,
    DisputeClosed,
    DisputeOpened,
    PaymentArrivedLate,
    PaymentDeclined,
    PaymentExpired,
    PaymentForgiven,
    PaymentLinkSent,
    PaymentReceived,
    PaymentRefunded,
    PaymentReleased,
    PaymentSettled,
    PayoutFailed,
    RefundAsked,
    RefundFailed,
    RefundFound,
    RefundPromised,
)
from app.payments.jobs import charge_card, close_pages, forget_card, send_refund


@on(RefundPromised)
def give_back_by_stripe(event: RefundPromised) -> None:
    """Have Stripe give back, once this is committed."""
    send_refund.later(key=f"send-refund:{new_id()}", request_id=event.subject.id)


@on(CardCharged)
def charge_by_stripe(event: CardCharged) -> None:
    """Have the bank asked, once this is committed."""
    charge_card.later(key=f"charge-card:{event.subject.id}", receivable_id=event.subject.id)


@on(CardReleased)
def forget_by_stripe(event: CardReleased) -> None:
    """Have Stripe forget the card, once this is committed."""
    forget_card.later(key=f"forget-card:{event.card_id}", card_id=event.card_id)


@on(CardNotForgotten)
def tell_kept_card(event: CardNotForgotten) -> None:
    """Tell those who set payments up, once for each card: it is to be taken away at Stripe by hand."""
    notices.TEAM_CARD_KEPT.announce(about=event.subject, actor=event.actor, key=str(event.card_id), reason=event.reason)


def close_its_pages(event: Event) -> None:
    """Close the payment pages of what is asked no more."""
    close_pages.later(key=f"close-pages:{new_id()}", receivable_id=event.subject.id)


for ending in (PaymentExpired, PaymentReleased, PaymentForgiven, PaymentSettled):
    on(ending)(close_its_pages)


@on(PaymentLinkSent)
def write_the_link(event: PaymentLinkSent) -> None:
    """Write to the payer."""
    notices.ask(event.subject)


@on(PaymentReceived)
def send_receipt(event: PaymentReceived) -> None:
    """Send the payer a receipt."""
    notices.receipt(event.subject, event.receivable_id)


@on(PaymentRefunded)
def tell_refund(event: PaymentRefunded) -> None:
    """Tell the payer what goes back."""
    notices.tell_refund(event.subject)


@on(PaymentDeclined)
def ask_the_holder(event: PaymentDeclined) -> None:
    """Ask the holder of the card to pay by a link, and tell the team."""
    notices.ask(event.subject)
    notices.TEAM_DECLINED.announce(
        about=event.subject, actor=event.actor, key=str(event.subject.id), reason=event.reason
    )


@on(ChargeUnanswered)
def tell_silence(event: ChargeUnanswered) -> None:
    """Tell the team of a charge nobody knows of; its payer is not written to, for they may have paid."""
    notices.TEAM_UNANSWERED.announce(about=event.subject, actor=event.actor, key=str(event.subject.id))


@on(RefundFound)
def tell_found_refund(event: RefundFound) -> None:
    """Tell those who may refund that somebody did so past the house."""
    notices.TEAM_REFUND_FOUND.announce(about=event.subject, actor=event.actor, key=str(new_id()), amount=event.amount)


@on(PaymentArrivedLate)
def tell_late_money(event: PaymentArrivedLate) -> None:
    """Tell the team of money nobody expected any more."""
    notices.TEAM_LATE.announce(about=event.subject, actor=event.actor, key=str(event.payment_id), amount=event.amount)


@on(RefundAsked)
def ask_for_a_decision(event: RefundAsked) -> None:
    """Ask those who may refund to decide."""
    notices.TEAM_TO_DECIDE.announce(about=event.subject, actor=event.actor, key=str(event.subject.id))


@on(RefundFailed)
def tell_failure(event: RefundFailed) -> None:
    """Tell those who may refund that it did not go."""
    request = event.subject
    notices.TEAM_REFUND_FAILED.announce(
        about=request, actor=event.actor, key=f"{request.id}:{new_id()}", reason=event.reason
    )


@on(DisputeOpened)
def tell_dispute(event: DisputeOpened) -> None:
    """Tell those who may refund that a payment is contested, and until when they may answer."""
    notices.TEAM_DISPUTED.announce(about=event.subject, actor=event.actor, key=f"{event.subject.id}:opened")


@on(DisputeClosed)
def tell_its_end(event: DisputeClosed) -> None:
    """Tell them how it ended."""
    notices.TEAM_DISPUTED.announce(about=event.subject, actor=event.actor, key=f"{event.subject.id}:closed")


@on(PayoutFailed)
def tell_failed_payout(event: PayoutFailed) -> None:
    """Tell those who set payments up that the bank took no money."""
    notices.TEAM_PAYOUT_FAILED.announce(about=event.subject, actor=event.actor, key=str(event.subject.id))


@on(DifferencesFound)
def tell_differences(event: DifferencesFound) -> None:
    """Tell those who set payments up."""
    notices.TEAM_DIFFERENCES.announce(
        about=event.subject, actor=event.actor, key=str(event.subject.id), count=event.count
    )
