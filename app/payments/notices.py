"""What payers are written, and what the team is told. Each letter is composed when it leaves."""

from typing import Any
from uuid import UUID

from flask import current_app

from app.kernel import clock, documents, formats, links
from app.kernel.db import db
from app.kernel.formats import euros, full_date
from app.kernel.languages import N_, _, ngettext
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Message
from app.kernel.notices import Mode, Notice, Recipient, notice, notice_category
from app.payments import queries
from app.payments.models import (
    Dispute,
    Movement,
    Payment,
    Payout,
    Receivable,
    ReceivableState,
    Reconciliation,
    Refund,
    RefundRequest,
    RefundState,
)
from app.payments.permissions import CONFIGURE, PAY_LINK, REFUND, VIEW
from app.payments.service import link_end, receipt_of

CATEGORY = notice_category("payments", N_("Paiements"))

ASKED = notice("payments.asked", N_("Paiement demandé"), category=CATEGORY, optional=False)
RECEIPT = notice("payments.receipt", N_("Reçu d’un paiement"), category=CATEGORY, optional=False)
REFUNDED = notice("payments.refunded", N_("Remboursement"), category=CATEGORY, optional=False)
TEAM_TO_DECIDE = notice(
    "payments.team_to_decide", N_("Remboursement à décider"), category=CATEGORY, optional=True, audience=REFUND
)
TEAM_REFUND_FAILED = notice(
    "payments.team_refund_failed", N_("Remboursement impossible"), category=CATEGORY, optional=True, audience=REFUND
)
TEAM_DECLINED = notice(
    "payments.team_declined", N_("Débit refusé par la banque"), category=CATEGORY, optional=True, audience=VIEW
)
TEAM_UNANSWERED = notice(
    "payments.team_unanswered", N_("Débit sans réponse de Stripe"), category=CATEGORY, optional=True, audience=VIEW
)
TEAM_REFUND_FOUND = notice(
    "payments.team_refund_found",
    N_("Remboursement fait chez Stripe"),
    category=CATEGORY,
    optional=True,
    audience=REFUND,
)
TEAM_DISPUTED = notice(
    "payments.team_disputed", N_("Paiement contesté"), category=CATEGORY, optional=True, audience=REFUND
)
TEAM_PAYOUT_FAILED = notice(
    "payments.team_payout_failed",
    N_("Versement rejeté par la banque"),
    category=CATEGORY,
    optional=True,
    audience=CONFIGURE,
)
TEAM_CARD_KEPT = notice(
    "payments.team_card_kept", N_("Carte encore gardée par Stripe"), category=CATEGORY, optional=True,
    audience=CONFIGURE, mode=Mode.DAILY,
)  # fmt: skip
TEAM_LATE = notice(
    "payments.team_late", N_("Paiement arrivé trop tard"), category=CATEGORY, optional=True, audience=VIEW
)
TEAM_DIFFERENCES = notice(
    "payments.team_differences", N_("Écart avec Stripe"), category=CATEGORY, optional=True, audience=CONFIGURE,
    mode=Mode.DAILY, page="payment_settings.connection_show",
)  # fmt: skip


def ask(receivable: Receivable) -> None:
    """Write to the payer, with a link of their own; what is asked again later is another letter."""
    _write(ASKED, receivable, receivable, key=f"{ASKED.code}:{receivable.id}:{clock.now():%Y%m%d%H%M}")


def receipt(payment: Payment, receivable_id: UUID) -> None:
    """Say to the payer that their money is there, and for what they were asked it."""
    receivable = db.session.get(Receivable, receivable_id)
    _write(RECEIPT, payment, receivable, key=f"{RECEIPT.code}:{payment.id}", receivable=str(receivable_id))


def tell_refund(refund: Refund) -> None:
    """Say to the payer what goes back."""
    _write(REFUNDED, refund, payer_of(refund), key=f"{REFUNDED.code}:{refund.id}")


