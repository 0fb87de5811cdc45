"""Filters: what may be asked of a dataset, read from an address, said as a sentence one can remove.

A filter reads the arguments it knows and gives a `Reading`: a criterion to apply, and what was wrong, in words for
whoever typed it. A wrong value is told and left aside; it never stops the page.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import EnumMeta
from typing import Any, ClassVar, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.access import Permission
from app.kernel.choices import Choice
from app.kernel.datasets.keyset import Expression
from app.kernel.datasets.periods import WORDS, Period, PeriodRefused, period_of, said
from app.kernel.datasets.searching import clean
from app.kernel.db import UTCDateTime
from app.kernel.languages import N_, _

Arguments = Mapping[str, Sequence[str]]
Pairs = tuple[tuple[str, str], ...]
Control = Literal["choices", "period", "bounds", "text", "yes_no"]


@dataclass(frozen=True, eq=False)
class Criterion:
    """One condition asked for: its SQL, its sentence, and the arguments that say it again in an address."""

    key: str
    condition: sa.ColumnElement[bool]
    sentence: str
    pairs: Pairs


@dataclass(frozen=True)
class Reading:
    """What a filter understood: a criterion, or none; and a problem to tell, or none."""

    criterion: Criterion | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Filter:
    """What filters share. `phrase` frames the words of its sentence: N_("arrivée %(value)s")."""

    key: str = field(kw_only=False)
    label: str = field(kw_only=False)
    expression: Expression = field(kw_only=False)
    permission: Permission | None = None
    phrase: str = "%(value)s"
    useful: Callable[[], bool] | None = None
    control: ClassVar[Control]

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the arguments it reads."""
        return (self.key,)

    def read(self, arguments: Arguments) -> Reading:
        """Understand the arguments of an address."""
        raise NotImplementedError

    def criterion(self, condition: sa.ColumnElement[bool], words: str, *pairs: tuple[str, str]) -> Criterion:
        """Make the criterion, its words framed by the phrase."""
        return Criterion(self.key, condition, _(self.phrase, value=words), pairs)


