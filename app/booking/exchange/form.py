"""What an establishment's file holds, once it has been read without a single error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.booking.floor_plan import Drawing, Place
from app.booking.opening import DurationBand, Opening, Problem
from app.booking.seating import Combination, Room, Rules, Table

FORMAT = "guichet-establishment/1"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is ISO 3166, two capital letters. `line2` is left out of the file when empty."""

    line1: str
    postal_code: str
    city: str
    country: str
    line2: str = ""


@dataclass(frozen=True, slots=True)
class BookingSettings:
    """The rules a guest meets. The defaults are those of a key the file leaves out."""

    min_notice_minutes: int = 60
    max_advance_days: int = 90
    max_covers_online: int = 10
    large_party_text: str = ""
    hold_minutes: int = 5
    cancel_until_minutes: int = 120
    policy: str = "guarded"

    @property
    def rules(self) -> Rules:
        """The part of them that the engine applies."""
        return Rules(self.min_notice_minutes, self.max_advance_days, self.max_covers_online)


@dataclass(frozen=True)
class EstablishmentFile:
    """A whole establishment. Its zone, slot step, shifts, closures and exceptional days are its `opening`.

    The id of a shift is its place in the file (`shifts[1]`): the form has none. `places` are those of the tables that
    were drawn, by their ids; `drawings` what stands around them, by area; `kept` the tables not given online.
    """

    slug: str
    name: str
    address: Address
    phone: str | None
    email: str | None
    areas: tuple[str, ...]
    tables: tuple[Table, ...]
    combinations: tuple[Combination, ...]
    durations: tuple[DurationBand, ...]
    turnover_minutes: int
    opening: Opening
    booking: BookingSettings
    places: Mapping[str, Place] = field(default_factory=dict)
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()

    @cached_property
    def room(self) -> Room:
        """The furniture, for the engine."""
        return Room(self.tables, self.combinations, self.durations, self.turnover_minutes)


class FileRefused(ValueError):
    """The file holds errors: all of them, each with its place (`room.tables[3].max_covers`)."""

    def __init__(self, errors: Sequence[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(f"{error.place} : {error.message}" for error in errors))
