"""What a change of room or hours does to the promises already made: which ones no longer hold, and why.

Pure: two houses and the promises go in, the broken ones come out. Longer stays that now overlap, pacing, notice and
the online limit are no breaks: they bind new guests only. What was broken before the change is not told again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from app.booking.models import Reservation
from app.booking.opening import Opening, Scope, close_outs_on, closed_quarters, closure_on, instant_of, slots_on
from app.booking.seating import Override, Room, Unit
from app.kernel.languages import N_, _

ONE_DAY = timedelta(days=1)


class Why(StrEnum):
    """What makes a promise impossible to keep."""

    TABLE_GONE = "table_gone"
    COMBINATION_GONE = "combination_gone"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    AREA = "area"
    CLOSURE = "closure"
    CLOSED_DAY = "closed_day"
    TIME_GONE = "time_gone"
    ZONE = "zone"
    CLOSED_OUT = "closed_out"
    TABLE_CLOSED = "table_closed"


SENTENCES = {
    Why.TABLE_GONE: N_("la table %(tables)s n’est plus en service"),
    Why.COMBINATION_GONE: N_("le regroupement %(tables)s n’existe plus"),
    Why.TOO_SMALL: N_("la table %(tables)s reçoit %(limit)s couverts au plus"),
    Why.TOO_LARGE: N_("la table %(tables)s ne se donne qu’à partir de %(limit)s couverts"),
    Why.AREA: N_("la table %(tables)s n’est plus dans l’espace demandé : %(area)s"),
    Why.CLOSURE: N_("la maison est fermée ce jour-là : %(reason)s"),
    Why.CLOSED_DAY: N_("la maison n’ouvre plus ce jour-là"),
    Why.TIME_GONE: N_("cet horaire n’est plus proposé"),
    Why.ZONE: N_("l’heure promise change de fuseau : %(before)s → %(after)s"),
    Why.CLOSED_OUT: N_("cet horaire est fermé ce jour-là : %(reason)s"),
    Why.TABLE_CLOSED: N_("la table %(tables)s est fermée à ce moment : %(reason)s"),
}
WITHOUT_REASON = {
    Why.CLOSURE: N_("la maison est fermée ce jour-là"),
    Why.CLOSED_OUT: N_("cet horaire est fermé ce jour-là"),
    Why.TABLE_CLOSED: N_("la table %(tables)s est fermée à ce moment"),
}
"""What is said when whoever closed gave no reason."""


@dataclass(frozen=True)
class Promise:
    """A reservation as this question needs it: when, how many, where, and what it is called."""

    id: UUID
    reference: str
    guest_name: str
    service_date: date
    local_time: time
    starts_at: datetime
    covers: int
    tables: frozenset[str]
    tables_named: str
    area: str | None = None
    is_unfit_on_purpose: bool = False
    quarters: range = range(0)

    def minutes(self, zone: str) -> int:
        """Give the wall minutes after the service date's midnight; past 1440 late in the evening."""
        local = self.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        days = (local.date() - self.service_date).days
        return days * 1440 + self.local_time.hour * 60 + self.local_time.minute


@dataclass(frozen=True)
class Plan:
    """What of a house decides whether a promise can be kept."""

    opening: Opening
    room: Room

    @cached_property
    def tables(self) -> frozenset[str]:
        """Give the tables in service."""
        return frozenset(table.id for table in self.room.tables)

    @cached_property
    def units(self) -> Mapping[frozenset[str], list[Unit]]:
        """Give the units by the tables they are made of."""
        found: dict[frozenset[str], list[Unit]] = defaultdict(list)
        for unit in self.room.units:
            found[frozenset(unit.tables)].append(unit)
        return found


@dataclass(frozen=True)
class Harm:
    """One reason, with what its sentence names."""

    why: Why
    values: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def sentence(self) -> str:
        """Say it in the reader's language."""
        is_unexplained = self.why in WITHOUT_REASON and not self.values["reason"]
        return _((WITHOUT_REASON if is_unexplained else SENTENCES)[self.why], **self.values)


@dataclass(frozen=True)
class Break:
    """A promise that the change breaks, and why."""

    promise: Promise
    harms: tuple[Harm, ...]

    @property
    def sentence(self) -> str:
        """Say every reason in one sentence."""
        return " ; ".join(harm.sentence for harm in self.harms)


