"""Shifts, durations, closures and exceptional days of the file."""

from dataclasses import replace
from datetime import date

from app.booking.exchange.values import Value
from app.booking.opening import Closure, DurationBand, ExceptionalDay, Shift, duration_problems
from app.booking.opening.problems import ISO_WEEKDAYS, N_, overlap_problems, shift_problems
from app.booking.seating import PolicyName

NAME, REASON = 60, 120
MOST_SHIFTS, MOST_BANDS, MOST_DAYS = 60, 40, 1000
MOST_COVERS, MOST_MINUTES, MOST_PACING = 999, 24 * 60, 10_000


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
        members = item.members("date", "shifts")
        day = members["date"].day()
        if not members["date"].is_bad:
            if day in seen:
                members["date"].refuse(N_("Cette date figure déjà plus haut."))
            if any(closure.first <= day <= closure.last for closure in closures):
                members["date"].refuse(N_("Cette date tombe dans une fermeture."))
            seen.add(day)
        days.append(ExceptionalDay(day, read_shifts(members["shifts"], exceptional=True)))
    return tuple(days)


def _read_shift(item: Value, *, exceptional: bool) -> Shift:
    needed = ("name", "first", "last") if exceptional else ("name", "weekdays", "first", "last")
    shift = item.members(*needed, optional=("weekdays", "pacing_covers", "pacing_reservations", "durations", "policy"))
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
