"""What the calendar shows at once: a month, a week or a day, from the reader's first day, between their hours."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.kernel.choices import Choice
from app.kernel.formats import first_weekday, full_date, month_name
from app.kernel.languages import N_, _
from app.kernel.preferences import AUTO, CALENDAR_FROM, CALENDAR_UNTIL, preferred

HOUR, DAY = 60, 24 * 60
ONE_DAY = timedelta(days=1)
SENSIBLE_YEARS = range(2000, 2200)
OFFICE_HOURS = (8 * HOUR, 20 * HOUR)


class Shown(Choice):
    """How much is shown at once; the value stands in addresses."""

    MONTH = "mois", N_("Mois")
    WEEK = "semaine", N_("Semaine")
    DAY = "jour", N_("Jour")


@dataclass(frozen=True)
class Period:
    """The days shown, `last` included, around the day asked for."""

    shown: Shown
    day: date
    first: date
    last: date

    @property
    def title(self) -> str:
        """Name the period: "mars 2026", "semaine du lundi 9 mars 2026", "samedi 14 mars 2026"."""
        if self.shown is Shown.MONTH:
            return month_name(self.first)
        if self.shown is Shown.DAY:
            return full_date(self.first)
        return _("semaine du %(day)s", day=full_date(self.first))

    def beside(self, step: int) -> date:
        """Give a day of the period before (-1) or after (1)."""
        return self.first - ONE_DAY if step < 0 else self.last + ONE_DAY

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """Give the instants between which its days lie, half-open, in an IANA zone."""
        midnight = ZoneInfo(zone)
        return (
            datetime.combine(self.first, time(), midnight),
            datetime.combine(self.last + ONE_DAY, time(), midnight),
        )


def period_around(shown: Shown, day: date) -> Period:
    """Give the month, the week of the reader, or the day around a date."""
    if shown is Shown.DAY:
        return Period(shown, day, day, day)
    if shown is Shown.WEEK:
        first = day - timedelta(days=(day.weekday() - first_weekday()) % 7)
        return Period(shown, day, first, first + timedelta(days=6))
    length = calendar.monthrange(day.year, day.month)[1]
    return Period(shown, day, day.replace(day=1), day.replace(day=length))


def asked_day(text: str, today: date) -> date:
    """Read the date of an address; what is none, or lies out of reason, means today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if day.year in SENSIBLE_YEARS else today


def asked_shown(text: str) -> Shown:
    """Read how much an address wants shown; a week unless it says."""
    return Shown(text) if text in [shown.value for shown in Shown] else Shown.WEEK


@dataclass(frozen=True)
class Hours:
    """Between which minutes after midnight days are drawn (past 1440 in houses that close late).

    `is_flexible` lets what lies outside widen them: only where the reader did not choose both.
    """

    starts: int
    ends: int
    is_flexible: bool


def hours_shown(declared: tuple[int, int] | None) -> Hours:
    """Give the hours the reader prefers; what they leave to the house follows what its sources declare."""
    starts, ends = preferred(CALENDAR_FROM), preferred(CALENDAR_UNTIL)
    opens, closes = declared or OFFICE_HOURS
    first = int(starts) * HOUR if starts != AUTO else opens // HOUR * HOUR
    last = int(ends) * HOUR if ends != AUTO else -(-closes // HOUR) * HOUR
    if first >= last:
        first, last = (first, DAY) if starts != AUTO else (0, last)
    return Hours(first, last, AUTO in (starts, ends))
