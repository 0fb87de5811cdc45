"""The room, the hours, the rules; reservations and what they occupy."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.models import Establishment, Person
from app.kernel import clock
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_

# --- the room and its hours -----------------------------------------------------------------------------------


class BookingPolicy(Base):
    """How one establishment takes bookings. `version` grows with every change to room, hours or rules."""

    __tablename__ = "booking_policies"
    __table_args__ = (sa.CheckConstraint("max_covers_online >= 1", name="max_covers_online"),)

    establishment_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("establishments.id", ondelete="CASCADE"), primary_key=True
    )
    slot_minutes: Mapped[int] = mapped_column(default=15)
    turnover_minutes: Mapped[int] = mapped_column(default=0)
    durations: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    min_notice_minutes: Mapped[int] = mapped_column(default=60)
    max_advance_days: Mapped[int] = mapped_column(default=90)
    max_covers_online: Mapped[int] = mapped_column(default=8)
    large_party_text: Mapped[str] = mapped_column(sa.Text, default="")
    hold_minutes: Mapped[int] = mapped_column(default=5)
    cancel_until_minutes: Mapped[int] = mapped_column(default=120)
    engine: Mapped[str] = mapped_column(sa.String(20), default="best_fit")
    version: Mapped[int] = mapped_column(default=1)

    establishment: Mapped[Establishment] = relationship()


class Area(Identified, Base):
    """A part of the house where guests sit."""

    __tablename__ = "areas"
    __table_args__ = (sa.UniqueConstraint("establishment_id", "code"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int] = mapped_column(default=0)


class Table(Identified, Base):
    """A table, with the least and most guests it takes. A retired one keeps its history and takes nobody."""

    __tablename__ = "tables"
    __table_args__ = (
        sa.UniqueConstraint("establishment_id", "code"),
        sa.CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name="covers"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    area_id: Mapped[UUID] = mapped_column(sa.ForeignKey("areas.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    min_covers: Mapped[int]
    max_covers: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)

    area: Mapped[Area] = relationship(lazy="joined")


class Combination(Identified, Base):
    """Tables that can be joined, with their own least and most guests."""

    __tablename__ = "combinations"
    __table_args__ = (
        sa.UniqueConstraint("establishment_id", "code"),
        sa.CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name="covers"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(60))
    min_covers: Mapped[int]
    max_covers: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)

    members: Mapped[list["CombinationTable"]] = relationship(
        cascade="all, delete-orphan", order_by="CombinationTable.position", lazy="selectin"
    )


class CombinationTable(Base):
    """One table of a combination."""

    __tablename__ = "combination_tables"

    combination_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("combinations.id", ondelete="CASCADE"), primary_key=True
    )
    table_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tables.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    table: Mapped[Table] = relationship(lazy="joined")


class Shift(Identified, Base):
    """A span of arrivals: weekly when it has weekdays, of one exceptional day when it has a date."""

    __tablename__ = "shifts"
    __table_args__ = (sa.Index(None, "establishment_id"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    exceptional_day_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("exceptional_days.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(60))
    weekdays: Mapped[list[int]] = mapped_column(sa.JSON)
    first: Mapped[time]
    last: Mapped[time]
    pacing_covers: Mapped[int | None]
    pacing_reservations: Mapped[int | None]
    durations: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON(none_as_null=True))
    position: Mapped[int] = mapped_column(default=0)


class ExceptionalDay(Identified, Base):
    """A date with its own shifts, or none: the weekday's do not count."""

    __tablename__ = "exceptional_days"
    __table_args__ = (sa.UniqueConstraint("establishment_id", "day"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    day: Mapped[date]

    shifts: Mapped[list[Shift]] = relationship(
        cascade="all, delete-orphan", order_by=Shift.position, lazy="selectin"
    )


class Closure(Identified, Base):
    """Days on which nobody is received, both ends included."""

    __tablename__ = "closures"
    __table_args__ = (
        sa.CheckConstraint("last_day >= first_day", name="days"),
        sa.Index(None, "establishment_id", "first_day"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(120), default="")


# --- reservations ---------------------------------------------------------------------------------------------


class ReservationState(Choice):
    """Where a reservation stands."""

    HELD = "held", N_("Retenue quelques minutes")
    REQUESTED = "requested", N_("À confirmer")
    CONFIRMED = "confirmed", N_("Confirmée")
    SEATED = "seated", N_("Installée")
    FINISHED = "finished", N_("Terminée")
    NO_SHOW = "no_show", N_("Absence")
    CANCELLED = "cancelled", N_("Annulée")
    EXPIRED = "expired", N_("Expirée")


S = ReservationState
OCCUPYING = (S.HELD, S.REQUESTED, S.CONFIRMED, S.SEATED)
COMING = (S.REQUESTED, S.CONFIRMED)
TERMINAL = (S.FINISHED, S.NO_SHOW, S.CANCELLED, S.EXPIRED)


class ReservationOrigin(Choice):
    """How a reservation came in."""

    ONLINE = "online", N_("En ligne")
    STAFF = "staff", N_("Saisie par l’équipe")


class Reservation(Identified, Base):
    """A party expected at a local date and time. Which tables it holds is the business of `Seating`.

    The promise is `service_date` and `local_time` in the establishment's zone; `starts_at` and `quarter` are
    derived from it. Names and contact are those typed for this reservation: the person's own record is not touched.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        sa.CheckConstraint("covers >= 1", name="covers"),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_until"),
        sa.CheckConstraint("state IN ('held', 'expired') OR guest_id IS NOT NULL", name="guest"),
        sa.Index(None, "establishment_id", "service_date", "quarter"),
        sa.Index(None, "establishment_id", "state", "starts_at"),
        sa.Index(None, "starts_at", "id"),
        sa.Index("ix_reservations_held_until", "held_until", sqlite_where=sa.text("held_until IS NOT NULL"),
                 postgresql_where=sa.text("held_until IS NOT NULL")),
        sa.Index("ix_reservations_visitor", "visitor", sqlite_where=sa.text("visitor IS NOT NULL"),
                 postgresql_where=sa.text("visitor IS NOT NULL")),
        sa.Index("ix_reservations_reminder_due", "reminder_due_at",
                 sqlite_where=sa.text("reminder_due_at IS NOT NULL"),
                 postgresql_where=sa.text("reminder_due_at IS NOT NULL")),
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

    establishment: Mapped[Establishment] = relationship(lazy="joined")
    guest: Mapped[Person | None] = relationship()
    seatings: Mapped[list["Seating"]] = relationship(back_populates="reservation", viewonly=True)
    notes: Mapped[list["ReservationNote"]] = relationship(
        back_populates="reservation", order_by="ReservationNote.written_at"
    )

    @property
    def guest_name(self) -> str:
        """Give the name under which the table is kept."""
        return f"{self.first_name} {self.last_name}".strip()

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

    reservation_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("reservations.id", ondelete="CASCADE"), primary_key=True
    )
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
    reservation_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("reservations.id", ondelete="CASCADE"), index=True
    )


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

    reservation_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("reservations.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(sa.Text)
    author: Mapped[str] = mapped_column(sa.String(200))
    written_at: Mapped[datetime]

    reservation: Mapped[Reservation] = relationship(back_populates="notes")


# --- what demand leaves behind, without anybody's name --------------------------------------------------------


class RefusedSearch(Identified, Base):
    """A search that found no table: when it was made, for which date and how many, and why. Nobody's name."""

    __tablename__ = "refused_searches"
    __table_args__ = (sa.Index(None, "establishment_id", "at"),)

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


class FunnelCount(Base):
    """How many times one step was taken on one day: a number, nothing else."""

    __tablename__ = "funnel_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[FunnelStep] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
