"""What is wrong with an opening, place by place, in words for the manager who typed it.

A message is a French source string and its values, so that the edge can translate it (`N_` only marks it for
extraction); `message` is the French sentence.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from zoneinfo import available_timezones

from app.booking.opening.close_outs import CloseOut, Scope
from app.booking.opening.hours import DAY_MINUTES, DurationBand, Opening, Shift

STEP = 15
SLOT_MINUTES = range(15, 120 + 1, STEP)
STAY_MINUTES = range(15, 720 + 1, STEP)
ISO_WEEKDAYS = range(1, 8)


@dataclass(frozen=True)
class Problem:
    """One thing wrong: `place` is the path of the value (`shifts[1].last`), `text % values` the French sentence."""

    place: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence, in French."""
        return self.text % self.values if self.values else self.text


def N_(text: str) -> str:  # noqa: N802 - the name translators' tools look for
    """Mark a source string for extraction."""
    return text


def problems(opening: Opening) -> list[Problem]:
    """Everything wrong with an opening; an empty list when the house can open. Places are attribute paths."""
    found = [*zone_problems(opening.zone, "zone"), *slot_problems(opening.slot_minutes, "slot_minutes")]
    for place, shift in _placed("shifts", opening.shifts):
        found += shift_problems(shift, place)
        if not shift.weekdays or not shift.weekdays <= set(ISO_WEEKDAYS):
            found.append(Problem(f"{place}.weekdays", N_("Choisissez au moins un jour, de 1 (lundi) à 7 (dimanche).")))
    found += overlap_problems(list(_placed("shifts", opening.shifts)))
    for index, closure in enumerate(opening.closures):
        if closure.last < closure.first:
            found.append(Problem(f"closures[{index}].last", N_("La fin de la fermeture précède son début.")))
    for index, close_out in enumerate(opening.close_outs):
        found += close_out_problems(close_out, f"close_outs[{index}]")
    return found + _exceptional_problems(opening)


def zone_problems(zone: str, place: str) -> Iterator[Problem]:
    """The zone must be an IANA name this computer knows."""
    if zone not in _zones():
        yield Problem(place, N_("Fuseau horaire inconnu : « %(zone)s »."), {"zone": zone})


def slot_problems(slot_minutes: int, place: str) -> Iterator[Problem]:
    """The step of arrivals is counted in whole quarter-hours, up to two hours."""
    if slot_minutes not in SLOT_MINUTES:
        yield Problem(place, N_("Le pas des horaires doit être un multiple de 15 minutes, de 15 à 120."))


def shift_problems(shift: Shift, place: str) -> Iterator[Problem]:
    """What is wrong with one shift by itself, its weekdays apart."""
    for name, value in (("first", shift.first), ("last", shift.last)):
        if value.minute % STEP or value.second or value.microsecond or value.tzinfo:
            yield Problem(f"{place}.{name}", N_("L’heure doit tomber sur un quart d’heure."))
    for name, cap in (("pacing_covers", shift.pacing_covers), ("pacing_reservations", shift.pacing_reservations)):
        if cap is not None and cap < 1:
            yield Problem(f"{place}.{name}", N_("La limite par horaire doit être d’au moins 1, ou absente."))
    if shift.online_covers is not None and shift.online_covers < 0:
        yield Problem(f"{place}.online_covers", N_("Le quota en ligne doit être d’au moins 0, ou absent."))
    if shift.durations is not None:
        yield from duration_problems(shift.durations, f"{place}.durations")


def capacity_problems(placed: Iterable[tuple[str, Shift]], smallest_party: int) -> Iterator[Problem]:
    """Caps under which not even the smallest party a house seats could ever come. A quota of 0 is meant."""
    for place, shift in placed:
        for name, cap in (("pacing_covers", shift.pacing_covers), ("online_covers", shift.online_covers or None)):
            if cap is not None and cap < smallest_party:
                text = N_("Personne ne pourrait venir : aucune table ne reçoit moins de %(least)s couverts.")
                yield Problem(f"{place}.{name}", text, {"least": smallest_party})


