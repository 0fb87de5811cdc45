"""What was billed: papers, their lines, the deposits they take into account, and the numbers they bear."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment
from app.invoices.arithmetic import Totals, line_net, totals
from app.invoices.models.parties import Issuer, Recipient
from app.invoices.models.rates import VatCategory
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_
from app.kernel.search import normalised


class NumberSeries(Base):
    """The last number given in one series of an issuer; it only ever grows by one."""

    __tablename__ = "invoice_series"
    __table_args__ = (sa.CheckConstraint("last >= 0", name="last"),)

    issuer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("invoice_issuers.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class InvoiceKind(Choice):
    """What is issued."""

    INVOICE = "invoice", N_("Facture")
    DEPOSIT = "deposit", N_("Facture d’acompte")
    CREDIT_NOTE = "credit_note", N_("Avoir")


class InvoiceState(Choice):
    """A draft may change; what is issued never does."""

    DRAFT = "draft", N_("Brouillon")
    ISSUED = "issued", N_("Émise")


class Operation(Choice):
    """What was sold, as the decree of 7 October 2022 wants it said."""

    SERVICES = "services", N_("Prestations de services")
    GOODS = "goods", N_("Livraisons de biens")
    MIXED = "mixed", N_("Livraisons de biens et prestations de services")


class Unit(Choice):
    """What a quantity counts (UN/ECE recommendation 20)."""

    PIECE = "C62", N_("unité")
    PERSON = "IE", N_("personne")
    HOUR = "HUR", N_("heure")
    DAY = "DAY", N_("jour")
    KILOGRAM = "KGM", N_("kg")


class Invoice(Identified, Base):
    """A draft, then an invoice, a deposit invoice or a credit note; the database refuses to change what is issued.

    Once issued, `seller`, `buyer` and `mentions` say what stood that day, and `xml` is its Factur-X.
    `preceding` is what a credit note corrects; `prepaid` is the sum of its `deductions`.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        sa.UniqueConstraint("issuer_id", "series", "sequence"),
        sa.UniqueConstraint("issuer_id", "number"),
        sa.UniqueConstraint("id", "state"),  # what lines point to: they are issued with their invoice
        sa.CheckConstraint(
            "(state = 'issued') = (number IS NOT NULL AND sequence IS NOT NULL AND issue_date IS NOT NULL "
            "AND due_date IS NOT NULL AND issued_at IS NOT NULL AND xml IS NOT NULL)",
            name="issued_whole",
        ),
        sa.CheckConstraint("(kind = 'credit_note') = (preceding_id IS NOT NULL)", name="credit_note_corrects"),
        sa.CheckConstraint("gross = net + vat AND prepaid >= 0 AND prepaid <= gross", name="totals"),
        sa.CheckConstraint("state = 'draft' OR gross > 0", name="gross"),
        sa.Index(None, "establishment_id", "created_at"),
        sa.Index(None, "recipient_id", "created_at"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"))
    issuer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("invoice_issuers.id"))
    recipient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("invoice_recipients.id"))
    preceding_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    invoice_kind: Mapped[InvoiceKind] = mapped_column("kind")
    state: Mapped[InvoiceState] = mapped_column(default=InvoiceState.DRAFT)
    language: Mapped[str] = mapped_column(sa.String(10))
    operation: Mapped[Operation]
    supply_date: Mapped[date]
    due_date: Mapped[date | None]
    order_reference: Mapped[str] = mapped_column(sa.String(80), default="")
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    search_text: Mapped[str] = mapped_column(sa.String(300), default="")
    series: Mapped[str | None] = mapped_column(sa.String(10))
    sequence: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(sa.String(30))
    issue_date: Mapped[date | None] = mapped_column(index=True)
    net: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    vat: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    gross: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    prepaid: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    seller: Mapped[dict[str, Any]] = mapped_column(default=dict)
    buyer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mentions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    xml: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship()
    issuer: Mapped[Issuer] = relationship()
    recipient: Mapped[Recipient] = relationship()
    preceding: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id")
    lines: Mapped[list["InvoiceLine"]] = relationship(
        primaryjoin="foreign(InvoiceLine.invoice_id) == Invoice.id",
        order_by="InvoiceLine.position",
        cascade="all, delete-orphan",
        passive_updates=True,
    )
    deductions: Mapped[list["Deduction"]] = relationship(
        primaryjoin="foreign(Deduction.invoice_id) == Invoice.id",
        order_by="Deduction.position",
        cascade="all, delete-orphan",
        passive_updates=True,
    )

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by its number, once it has one."""
        return self.number or ""

    @property
    def is_issued(self) -> bool:
        """Tell whether it stands for ever."""
        return self.state is InvoiceState.ISSUED

    @property
    def is_credit_note(self) -> bool:
        """Tell whether it gives back."""
        return self.invoice_kind is InvoiceKind.CREDIT_NOTE

    @property
    def buyer_is_forgotten(self) -> bool:
        """Tell whether this corrects what was billed to somebody since forgotten: it names whom the invoice named."""
        return self.is_credit_note and self.recipient.forgotten_at is not None

    @property
    def due(self) -> int:
        """Give what remains to be paid, or to be given back, in cents, after the deposits."""
        return self.gross - self.prepaid

    @property
    def buyer_name(self) -> str:
        """Give who is billed: as it was when issued, else as the recipient is called now."""
        billed = self.preceding.buyer if self.preceding is not None and self.buyer_is_forgotten else self.buyer
        return str(billed.get("name") or self.recipient.name)

    def totals(self) -> Totals:
        """Add up its lines."""
        return totals((((line.vat_category.value, line.vat_rate), line.net) for line in self.lines), self.prepaid)


@event.listens_for(Invoice, "before_insert")
@event.listens_for(Invoice, "before_update")
def _stay_found(_mapper: object, _connection: object, invoice: Invoice) -> None:
    said = (invoice.number, invoice.reference, invoice.order_reference)
    invoice.search_text = normalised(" ".join(text for text in said if text))[:300]


class InvoiceLine(Identified, Base):
    """What was sold, at which price without VAT. Its state follows its invoice's, by the key that points to it."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["invoice_id", "state"],
            ["invoices.id", "invoices.state"],
            name="fk_invoice_lines_invoice",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("invoice_id", "position"),
        sa.Index(None, "state", "invoice_id"),
        sa.CheckConstraint("unit_price >= 0", name="unit_price"),
        sa.CheckConstraint("quantity <> 0", name="quantity"),
        sa.CheckConstraint("(vat_category = 'S') = (vat_rate > 0)", name="vat_category"),
    )

    invoice_id: Mapped[UUID]
    state: Mapped[InvoiceState] = mapped_column(default=InvoiceState.DRAFT)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(200))
    quantity: Mapped[Decimal]
    unit: Mapped[Unit]
    unit_price: Mapped[int] = mapped_column(sa.BigInteger)
    vat_key: Mapped[str] = mapped_column(sa.String(40))
    vat_category: Mapped[VatCategory]
    vat_rate: Mapped[int]
    net: Mapped[int] = mapped_column(sa.BigInteger)

    def price(self) -> None:
        """Compute what the line comes to."""
        self.net = line_net(self.quantity, self.unit_price)


