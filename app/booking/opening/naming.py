"""Shifts by their names: what a rule of the house that names some of them looks at.

A name, not a row: the dinners of the week and of its end are two rows and one word, and an exceptional day has rows of
its own. Capitals and spaces make no other name.
"""

from collections.abc import Iterable
from datetime import date

from app.booking.opening.hours import Opening, Shift


def plain_name(name: str) -> str:
    """Give a name as names are compared."""
    return " ".join(name.split()).casefold()


def plain_names(names: Iterable[str]) -> frozenset[str]:
    """Give names as they are compared."""
    return frozenset(map(plain_name, names))


def names_offered(opening: Opening, today: date) -> list[str]:
    """Give the names shifts go by, each once: those of the week, then those of exceptional days to come."""
    days = (day.shifts for day in opening.exceptional_days if day.date >= today)
    shifts = [*opening.shifts, *(shift for own in days for shift in own)]
    spelled = {plain_name(shift.name): shift.name for shift in reversed(shifts)}
    return list(dict.fromkeys(spelled[plain_name(shift.name)] for shift in shifts))


def names_of(opening: Opening, shift: Shift) -> frozenset[str]:
    """Give the names a shift counts under, as names are compared.

    One of an exceptional day with a name that no week knows counts also as the shift of the week nearest in its hours:
    a dinner given another name for one night is still a dinner.
    """
    own = plain_name(shift.name)
    if own in plain_names(weekly.name for weekly in opening.shifts):
        return frozenset({own})
    apart = {weekly: _minutes_apart(weekly, shift) for weekly in opening.shifts}
    nearest = min(apart.values(), default=0)
    return frozenset({own, *(plain_name(weekly.name) for weekly, minutes in apart.items() if minutes == nearest)})


def _minutes_apart(one: Shift, other: Shift) -> int:
    return max(0, other.minutes[0] - one.minutes[-1], one.minutes[0] - other.minutes[-1])
