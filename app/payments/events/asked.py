"""What happens to what is asked, and to cards that are kept. The subject is the receivable."""

from dataclasses import dataclass
from uuid import UUID

from app.kernel.events import Event
from app.kernel.languages import N_


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
class CardReleased(Event):
    """A card is kept no more: Stripe is to forget it. `subject` is the receivable it was left for."""

    code = "payments.card_released"
    heading = N_("Carte qui n’est plus gardée")
    sentence = N_("ne garde plus la carte enregistrée")
    icon = "undo"

    card_id: UUID


@dataclass(frozen=True, eq=False)
class CardForgotten(Event):
    """Stripe keeps a card no more. `subject` is the receivable it was left for."""

    code = "payments.card_forgotten"
    heading = N_("Carte oubliée par Stripe")
    sentence = N_("a fait oublier la carte par Stripe")
    icon = "check"


@dataclass(frozen=True, eq=False)
class CardNotForgotten(Event):
    """Stripe still keeps a card that is to be forgotten. `subject` is the receivable it was left for."""

    code = "payments.card_not_forgotten"
    heading = N_("Carte encore gardée par Stripe")
    sentence = N_("n’a pas pu faire oublier la carte par Stripe : %(reason)s")
    icon = "warning"

    card_id: UUID
    reason: str
