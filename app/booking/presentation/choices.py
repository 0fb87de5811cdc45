"""What a guest chooses from: the month, the times of a day, what the day is about, the nearest alternatives."""

import calendar
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from urllib.parse import urlencode

from app.booking import queries
from app.booking.opening import occasion_on, slots_on
from app.booking.queries import House
from app.booking.queries.hours import first_day_offered, is_late
from app.booking.seating import GUEST, Day, Offer, Permit, Placement, Reason, Refusal, nearest, times_on
from app.directory.models import Establishment
from app.kernel.formats import (
    calendar_weekdays,
    clock_time,
    delay_in_words,
    first_weekday,
    full_date,
    month_name,
    near_date,
    spoken_time,
)
from app.kernel.languages import N_, _, current_language, ngettext

FEW = 4
ON_A_TIME = {
    Reason.PAST: N_("passé"),
    Reason.TOO_SOON: N_("trop proche"),
    Reason.CLOSED_OUT: N_("fermé"),
    Reason.PAUSED: N_("suspendu"),
    Reason.ONLINE_QUOTA: N_("par téléphone"),
    Reason.KEPT_TABLES: N_("par téléphone"),
}
SEARCHED_DAYS = 14


@dataclass(frozen=True)
class MonthDay:
    """One cell of the calendar."""

    number: int
    label: str
    url: str | None
    note: str
    state: str
    selected: bool
    today: bool


@dataclass(frozen=True)
class Month:
    """A month of the calendar, with the ways before and after."""

    title: str
    previous_url: str | None
    next_url: str | None
    weekdays: list[tuple[str, str]]
    weeks: list[list[MonthDay | None]]


@dataclass(frozen=True)
class ShownTime:
    """One time of a day, with why it cannot be had, if so."""

    value: str
    reason: str | None


@dataclass(frozen=True)
class ShownShift:
    """The times of one shift."""

    name: str
    span: str
    times: list[ShownTime]


@dataclass(frozen=True)
class Alternative:
    """A time that works, near the one wished for."""

    service_date: date
    local_time: time
    when: str
    url: str
    note: str


def month_of(
    house: House, establishment: Establishment, shown: date, covers: int, selected: date | None, url: str
) -> Month:
    """Draw a month: each open day says how many times are left for this party."""
    today = first_day_offered(house, establishment)
    first, last = _ends_of_month(shown)
    furthest = establishment.today() + timedelta(days=house.rules.max_advance_days)
    left = {}
    if first <= furthest and last >= today:
        left = queries.times_left_on(house, max(first, today), min(last, furthest), covers)
    weeks: list[list[MonthDay | None]] = [
        [
            _cell(house, day, left.get(day), covers, selected == day, today, url) if day.month == first.month else None
            for day in week
        ]
        for week in calendar.Calendar(first_weekday()).monthdatescalendar(first.year, first.month)
        if week[-1] >= today
    ]
    earlier, later = first - timedelta(days=1), last + timedelta(days=1)

    def month_url(day: date) -> str:
        kept = {"date": selected.isoformat()} if selected else {}
        return f"{url}?{urlencode({'covers': covers, 'mois': f'{day:%Y-%m}', **kept})}"

    return Month(
        title=month_name(first),
        previous_url=month_url(earlier) if earlier >= today else None,
        next_url=month_url(later) if later <= furthest else None,
        weekdays=calendar_weekdays(),
        weeks=weeks,
    )


def _cell(
    house: House,
    day: date,
    left: int | None,
    covers: int,
    selected: bool,  # noqa: FBT001 - one of the cell's facts
    today: date,
    url: str,
) -> MonthDay:
    if left:
        note, state = str(left), "few" if left <= FEW else "open"
        said = ngettext("%(num)s horaire", "%(num)s horaires", left)
    elif left is None:
        note, state, said = "", "past", _("hors des dates proposées")
    elif not (slots := slots_on(house.opening, day)):
        note, state, said = _("fermé"), "closed", _("fermé")
    elif is_late(house, slots):
        note, state, said = _("trop tard"), "late", _("trop tard pour réserver en ligne")
    else:
        note, state, said = _("complet"), "full", _("complet")
    opens = left is not None and state != "closed"
    return MonthDay(
        number=day.day,
        label=f"{full_date(day)}, {said}",
        url=f"{url}?date={day.isoformat()}&covers={covers}" if opens else None,
        note=note,
        state=state,
        selected=selected,
        today=day == today,
    )


