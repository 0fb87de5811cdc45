"""What the engine leaves behind: the tables it changed for others, and the wishes it has yet to answer."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.booking.models.reservations import Reservation, ReservationOrigin
from app.directory.models import Establishment
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


class RearrangementReason(Choice):
    """Why tables were changed."""

    NEWCOMER = "newcomer", N_("Pour recevoir quelqu’un de plus")
    OPTIMISED = "optimised", N_("Pour mieux disposer la salle")


class Rearrangement(Identified, Base):
    """Tables that reservations exchanged at once, for a newcomer or to tidy the room; what it takes to put them back.

    `moves` are rows {"reservation", "before", "after"}: the id of the reservation, and those of its tables.
    """

    __tablename__ = "rearrangements"
    __table_args__ = (sa.Index(None, "establishment_id", "service_date"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    service_date: Mapped[date]
    reason: Mapped[RearrangementReason]
    newcomer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("reservations.id", ondelete="SET NULL"), index=True)
    moves: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    newcomer: Mapped[Reservation | None] = relationship(lazy="joined")

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.service_date.isoformat()


class WishState(Choice):
    """Where a wish stands that was not answered at once."""

    CHECKING = "checking", N_("En vérification")
    GRANTED = "granted", N_("Acceptée")
    REFUSED = "refused", N_("Refusée")
    UNANSWERED = "unanswered", N_("Restée sans réponse")


class OpenWish(Identified, Base):
    """A table asked for by a guest, which the engine could not decide upon while the guest waited.

    It is asked again with more time; the guest is told yes or no. Nothing is held meanwhile.
    """

    __tablename__ = "open_wishes"
    __table_args__ = (
        sa.CheckConstraint("covers >= 1", name="covers"),
        sa.CheckConstraint("(state = 'checking') = (answered_at IS NULL)", name="answered_at"),
        sa.Index(None, "establishment_id", "state"),
        sa.Index(None, "asked_at"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    service_date: Mapped[date]
    local_time: Mapped[time]
    covers: Mapped[int]
    first_name: Mapped[str] = mapped_column(sa.String(80))
    last_name: Mapped[str] = mapped_column(sa.String(80))
    email: Mapped[str] = mapped_column(sa.String(254))
    phone: Mapped[str] = mapped_column(sa.String(20))
    special_requests: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(10))
    visitor: Mapped[str] = mapped_column(sa.String(64), index=True)
    origin: Mapped[ReservationOrigin] = mapped_column(default=ReservationOrigin.ONLINE)
    state: Mapped[WishState] = mapped_column(default=WishState.CHECKING)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reservation_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("reservations.id", ondelete="SET NULL"), index=True
    )

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    reservation: Mapped[Reservation | None] = relationship()

    @property
    def guest_name(self) -> str:
        """Give the name of who asked."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return f"{self.service_date.isoformat()} {self.local_time:%H:%M}, {self.covers}"

    @property
    def is_waited_for(self) -> bool:
        """Tell whether its answer is still to come."""
        return self.state is WishState.CHECKING
