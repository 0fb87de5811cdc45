"""What happens in the books, at the bank and at Stripe. The subject names the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event
from app.kernel.languages import N_
from app.payments.settings import DECLARED


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
