"""Who bills (Issuer), whom (Recipient), under which rates and wordings of the day, and what was billed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment, Organisation, Person
from app.invoices.arithmetic import Totals, line_net, totals
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_
from app.kernel.search import normalised


class LegalForm(Choice):
    """What the house is in law; a company has a capital and stands in the register of commerce."""

    SARL = "sarl", N_("SARL")
    EURL = "eurl", N_("EURL")
    SAS = "sas", N_("SAS")
    SASU = "sasu", N_("SASU")
    SA = "sa", N_("Société anonyme")
    SNC = "snc", N_("SNC")
    SOLE_TRADER = "sole_trader", N_("Entrepreneur individuel (EI)")
    ASSOCIATION = "association", N_("Association")

    @property
    def is_company(self) -> bool:
        """Tell whether capital and register have to be printed."""
        return self not in (LegalForm.SOLE_TRADER, LegalForm.ASSOCIATION)


class Issuer(Identified, Base):
    """An organisation as the one that bills: what the law wants printed of it, and where it is paid."""

    __tablename__ = "invoice_issuers"
    __table_args__ = (
        sa.CheckConstraint("capital IS NULL OR capital >= 0", name="capital"),
        sa.CheckConstraint("payment_days BETWEEN 0 AND 60", name="payment_days"),
    )

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), unique=True)
    legal_name: Mapped[str] = mapped_column(sa.String(120), default="")
    legal_form: Mapped[LegalForm] = mapped_column(default=LegalForm.SAS)
    capital: Mapped[int | None] = mapped_column(sa.BigInteger)
    siren: Mapped[str] = mapped_column(sa.String(9), default="")
    register_city: Mapped[str] = mapped_column(sa.String(80), default="")
    vat_number: Mapped[str] = mapped_column(sa.String(20), default="")
    vat_on_debits: Mapped[bool] = mapped_column(default=False)
    address_line1: Mapped[str] = mapped_column(sa.String(120), default="")
    address_line2: Mapped[str] = mapped_column(sa.String(120), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(12), default="")
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="FR")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    iban: Mapped[str] = mapped_column(sa.String(34), default="")
    bic: Mapped[str] = mapped_column(sa.String(11), default="")
    payment_days: Mapped[int] = mapped_column(default=30)
    changed_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.legal_name


class RecipientKind(Choice):
    """Whether a company or a person is billed: the law wants more said to the first."""

    ORGANISATION = "organisation", N_("Entreprise ou organisme")
    PERSON = "person", N_("Particulier")


class Recipient(Identified, Base):
    """Somebody a house bills. What an issued invoice says of them stays on the invoice."""

    __tablename__ = "invoice_recipients"
    __table_args__ = (
        sa.CheckConstraint("name <> ''", name="name"),
        sa.CheckConstraint("recipient_kind = 'organisation' OR (siren = '' AND vat_number = '')", name="numbers"),
        sa.Index(None, "establishment_id", "name"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"))
    recipient_kind: Mapped[RecipientKind]
    name: Mapped[str] = mapped_column(sa.String(120))
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    siren: Mapped[str] = mapped_column(sa.String(9), default="")
    vat_number: Mapped[str] = mapped_column(sa.String(20), default="")
    address_line1: Mapped[str] = mapped_column(sa.String(120), default="")
    address_line2: Mapped[str] = mapped_column(sa.String(120), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(12), default="")
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="FR")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="fr")
    search_text: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def trail_name(self) -> str:
        """Name a company in the audit trail; a person stays out of it."""
        return self.name if self.is_organisation else ""

    @property
    def is_organisation(self) -> bool:
        """Tell whether a company or a body is billed."""
        return self.recipient_kind is RecipientKind.ORGANISATION


@event.listens_for(Recipient, "before_insert")
@event.listens_for(Recipient, "before_update")
def _stay_findable(_mapper: object, _connection: object, recipient: Recipient) -> None:
    recipient.search_text = normalised(f"{recipient.name} {recipient.siren} {recipient.city}")[:300]


class VatCategory(Choice):
    """Why a rate is what it is (UNTDID 5305, as EN 16931 uses it)."""

    STANDARD = "S", N_("Taxée")
    EXEMPT = "E", N_("Exonérée")
    REVERSE_CHARGE = "AE", N_("Autoliquidation")


class VatRate(Identified, Base):
    """A rate of VAT from a day on, as a law sets it; a line names it by its key."""

    __tablename__ = "vat_rates"
    __table_args__ = (
        sa.UniqueConstraint("key", "valid_from"),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name="rate"),
        sa.CheckConstraint("(category = 'S') = (rate > 0)", name="category"),
    )

    key: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(80))
    category: Mapped[VatCategory]
    rate: Mapped[int]
    exemption_code: Mapped[str] = mapped_column(sa.String(30), default="")
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(sa.String(200))

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.label


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
    `preceding` is what a credit note corrects, or the deposit an invoice takes into account.
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
        sa.CheckConstraint("kind <> 'credit_note' OR preceding_id IS NOT NULL", name="credit_note_corrects"),
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
        """Give what remains to be paid, in cents, after the deposit."""
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
