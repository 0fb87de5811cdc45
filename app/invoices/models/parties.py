"""Who bills (Issuer), and whom (Recipient)."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment, Organisation, Person
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