def payer_of(movement: Movement) -> Receivable | None:
    """Give the last sum asked for the same payable that names whom to write to."""
    return next((each for each in reversed(queries.receivables_of(movement.payable)) if each.payer_email), None)


def _write(chosen: Notice, about: Receivable | Movement, payer: Receivable | None, *, key: str, **details: Any) -> None:
    if payer is not None and payer.payer_email:
        to = Recipient(payer.payer_name, payer.payer_email, payer.language, payer.person_id)
        chosen.send(to=to, about=about, key=key, **details)


# --- composing --------------------------------------------------------------------------------------------------


@ASKED.composed_by
def asked(receivable: Receivable, _message: Message) -> Letter | None:
    """Say what is asked, until when, and where to pay; nothing once it is paid or asked no more."""
    if not receivable.is_payable(clock.now()):
        return None
    until = (
        formats.spoken_instant(receivable.expires_at, receivable.establishment.timezone)
        if receivable.expires_at
        else ""
    )
    words = {
        "rule": receivable.rule,
        "pay_url": _link_to(receivable),
        "until": until,
        "is_imprint": receivable.takes_a_card,
    }
    return _letter(receivable, receivable.amount, [(_("À titre de"), receivable.purpose.label)], **words)


@RECEIPT.prepared_by
def draw_receipt(payment: Payment, _message: Message) -> list[Attachment]:
    """Have the receipt ready before the letter is composed, and give it; money that was undone has none."""
    return [] if queries.is_reversed(payment) else documents.enclosed(receipt_of(payment))


@RECEIPT.composed_by
def received(payment: Payment, message: Message) -> Letter | None:
    """Say what came in, in the word of law under which it was asked; nothing when it was undone meanwhile."""
    if queries.is_reversed(payment):
        return None
    payer = db.session.get(Receivable, UUID(message.details["receivable"]))
    titled = [(_("À titre de"), payer.purpose.label)] if payer else []
    lines = [*titled, (_("Moyen"), payment.method.label), (_("Date"), full_date(payment.booked_on))]
    words = {"rule": payer.rule if payer else "", "receipt_url": _link_to(payer) if payer else ""}
    return _letter(payment, payment.amount, [*lines, (_("Reçu n°"), str(payment.number))], **words)


@REFUNDED.composed_by
def refunded(refund: Refund, _message: Message) -> Letter | None:
    """Say what goes back, and when it will be seen."""
    lines = [(_("Moyen"), refund.method.label), (_("Date"), full_date(refund.booked_on))]
    return _letter(refund, -refund.amount, lines)


def _link_to(receivable: Receivable) -> str:
    """Mint the address under which the payer, and nobody else, pays and fetches the receipt."""
    _link, secret = links.mint(PAY_LINK, receivable, person_id=receivable.person_id, expires_at=link_end(receivable))
    return f"{current_app.config['PUBLIC_URL']}/paiement/{secret}"


def _letter(about: Receivable | Movement, amount: int, lines: list[tuple[str, str]], **words: Any) -> Letter:
    house = about.establishment
    context = {
        "establishment": house,
        "phone": formats.phone(house.phone, house.country) if house.phone else "",
        "amount": euros(amount),
        "label": about.label,
        "lines": [(_("Pour"), about.label), (_("Montant"), euros(amount)), *lines],
        **words,
    }
    return Letter(context, house.name, house.email)


# --- the team ---------------------------------------------------------------------------------------------------


@TEAM_TO_DECIDE.summarised_by
def to_decide_line(request: RefundRequest, _details: dict[str, Any]) -> str:
    """Say what waits for a second person."""
    if request.state is not RefundState.ASKED:
        return _("Un remboursement de %(amount)s a été décidé.", amount=euros(request.amount))
    return _("Un remboursement de %(amount)s attend une seconde personne.", amount=euros(request.amount))


