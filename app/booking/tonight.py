"""The room at one instant: what each table looks like, who is late. Pure: parties and tables in, the room out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from uuid import UUID

from app.booking.models import COMING, ReservationOrigin, ReservationState, Stage
from app.kernel.choices import Choice
from app.kernel.formats import clock_time
from app.kernel.languages import N_, _

S = ReservationState


class Look(Choice):
    """What a table looks like from across the room."""

    FREE = "free", N_("Libre")
    SOON = "soon", N_("Bientôt attendue")
    OFFERED = "offered", N_("Place proposée")
    EXPECTED = "expected", N_("Attendue")
    ARRIVED = "arrived", N_("Arrivés")
    SEATED = "seated", N_("Installés")
    STARTER = "starter", N_("Entrées")
    MAIN = "main", N_("Plats")
    DESSERT = "dessert", N_("Desserts")
    BILL = "bill", N_("Addition")


@dataclass(frozen=True)
class Patience:
    """From when on the room says that somebody, or a table, is late; and from when on that it is expected soon."""

    arrival: timedelta
    table: timedelta
    soon: timedelta


@dataclass(frozen=True)
class Party:
    """A reservation as the room needs it."""

    id: UUID
    first_name: str
    last_name: str
    origin: ReservationOrigin
    covers: int
    state: ReservationState
    stage: Stage | None
    starts_at: datetime
    duration_minutes: int
    local_time: time
    special_requests: str
    arrived_at: datetime | None
    seated_at: datetime | None
    left_at: datetime | None
    guest_id: UUID | None
    tables: tuple[UUID, ...] = ()

    @property
    def name(self) -> str:
        """Give the name under which the table is kept."""
        whole = f"{self.first_name} {self.last_name}".strip()
        return whole or (_("De passage") if self.origin is ReservationOrigin.WALK_IN else _("Nom effacé"))

    @property
    def short_name(self) -> str:
        """Give what fits on a table: the last name."""
        return self.last_name or self.name

    @property
    def ends_at(self) -> datetime:
        """Give the instant until which the table is promised."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def is_coming(self) -> bool:
        """Tell whether it is expected and not here yet."""
        return self.state in COMING

    @property
    def is_here(self) -> bool:
        """Tell whether it is in the house."""
        return self.state in (S.ARRIVED, S.SEATED)

    def minutes_late(self, now: datetime, patience: Patience) -> int:
        """Give by how many minutes it is late, in coming or in leaving; 0 while nobody would say so."""
        if self.is_coming:
            return _beyond(now - self.starts_at, patience.arrival)
        return _beyond(now - self.ends_at, patience.table) if self.state is S.SEATED else 0


@dataclass(frozen=True)
class Offered:
    """A place kept for somebody of the waiting list; `until` says in words how long.

    To whoever may not read the list it has no name.
    """

    id: UUID
    name: str
    short_name: str
    covers: int
    local_time: time
    starts_at: datetime
    ends_at: datetime
    until: str
    url: str
    tables: tuple[UUID, ...]

    @property
    def sentence(self) -> str:
        """Say for whom the place is kept, when, and until when."""
        said = {"name": self.name, "time": clock_time(self.local_time), "until": self.until}
        if not self.name:
            return _("place proposée pour %(time)s, jusqu’à %(until)s", **said)
        return _("place proposée à %(name)s pour %(time)s, jusqu’à %(until)s", **said)


@dataclass(frozen=True)
class TableNow:
    """One table at the instant that is shown: who has it, who comes next, how late; or for whom it is kept."""

    id: UUID
    code: str
    look: Look
    party: Party | None = None
    following: Party | None = None
    minutes_late: int = 0
    offered: Offered | None = None


