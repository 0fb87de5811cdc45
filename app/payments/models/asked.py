"""What is asked for, and how far it has come: these rows change, and never say alone that money moved."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment, Person
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_, _
from app.payments.models.payables import Payable


class Purpose(Choice):
    """Why money is asked for, in the words of French law where it has some (Code civil, article 1590)."""

    PLEDGE = "pledge", N_("Arrhes")
    DEPOSIT = "deposit", N_("Acompte")
    PREPAYMENT = "prepayment", N_("Paiement d’avance")
    IMPRINT = "imprint", N_("Empreinte de carte")
    CHARGE = "charge", N_("Somme due")


class ReceivableState(Choice):
    """Where a sum that was asked for stands."""

    OPEN = "open", N_("À payer")
    SETTLED = "settled", N_("Réglée")
    EXPIRED = "expired", N_("Délai passé")
    RELEASED = "released", N_("Plus demandée")
    FORGIVEN = "forgiven", N_("Remise")


class Receivable(Identified, Base):
    """A sum, or a card, asked of somebody for a payable, until an instant.

    Of an imprint `amount` is the most that may be taken later: nothing is taken now, and it is settled by a card.
    `rule` is what the payer was told about giving back; `back_path` where they go on afterwards.
    """

    __tablename__ = "receivables"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at"),
        sa.Index(None, "payable_kind", "payable_id"),
        sa.Index(None, "state", "expires_at"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), index=True)
    payable_kind: Mapped[str] = mapped_column(sa.String(40))
    payable_id: Mapped[UUID]
    purpose: Mapped[Purpose]
    amount: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(200))
    rule: Mapped[str] = mapped_column(sa.Text, default="")
    back_path: Mapped[str] = mapped_column(sa.String(200), default="/")
    state: Mapped[ReceivableState] = mapped_column(default=ReceivableState.OPEN)
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    payer_name: Mapped[str] = mapped_column(sa.String(200), default="")
    payer_email: Mapped[str] = mapped_column(sa.String(254), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="fr")
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship()

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by what it is for."""
        return self.label

    @property
    def payable(self) -> Payable:
        """Give what it is asked for."""
        return Payable(self.payable_kind, self.payable_id)

    @property
    def takes_a_card(self) -> bool:
        """Tell whether a card is asked for, and no money."""
        return self.purpose is Purpose.IMPRINT

    @property
    def standing(self) -> str:
        """Give its state in a word; a card is kept, not paid."""
        is_kept = self.takes_a_card and self.state is ReceivableState.SETTLED
        return _("Carte enregistrée") if is_kept else self.state.label

    def is_payable(self, now: datetime) -> bool:
        """Tell whether it can still be paid."""
        return self.state is ReceivableState.OPEN and (self.expires_at is None or now < self.expires_at)


class RefundState(Choice):
    """How far a refund has come."""

    ASKED = "asked", N_("À décider")
    PROMISED = "promised", N_("En cours")
    DONE = "done", N_("Fait")
    DECLINED = "declined", N_("Refusé")
    FAILED = "failed", N_("Échec")


class RefundRequest(Identified, Base):
    """A sum to give back on a payment: decided by a second person above an amount, then sent, then booked.

    `key` is what whoever asks calls it by: the same asked twice is one.
    """

    __tablename__ = "refund_requests"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"), sa.Index(None, "state", "asked_at"))

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("money_movements.id"), index=True)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    state: Mapped[RefundState] = mapped_column(default=RefundState.ASKED)
    asked_by: Mapped[str] = mapped_column(sa.String(80))
    asked_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")

    payment: Mapped[Any] = relationship("Payment")

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by the line it gives back."""
        return str(self.payment.number)
