"""The cards one may pay with, those of Stripe's documentation, and what happens to each. No real card is ever kept."""

from dataclasses import dataclass
from typing import Literal

from app.kernel.languages import N_


@dataclass(frozen=True)
class Decline:
    """Why the bank says no."""

    code: str
    reason: str
    message: str


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
INSUFFICIENT = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
LOST = Decline("card_declined", "lost_card", "Your card was declined.")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
WRONG_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
PROCESSING = Decline(
    "processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."
)
AUTHENTICATION = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)

SPOKEN = {
    GENERIC: N_("La banque a refusé cette carte. Essayez-en une autre."),
    INSUFFICIENT: N_("La banque a refusé : la provision est insuffisante."),
    LOST: N_("La banque a refusé cette carte. Essayez-en une autre."),
    EXPIRED: N_("Cette carte n’est plus valable."),
    WRONG_CVC: N_("Le code de sécurité n’est pas le bon."),
    PROCESSING: N_("La banque n’a pas pu traiter ce paiement. Réessayez dans un instant."),
    AUTHENTICATION: N_(
        "Votre banque n’a pas confirmé que c’était bien vous. Essayez encore ou prenez une autre carte."
    ),
    NOT_A_TEST_CARD: N_("Ce n’est pas une carte d’essai : aucune carte réelle n’est acceptée ici."),
}


@dataclass(frozen=True)
class Card:
    """A card by its number, and what becomes of it."""

    number: str
    says: str
    brand: str = "visa"
    declined: Decline | None = None
    declined_later: Decline | None = None
    authentication: Literal["never", "unless_saved", "on_session", "always"] = "never"
    dispute: str | None = None
    refund: Literal["at_once", "pending", "fails"] = "at_once"
    nickname: str = ""

    @property
    def refusal(self) -> Decline | None:
        """Give what the bank says when money is asked for."""
        return self.declined or self.declined_later

    @property
    def spaced(self) -> str:
        """Write the number as it stands on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", N_("Acceptée"), nickname="visa"),
        Card("4000000000000002", N_("Refusée"), declined=GENERIC, nickname="visa_chargeDeclined"),
        Card("4000000000009995", N_("Provision insuffisante"), declined=INSUFFICIENT,
             nickname="visa_chargeDeclinedInsufficientFunds"),
        Card("4000000000003220", N_("Confirmation par la banque"), authentication="on_session",
             nickname="threeDSecure2Required"),
        Card("4000002500003155", N_("Confirmation la première fois"), authentication="unless_saved",
             nickname="authenticationRequiredOnSetup"),
        Card("4000000000000341", N_("Enregistrée, refusée plus tard"), declined_later=GENERIC,
             nickname="chargeCustomerFail"),
        Card("5555555555554444", N_("Acceptée"), brand="mastercard", nickname="mastercard"),
        Card("4000002500001001", N_("Acceptée"), brand="cartes_bancaires", nickname="visa_cartesBancaires"),
        Card("4000000000009987", N_("Carte perdue"), declined=LOST, nickname="visa_chargeDeclinedLostCard"),
        Card("4000000000000069", N_("Carte expirée"), declined=EXPIRED, nickname="chargeDeclinedExpiredCard"),
        Card("4000000000000127", N_("Code de sécurité faux"), declined=WRONG_CVC,
             nickname="chargeDeclinedIncorrectCvc"),
        Card("4000000000000119", N_("Panne de la banque"), declined=PROCESSING,
             nickname="chargeDeclinedProcessingError"),
        Card("4000002760003184", N_("Confirmation chaque fois"), authentication="always",
             nickname="authenticationRequired"),
        Card("4000000000000259", N_("Contestée ensuite"), dispute="fraudulent", nickname="createDispute"),
        Card("4000000000007726", N_("Remboursée plus tard"), refund="pending", nickname="pendingRefund"),
        Card("4000000000005126", N_("Remboursement refusé plus tard"), refund="fails", nickname="refundFail"),
    )
}  # fmt: skip
COMMON = 6  # of them are shown at once, the others on demand
NICKNAMES = {f"pm_card_{card.nickname}": card for card in CARDS.values()}
