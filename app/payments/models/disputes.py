"""Payments that the holder of a card contests at their bank."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_
from app.payments.models.books import Payment


class DisputeState(Choice):
    """How far a contested payment has come at the bank."""

    TO_ANSWER = "to_answer", N_("À répondre")
    REVIEWED = "reviewed", N_("À l’étude à la banque")
    WON = "won", N_("Gagnée")
    LOST = "lost", N_("Perdue")
    DROPPED = "dropped", N_("Sans suite")


class Dispute(Identified, Base):
    """A payment somebody contests. What the bank takes and gives back meanwhile is in the books.

    `reference` is Stripe's id of it, `reason` its code of why; the house answers at Stripe's, before `answer_by`.
    """

    __tablename__ = "payment_disputes"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("(state IN ('to_answer', 'reviewed')) = (closed_at IS NULL)", name="closed_at"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("money_movements.id"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(120), unique=True)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    state: Mapped[DisputeState] = mapped_column(default=DisputeState.TO_ANSWER, index=True)
    answer_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    payment: Mapped[Payment] = relationship()

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by the line it contests."""
        return str(self.payment.number)

    @property
    def is_open(self) -> bool:
        """Tell whether the bank has not decided."""
        return self.closed_at is None