def close_out_problems(close_out: CloseOut, place: str) -> Iterator[Problem]:
    """What is wrong with one close-out by itself."""
    if close_out.last is not None and close_out.last < close_out.first:
        yield Problem(f"{place}.last", N_("La fin précède le début."))
    elif close_out.never_comes:
        yield Problem(f"{place}.weekdays", N_("Aucun de ces jours ne tombe entre ces deux dates."))
    if not close_out.weekdays <= set(ISO_WEEKDAYS):
        yield Problem(f"{place}.weekdays", N_("Choisissez au moins un jour, de 1 (lundi) à 7 (dimanche)."))
    for name, value in (("since", close_out.since), ("until", close_out.until)):
        if value is not None and (value.minute % STEP or value.second or value.microsecond):
            yield Problem(f"{place}.{name}", N_("L’heure doit tomber sur un quart d’heure."))
    if (close_out.since is None) != (close_out.until is None):
        yield Problem(f"{place}.until", N_("Indiquez les deux heures, ou aucune."))
    elif close_out.since is not None and close_out.since == close_out.until:
        yield Problem(f"{place}.until", N_("La fin est la même que le début."))
    if close_out.scope is Scope.AREA and not close_out.area:
        yield Problem(f"{place}.area", N_("Choisissez un espace de la liste."))


def duration_problems(bands: Sequence[DurationBand], place: str) -> Iterator[Problem]:
    """Bands go by growing party size and end with one for all larger parties; stays are whole quarter-hours.

    A larger party may be given a shorter stay: odd, but the house's own affair.
    """
    for index, band in enumerate(bands):
        if band.minutes not in STAY_MINUTES:
            yield Problem(f"{place}[{index}].minutes", N_("La durée doit être un multiple de 15 minutes, de 15 à 720."))
        if band.up_to is None and index < len(bands) - 1:
            yield Problem(f"{place}[{index}].up_to", N_("Seule la dernière durée peut valoir pour toutes les tailles."))
        elif band.up_to is not None and band.up_to < 1:
            yield Problem(f"{place}[{index}].up_to", N_("Le nombre de couverts doit être d’au moins 1."))
    for index, (band, following) in enumerate(pairwise(bands), start=1):
        if band.up_to is not None and following.up_to is not None and following.up_to <= band.up_to:
            yield Problem(f"{place}[{index}].up_to", N_("Les nombres de couverts doivent aller en croissant."))
    if not bands or bands[-1].up_to is not None:
        yield Problem(place, N_("La dernière durée doit valoir pour toutes les tailles (« up_to » : null)."))


def overlap_problems(placed: Sequence[tuple[str, Shift]], *, same_date: bool = False) -> Iterator[Problem]:
    """Shifts that share a wall time on one service date, midnight folded: « 00:30 » must never mean two slots.

    `same_date` says that all belong to one date, whatever their weekdays (an exceptional day).
    """
    for index, (place, shift) in enumerate(placed):
        for _, other in placed[:index]:
            if (same_date or shift.weekdays & other.weekdays) and _wall_minutes(shift) & _wall_minutes(other):
                yield Problem(f"{place}.first", N_("Ce service chevauche « %(other)s »."), {"other": other.name})


def _exceptional_problems(opening: Opening) -> list[Problem]:
    found: list[Problem] = []
    seen = set()
    for index, day in enumerate(opening.exceptional_days):
        place = f"exceptional_days[{index}]"
        if day.date in seen:
            found.append(Problem(f"{place}.date", N_("Cette date figure déjà plus haut.")))
        if any(closure.first <= day.date <= closure.last for closure in opening.closures):
            found.append(Problem(f"{place}.date", N_("Cette date tombe dans une fermeture.")))
        seen.add(day.date)
        placed = list(_placed(f"{place}.shifts", day.shifts))
        for where, shift in placed:
            found += shift_problems(shift, where)
        found += overlap_problems(placed, same_date=True)
    return found


def _placed(name: str, shifts: Iterable[Shift]) -> Iterator[tuple[str, Shift]]:
    return ((f"{name}[{index}]", shift) for index, shift in enumerate(shifts))


def _wall_minutes(shift: Shift) -> set[int]:
    return {minutes % DAY_MINUTES for minutes in shift.minutes}


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
