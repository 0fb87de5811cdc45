"""The books: what came in, what went back, what was corrected, and the days that are closed. Rows are only added.

The database refuses to change or delete them, on both engines (see the migration): a mistake is corrected by a row that
says so.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_
from app.payments.models.asked import Receivable
from app.payments.models.payables import Payable

CURRENCY = "EUR"
MOST_CENTS = 100_000_000


class Method(Choice):
    """By which way money moves."""

    CARD = "card", N_("Carte en ligne")
    TERMINAL = "terminal", N_("Carte au terminal")
    CASH = "cash", N_("Espèces")
    TRANSFER = "transfer", N_("Virement")
    CHEQUE = "cheque", N_("Chèque")


BY_HAND = (Method.CASH, Method.TERMINAL, Method.TRANSFER, Method.CHEQUE)


class MovementNature(Choice):
    """What a line of the books is."""

    PAYMENT = "payment", N_("Encaissement")
    REFUND = "refund", N_("Remboursement")
    REVERSAL = "reversal", N_("Contre-passation")
    CHARGEBACK = "chargeback", N_("Reprise par la banque")
    FEE = "fee", N_("Frais bancaires")
    REMITTANCE = "remittance", N_("Versement à la banque")


CORRECTS = (
    "(nature <> 'payment' OR corrects_id IS NULL) AND "
    "(nature IN ('payment', 'remittance', 'fee') OR corrects_id IS NOT NULL)"
)
CORRECTABLE = (MovementNature.PAYMENT, MovementNature.REFUND)  # by hand; the others are Stripe's word


class Movement(Identified, Base):
    """A line of the books. `amount` is in cents and signed: what comes in counts, what goes back counts off.

    `number` grows by one, without holes. `natural_key` says which fact of the world the line stands for, so that it is
    written once. `corrects` is the payment a refund gives back or a bank takes back, the line a reversal undoes, or the
    one a fee was kept on: a fee takes nothing from what was paid. A payment corrects nothing; a remittance does so when
    the bank sent it back, a fee unless Stripe keeps it on the account itself.
    """

    __tablename__ = "money_movements"
    __table_args__ = (
        sa.CheckConstraint(CORRECTS, name="corrects"),
        sa.CheckConstraint("nature <> 'payment' OR amount > 0", name="payment"),
        sa.CheckConstraint("nature <> 'refund' OR amount < 0", name="refund"),
        sa.CheckConstraint(f"amount <> 0 AND abs(amount) <= {MOST_CENTS}", name="amount"),
        sa.CheckConstraint(f"currency = '{CURRENCY}'", name="currency"),
        sa.Index(None, "establishment_id", "booked_on"),
        sa.Index(None, "payable_kind", "payable_id"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    nature: Mapped[MovementNature]
    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"))
    payable_kind: Mapped[str] = mapped_column(sa.String(40))
    payable_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("money_movements.id"), index=True)
    method: Mapped[Method]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3), default=CURRENCY)
    booked_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(index=True)
    label: Mapped[str] = mapped_column(sa.String(200))
    reference: Mapped[str] = mapped_column(sa.String(120), default="", index=True)
    natural_key: Mapped[str] = mapped_column(sa.String(200), unique=True)

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    corrects: Mapped["Movement | None"] = relationship(remote_side="Movement.id")

    __mapper_args__ = {"polymorphic_on": "nature", "polymorphic_abstract": True}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by its number."""
        return str(self.number)

    @property
    def payable(self) -> Payable:
        """Give what it was paid for."""
        return Payable(self.payable_kind, self.payable_id)


class Payment(Movement):
    """Money that came in."""

    __mapper_args__ = {"polymorphic_identity": MovementNature.PAYMENT}  # noqa: RUF012


class Refund(Movement):
    """Money of a payment that was given back."""

    __mapper_args__ = {"polymorphic_identity": MovementNature.REFUND}  # noqa: RUF012


class Reversal(Movement):
    """A line undone: written by mistake, taken back by a bank, or a refund that failed."""

    __mapper_args__ = {"polymorphic_identity": MovementNature.REVERSAL}  # noqa: RUF012


class Chargeback(Movement):
    """Money of a payment that a bank took back, because the holder of the card contests it."""

    __mapper_args__ = {"polymorphic_identity": MovementNature.CHARGEBACK}  # noqa: RUF012


class Fee(Movement):
    """What Stripe kept for itself on a line: the payer paid the whole."""

    __mapper_args__ = {"polymorphic_identity": MovementNature.FEE}  # noqa: RUF012


class Remittance(Movement):
    """What left Stripe for the house's bank, or came back from it: money that only changed its place."""

    __mapper_args__ = {"polymorphic_identity": MovementNature.REMITTANCE}  # noqa: RUF012


class Allocation(Identified, Base):
    """A part of a payment that settles what was asked; a negative one takes such a part back."""

    __tablename__ = "payment_allocations"
    __table_args__ = (sa.CheckConstraint("amount <> 0", name="amount"),)

    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("money_movements.id"), index=True)
    receivable_id: Mapped[UUID] = mapped_column(sa.ForeignKey("receivables.id"), index=True)
    amount: Mapped[int]
    at: Mapped[datetime]

    payment: Mapped[Movement] = relationship()
    receivable: Mapped[Receivable] = relationship()


class DailyClosing(Identified, Base):
    """A day whose lines stand for good: its totals, and what seals it to the closing before.

    No line is booked any more on that day nor on an earlier one; `totals` says what each method brought and gave back.
    What went from Stripe to the bank stands there apart, and not in `total`: the house is neither richer nor poorer.
    """

    __tablename__ = "daily_closings"
    __table_args__ = (sa.UniqueConstraint("establishment_id", "day"),)

    number: Mapped[int] = mapped_column(unique=True)
    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"))
    day: Mapped[date]
    closed_at: Mapped[datetime]
    lines: Mapped[int]
    total: Mapped[int]
    totals: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    establishment: Mapped[Establishment] = relationship(lazy="joined")

    @property
    def fees(self) -> int | None:
        """Give what was kept that day, None where nothing was."""
        return sum(sums.get("fees", 0) for sums in self.totals.values()) or None

    @property
    def remitted(self) -> int | None:
        """Give what left Stripe for the bank that day, None where nothing did: it is in no total."""
        return -sum(sums.get("remitted", 0) for sums in self.totals.values()) or None

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by its day."""
        return self.day.isoformat()


class BookHead(Base):
    """The last numbers given, in one row: whoever writes in the books holds it, and the others wait."""

    __tablename__ = "book_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    movement: Mapped[int] = mapped_column(default=0)
    closing: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(sa.String(64))