@dataclass(frozen=True)
class Room:
    """The room at the instant `at`; `now` is the present one, which decides who is late."""

    parties: Sequence[Party]
    tables: Mapping[UUID, str]
    at: datetime
    now: datetime
    patience: Patience
    offers: Sequence[Offered] = ()

    @property
    def is_present(self) -> bool:
        """Tell whether this is the room as it is, not as it will be."""
        return self.at <= self.now

    @cached_property
    def shown(self) -> dict[UUID, TableNow]:
        """Give every table by its id."""
        return {id: self._table(id, code) for id, code in self.tables.items()}

    @cached_property
    def coming(self) -> list[Party]:
        """List who is expected, the first to come first."""
        return [party for party in self.parties if party.is_coming]

    @cached_property
    def waiting(self) -> list[Party]:
        """List who is here and waits for a table, the first who came first."""
        here = [party for party in self.parties if party.state is S.ARRIVED]
        return sorted(here, key=lambda party: party.arrived_at or party.starts_at)

    @cached_property
    def seated(self) -> list[Party]:
        """List who is at table, the first to leave first."""
        return sorted((party for party in self.parties if party.state is S.SEATED), key=lambda party: party.ends_at)

    @cached_property
    def late(self) -> list[Party]:
        """List who is late, the most first."""
        found = [party for party in self.parties if self.lateness(party)]
        return sorted(found, key=self.lateness, reverse=True)

    @cached_property
    def doubled(self) -> list[tuple[Party, Party]]:
        """List who is awaited before whoever sits at one of their tables already, with who that is.

        Guests are seated ahead of their hour, or at another's table by mistake; nobody else would notice before the
        first ones stand there. Those who stay too long are late, and said to be.
        """
        return [
            (party, early)
            for early in self.seated
            if early.starts_at > self.now
            for party in self.parties
            if party.id != early.id and (party.is_coming or party.state is S.ARRIVED)
            if party.starts_at < early.starts_at and set(party.tables) & set(early.tables)
        ]

    def lateness(self, party: Party) -> int:
        """Give by how many minutes a party is late now."""
        return party.minutes_late(self.now, self.patience)

    @cached_property
    def _by_table(self) -> Mapping[UUID, list[Party]]:
        found: dict[UUID, list[Party]] = {}
        for party in self.parties:
            for table in party.tables:
                found.setdefault(table, []).append(party)
        return found

    def others_at(self, party_id: UUID, first: datetime, last: datetime) -> dict[UUID, Party]:
        """Give, by table, who else sits or is expected there between two instants."""
        return {
            table: other
            for other in self.parties
            if other.id != party_id
            and (other.is_coming or other.is_here)
            and other.starts_at < last
            and (other.ends_at > first or (other.state is S.SEATED and first <= self.now))
            for table in other.tables
        }

    def _table(self, id: UUID, code: str) -> TableNow:
        parties = [party for party in self._by_table.get(id, ()) if party.is_coming or party.is_here]
        party = self._occupant(parties) if self.is_present else _holder(parties, self.at)
        later = [each for each in parties if each is not party and each.starts_at > self.at]
        following = min(later, key=lambda each: each.starts_at, default=None)
        late = self.lateness(party) if party and self.is_present else 0
        offered = None if party else self._offered(id, following)
        look = Look.OFFERED if offered else self._look(party, following)
        return TableNow(id, code, look, party, following, late, offered)

    def _offered(self, table: UUID, following: Party | None) -> Offered | None:
        """Give for whom a free table is kept: at this instant, or soon, and before anybody else comes."""
        return next(
            (
                offer
                for offer in sorted(self.offers, key=lambda each: each.starts_at)
                if table in offer.tables
                and offer.starts_at - self.at <= self.patience.soon
                and self.at < offer.ends_at
                and (following is None or offer.starts_at < following.starts_at)
            ),
            None,
        )

    def _occupant(self, parties: Iterable[Party]) -> Party | None:
        """Give who has the table now: who sits there, else who waits for it, else who should be there."""
        parties = list(parties)
        by_state = {state: party for party in reversed(parties) if (state := party.state)}
        return by_state.get(S.SEATED) or by_state.get(S.ARRIVED) or _holder(parties, self.at)

    def _look(self, party: Party | None, following: Party | None) -> Look:
        if party is None:
            is_soon = following is not None and following.starts_at - self.at <= self.patience.soon
            return Look.SOON if is_soon else Look.FREE
        if party.is_coming or not self.is_present:
            return Look.EXPECTED
        if party.state is S.ARRIVED:
            return Look.ARRIVED
        return Look(party.stage.value) if party.stage else Look.SEATED


def _holder(parties: Iterable[Party], at: datetime) -> Party | None:
    return next((party for party in parties if party.starts_at <= at < party.ends_at), None)


def _beyond(delay: timedelta, patience: timedelta) -> int:
    return int(delay.total_seconds() // 60) if delay > patience else 0
