"""What Stripe sends to the house's bank, and what each sending is made of."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_
from app.payments.models.books import Movement


class PayoutState(Choice):
    """How far a sending of Stripe's has come."""

    ON_ITS_WAY = "on_its_way", N_("En route")
    PAID = "paid", N_("Versé")
    FAILED = "failed", N_("Rejeté")


class Payout(Identified, Base):
    """What of one sending of Stripe's to the bank is this house's. How far it came changes; what moved is in the books.

    Stripe sends for all houses of an installation together, under one `reference`: each house has its part, `amount`,
    of the `whole`. Below zero, Stripe took it from the bank.
    """

    __tablename__ = "payouts"
    __table_args__ = (sa.UniqueConstraint("reference", "establishment_id"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(120))
    whole: Mapped[int]
    amount: Mapped[int]
    state: Mapped[PayoutState] = mapped_column(default=PayoutState.ON_ITS_WAY, index=True)
    failure: Mapped[str] = mapped_column(sa.String(200), default="")
    arrives_on: Mapped[date]
    told_at: Mapped[datetime] = mapped_column(index=True)

    establishment: Mapped[Establishment] = relationship(lazy="joined")

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by Stripe's id of it."""
        return self.reference


class PayoutLine(Identified, Base):
    """A line of Stripe's balance that a payout carries: `stripe_type` is its word, `movement` the line of the books."""

    __tablename__ = "payout_lines"
    __table_args__ = (sa.UniqueConstraint("payout_id", "reference"),)

    payout_id: Mapped[UUID] = mapped_column(sa.ForeignKey("payouts.id"))
    reference: Mapped[str] = mapped_column(sa.String(120))
    stripe_type: Mapped[str] = mapped_column(sa.String(40))
    amount: Mapped[int]
    fee: Mapped[int]
    movement_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("money_movements.id"), index=True)

    movement: Mapped[Movement | None] = relationship(lazy="joined")

    @property
    def net(self) -> int:
        """Give what of it reaches the bank."""
        return self.amount - self.fee
