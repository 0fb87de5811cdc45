"""What happens to money. Amounts are said in the facts as they are written; the subject names the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_
from app.payments.settings import DECLARED

subject_kind("Establishment", N_("Établissement"))
subject_kind("Receivable", N_("Somme demandée"))
subject_kind("Payment", N_("Encaissement"))
subject_kind("Refund", N_("Remboursement"))
subject_kind("Reversal", N_("Contre-passation"))
subject_kind("Chargeback", N_("Reprise par la banque"))
subject_kind("Fee", N_("Frais bancaires"))
subject_kind("Payout", N_("Versement de Stripe"))
subject_kind("Remittance", N_("Versement à la banque"))
subject_kind("Dispute", N_("Paiement contesté"))
subject_kind("RefundRequest", N_("Demande de remboursement"))
subject_kind("DailyClosing", N_("Journée arrêtée"))
subject_kind("Reconciliation", N_("Rapprochement avec Stripe"))


def written_amount(cents: int) -> str:
    """Write an amount as facts keep it, whoever reads them later: "1234,50 €"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02} €"


@dataclass(frozen=True, eq=False)
class PaymentAsked(Event):
    """A sum, or a card, is asked of somebody. `subject` is the receivable."""

    code = "payments.asked"
    heading = N_("Somme demandée")
    sentence = N_("a demandé %(amount)s")
    icon = "euro"

    amount: str


@dataclass(frozen=True, eq=False)
class PaymentLinkSent(Event):
    """The payer is written to, with a link. `subject` is the receivable."""

    code = "payments.link_sent"
    heading = N_("Lien de paiement envoyé")
    sentence = N_("a envoyé le lien de paiement")
    icon = "send"


@dataclass(frozen=True, eq=False)
class PaymentReceived(Event):
    """Money came in. `subject` is the payment, a line of the books; `receivable_id` what it was meant for."""

    code = "payments.received"
    heading = N_("Encaissement")
    sentence = N_("a encaissé %(amount)s (%(method)s)")
    icon = "euro"

    amount: str
    method: str
    receivable_id: UUID


@dataclass(frozen=True, eq=False)
class PaymentSettled(Event):
    """All that was asked is there: the money, or the card of an imprint. `subject` is the receivable."""

    code = "payments.settled"
    heading = N_("Somme payée")
    sentence = N_("a réglé ce qui était demandé")
    icon = "done"


@dataclass(frozen=True, eq=False)
class PaymentArrivedLate(Event):
    """Money came for what was no longer asked; whoever asked accepts it (`accept_late`) or gives it back.

    `subject` is the receivable, `payment_id` the line of the books.
    """

    code = "payments.arrived_late"
    heading = N_("Paiement arrivé trop tard")
    sentence = N_("a payé %(amount)s après le délai")
    icon = "warning"

    payment_id: UUID
    amount: str


@dataclass(frozen=True, eq=False)
class PaymentExpired(Event):
    """Nobody paid in time. `subject` is the receivable."""

    code = "payments.expired"
    heading = N_("Délai de paiement passé")
    sentence = N_("a constaté que le délai est passé")
    icon = "hourglass"


@dataclass(frozen=True, eq=False)
class PaymentReleased(Event):
    """The sum, or the card, is asked no more. `subject` is the receivable."""

    code = "payments.released"
    heading = N_("Somme plus demandée")
    sentence = N_("ne demande plus cette somme")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class PaymentForgiven(Event):
    """The house forgoes what was owed. `subject` is the receivable."""

    code = "payments.forgiven"
    heading = N_("Somme remise")
    sentence = N_("a remis cette somme : %(reason)s")
    icon = "undo"

    reason: str


@dataclass(frozen=True, eq=False)
class CardCharged(Event):
    """A card kept for this is to be charged. `subject` is the receivable."""

    code = "payments.card_charged"
    heading = N_("Débit d’une carte enregistrée")
    sentence = N_("a demandé le débit de %(amount)s sur la carte enregistrée")
    icon = "euro"

    amount: str


@dataclass(frozen=True, eq=False)
class PaymentDeclined(Event):
    """The bank refused the charge of a saved card. `asks_for_holder`: it wants its holder to confirm it.

    `subject` is the receivable, which stays open: its holder is written to.
    """

    code = "payments.declined"
    heading = N_("Débit refusé par la banque")
    sentence = N_("n’a pas pu débiter la carte : %(reason)s")
    icon = "ban"

    reason: str
    asks_for_holder: bool


@dataclass(frozen=True, eq=False)
class ChargeUnanswered(Event):
    """Stripe never said whether it charged a saved card. `subject` is the receivable, which stays open."""

    code = "payments.charge_unanswered"
    heading = N_("Débit sans réponse")
    sentence = N_("n’a pas su si la carte est débitée : Stripe n’a pas répondu")
    icon = "ban"


@dataclass(frozen=True, eq=False)
class RefundAsked(Event):
    """A refund above the house's limit waits for a second person. `subject` is the request."""

    code = "payments.refund_asked"
    heading = N_("Remboursement à décider")
    sentence = N_("demande à rembourser %(amount)s : %(reason)s")
    icon = "euro"

    amount: str
    reason: str


@dataclass(frozen=True, eq=False)
class RefundFound(Event):
    """A refund was made at Stripe itself, past the house's rules. `subject` is the payment it gives back of."""

    code = "payments.refund_found"
    heading = N_("Remboursement fait chez Stripe")
    sentence = N_("a trouvé %(amount)s remboursés directement chez Stripe")
    icon = "undo"

    amount: str