Choices = type[Choice] | Callable[[], Iterable[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True, eq=False)
class ChoiceFilter(Filter):
    """One or several of a closed list: an enumeration, or a function giving (value, label) pairs."""

    choices: Choices
    control = "choices"

    def options(self) -> list[tuple[str, str]]:
        """Give what can be chosen, with labels for the reader."""
        if isinstance(self.choices, EnumMeta):
            return [(member.value, member.label) for member in self.choices]
        return list(self.choices())

    def read(self, arguments: Arguments) -> Reading:
        """Keep the known values, tell the others."""
        asked = [value for value in dict.fromkeys(arguments.get(self.key, ())) if value]
        if not asked:
            return Reading()
        options = dict(self.options())
        known = [value for value in asked if value in options]
        unknown = ", ".join(value[:40] for value in asked if value not in options)
        problem = ""
        if unknown:
            problem = _("« %(value)s » n’est pas un choix de « %(label)s ».", value=unknown, label=_(self.label))
        if not known:
            return Reading(problem=problem)
        words = _(" ou ").join(options[value] for value in known)
        pairs = ((self.key, value) for value in known)
        return Reading(self.criterion(self.condition(known), words, *pairs), problem)

    def condition(self, known: Sequence[str]) -> sa.ColumnElement[bool]:
        """Give the SQL of having one of the chosen values."""
        is_id = isinstance(self.expression.type, sa.Uuid)
        chosen: sa.ColumnElement[bool] = self.expression.in_([UUID(value) for value in known] if is_id else known)
        return chosen


MARGIN = timedelta(days=3)


@dataclass(frozen=True, kw_only=True, eq=False)
class DateFilter(Filter):
    """A day, a span of days, or a word ("demain"). Over an instant, days are those of `zone`.

    Words count from the calendar date of `zone`, or from `today` where days end at another hour than midnight.
    `sorted_by` is the instant a date was made of, in whatever zone, by which its rows are listed: bounded too, so
    that the index which gives the order begins where the days do.
    """

    zone: str | Callable[[], str] = clock.USUAL_ZONE
    today: Callable[[], date] | None = None
    sorted_by: Expression | None = None
    control = "period"

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the word or span, then its two ends as a form sends them."""
        return (self.key, f"{self.key}_du", f"{self.key}_au")

    def read(self, arguments: Arguments) -> Reading:
        """Read `date=demain`, `date=2027-03-14..2027-03-20`, or `date_du` and `date_au`."""
        word, start, end = (first_of(arguments, key) for key in self.keys)
        text = f"{start}..{end}" if not word and (start or end) else word
        if not text.strip(". "):
            return Reading()
        zone = self.zone if isinstance(self.zone, str) else self.zone()
        today = self.today() if self.today else clock.today(zone)
        try:
            period = period_of(text, today)
        except PeriodRefused as refusal:
            return Reading(problem=str(refusal))
        condition = sa.and_(sa.true(), *self._bounds(period, zone))
        return Reading(self.criterion(condition, said(text, period, today), (self.key, canonical(text, period))))

    def _bounds(self, period: Period, zone: str) -> Iterable[sa.ColumnElement[bool]]:
        if isinstance(self.expression.type, UTCDateTime):
            if period.first:
                yield self.expression >= midnight(period.first, zone)
            if period.last:
                yield self.expression < midnight(period.last + timedelta(days=1), zone)
        else:
            if period.first:
                yield self.expression >= period.first
            if period.last:
                yield self.expression <= period.last
            yield from self._bounds_of_order(period)

    def _bounds_of_order(self, period: Period) -> Iterable[sa.ColumnElement[bool]]:
        """A date lies within a day of its instant in any zone, and an evening may run past midnight."""
        if self.sorted_by is not None and period.first and period.first > date.min + MARGIN:
            yield self.sorted_by >= midnight(period.first - MARGIN, "UTC")
        if self.sorted_by is not None and period.last and period.last < date.max - MARGIN:
            yield self.sorted_by < midnight(period.last + MARGIN, "UTC")


def canonical(text: str, period: Period) -> str:
    """Write a period the one way an address keeps it: words stay words, so that a kept view moves with the days."""
    if text in WORDS:
        return text
    first, last = (day.isoformat() if day else "" for day in (period.first, period.last))
    return first if first == last else f"{first}..{last}"


def midnight(day: date, zone: str) -> datetime:
    """Give the instant a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


@dataclass(frozen=True, kw_only=True, eq=False)
class NumberFilter(Filter):
    """At least, at most, or both. `unit` is a plural noun: "couverts"."""

    unit: str = ""
    control = "bounds"

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the two bounds."""
        return (f"{self.key}_min", f"{self.key}_max")

    def read(self, arguments: Arguments) -> Reading:
        """Read whole numbers of at most nine digits."""
        texts = [first_of(arguments, key) for key in self.keys]
        wrong = [text for text in texts if text and not re.fullmatch(r"-?[0-9]{1,9}", text)]
        if wrong:
            problem = _("« %(value)s » n’est pas un nombre entier.", value=wrong[0][:40])
            return Reading(problem=problem)
        low, high = (int(text) if text else None for text in texts)
        if low is None and high is None:
            return Reading()
        if low is not None and high is not None and low > high:
            return Reading(problem=_("Le plus petit nombre dépasse le plus grand."))
        condition = sa.and_(
            sa.true(),
            *([self.expression >= low] if low is not None else []),
            *([self.expression <= high] if high is not None else []),
        )
        pairs = [(key, text) for key, text in zip(self.keys, texts, strict=True) if text]
        return Reading(self.criterion(condition, self._words(low, high), *pairs))

    def _words(self, low: int | None, high: int | None) -> str:
        unit = _(self.unit or self.label).lower()
        if high is None:
            return _("%(low)s %(unit)s et plus", low=low, unit=unit)
        if low is None:
            return _("%(high)s %(unit)s au plus", high=high, unit=unit)
        if low == high:
            return _("%(low)s %(unit)s", low=low, unit=unit)
        return _("de %(low)s à %(high)s %(unit)s", low=low, high=high, unit=unit)


@dataclass(frozen=True, kw_only=True, eq=False)
class TextFilter(Filter):
    """A text found anywhere in the expression, case aside (accents count: searching is for the others)."""

    control = "text"

    def read(self, arguments: Arguments) -> Reading:
        """Read one line."""
        text = clean(first_of(arguments, self.key))
        if not text:
            return Reading()
        words = _("%(label)s contient « %(typed)s »", label=_(self.label), typed=text)
        condition = self.expression.icontains(text, autoescape=True)
        return Reading(self.criterion(condition, words, (self.key, text)))


@dataclass(frozen=True, kw_only=True, eq=False)
class BooleanFilter(Filter):
    """Yes or no; `yes` and `no` are its two sentences."""

    yes: str = N_("oui")
    no: str = N_("non")
    control = "yes_no"

    def options(self) -> list[tuple[str, str]]:
        """Give both answers with their words."""
        return [("oui", _(self.yes)), ("non", _(self.no))]

    def read(self, arguments: Arguments) -> Reading:
        """Read `oui` or `non`."""
        answer = first_of(arguments, self.key)
        if not answer:
            return Reading()
        options = dict(self.options())
        if answer not in options:
            problem = _("« %(value)s » n’est ni oui ni non.", value=answer[:40])
            return Reading(problem=problem)
        condition: Any = self.expression.is_(sa.true() if answer == "oui" else sa.false())
        return Reading(self.criterion(condition, options[answer], (self.key, answer)))


def first_of(arguments: Arguments, key: str) -> str:
    """Give the first value of an argument, trimmed; nothing when it is absent."""
    values = arguments.get(key, ())
    return values[0].strip() if values else ""
