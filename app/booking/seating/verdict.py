"""The answers of the engine: a placement, or a refusal with its reason; and what staff may override."""

from enum import StrEnum
from typing import NamedTuple

from app.booking.seating.plan import Move
from app.booking.seating.room import Unit


class Reason(StrEnum):
    """Why a party cannot be taken at a time. The first rule broken, in the order a guest would want to hear it."""

    PARTY_TOO_SMALL = "party_too_small"
    """Less than one cover, or fewer than any unit accepts (limit: the fewest)."""
    PARTY_TOO_LARGE = "party_too_large"
    """More than is taken online, or than any unit accepts (limit: the most)."""
    CLOSED = "closed"
    """The house offers nothing on that service date."""
    NOT_OFFERED = "not_offered"
    """The house is open, not at that time: off the step, outside the shifts, or in the hour a clock change skips."""
    PAST = "past"
    TOO_SOON = "too_soon"
    """Inside the minimum notice (limit: minutes)."""
    TOO_FAR = "too_far"
    """Beyond the maximum advance (limit: days)."""
    PACING = "pacing"
    """As many as the kitchen takes already arrive then (limit: the covers or reservations allowed)."""
    AREA = "area"
    """Nothing in the wished area; without the wish there is a table."""
    UNIT_UNFIT = "unit_unfit"
    """The unit asked for does not exist, or does not fit the party or the wished area."""
    UNIT_TAKEN = "unit_taken"
    """The unit asked for is occupied during the stay."""
    NO_TABLE = "no_table"
    CLOSED_OUT = "closed_out"
    """The house is open, and receives nobody at that time of that date."""
    PAUSED = "paused"
    """Online bookings that begin so soon are paused by the team."""
    ONLINE_QUOTA = "online_quota"
    """What the shift gives online is given (limit: its covers); the rest is for the telephone and the door."""
    KEPT_TABLES = "kept_tables"
    """The tables left are kept for the telephone and the door."""
    TABLE_CLOSED = "table_closed"
    """The tables left, or the one asked for, are closed during the stay."""


class Override(StrEnum):
    """A rule of the house that staff may set aside. The caller logs those a placement names."""

    ONLINE_LIMIT = "online_limit"
    NOTICE = "notice"
    PAST = "past"
    ADVANCE = "advance"
    PACING = "pacing"
    FIT = "fit"
    """Size and area of a unit that the lock names."""
    CLOSE_OUT = "close_out"
    """A time that is closed out, or a closed table that the lock names."""


Permit = frozenset[Override]
"""The rules someone may set aside. No permit opens an occupied table or a closed hour: the first is refused by the
database's unique key as well, the second is a matter for an exceptional day."""

GUEST: Permit = frozenset()
STAFF: Permit = frozenset({Override.ONLINE_LIMIT, Override.NOTICE, Override.ADVANCE})
FORCE: Permit = frozenset(Override)


class Placement(NamedTuple):
    """The party can be seated: in `unit`, during the absolute `quarters` (half-open, turnover included).

    `stay` counts the quarters without turnover. `overridden` names the rules that had to be set aside, `moves` who has
    to sit elsewhere from now on.
    """

    unit: Unit
    quarters: range
    stay: int
    overridden: tuple[Override, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def cells(self) -> list[tuple[str, int]]:
        """The (table id, quarter) pairs it occupies: the rows the database's unique key guards."""
        return [(table, quarter) for table in self.unit.tables for quarter in self.quarters]


class Refusal(NamedTuple):
    """The party cannot be seated. `limit` is the figure that stood in the way, where there is one."""

    reason: Reason
    limit: int | None = None


class StillUndecided(Exception):
    """Neither a seating nor a proof was found in the time allowed. Not a refusal: ask again with more time."""
