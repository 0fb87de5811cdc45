"""Reservations and what they occupy."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.booking.models.room import Table
from app.directory.models import Establishment, Person
from app.kernel import clock
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_, _


class ReservationState(Choice):
    """Where a reservation stands."""

    HELD = "held", N_("Retenue quelques minutes")
    REQUESTED = "requested", N_("À confirmer")
    CONFIRMED = "confirmed", N_("Confirmée")
    ARRIVED = "arrived", N_("Arrivée")
    SEATED = "seated", N_("Installée")
    FINISHED = "finished", N_("Terminée")
    NO_SHOW = "no_show", N_("Absence")
    CANCELLED = "cancelled", N_("Annulée")
    EXPIRED = "expired", N_("Expirée")


S = ReservationState
OCCUPYING = (S.HELD, S.REQUESTED, S.CONFIRMED, S.ARRIVED, S.SEATED)
COMING = (S.REQUESTED, S.CONFIRMED)
TERMINAL = (S.FINISHED, S.NO_SHOW, S.CANCELLED, S.EXPIRED)


class ReservationOrigin(Choice):
    """How a reservation came in."""

    ONLINE = "online", N_("En ligne")
    STAFF = "staff", N_("Saisie par l’équipe")
    WALK_IN = "walk_in", N_("Sans réservation")
    SITE = "site", N_("Site de la maison")


class Stage(Choice):
    """How far a seated party has come with its meal."""

    STARTER = "starter", N_("Entrées")
    MAIN = "main", N_("Plats")
    DESSERT = "dessert", N_("Desserts")
    BILL = "bill", N_("Addition")


class Reservation(Identified, Base):
    """A party expected at a local date and time. Which tables it holds is the business of `Seating`.

    The promise is `service_date` and `local_time` in the establishment's zone; `starts_at` and `quarter` are
    derived from it. Names and contact are those typed for this reservation: the person's own record is not touched.
    `seats_left` is what a party noted as absent gave back: {"tables", "codes", "first_quarter", "end_quarter"}.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        sa.CheckConstraint("covers >= 1", name="covers"),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_until"),
        sa.CheckConstraint("state IN ('held', 'expired') OR origin = 'walk_in' OR guest_id IS NOT NULL", name="guest"),
        sa.CheckConstraint("stage IS NULL OR state IN ('seated', 'finished')", name="stage"),
        sa.Index(None, "establishment_id", "service_date", "quarter"),
        sa.Index(None, "establishment_id", "state", "starts_at"),
        sa.Index(None, "starts_at", "id"),
        sa.Index(
            "ix_reservations_held_until",
            "held_until",
            sqlite_where=sa.text("held_until IS NOT NULL"),
            postgresql_where=sa.text("held_until IS NOT NULL"),
        ),
        sa.Index(
            "ix_reservations_visitor",
            "visitor",
            sqlite_where=sa.text("visitor IS NOT NULL"),
            postgresql_where=sa.text("visitor IS NOT NULL"),
        ),
        sa.Index(
            "ix_reservations_phone",
            "phone",
            sqlite_where=sa.text("phone <> ''"),
            postgresql_where=sa.text("phone <> ''"),
        ),
        sa.Index(
            "ix_reservations_reminder_due",
            "reminder_due_at",
            sqlite_where=sa.text("reminder_due_at IS NOT NULL"),
            postgresql_where=sa.text("reminder_due_at IS NOT NULL"),
        ),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"))
    reference: Mapped[str] = mapped_column(sa.String(12), unique=True)
    service_date: Mapped[date]
    local_time: Mapped[time]
    starts_at: Mapped[datetime]
    quarter: Mapped[int]
    duration_minutes: Mapped[int]
    covers: Mapped[int]
    area_wish: Mapped[str | None] = mapped_column(sa.String(40))
    locked_unit: Mapped[str | None] = mapped_column(sa.String(60))
    state: Mapped[ReservationState] = mapped_column(default=ReservationState.CONFIRMED)
    origin: Mapped[ReservationOrigin] = mapped_column(default=ReservationOrigin.ONLINE)
    guest_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    first_name: Mapped[str] = mapped_column(sa.String(80), default="")
    last_name: Mapped[str] = mapped_column(sa.String(80), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    special_requests: Mapped[str] = mapped_column(sa.Text, default="")
    search_text: Mapped[str] = mapped_column(sa.String(500), default="")
    search_contact: Mapped[str] = mapped_column(sa.String(500), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="fr")
    consent_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    visitor: Mapped[str | None] = mapped_column(sa.String(64))
    network: Mapped[str | None] = mapped_column(sa.String(64))
    overridden: Mapped[list[str]] = mapped_column(default=list)
    sequence: Mapped[int] = mapped_column(default=0)
    reminder_due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancellation_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    arrived_at: Mapped[datetime | None]
    seated_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    stage: Mapped[Stage | None]
    seats_left: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    guest: Mapped[Person | None] = relationship()
    seatings: Mapped[list["Seating"]] = relationship(back_populates="reservation", viewonly=True)
    notes: Mapped[list["ReservationNote"]] = relationship(
        back_populates="reservation", order_by="ReservationNote.written_at"
    )
    guest_tags: Mapped[list[Any]] = relationship(
        "GuestTag",
        secondary="guest_taggings",
        primaryjoin="Reservation.guest_id == foreign(GuestTagging.person_id)",
        secondaryjoin="GuestTag.id == foreign(GuestTagging.tag_id)",
        order_by="GuestTag.name",
        viewonly=True,
    )

    @classmethod
    def get(cls, record_id: UUID) -> "Reservation | None":
        """Load a promise by its id; what is only held, or ran out, is nobody's reservation and has no page."""
        found = super().get(record_id)
        return None if found is None or found.state in (S.HELD, S.EXPIRED) else found

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail: by its reference, which says nothing of the guest."""
        return self.reference

    @property
    def guest_name(self) -> str:
        """Give the name under which the table is kept, or say that it was erased."""
        name = f"{self.first_name} {self.last_name}".strip()
        return name or (_("De passage") if self.origin is ReservationOrigin.WALK_IN else _("Nom effacé"))

    @property
    def ends_at(self) -> datetime:
        """Give the instant until which the table is promised."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def is_terminal(self) -> bool:
        """Tell whether nothing more can happen to it."""
        return self.state in TERMINAL

    def is_held(self, now: datetime) -> bool:
        """Tell whether it is a hold that has not run out."""
        return self.state is S.HELD and self.held_until is not None and now < self.held_until

    def starts_within(self, delay: timedelta, now: datetime) -> bool:
        """Tell whether the guests are expected before the delay has passed, or should be here already."""
        return self.starts_at < now + delay

    def has_started(self) -> bool:
        """Tell whether the promised time has come."""
        return self.starts_at <= clock.now()

    @property
    def progress_label(self) -> str:
        """Say how far its evening is: the course while it sits at table, its state before and after."""
        return self.stage.label if self.stage and self.state is ReservationState.SEATED else self.state.label

    def table_codes(self) -> str:
        """Name the tables held: "4", or "4 + 5"."""
        return " + ".join(sorted((seating.table.code for seating in self.seatings), key=natural_order))


def natural_order(code: str) -> tuple[str, int, str]:
    """Sort "2" before "10", and "T2" before "T10"."""
    digits = "".join(char for char in code if char.isdigit())
    return ("".join(char for char in code if not char.isdigit()), int(digits or 0), code)


class Seating(Base):
    """One table held by one reservation, from a quarter-hour to another (half-open, turnover included)."""

    __tablename__ = "seatings"
    __table_args__ = (
        sa.CheckConstraint("end_quarter > first_quarter", name="quarters"),
        sa.Index(None, "establishment_id", "first_quarter"),
    )

    reservation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reservations.id", ondelete="CASCADE"), primary_key=True)
    table_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tables.id"), primary_key=True, index=True)
    establishment_id: Mapped[UUID]
    first_quarter: Mapped[int]
    end_quarter: Mapped[int]
    held_until: Mapped[datetime | None]

    reservation: Mapped[Reservation] = relationship(back_populates="seatings")
    table: Mapped[Table] = relationship(lazy="joined")


class SeatingCell(Base):
    """One table at one quarter-hour: its primary key is what makes a second use impossible.

    `quarter` counts quarter-hours of real time since 1970 (UTC), so that no change of hour lets two parties meet.
    """

    __tablename__ = "seating_cells"
    __table_args__ = ({"sqlite_with_rowid": False},)

    table_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tables.id"), primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reservation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reservations.id", ondelete="CASCADE"), index=True)


class ArrivalCount(Base):
    """Covers and reservations arriving at one slot; moved by conditional updates, which keep the pacing."""

    __tablename__ = "arrival_counts"
    __table_args__ = (
        sa.CheckConstraint("covers >= 0 AND reservations >= 0", name="counts"),
        {"sqlite_with_rowid": False},
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    covers: Mapped[int] = mapped_column(default=0)
    reservations: Mapped[int] = mapped_column(default=0)


class ServiceDay(Base):
    """One establishment on one service date: the lock of its writers, and the version of what readers know."""

    __tablename__ = "service_days"
    __table_args__ = ({"sqlite_with_rowid": False},)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), primary_key=True)
    service_date: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class ReservationNote(Identified, Base):
    """A note the team keeps for itself."""

    __tablename__ = "reservation_notes"

    reservation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reservations.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    author: Mapped[str] = mapped_column(sa.String(200))
    written_at: Mapped[datetime]

    reservation: Mapped[Reservation] = relationship(back_populates="notes")