def _ends_of_month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def shifts_shown(day: Day, covers: int, permit: Permit = GUEST) -> list[ShownShift]:
    """Group the times of a day by shift, each with why it cannot be had; hours gone by make room for the others."""
    every = times_on(day, covers, permit=permit)
    offers = [offer for offer in every if not _is_past(offer)] or every
    return [_shift_shown(list(group)) for _shift, group in groupby(offers, key=lambda offer: offer.slot.shift.id)]


def _shift_shown(offers: list[Offer]) -> ShownShift:
    first, last = offers[0].slot, offers[-1].slot
    return ShownShift(
        name=first.shift.name,
        span=_("%(first)s à %(last)s", first=clock_time(first.local_time), last=clock_time(last.local_time)),
        times=[ShownTime(clock_time(offer.slot.local_time), _short_reason(offer)) for offer in offers],
    )


def _is_past(offer: Offer) -> bool:
    return isinstance(offer.verdict, Refusal) and offer.verdict.reason is Reason.PAST


def _short_reason(offer: Offer) -> str | None:
    if isinstance(offer.verdict, Placement):
        return None
    return _(ON_A_TIME.get(offer.verdict.reason, N_("complet")))


def alternatives_near(
    house: House,
    establishment: Establishment,
    around: date,
    at: time | None,
    covers: int,
    url: str,
    *,
    permit: Permit = GUEST,
) -> list[Alternative]:
    """Offer the nearest times that work: the same day first, then the nearest days at the same hour."""
    today = first_day_offered(house, establishment)
    first = max(around - timedelta(days=SEARCHED_DAYS // 2), today)
    days = {day.service_date: day for day in queries.days_of(house, first, first + timedelta(days=SEARCHED_DAYS))}
    wished = at or time(20)
    found = list(nearest(days[around], covers, wished, 3, permit=permit)) if around in days else []
    others = sorted((day for day in days if day != around), key=lambda day: abs((day - around).days))
    for other in others:
        if len(found) >= 5:
            break
        found += nearest(days[other], covers, wished, 1, permit=permit)
    return [_alternative(offer, around, at, today, covers, url) for offer in found]


def _alternative(offer: Offer, around: date, at: time | None, today: date, covers: int, url: str) -> Alternative:
    slot = offer.slot
    query = urlencode({"date": slot.service_date.isoformat(), "covers": covers, "time": clock_time(slot.local_time)})
    when = _("%(day)s à %(time)s", day=near_date(slot.service_date, today), time=spoken_time(slot.local_time))
    if slot.service_date != around:
        note = _days_apart((slot.service_date - around).days)
    elif at is None:
        note = _("le même jour")
    else:
        minutes = slot.minutes - (at.hour * 60 + at.minute)
        delay = _minutes_apart(abs(minutes))
        note = _("%(delay)s plus tard", delay=delay) if minutes > 0 else _("%(delay)s plus tôt", delay=delay)
    return Alternative(slot.service_date, slot.local_time, when[:1].upper() + when[1:], f"{url}?{query}", note)


def _days_apart(days: int) -> str:
    if days == 1:
        return _("le lendemain")
    if days == -1:
        return _("la veille")
    if days > 0:
        return ngettext("%(num)s jour plus tard", "%(num)s jours plus tard", days)
    return ngettext("%(num)s jour plus tôt", "%(num)s jours plus tôt", -days)


def _minutes_apart(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return (
        _("%(hours)s h %(minutes)s", hours=hours, minutes=f"{rest:02d}") if hours and rest else delay_in_words(minutes)
    )


def occasion_shown(house: House, day: date) -> tuple[str, str] | None:
    """Give what a day is about, title and text, in the reader's language or else in French; None on most days."""
    occasion = occasion_on(house.opening, day)
    is_french = current_language() == "fr"
    title = occasion.title if is_french else occasion.title_en or occasion.title
    text = occasion.text if is_french else occasion.text_en or occasion.text
    return (title, text) if title or text else None
