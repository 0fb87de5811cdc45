"""What the settings pages say of shifts, closures and the room, in the words of a person."""

from collections.abc import Collection, Sequence
from datetime import time
from itertools import pairwise

from app.booking.models import Combination, Shift, Table
from app.booking.settings_forms.policies import POLICIES
from app.kernel.formats import short_weekdays, spoken_time
from app.kernel.languages import _, ngettext


def weekdays_in_words(weekdays: Collection[int]) -> str:
    """Write days of the week: "tous les jours", "mardi à samedi", "lundi, mercredi"."""
    days = sorted(weekdays)
    names = [short_weekdays()[day - 1][1] for day in days]
    if len(days) == 7:
        return _("tous les jours")
    if len(days) > 2 and all(after == before + 1 for before, after in pairwise(days)):
        return _("%(first)s à %(last)s", first=names[0], last=names[-1])
    return ", ".join(names)


def hours_in_words(first: time, last: time) -> str:
    """Write a span of arrivals: "de 19 h 00 à 21 h 45", "de 18 h à 1 h, après minuit"."""
    span = {"first": spoken_time(first), "last": spoken_time(last)}
    if last < first:
        return _("de %(first)s à %(last)s, après minuit", **span)
    return _("de %(first)s à %(last)s", **span)


def pacing_in_words(shift: Shift) -> str:
    """Write the caps on what may arrive at one time."""
    caps = []
    if shift.pacing_covers:
        caps.append(ngettext("%(num)s couvert", "%(num)s couverts", shift.pacing_covers))
    if shift.pacing_reservations:
        caps.append(ngettext("%(num)s réservation", "%(num)s réservations", shift.pacing_reservations))
    return _("%(caps)s par horaire", caps=_(" et ").join(caps)) if caps else _("sans limite par horaire")


def policy_in_words(shift: Shift) -> str:
    """Name the way parties are seated, where the shift has its own."""
    return _(dict(POLICIES)[shift.engine]) if shift.engine else ""


def online_in_words(shift: Shift) -> str:
    """Write what a shift gives online; nothing when it has no quota."""
    if shift.online_covers is None:
        return ""
    return ngettext("%(num)s couvert en ligne", "%(num)s couverts en ligne", shift.online_covers)


def room_in_words(tables: Sequence[Table], combinations: Sequence[Combination]) -> str:
    """Write what the room amounts to: "14 tables en service, 47 places. 6 regroupements."."""
    active = [table for table in tables if table.is_active]
    seats = sum(table.max_covers for table in active)
    return _(
        "%(tables)s en service, %(seats)s. %(joined)s.",
        tables=ngettext("%(num)s table", "%(num)s tables", len(active)),
        seats=ngettext("%(num)s place", "%(num)s places", seats),
        joined=ngettext("%(num)s regroupement", "%(num)s regroupements", len(combinations)),
    )