@TEAM_REFUND_FAILED.summarised_by
def refund_failed_line(request: RefundRequest, details: dict[str, Any]) -> str:
    """Say what did not go back, and why."""
    why, amount = str(details["reason"]), euros(request.amount)
    return _("Un remboursement de %(amount)s n’a pas pu être fait : %(reason)s", amount=amount, reason=_(why))


@TEAM_DECLINED.summarised_by
def declined_line(receivable: Receivable, details: dict[str, Any]) -> str:
    """Say which charge the bank refused."""
    why = str(details["reason"])
    return _("%(label)s : la banque a refusé le débit (%(reason)s).", label=receivable.label, reason=_(why))


@TEAM_UNANSWERED.summarised_by
def unanswered_line(receivable: Receivable, _details: dict[str, Any]) -> str:
    """Say which charge nobody knows of, and what can be done, for as long as that is so."""
    if receivable.state is not ReceivableState.OPEN:
        return _("%(label)s : la somme n’est plus attendue.", label=receivable.label)
    return _(
        "%(label)s : Stripe n’a pas dit si la carte est débitée. Vérifiez-le ; sinon, envoyez le lien de paiement.",
        label=receivable.label,
    )


@TEAM_REFUND_FOUND.summarised_by
def refund_found_line(payment: Payment, details: dict[str, Any]) -> str:
    """Say what went back without the house, and on what."""
    return _(
        "%(label)s : %(amount)s ont été remboursés directement chez Stripe ; c’est noté dans les comptes.",
        label=payment.label,
        amount=details["amount"],
    )


@TEAM_DISPUTED.summarised_by
def disputed_line(dispute: Dispute, _details: dict[str, Any]) -> str:
    """Say what is contested and until when one may answer, or how it ended."""
    told = {"label": dispute.payment.label, "amount": euros(dispute.amount)}
    if not dispute.is_open:
        return _(
            "%(label)s : la contestation de %(amount)s est terminée (%(state)s).", **told, state=dispute.state.label
        )
    if dispute.answer_by is None:
        return _("%(label)s : %(amount)s contestés auprès de la banque.", **told)
    until = formats.spoken_instant(dispute.answer_by, dispute.establishment.timezone)
    return _("%(label)s : %(amount)s contestés ; répondez chez Stripe avant le %(until)s.", **told, until=until)


@TEAM_PAYOUT_FAILED.summarised_by
def payout_failed_line(payout: Payout, _details: dict[str, Any]) -> str:
    """Say what did not reach the bank."""
    amount = euros(payout.amount)
    return _("La banque n’a pas pris un versement de %(amount)s : vérifiez le compte chez Stripe.", amount=amount)


@TEAM_CARD_KEPT.summarised_by
def card_kept_line(receivable: Receivable, details: dict[str, Any]) -> str:
    """Say which card Stripe did not forget, why, and where to take it away by hand, for as long as that is so."""
    card, why = queries.card_of(receivable), str(details["reason"])
    if card is None or not card.card:
        return _("%(label)s : Stripe ne garde plus la carte.", label=receivable.label)
    return _(
        "%(label)s : Stripe garde encore la carte qui n’y sert plus (%(reason)s). Supprimez-y le client %(customer)s.",
        label=receivable.label,
        reason=_(why),
        customer=card.customer,
    )


@TEAM_LATE.summarised_by
def late_line(receivable: Receivable, details: dict[str, Any]) -> str:
    """Say which money came too late."""
    return _("%(label)s : %(amount)s arrivés après le délai.", label=receivable.label, amount=details["amount"])


@TEAM_DIFFERENCES.summarised_by
def differences_line(_reconciliation: Reconciliation, details: dict[str, Any]) -> str:
    """Say how many differences were found."""
    return ngettext(
        "%(num)s écart entre Stripe et les paiements.",
        "%(num)s écarts entre Stripe et les paiements.",
        details["count"],
    )