def promise_of(reservation: Reservation) -> Promise:
    """Give a reservation as a promise."""
    return Promise(
        id=reservation.id,
        reference=reservation.reference,
        guest_name=reservation.guest_name,
        service_date=reservation.service_date,
        local_time=reservation.local_time,
        starts_at=reservation.starts_at,
        covers=reservation.covers,
        tables=frozenset(seating.table_id.hex for seating in reservation.seatings),
        tables_named=reservation.table_codes(),
        area=reservation.area_wish,
        is_unfit_on_purpose=Override.FIT.value in reservation.overridden,
        quarters=range(
            min((seating.first_quarter for seating in reservation.seatings), default=0),
            max((seating.end_quarter for seating in reservation.seatings), default=0),
        ),
    )


def breaks(before: Plan, after: Plan, promises: Iterable[Promise]) -> list[Break]:
    """List the promises that hold in the house as it is and not in the house as it would be."""
    found = []
    offered_before, offered_after = _offered(before.opening), _offered(after.opening)
    for promise in promises:
        known = {harm.why for harm in _harms(before, promise, offered_before(promise.service_date))}
        harms = [harm for harm in _harms(after, promise, offered_after(promise.service_date)) if harm.why not in known]
        harms += _moved(before.opening.zone, after.opening.zone, promise)
        if harms:
            found.append(Break(promise, tuple(harms)))
    return found


def _offered(opening: Opening) -> Callable[[date], frozenset[time]]:
    @cache
    def times(day: date) -> frozenset[time]:
        return frozenset(slot.local_time for slot in slots_on(opening, day))

    return times


def _harms(plan: Plan, promise: Promise, offered: frozenset[time]) -> list[Harm]:
    hours = _hour_harms(plan.opening, promise, offered)
    return [*_seat_harms(plan, promise), *(hours or _close_out_harms(plan.opening, promise))]


def _seat_harms(plan: Plan, promise: Promise) -> list[Harm]:
    named = {"tables": promise.tables_named}
    if not promise.tables <= plan.tables:
        return [Harm(Why.TABLE_GONE, named)]
    units = plan.units.get(promise.tables)
    if not units:
        return [Harm(Why.COMBINATION_GONE, named)] if promise.tables else []
    if promise.is_unfit_on_purpose:
        return []
    return min((_unit_harms(unit, promise, named) for unit in units), key=len)


def _unit_harms(unit: Unit, promise: Promise, named: dict[str, str]) -> list[Harm]:
    harms = []
    if promise.covers > unit.max_covers:
        harms.append(Harm(Why.TOO_SMALL, {**named, "limit": unit.max_covers}))
    if promise.covers < unit.min_covers:
        harms.append(Harm(Why.TOO_LARGE, {**named, "limit": unit.min_covers}))
    if not unit.serves(promise.area):
        harms.append(Harm(Why.AREA, {**named, "area": promise.area}))
    return harms


def _hour_harms(opening: Opening, promise: Promise, offered: frozenset[time]) -> list[Harm]:
    closure = closure_on(opening, promise.service_date)
    if closure is not None:
        return [Harm(Why.CLOSURE, {"reason": closure.reason})]
    if not offered:
        return [Harm(Why.CLOSED_DAY)]
    return [] if promise.local_time in offered else [Harm(Why.TIME_GONE)]


def _close_out_harms(opening: Opening, promise: Promise) -> list[Harm]:
    """Tell of the close-outs that touch a promise: its arrival, or its tables while it sits there."""
    harms: list[Harm] = []
    minutes = promise.local_time.hour * 60 + promise.local_time.minute
    for each in close_outs_on(opening, promise.service_date):
        reason = {"reason": each.reason}
        if each.scope is Scope.HOUSE and each.closes(minutes):
            harms.append(Harm(Why.CLOSED_OUT, reason))
    for day in (promise.service_date - ONE_DAY, promise.service_date):
        for each in close_outs_on(opening, day):
            spans = closed_quarters(opening, each, day) if each.tables & promise.tables else ()
            if any(span.start < promise.quarters.stop and promise.quarters.start < span.stop for span in spans):
                reason = {"tables": promise.tables_named, "reason": each.reason}
                harms.append(Harm(Why.TABLE_CLOSED, reason))
    return harms


def _moved(before: str, after: str, promise: Promise) -> list[Harm]:
    """Tell when the same wall time, in another zone, is another instant."""
    if before == after or instant_of(after, promise.service_date, promise.minutes(before)) == promise.starts_at:
        return []
    return [Harm(Why.ZONE, {"before": before, "after": after})]
