"""What the house learns from its evenings, and the floors it tries on paper. Nobody's name."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


class Stay(Base):
    """How long a party was at its table, as the team noted it: seated, then gone."""

    __tablename__ = "stays"
    __table_args__ = (
        sa.CheckConstraint("left_at IS NULL OR left_at >= seated_at", name="left_at"),
        sa.Index(None, "establishment_id", "service_date"),
    )

    reservation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reservations.id", ondelete="CASCADE"), primary_key=True)
    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    service_date: Mapped[date]
    local_time: Mapped[time]
    covers: Mapped[int]
    seated_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class TrialState(Choice):
    """How far a trial of a floor has come."""

    WAITING = "waiting", N_("En attente")
    RUNNING = "running", N_("En cours")
    DONE = "done", N_("Terminé")
    FAILED = "failed", N_("Échoué")


class FloorTrial(Identified, Base):
    """Another floor, on which the demand of some past days is played again. The real room is not touched.

    `removed` are ids of tables, `added` rows {"area", "count", "min_covers", "max_covers"}; `result` is what came out.
    """

    __tablename__ = "floor_trials"
    __table_args__ = (
        sa.CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="result"),
        sa.CheckConstraint("days_done >= 0 AND days_total >= 1", name="days"),
        sa.Index(None, "establishment_id", "created_at"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(80))
    removed: Mapped[list[str]] = mapped_column(sa.JSON)
    added: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[TrialState] = mapped_column(default=TrialState.WAITING)
    days_done: Mapped[int] = mapped_column(default=0)
    days_total: Mapped[int]
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(200))

    establishment: Mapped[Establishment] = relationship(lazy="joined")

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.name

    @property
    def is_waited_for(self) -> bool:
        """Tell whether its result is still to come."""
        return self.state in (TrialState.WAITING, TrialState.RUNNING)
