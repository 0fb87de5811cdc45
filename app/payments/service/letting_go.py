"""Cards that are kept no more: let go of here at once, then forgotten by Stripe, which alone has them."""

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.events import publish
from app.payments import queries
from app.payments.events import CardForgotten, CardNotForgotten, CardReleased
from app.payments.models import SavedCard


def let_card_go(card: SavedCard, *, actor: Actor) -> None:
    """Keep a card no more, and have Stripe forget it once this is committed. Twice is once."""
    if card.released_at is None:
        card.released_at = clock.now()
        publish(CardReleased(card.receivable, actor, card.id))


def note_card_forgotten(card: SavedCard, *, actor: Actor) -> None:
    """Note that Stripe keeps a card no more: what it was called there serves nothing, and goes. Twice is once."""
    if card.card:
        for same in queries.same_cards(card):
            same.card = same.customer = ""
        publish(CardForgotten(card.receivable, actor))


def note_card_not_forgotten(card: SavedCard, *, reason: str, actor: Actor) -> None:
    """Note that Stripe did not forget a card that is kept here no more; each night asks again."""
    publish(CardNotForgotten(card.receivable, actor, card.id, reason))
