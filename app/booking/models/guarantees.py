"""What guarantees a reservation: the house's rules, the terms each guest was told, what the house owes beyond them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.booking.models.reservations import Reservation
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_
from app.payments.models import Purpose, Receivable


class GuaranteeKind(Choice):
    """What is asked."""

    PER_COVER = "per_cover", N_("Une somme par couvert")
    PER_TABLE = "per_table", N_("Une somme par table")
    PREPAYMENT = "prepayment", N_("Le repas payé d’avance, un prix par couvert")
    IMPRINT = "imprint", N_("Une empreinte de carte, débitable par couvert")


class GuaranteeWho(Choice):
    """Of whom it is asked."""

    ANYBODY = "anybody", N_("À tout le monde")
    FIRST_VISIT = "first_visit", N_("À qui vient pour la première fois")
    PAST_ABSENCE = "past_absence", N_("À qui n’est pas venu une autre fois")


class GuaranteeRule(Identified, Base):
    """When a house asks for a guarantee, and which; the first that applies is the one. Later edits change no promise.

    Without weekdays it is of every day; without names of shifts, of every shift. `free_hours` before the meal all is
    given back; afterwards the house keeps `kept_percent`. `word` is the word of law of a sum per cover or per table.
    """

    __tablename__ = "guarantee_rules"
    __table_args__ = (
        sa.CheckConstraint("covers_from >= 1 AND (covers_to IS NULL OR covers_to >= covers_from)", name="covers"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("free_hours >= 0", name="free_hours"),
        sa.CheckConstraint("kept_percent BETWEEN 0 AND 100", name="kept_percent"),
        sa.CheckConstraint("word IN ('pledge', 'deposit')", name="word"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    covers_from: Mapped[int]
    covers_to: Mapped[int | None]
    weekdays: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    shifts: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    is_for_occasions: Mapped[bool] = mapped_column(default=False)
    who: Mapped[GuaranteeWho] = mapped_column(default=GuaranteeWho.ANYBODY)
    basis: Mapped[GuaranteeKind]
    amount: Mapped[int]
    word: Mapped[Purpose] = mapped_column(default=Purpose.PLEDGE)
    free_hours: Mapped[int]
    kept_percent: Mapped[int]

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by its place."""
        return str(self.position)


class Guarantee(Identified, Base):
    """What was asked for a reservation, on the terms its guest was told: no later edit of a rule changes them.

    Only the guest's own change of day moves `free_until`; more guests later are another row. `visitor` is who asked, as
    reservations keep it, while nothing is promised yet; `left_for_id` the table they chose in its stead.
    """

    __tablename__ = "guarantees"
    __table_args__ = (
        sa.CheckConstraint("amount > 0 AND unit_amount > 0", name="amounts"),
        sa.CheckConstraint("kept_percent BETWEEN 0 AND 100", name="kept_percent"),
    )

    reservation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reservations.id", ondelete="CASCADE"), index=True)
    receivable_id: Mapped[UUID] = mapped_column(sa.ForeignKey("receivables.id"), unique=True)
    basis: Mapped[GuaranteeKind]
    purpose: Mapped[Purpose]
    unit_amount: Mapped[int]
    covers: Mapped[int]
    amount: Mapped[int]
    free_hours: Mapped[int]
    free_until: Mapped[datetime]
    kept_percent: Mapped[int]
    accepted_at: Mapped[datetime | None]
    visitor: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    left_for_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("reservations.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]

    reservation: Mapped[Reservation] = relationship(lazy="joined", foreign_keys=[reservation_id])
    receivable: Mapped[Receivable] = relationship(lazy="joined")

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by its reservation."""
        return self.reservation.reference


class HouseDebt(Identified, Base):
    """What a house owes a guest beyond what was paid: the double of arrhes, when the house calls the meal off."""

    __tablename__ = "house_debts"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)

    reservation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reservations.id", ondelete="CASCADE"), unique=True)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    reservation: Mapped[Reservation] = relationship(lazy="joined")