@dataclass(frozen=True, eq=False)
class RefundPromised(Event):
    """Stripe is to give money back. `subject` is the request."""

    code = "payments.refund_promised"
    heading = N_("Remboursement en cours")
    sentence = N_("rembourse %(amount)s sur la carte")
    icon = "undo"

    amount: str


@dataclass(frozen=True, eq=False)
class RefundDecided(Event):
    """A second person agreed, or not; `subject` is the request."""

    code = "payments.refund_decided"
    heading = N_("Décision sur un remboursement")
    sentence = N_("a décidé du remboursement : %(decision)s")
    icon = "check"

    decision: str


@dataclass(frozen=True, eq=False)
class PaymentRefunded(Event):
    """Money was given back. `subject` is the refund, a line of the books."""

    code = "payments.refunded"
    heading = N_("Remboursement")
    sentence = N_("a remboursé %(amount)s")
    icon = "undo"

    amount: str


@dataclass(frozen=True, eq=False)
class RefundFailed(Event):
    """A refund could not be made. `subject` is the request."""

    code = "payments.refund_failed"
    heading = N_("Remboursement impossible")
    sentence = N_("n’a pas pu rembourser : %(reason)s")
    icon = "ban"

    reason: str


@dataclass(frozen=True, eq=False)
class MovementReversed(Event):
    """A line of the books was undone by another. `subject` is the reversal."""

    code = "payments.reversed"
    heading = N_("Écriture contre-passée")
    sentence = N_("a contre-passé %(amount)s : %(reason)s")
    icon = "undo"

    amount: str
    reason: str


@dataclass(frozen=True, eq=False)
class DisputeOpened(Event):
    """The holder of a card contests a payment at their bank. `subject` is the dispute."""

    code = "payments.dispute_opened"
    heading = N_("Paiement contesté")
    sentence = N_("a appris qu’un paiement de %(amount)s est contesté")
    icon = "warning"

    amount: str


@dataclass(frozen=True, eq=False)
class DisputeClosed(Event):
    """The bank decided, or nobody insisted. `subject` is the dispute."""

    code = "payments.dispute_closed"
    heading = N_("Fin d’une contestation")
    sentence = N_("a appris la fin de la contestation : %(outcome)s")
    icon = "check"

    outcome: str


@dataclass(frozen=True, eq=False)
class ChargebackBooked(Event):
    """The bank took contested money back. `subject` is the line of the books."""

    code = "payments.chargeback"
    heading = N_("Reprise par la banque")
    sentence = N_("a noté que la banque reprend %(amount)s")
    icon = "undo"

    amount: str


@dataclass(frozen=True, eq=False)
class FeeBooked(Event):
    """Stripe kept something for itself. `subject` is the line of the books."""

    code = "payments.fee"
    heading = N_("Frais bancaires")
    sentence = N_("a noté %(amount)s de frais bancaires")
    icon = "euro"

    amount: str


@dataclass(frozen=True, eq=False)
class RemittanceBooked(Event):
    """Money went from Stripe to the house's bank, or came back. `subject` is the line of the books."""

    code = "payments.remitted"
    heading = N_("Versement à la banque")
    sentence = N_("a noté %(amount)s versés de Stripe à la banque")
    icon = "euro"

    amount: str


@dataclass(frozen=True, eq=False)
class PayoutSent(Event):
    """Stripe sends money to the bank. `subject` is the payout."""

    code = "payments.payout_sent"
    heading = N_("Versement en route")
    sentence = N_("a appris que Stripe envoie %(amount)s à la banque")
    icon = "send"

    amount: str


@dataclass(frozen=True, eq=False)
class PayoutArrived(Event):
    """The bank has it. `subject` is the payout."""

    code = "payments.payout_arrived"
    heading = N_("Versement arrivé")
    sentence = N_("a appris que %(amount)s sont à la banque")
    icon = "done"

    amount: str


@dataclass(frozen=True, eq=False)
class PayoutFailed(Event):
    """The bank took no payout: the money is back at Stripe's. `subject` is the payout."""

    code = "payments.payout_failed"
    heading = N_("Versement rejeté")
    sentence = N_("a appris que la banque n’a pas pris %(amount)s")
    icon = "warning"

    amount: str


@dataclass(frozen=True, eq=False)
class DayClosed(Event):
    """The lines of a day stand for good. `subject` is the closing."""

    code = "payments.day_closed"
    heading = N_("Journée arrêtée")
    sentence = N_("a arrêté la journée : %(lines)s écritures, %(total)s")
    icon = "lock"

    lines: int
    total: str


@dataclass(frozen=True, eq=False)
class DifferencesFound(Event):
    """The books and Stripe do not say the same. `subject` is the comparison."""

    code = "payments.differences_found"
    heading = N_("Écart entre Stripe et les paiements")
    sentence = N_("a trouvé %(count)s écarts entre Stripe et les paiements")
    icon = "warning"

    count: int


@dataclass(frozen=True, eq=False)
class BooksExported(Event):
    """Accounting entries left the house. `subject` is the establishment."""

    code = "payments.books_exported"
    heading = N_("Export comptable")
    sentence = N_("a exporté les écritures comptables du %(first)s au %(last)s")
    icon = "download"

    first: str
    last: str


@dataclass(frozen=True, eq=False)
class PaymentRulesChanged(Event):
    """How the house asks for money and gives it back was changed. `subject` is the establishment."""

    code = "payments.rules_changed"
    heading = N_("Réglages des paiements")
    sentence = N_("a changé les réglages des paiements")
    icon = "settings"
    labels: ClassVar[Mapping[str, str]] = {setting.code: setting.label for setting in DECLARED}