class Deduction(Identified, Base):
    """A deposit invoice on another paper: an invoice deducts it, a credit note on that invoice gives it back.

    `turn` counts what was issued of one deposit, from one: odd when it is deducted, even when it is given back; a draft
    has none yet. The database keeps one of each, so that a deposit is deducted once until it is given back. Its state
    follows its paper's, as a line's does. `amount` and `vat` are cents: what credit notes have left of the deposit.
    """

    __tablename__ = "invoice_deductions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["invoice_id", "state"],
            ["invoices.id", "invoices.state"],
            name="fk_invoice_deductions_invoice",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("invoice_id", "deposit_id"),
        sa.UniqueConstraint("deposit_id", "turn"),
        sa.Index(None, "state", "invoice_id"),
        sa.CheckConstraint("state = 'draft' OR turn IS NOT NULL", name="issued_turn"),
        sa.CheckConstraint("turn IS NULL OR turn >= 1 AND (turn % 2 = 0) = gives_back", name="turn"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("invoice_id <> deposit_id", name="another"),
    )

    invoice_id: Mapped[UUID]
    state: Mapped[InvoiceState] = mapped_column(default=InvoiceState.DRAFT)
    position: Mapped[int]
    deposit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("invoices.id"))
    gives_back: Mapped[bool]
    turn: Mapped[int | None]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    vat: Mapped[int] = mapped_column(sa.BigInteger)

    # A paper names every deposit it deducts: they are read at once, though the relation comes back to its own table.
    deposit: Mapped[Invoice] = relationship(foreign_keys=deposit_id, lazy="selectin", join_depth=2)
    paper: Mapped[Invoice] = relationship(primaryjoin="foreign(Deduction.invoice_id) == Invoice.id", viewonly=True)
