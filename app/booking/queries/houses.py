"""One establishment's room, hours and rules as the pure engine takes them, read once per version."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.booking import opening, seating
from app.booking.models import (
    Area,
    BookingPolicy,
    CloseOut,
    Closure,
    Combination,
    ExceptionalDay,
    Shift,
    Table,
)
from app.directory.models import Establishment
from app.kernel.db import db
from app.kernel.formats import number_range
from app.kernel.once import once_while_reading


@dataclass(frozen=True)
class House:
    """What the engine knows of an establishment at one version of its settings.

    Tables, combinations and shifts go by the hexadecimal id of their rows, areas by their code. `kept` are the tables
    that are not given online.
    """

    establishment_id: UUID
    version: int
    opening: opening.Opening
    room: seating.Room
    rules: seating.Rules
    policy: seating.Policy
    areas: tuple[str, ...]
    hold_minutes: int
    cancel_until_minutes: int
    large_party_text: str
    kept: frozenset[str] = frozenset()
    phone: str = ""

    @cached_property
    def online(self) -> "House":
        """The same house as guests may have it online: without the tables it keeps for the telephone and the door."""
        if not self.kept:
            return self
        tables = tuple(table for table in self.room.tables if table.id not in self.kept)
        joined = tuple(each for each in self.room.combinations if not self.kept & set(each.tables))
        return replace(self, room=replace(self.room, tables=tables, combinations=joined), kept=frozenset())

    @property
    def slot_quarters(self) -> int:
        """Give how many quarter-hours one step of the offered times spans."""
        return self.opening.slot_minutes // opening.QUARTER_MINUTES

    @cached_property
    def may_move(self) -> bool:
        """Tell whether others may be moved for a newcomer, at one shift at least."""
        shifts = [*self.opening.shifts, *(shift for day in self.opening.exceptional_days for shift in day.shifts)]
        names = {shift.policy for shift in shifts if shift.policy} | {self.policy.name.value}
        return names != {seating.PolicyName.BEST_FIT.value}


VERSIONS = sa.select(BookingPolicy.establishment_id, BookingPolicy.version)
_houses: dict[UUID, House] = {}


def house_of(establishment: Establishment, *, version: int | None = None) -> House:
    """Give the house, read anew when its version has moved. One small query when it has not, none when it is known.

    A request that only reads asks for the versions once: it sees one state of the house from end to end.
    """
    if version is None:
        version = house_versions().get(establishment.id)
    kept = _houses.get(establishment.id)
    if kept is None or kept.version != version or kept.opening.zone != establishment.timezone:
        kept = _houses[establishment.id] = read_house(establishment)
    return kept


def house_versions() -> dict[UUID, int]:
    """Give the establishments that take bookings, with the versions of their settings."""
    return once_while_reading(
        "house_versions", lambda: {row.establishment_id: row.version for row in db.session.execute(VERSIONS)}
    )


def paused_until(establishment: Establishment, now: datetime) -> datetime | None:
    """Give until when online bookings are paused; None when they are not, or no longer."""
    until = house_of(establishment).rules.paused_until
    return until if until is not None and until > now else None


def read_house(establishment: Establishment) -> House:
    """Read room, hours and rules from the database."""
    policy = db.session.get_one(BookingPolicy, establishment.id)
    tables = _all(Table, establishment, Table.position, Table.code)
    combinations = _all(Combination, establishment, Combination.position, Combination.code)
    active = {table.id for table in tables if table.is_active}
    return House(
        establishment_id=establishment.id,
        version=policy.version,
        opening=_opening(establishment, policy, tables),
        room=seating.Room(
            tuple(
                seating.Table(table.id.hex, table.area.code, table.min_covers, table.max_covers)
                for table in tables
                if table.is_active
            ),
            tuple(
                seating.Combination(
                    combination.id.hex,
                    tuple(member.table_id.hex for member in combination.members),
                    combination.min_covers,
                    combination.max_covers,
                )
                for combination in combinations
                if all(member.table_id in active for member in combination.members)
            ),
            bands(policy.durations),
            policy.turnover_minutes,
        ),
        rules=seating.Rules(
            policy.min_notice_minutes,
            policy.max_advance_days,
            policy.max_covers_online,
            policy.paused_from,
            policy.paused_until,
        ),
        policy=seating.Policy(seating.PolicyName(policy.engine)),
        areas=tuple(area.code for area in _all(Area, establishment, Area.position, Area.code)),
        hold_minutes=policy.hold_minutes,
        cancel_until_minutes=policy.cancel_until_minutes,
        large_party_text=policy.large_party_text,
        kept=frozenset(table.id.hex for table in tables if table.is_active and table.is_kept),
        phone=establishment.phone,
    )


def _opening(establishment: Establishment, policy: BookingPolicy, tables: Iterable[Table]) -> opening.Opening:
    shifts = _all(Shift, establishment, Shift.position)
    exceptional = _all(ExceptionalDay, establishment, ExceptionalDay.day)
    closures = _all(Closure, establishment, Closure.first_day)
    return opening.Opening(
        zone=establishment.timezone,
        slot_minutes=policy.slot_minutes,
        shifts=tuple(pure_shift(shift) for shift in shifts if shift.exceptional_day_id is None),
        closures=tuple(opening.Closure(closure.first_day, closure.last_day, closure.reason) for closure in closures),
        exceptional_days=tuple(
            opening.ExceptionalDay(day.day, tuple(pure_shift(shift) for shift in day.shifts), pure_occasion(day))
            for day in exceptional
        ),
        close_outs=tuple(
            pure_close_out(close_out, tables) for close_out in _all(CloseOut, establishment, CloseOut.first_day)
        ),
    )


def pure_shift(shift: Shift) -> opening.Shift:
    """Give a shift as the engine takes it."""
    return opening.Shift(
        id=shift.id.hex,
        name=shift.name,
        weekdays=frozenset(shift.weekdays),
        first=shift.first,
        last=shift.last,
        pacing_covers=shift.pacing_covers,
        pacing_reservations=shift.pacing_reservations,
        durations=bands(shift.durations) if shift.durations else None,
        policy=shift.engine,
        online_covers=shift.online_covers,
    )


def pure_occasion(day: ExceptionalDay) -> opening.Occasion:
    """Give what guests read of an exceptional day."""
    return opening.Occasion(day.title, day.title_en, day.text, day.text_en)


def pure_close_out(close_out: CloseOut, tables: Iterable[Table]) -> opening.CloseOut:
    """Give a close-out as the engine takes it; one of an area closes the tables that stand there."""
    closed = [table for table in tables if table.area_id == close_out.area_id] if close_out.area else close_out.tables
    return opening.CloseOut(
        first=close_out.first_day,
        last=close_out.last_day,
        weekdays=frozenset(close_out.weekdays),
        since=close_out.since,
        until=close_out.until,
        scope=opening.Scope(close_out.scope.value),
        tables=frozenset(table.id.hex for table in closed),
        area=close_out.area.code if close_out.area else None,
        reason=close_out.reason,
    )


def bands(rows: Iterable[dict[str, Any]]) -> tuple[opening.DurationBand, ...]:
    """Give stored durations (`[{"up_to": 2, "minutes": 90}, …]`) as the engine takes them."""
    return tuple(opening.DurationBand(row["up_to"], row["minutes"]) for row in rows)


def unit_choices(establishment: Establishment) -> list[tuple[str, str]]:
    """Give the tables and combinations in use, as (engine id, words): "12 (2–4)"."""
    room = house_of(establishment).room
    tables = _all(Table, establishment, Table.position)
    combinations = _all(Combination, establishment, Combination.position)
    codes = {unit.id.hex: unit.code for unit in (*tables, *combinations)}
    return [(unit.id, f"{codes[unit.id]} ({number_range(unit.min_covers, unit.max_covers)})") for unit in room.units]


def _all(model: Any, establishment: Establishment, *order: Any) -> list[Any]:
    query = sa.select(model).where(model.establishment_id == establishment.id).order_by(*order)
    return list(db.session.scalars(query))
