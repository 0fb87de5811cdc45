"""The rates of VAT, each from its day on."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


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
