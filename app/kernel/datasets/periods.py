"""Spans of days as people say them: "demain", "cette semaine", or from one date to another."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.kernel.formats import near_date, short_date
from app.kernel.languages import N_, _

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None


def _week(today: date) -> Period:
    monday = today - timedelta(days=today.weekday())
    return Period(monday, monday + timedelta(days=6))


def _month(today: date) -> Period:
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Period(today.replace(day=1), following - timedelta(days=1))


def _last_month(today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def _from_to(start: int | None, end: int | None) -> Callable[[date], Period]:
    """Give a span counted in days from today."""

    def span(today: date) -> Period:
        return Period(
            None if start is None else today + timedelta(days=start),
            None if end is None else today + timedelta(days=end),
        )

    return span


WORDS: dict[str, tuple[str, Callable[[date], Period]]] = {
    "aujourdhui": (N_("aujourd’hui"), _from_to(0, 0)),
    "demain": (N_("demain"), _from_to(1, 1)),
    "hier": (N_("hier"), _from_to(-1, -1)),
    "cette-semaine": (N_("cette semaine"), _week),
    "7-prochains-jours": (N_("7 prochains jours"), _from_to(0, 6)),
    "14-prochains-jours": (N_("14 prochains jours"), _from_to(0, 13)),
    "30-prochains-jours": (N_("30 prochains jours"), _from_to(0, 29)),
    "ce-mois": (N_("ce mois-ci"), _month),
    "a-venir": (N_("à venir"), _from_to(0, None)),
    "passe": (N_("avant aujourd’hui"), _from_to(None, -1)),
    "7-derniers-jours": (N_("7 derniers jours"), _from_to(-6, 0)),
    "30-derniers-jours": (N_("30 derniers jours"), _from_to(-29, 0)),
    "90-derniers-jours": (N_("90 derniers jours"), _from_to(-89, 0)),
    "mois-dernier": (N_("le mois dernier"), _last_month),
    "12-derniers-mois": (N_("12 derniers mois"), _from_to(-364, 0)),
}


class PeriodRefused(ValueError):
    """The text names no day and no span of days; the message says so to its reader."""


def period_of(text: str, today: date) -> Period:
    """Read a word, a day, or two days joined by ".." of which one may be missing.

    Days are written 2027-03-14 or 14/03/2027. Raises PeriodRefused.
    """
    if text in WORDS:
        return WORDS[text][1](today)
    start, joined, end = text.partition("..")
    first = day_of(start)
    last = day_of(end) if joined else first
    if first and last and first > last:
        raise PeriodRefused(_("La fin de la période précède son début."))
    return Period(first, last)


def day_of(text: str) -> date | None:
    """Read one day, None when nothing is written. Raises PeriodRefused."""
    text = text.strip()
    if not text:
        return None
    french = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text)
    try:
        day = date(int(french[3]), int(french[2]), int(french[1])) if french else date.fromisoformat(text)
    except ValueError as error:
        raise PeriodRefused(_refusal(text)) from error
    if not EARLIEST <= day <= LATEST:
        raise PeriodRefused(_refusal(text))
    return day


def _refusal(text: str) -> str:
    return _("« %(typed)s » n’est pas une date. Écrivez-la comme 14/03/2027.", typed=text[:40])


def said(text: str, period: Period, today: date) -> str:
    """Say a period as a sentence's words."""
    if text in WORDS:
        return _(WORDS[text][0])
    if period.first is None and period.last is not None:
        return _("jusqu’au %(day)s", day=dated(period.last, today))
    if period.last is None and period.first is not None:
        return _("à partir du %(day)s", day=dated(period.first, today))
    if period.first is None or period.last is None:
        return _("toutes les dates")
    if period.first == period.last:
        return near_date(period.first, today)
    return _("du %(first)s au %(last)s", first=dated(period.first, today), last=dated(period.last, today))


def dated(day: date, today: date) -> str:
    """Write "sam. 14 mars", with the year when it is another."""
    written = short_date(day)
    return written if day.year == today.year or str(day.year) in written else f"{written} {day.year}"
