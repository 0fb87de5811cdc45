"""The room, its hours and its rules."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.booking.floor_plan import Drawing, Label, Place, Shape, Wall
from app.directory.models import Establishment
from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_


class BookingPolicy(Base):
    """How one establishment takes bookings. `version` grows with every change to room, hours or rules.

    Online bookings that begin from `paused_from` to `paused_until`, half-open, are paused; it ends by itself.
    """

    __tablename__ = "booking_policies"
    __table_args__ = (
        sa.CheckConstraint("max_covers_online >= 1", name="max_covers_online"),
        sa.CheckConstraint("(paused_from IS NULL) = (paused_until IS NULL)", name="pause"),
    )

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
    engine: Mapped[str] = mapped_column(sa.String(20), default="guarded")
    version: Mapped[int] = mapped_column(default=1)
    paused_from: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship()


class Area(Identified, Base):
    """A part of the house where guests sit."""

    __tablename__ = "areas"
    __table_args__ = (sa.UniqueConstraint("establishment_id", "code"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int] = mapped_column(default=0)
    walls: Mapped[list[list[int]]] = mapped_column(sa.JSON, default=list)
    labels: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)

    @property
    def drawing(self) -> Drawing:
        """Give what stands around its tables."""
        return Drawing(tuple(Wall(*wall) for wall in self.walls), tuple(Label(**label) for label in self.labels))

    @drawing.setter
    def drawing(self, drawn: Drawing) -> None:
        self.walls = [[wall.x1, wall.y1, wall.x2, wall.y2] for wall in drawn.walls]
        self.labels = [{"text": label.text, "x": label.x, "y": label.y} for label in drawn.labels]


class Table(Identified, Base):
    """A table, with the least and most guests it takes. A retired one keeps its history and takes nobody.

    One that `is_kept` is not given online: it is for the telephone and the door.
    """

    __tablename__ = "tables"
    __table_args__ = (
        sa.UniqueConstraint("establishment_id", "code"),
        sa.CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name="covers"),
        sa.CheckConstraint(
            "(shape IS NULL) = (x IS NULL) AND (x IS NULL) = (y IS NULL) AND (y IS NULL) = (width IS NULL)"
            " AND (width IS NULL) = (height IS NULL) AND (height IS NULL) = (rotation IS NULL)",
            name="place",
        ),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    area_id: Mapped[UUID] = mapped_column(sa.ForeignKey("areas.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    min_covers: Mapped[int]
    max_covers: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_kept: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    shape: Mapped[Shape | None]
    x: Mapped[int | None]
    y: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    rotation: Mapped[int | None]

    area: Mapped[Area] = relationship(lazy="joined")

    @property
    def place(self) -> Place | None:
        """Give where somebody drew it; None when nobody did, and the plan finds a place by itself."""
        if self.shape is None:
            return None
        sides = (self.x or 0, self.y or 0, self.width or 0, self.height or 0, self.rotation or 0)
        return Place(self.shape, *sides)

    @place.setter
    def place(self, drawn: Place | None) -> None:
        for name in ("shape", "x", "y", "width", "height", "rotation"):
            setattr(self, name, getattr(drawn, name, None))


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

    combination_id: Mapped[UUID] = mapped_column(sa.ForeignKey("combinations.id", ondelete="CASCADE"), primary_key=True)
    table_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tables.id", ondelete="CASCADE"), primary_key=True, index=True)
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
    engine: Mapped[str | None] = mapped_column(sa.String(20))
    position: Mapped[int] = mapped_column(default=0)
    online_covers: Mapped[int | None]


class ExceptionalDay(Identified, Base):
    """A date with its own shifts, or none: the weekday's do not count. Guests may read what it is about."""

    __tablename__ = "exceptional_days"
    __table_args__ = (sa.UniqueConstraint("establishment_id", "day"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    day: Mapped[date]
    title: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    title_en: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    text: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    text_en: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    shifts: Mapped[list[Shift]] = relationship(cascade="all, delete-orphan", order_by=Shift.position, lazy="selectin")


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


class CloseOutScope(Choice):
    """What a close-out closes."""

    HOUSE = "house", N_("Les arrivées, à toutes les tables")
    TABLES = "tables", N_("Quelques tables")
    AREA = "area", N_("Un espace entier")


class CloseOut(Identified, Base):
    """A closing inside an open house: times of some dates, for all arrivals, some tables or an area.

    Without a last day it is for good; without weekdays, of every day; without times, of the whole day.
    """

    __tablename__ = "close_outs"
    __table_args__ = (
        sa.CheckConstraint("last_day >= first_day", name="days"),
        sa.CheckConstraint("(since IS NULL) = (until IS NULL)", name="times"),
        sa.CheckConstraint("(scope = 'area') = (area_id IS NOT NULL)", name="area"),
        sa.Index(None, "establishment_id", "first_day"),
    )

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    scope: Mapped[CloseOutScope]
    area_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("areas.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    weekdays: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    since: Mapped[time | None]
    until: Mapped[time | None]
    reason: Mapped[str] = mapped_column(sa.String(120), default="")

    area: Mapped[Area | None] = relationship(lazy="joined")
    tables: Mapped[list[Table]] = relationship(
        secondary="close_out_tables", order_by=(Table.position, Table.code), lazy="selectin"
    )


class CloseOutTable(Base):
    """One table of a close-out."""

    __tablename__ = "close_out_tables"

    close_out_id: Mapped[UUID] = mapped_column(sa.ForeignKey("close_outs.id", ondelete="CASCADE"), primary_key=True)
    table_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tables.id", ondelete="CASCADE"), primary_key=True, index=True)
