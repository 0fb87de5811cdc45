"""What demand leaves behind, without anybody's name: refused searches, and counts of steps."""

from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


class RefusedSearch(Identified, Base):
    """A search that found no table: when it was made, for which date and how many, and why. Nobody's name."""

    __tablename__ = "refused_searches"
    __table_args__ = (
        sa.Index(None, "establishment_id", "at"),
        sa.Index(None, "at", "id"),
        sa.Index(None, "establishment_id", "service_date"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"))
    at: Mapped[datetime]
    service_date: Mapped[date | None]
    local_time: Mapped[time | None]
    covers: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(30))


class FunnelStep(Choice):
    """The steps of a booking, counted without tracking anybody."""

    SEEN = "seen", N_("Disponibilités vues")
    CHOSEN = "chosen", N_("Horaire choisi")
    TYPED = "typed", N_("Coordonnées envoyées")
    CONFIRMED = "confirmed", N_("Réservation confirmée")
    ABANDONED = "abandoned", N_("Horaire choisi puis abandonné")
    UNDECIDED = "undecided", N_("Question restée ouverte faute de temps")
    UNSOUND = "unsound", N_("Plan écarté à la dernière vérification")


ENGINE_STEPS = (FunnelStep.UNDECIDED, FunnelStep.UNSOUND)
"""What the engine of seating could not do; counted as the steps are, and no step of anybody's booking."""


class FunnelCount(Base):
    """How many times one step was taken on one day: a number, nothing else."""

    __tablename__ = "funnel_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[FunnelStep] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
