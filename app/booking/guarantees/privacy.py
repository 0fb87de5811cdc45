"""How long a card that guaranteed a table is kept once the meal is past and nothing came of it."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.booking.guarantees.queries import cards_kept_of_before
from app.kernel.access import system
from app.kernel.db import db
from app.kernel.languages import N_
from app.kernel.privacy import retention
from app.payments import service as payments
from app.payments.models import SavedCard

KEEPER = system("booking.guarantee_cards")


def _let_go(ids: list[UUID]) -> None:
    for card in db.session.scalars(sa.select(SavedCard).where(SavedCard.id.in_(ids))):
        payments.let_card_go(card, actor=KEEPER)


retention(
    "booking.guarantee_cards",
    N_("Cartes gardées en garantie"),
    kept_for=timedelta(days=60),
    why=N_("Deux mois après le repas : le temps de débiter une absence, ou d’en convenir (RGPD, article 5, 1, e)"),
    act=N_("Cartes que ni la maison ni Stripe ne gardent plus"),
    due=cards_kept_of_before,
    apply=_let_go,
)
