"""Shifts, durations, closures and exceptional days of the file."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from app.booking.exchange.values import Value
from app.booking.opening import (
    CloseOut,
    Closure,
    DurationBand,
    ExceptionalDay,
    Occasion,
    Problem,
    Scope,
    Shift,
    capacity_problems,
    duration_problems,
)
from app.booking.opening.problems import ISO_WEEKDAYS, N_, close_out_problems, overlap_problems, shift_problems
from app.booking.seating import PolicyName

NAME, REASON = 60, 120
MOST_SHIFTS, MOST_BANDS, MOST_DAYS = 60, 40, 1000
MOST_COVERS, MOST_MINUTES, MOST_PACING, MOST_TABLES = 999, 24 * 60, 10_000, 500
OCCASION = {"title": 80, "title_en": 80, "text": 1000, "text_en": 1000}
"""The words of an exceptional day, with the most characters of each."""


def refuse_impossible_caps(shifts: Iterable[Shift], smallest_party: int, problems: list[Problem]) -> None:
    """Note the caps under which nobody could come; the id of a shift is its place in the file."""
    known = {problem.place for problem in problems}
    problems.extend(
        found
        for found in capacity_problems([(shift.id, shift) for shift in shifts], smallest_party)
        if found.place not in known
    )


def read_shifts(value: Value, *, exceptional: bool = False) -> tuple[Shift, ...]:
    """Shifts, with what overlaps noted. Those of an exceptional day need no weekdays: they are all of its date."""
    sound: list[tuple[str, Shift]] = []
    shifts = []
    for item in value.items(MOST_SHIFTS):
        shift = _read_shift(item, exceptional=exceptional)
        shifts.append(shift)
        if not item.is_bad:
            sound.append((item.place, shift))
    value.problems.extend(overlap_problems(sound, same_date=exceptional))
    return tuple(shifts)


def read_durations(value: Value) -> tuple[DurationBand, ...]:
    """The stays by party size."""
    bands = []
    for item in value.items(MOST_BANDS):
        band = item.members("up_to", "minutes")
        bands.append(DurationBand(band["up_to"].whole_or_none(1, MOST_COVERS), band["minutes"].whole(1, MOST_MINUTES)))
    if not value.is_bad:
        value.problems.extend(duration_problems(bands, value.place))
    return tuple(bands)


def read_policy(value: Value) -> str | None:
    """The word of a policy; None when it is left to what is above."""
    if not value.is_given:
        return None
    if value.raw not in list(PolicyName):
        value.refuse(N_("Les méthodes de placement connues sont « best_fit », « guarded » et « exact »."))
        return None
    return str(value.raw)


def read_closures(value: Value) -> tuple[Closure, ...]:
    """The closures, first and last date included."""
    closures = []
    for item in value.items(MOST_DAYS):
        closure = item.members("from", "to", optional=("reason",))
        first, last = closure["from"].day(), closure["to"].day()
        if not item.is_bad and last < first:
            closure["to"].refuse(N_("La fin de la fermeture précède son début."))
        reason = closure["reason"].text(REASON, empty=True) if closure["reason"].is_given else ""
        if not item.is_bad:
            closures.append(Closure(first, last, reason))
    return tuple(closures)


def read_exceptional_days(value: Value, closures: tuple[Closure, ...]) -> tuple[ExceptionalDay, ...]:
    """The exceptional days, each date once, none inside a closure."""
    days = []
    seen: set[date] = set()
    for item in value.items(MOST_DAYS):
        members = item.members("date", "shifts", optional=tuple(OCCASION))
        day = members["date"].day()
        if not members["date"].is_bad:
            if day in seen:
                members["date"].refuse(N_("Cette date figure déjà plus haut."))
            if any(closure.first <= day <= closure.last for closure in closures):
                members["date"].refuse(N_("Cette date tombe dans une fermeture."))
            seen.add(day)
        words = {
            name: members[name].text(most, empty=True, lines=name.startswith("text")) for name, most in _given(members)
        }
        days.append(ExceptionalDay(day, read_shifts(members["shifts"], exceptional=True), Occasion(**words)))
    return tuple(days)


def _given(members: dict[str, Value]) -> list[tuple[str, int]]:
    return [(name, most) for name, most in OCCASION.items() if members[name].is_given]


def read_close_outs(value: Value, tables: Collection[str], areas: Collection[str]) -> tuple[CloseOut, ...]:
    """The close-outs: of some tables, of an area, or of all arrivals when neither is named."""
    close_outs = []
    for item in value.items(MOST_DAYS):
        members = item.members("from", "to", optional=("weekdays", "since", "until", "tables", "area", "reason"))
        found = _read_close_out(members, tables, areas)
        if members["tables"].is_given and members["area"].is_given:
            members["area"].refuse(N_("Des tables ou un espace, non les deux."))
        if not item.is_bad:
            item.problems.extend(
                replace(problem, place=_file_name(problem.place)) for problem in close_out_problems(found, item.place)
            )
        close_outs.append(found)
    return tuple(close_outs)


def _read_close_out(members: dict[str, Value], tables: Collection[str], areas: Collection[str]) -> CloseOut:
    scope = Scope.TABLES if members["tables"].is_given else Scope.AREA if members["area"].is_given else Scope.HOUSE
    return CloseOut(
        first=members["from"].day(),
        last=members["to"].day() if members["to"].is_given else None,
        weekdays=_read_weekdays(members["weekdays"]),
        since=members["since"].clock() if members["since"].is_given else None,
        until=members["until"].clock() if members["until"].is_given else None,
        scope=scope,
        tables=frozenset(_read_tables(members["tables"], tables)) if scope is Scope.TABLES else frozenset(),
        area=_read_area(members["area"], areas) if scope is Scope.AREA else None,
        reason=members["reason"].text(REASON, empty=True) if members["reason"].is_given else "",
    )


def _read_tables(value: Value, known: Collection[str]) -> Iterator[str]:
    for item in value.items(MOST_TABLES, least=1):
        id = item.text(NAME)
        if known and "" not in known and not item.is_bad and id not in known:
            item.refuse(N_("Table inconnue : « %(name)s »."), name=id)
        yield id


def _read_area(value: Value, known: Collection[str]) -> str:
    area = value.text(NAME)
    if known and not value.is_bad and area not in known:
        value.refuse(N_("Espace inconnu : « %(name)s »."), name=area)
    return area


def _file_name(place: str) -> str:
    """The dates of a close-out have names of their own in the file."""
    return place.replace(".last", ".to")


def _read_shift(item: Value, *, exceptional: bool) -> Shift:
    needed = ("name", "first", "last") if exceptional else ("name", "weekdays", "first", "last")
    caps = ("pacing_covers", "pacing_reservations", "online_covers")
    shift = item.members(*needed, optional=("weekdays", *caps, "durations", "policy"))
    read = Shift(
        id=item.place,
        name=shift["name"].text(NAME),
        weekdays=_read_weekdays(shift["weekdays"]),
        first=shift["first"].clock(),
        last=shift["last"].clock(),
        pacing_covers=shift["pacing_covers"].whole_or_none(1, MOST_PACING),
        pacing_reservations=shift["pacing_reservations"].whole_or_none(1, MOST_PACING),
        durations=read_durations(shift["durations"]) if shift["durations"].is_given else None,
        policy=read_policy(shift["policy"]),
        online_covers=shift["online_covers"].whole_or_none(0, MOST_PACING),
    )
    if not item.is_bad:
        own = replace(read, durations=None)  # these have been looked at already
        item.problems.extend(shift_problems(own, item.place))
    return read


def _read_weekdays(value: Value) -> frozenset[int]:
    days = [day.whole(min(ISO_WEEKDAYS), max(ISO_WEEKDAYS)) for day in value.items(len(ISO_WEEKDAYS), least=1)]
    if not value.is_bad and len(set(days)) < len(days):
        value.refuse(N_("Un jour y figure deux fois."))
    return frozenset(days)
