"""The waiting list: who would come if a place became free, and the places offered to them."""

from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.booking.models.reservations import Reservation, ReservationOrigin
from app.directory.models import Establishment, Person
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_, _

DAY_MINUTES = 24 * 60


class WaitingState(Choice):
    """Where an entry of the waiting list stands."""

    WAITING = "waiting", N_("En attente")
    OFFERED = "offered", N_("Place proposée")
    ACCEPTED = "accepted", N_("Place acceptée")
    EXPIRED = "expired", N_("Sans réponse")
    WITHDRAWN = "withdrawn", N_("Retirée")
    CLOSED = "closed", N_("Restée sans place")


LIVE = (WaitingState.WAITING, WaitingState.OFFERED)


class WaitingEntry(Identified, Base):
    """A party that would come if a place became free, between two arrival times of one shift.

    `first_minutes` and `last_minutes` are wall minutes after the service date's midnight, and may go beyond 1440;
    `closes_at` is the instant of the last one. `claim` says for whom and which shift, as long as the entry is live:
    its unique key keeps a person to one place in the list.
    """

    __tablename__ = "waiting_entries"
    __table_args__ = (
        sa.CheckConstraint("covers >= 1", name="covers"),
        sa.CheckConstraint("last_minutes >= first_minutes", name="minutes"),
        sa.CheckConstraint("(state IN ('waiting', 'offered')) = (claim IS NOT NULL)", name="claim"),
        sa.CheckConstraint("state NOT IN ('waiting', 'offered') OR guest_id IS NOT NULL", name="guest"),
        sa.Index(None, "establishment_id", "service_date", "state"),
        sa.Index(None, "state", "closes_at"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    service_date: Mapped[date]
    shift: Mapped[str] = mapped_column(sa.String(60))
    first_minutes: Mapped[int]
    last_minutes: Mapped[int]
    closes_at: Mapped[datetime]
    covers: Mapped[int]
    area_wish: Mapped[str | None] = mapped_column(sa.String(40))
    state: Mapped[WaitingState] = mapped_column(default=WaitingState.WAITING)
    origin: Mapped[ReservationOrigin] = mapped_column(default=ReservationOrigin.ONLINE)
    claim: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    guest_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    first_name: Mapped[str] = mapped_column(sa.String(80), default="")
    last_name: Mapped[str] = mapped_column(sa.String(80), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    special_requests: Mapped[str] = mapped_column(sa.Text, default="")
    search_text: Mapped[str] = mapped_column(sa.String(500), default="")
    search_contact: Mapped[str] = mapped_column(sa.String(500), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="fr")
    visitor: Mapped[str | None] = mapped_column(sa.String(64))
    consent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    guest: Mapped[Person | None] = relationship()
    offers: Mapped[list["WaitingOffer"]] = relationship(
        back_populates="entry", order_by="WaitingOffer.made_at", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail: by its day and shift, which say nothing of the guest."""
        return f"{self.service_date.isoformat()} {self.shift}"

    @property
    def guest_name(self) -> str:
        """Give the name in the list, or say that it was erased."""
        return f"{self.first_name} {self.last_name}".strip() or _("Nom effacé")

    @property
    def is_live(self) -> bool:
        """Tell whether the party still waits, or has a place offered."""
        return self.state in LIVE

    @property
    def first_time(self) -> time:
        """Give the earliest arrival accepted, as clocks show it."""
        return time(*divmod(self.first_minutes % DAY_MINUTES, 60))

    @property
    def last_time(self) -> time:
        """Give the latest arrival accepted, as clocks show it."""
        return time(*divmod(self.last_minutes % DAY_MINUTES, 60))


class OfferState(Choice):
    """What became of an offer."""

    OPEN = "open", N_("En attente de réponse")
    ACCEPTED = "accepted", N_("Acceptée")
    DECLINED = "declined", N_("Refusée")
    EXPIRED = "expired", N_("Expirée")
    TAKEN_BACK = "taken_back", N_("Reprise par la maison")
    UNDONE = "undone", N_("Défaite par un changement de la maison")


class WaitingOffer(Identified, Base):
    """A place offered until an instant, and held meanwhile: `reservation` is the hold, then the promise.

    A hold that ran out is forgotten after a week; the offer stays, for the house's counts.
    """

    __tablename__ = "waiting_offers"
    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        sa.CheckConstraint("state <> 'open' OR reservation_id IS NOT NULL", name="reservation"),
        sa.Index(None, "state", "expires_at"),
        sa.Index(
            "ix_waiting_offers_open",
            "entry_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("waiting_entries.id", ondelete="CASCADE"), index=True)
    reservation_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("reservations.id", ondelete="SET NULL"), unique=True
    )
    state: Mapped[OfferState] = mapped_column(default=OfferState.OPEN)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    entry: Mapped[WaitingEntry] = relationship(back_populates="offers")
    reservation: Mapped[Reservation | None] = relationship(lazy="joined")

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can still be accepted."""
        return self.state is OfferState.OPEN and now < self.expires_at
