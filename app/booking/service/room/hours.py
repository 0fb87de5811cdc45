"""Verbs on shifts, closures and exceptional days. What is wanted comes in the engine's own words."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from app.booking import opening
from app.booking.models import Closure, ExceptionalDay, Shift
from app.booking.queries import read_house, rooms
from app.booking.service.room.changing import changing
from app.booking.service.room.naming import Renamed, carry_names
from app.directory.models import Establishment
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.formats import full_date
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken

SHIFTS, CLOSURES, EXCEPTIONAL = N_("les services"), N_("les fermetures"), N_("les jours particuliers")


def save_shift(
    establishment: Establishment,
    wanted: opening.Shift,
    *,
    shift: Shift | None = None,
    actor: Actor,
    force: bool = False,
) -> Shift:
    """Add a weekly shift, or change one; rules that name it follow. Raises RuleBroken when it meets another."""
    with changing(establishment, SHIFTS, actor=actor, force=force) as further:
        before = read_house(establishment).opening
        renamed = [(shift.name, wanted.name)] if shift else []
        if shift is None:
            shift = Shift(establishment_id=establishment.id, position=len(rooms.weekly_shifts_of(establishment)))
            db.session.add(shift)
        fill_shift(shift, wanted)
        further.update(_names_carried(establishment, before, renamed))
    return shift


def delete_shift(establishment: Establishment, shift: Shift, *, actor: Actor, force: bool = False) -> None:
    """Take a weekly shift away."""
    with changing(establishment, SHIFTS, actor=actor, force=force):
        db.session.delete(shift)


def save_closure(
    establishment: Establishment,
    wanted: opening.Closure,
    *,
    closure: Closure | None = None,
    actor: Actor,
    force: bool = False,
) -> Closure:
    """Close the house for some days, both included, or change when. Raises RuleBroken over an exceptional day."""
    with changing(establishment, CLOSURES, actor=actor, force=force):
        inside = next(
            (day for day in rooms.exceptional_days_of(establishment) if wanted.first <= day.day <= wanted.last), None
        )
        if inside is not None:
            raise RuleBroken(
                _(
                    "Le %(day)s a ses propres horaires : supprimez d’abord ce jour particulier.",
                    day=full_date(inside.day),
                ),
                "first",
            )
        if closure is None:
            closure = Closure(establishment_id=establishment.id)
            db.session.add(closure)
        fill_closure(closure, wanted)
    return closure


def delete_closure(establishment: Establishment, closure: Closure, *, actor: Actor, force: bool = False) -> None:
    """Open again on days that were to be closed."""
    with changing(establishment, CLOSURES, actor=actor, force=force):
        db.session.delete(closure)


def save_exceptional_day(
    establishment: Establishment,
    wanted: opening.ExceptionalDay,
    *,
    day: ExceptionalDay | None = None,
    actor: Actor,
    force: bool = False,
) -> ExceptionalDay:
    """Give one date its own shifts, or none: then the house is closed. Raises RuleBroken for a date taken.

    Rules that name a shift which is given another name follow.
    """
    with changing(establishment, EXCEPTIONAL, actor=actor, force=force) as further:
        before = read_house(establishment).opening
        others = [other.day for other in rooms.exceptional_days_of(establishment) if other is not day]
        if wanted.date in others:
            raise RuleBroken(_("Ce jour a déjà ses propres horaires."), "date")
        if day is None:
            day = ExceptionalDay(establishment_id=establishment.id)
            db.session.add(day)
        renamed = [(row.name, shift.name) for row, shift in zip(day.shifts, wanted.shifts, strict=False)]
        fill_exceptional_day(day, wanted)
        further.update(_names_carried(establishment, before, renamed))
    return day


def delete_exceptional_day(
    establishment: Establishment, day: ExceptionalDay, *, actor: Actor, force: bool = False
) -> None:
    """Give a date back to its weekday."""
    with changing(establishment, EXCEPTIONAL, actor=actor, force=force):
        db.session.delete(day)


def _names_carried(
    establishment: Establishment, before: opening.Opening, renamed: Sequence[Renamed]
) -> dict[str, tuple[str, str]]:
    db.session.flush()
    return carry_names(establishment, before, read_house(establishment).opening, renamed)


# --- shared with the file of an establishment -----------------------------------------------------------------


def fill_shift(shift: Shift, wanted: opening.Shift) -> None:
    """Write a shift."""
    shift.name, shift.weekdays = wanted.name, sorted(wanted.weekdays)
    shift.first, shift.last = wanted.first, wanted.last
    shift.pacing_covers, shift.pacing_reservations = wanted.pacing_covers, wanted.pacing_reservations
    shift.durations = stored_bands(wanted.durations) if wanted.durations else None
    shift.engine = wanted.policy
    shift.online_covers = wanted.online_covers


def fill_closure(closure: Closure, wanted: opening.Closure) -> None:
    """Write a closure."""
    closure.first_day, closure.last_day, closure.reason = wanted.first, wanted.last, wanted.reason


def fill_exceptional_day(day: ExceptionalDay, wanted: opening.ExceptionalDay) -> None:
    """Write a date, what it is about and its shifts, in order."""
    day.day = wanted.date
    for name, words in asdict(wanted.occasion).items():
        setattr(day, name, words)
    shifts = []
    for position, (row, shift) in enumerate(zip_longest(day.shifts, wanted.shifts)):
        if shift is not None:
            kept = row or Shift(establishment_id=day.establishment_id, exceptional_day_id=day.id, position=position)
            fill_shift(kept, shift)
            shifts.append(kept)
    day.shifts = shifts


def stored_bands(bands: tuple[opening.DurationBand, ...]) -> list[dict[str, Any]]:
    """Give durations as they are stored."""
    return [asdict(band) for band in bands]
