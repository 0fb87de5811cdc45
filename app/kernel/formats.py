"""How dates, times, amounts and phones are written for a reader."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from app.kernel import clock
from app.kernel.languages import NO_BREAK_SPACE, _, current_language, ngettext
from app.kernel.preferences import AUTO, DATES, FIRST_DAY, HOURS, NUMBERS, preferred

WEEK_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}


def full_date(day: date) -> str:
    """Write "samedi 14 mars 2026" or "Saturday 14 March 2026"."""
    return _written(day, "EEEE d MMMM y", _british(current_language()))


def short_date(day: date) -> str:
    """Write "sam. 14 mars", or "14/03/2026" for who prefers figures."""
    if preferred(DATES) == "figures":
        return f"{day:%d/%m/%Y}"
    return unbroken(_written(day, "EEE d MMM", _british(current_language())))


def short_weekdays() -> list[tuple[str, str]]:
    """Give the days of the week from Monday, short and long: ("lun.", "lundi")."""
    language = _british(current_language())
    monday = date(2024, 1, 1)
    days = [monday + timedelta(days=offset) for offset in range(7)]
    return [(_written(day, "EEE", language), _written(day, "EEEE", language)) for day in days]


def first_weekday() -> int:
    """Give the day by which weeks begin for the reader: 0 for Monday."""
    chosen = preferred(FIRST_DAY)
    return WEEK_STARTS.get(chosen, Locale.parse(_british(current_language())).first_week_day)


def calendar_weekdays() -> list[tuple[str, str]]:
    """Give the heads of a calendar's columns, in the reader's order: ("lun.", "lundi")."""
    days, first = short_weekdays(), first_weekday()
    return [*days[first:], *days[:first]]


def month_name(day: date) -> str:
    """Write "mars 2026"."""
    return _written(day, "MMMM y", current_language())


def near_date(day: date, today: date) -> str:
    """Write "aujourd'hui", "demain", then the day's name and date."""
    distance = (day - today).days
    if distance == 0:
        return _("aujourd’hui")
    if distance == 1:
        return _("demain")
    if day.year == today.year:
        return _written(day, "EEEE d MMMM", _british(current_language()))
    return full_date(day)


def clock_time(moment: time) -> str:
    """Write a time in a control: "19:30"."""
    return f"{moment.hour:02}:{moment.minute:02}"


def spoken_time(moment: time) -> str:
    """Write a time in a sentence: "19 h 30" in French, "19:30" elsewhere, or as the reader prefers."""
    style = preferred(HOURS)
    if style == "12":
        return _half_days(moment)
    if current_language() != "fr" or style == "24":
        return clock_time(moment)
    return unbroken(f"{moment.hour} h {moment.minute:02}" if moment.minute else f"{moment.hour} h")


def shown_time(moment: time) -> str:
    """Write a time in a list or on a plan: "19:30", or "7:30 pm" as the reader prefers."""
    return _half_days(moment) if preferred(HOURS) == "12" else clock_time(moment)


def _half_days(moment: time) -> str:
    return unbroken(f"{moment.hour % 12 or 12}:{moment.minute:02} {'am' if moment.hour < 12 else 'pm'}")


def instant(moment: datetime, zone: str) -> str:
    """Write an instant in a zone: "14 mars 2026 à 19:30", or as the reader prefers."""
    local = moment.astimezone(ZoneInfo(zone))
    hour = shown_time(local.time())
    if preferred(DATES) == "figures":
        return f"{local:%d/%m/%Y} {hour}"
    locale = _british(current_language())
    day = unbroken(format_datetime(local, _with_first("d MMM y", local, locale), locale=locale))
    return f"{day} {unbroken(f'à {hour}')}" if current_language() == "fr" else f"{day}, {hour}"


def spoken_instant(moment: datetime, zone: str) -> str:
    """Write an instant in a sentence: "samedi 14 mars 2026 à 19 h 30"."""
    local = clock.local(moment, zone)
    return _("%(day)s à %(time)s", day=full_date(local.date()), time=spoken_time(local.time()))


def drawn_clock(zone: str) -> dict[str, str]:
    """Say how a drawn calendar tells the time, as attributes: in a zone, in the reader's language and figures."""
    language = current_language()
    told = {
        "data-offset": clock.local(clock.now(), zone).isoformat()[-6:],
        "data-locale": "en-GB" if language == "en" else language,
    }
    return {**told, "data-half-days": "yes"} if preferred(HOURS) == "12" else told


def euros(cents: int) -> str:
    """Write "1 234,50 €"; what is owed or given back as "−1 234,50 €"."""
    return _with_minus(format_currency(cents / 100, "EUR", locale=_figures()))


def number_range(least: int, most: int) -> str:
    """Write how many, from the least to the most: "2–4", or "2"."""
    return f"{least}–{most}" if least < most else str(most)


def number(value: Decimal | float) -> str:
    """Write "1 234,5" or "1,234.5"."""
    return _with_minus(format_decimal(value, locale=_figures()))


def _with_minus(written: str) -> str:
    """Put a minus sign, as wide as the figures beside it, for the hyphen of keyboards."""
    return written.replace("-", "−")


def _figures() -> str:
    chosen = preferred(NUMBERS)
    return current_language() if chosen == AUTO else chosen


def unbroken(text: str) -> str:
    """Keep on one line what is read in one breath, a number, a delay: its spaces do not break."""
    return text.replace(" ", NO_BREAK_SPACE)


def delay_shown(minutes: int) -> str:
    """Write a delay as short as it fits under a table: "25 min", "1 h 05"."""
    if minutes < 60:
        return unbroken(_("%(minutes)s min", minutes=minutes))
    return unbroken(_("%(hours)s h %(minutes)s", hours=minutes // 60, minutes=f"{minutes % 60:02d}"))


def phone(number: str, region: str = "FR") -> str:
    """Write a stored phone number as its country does, on one line; unreadable ones are given back as they are."""
    return unbroken(typed_phone(number, region))


@lru_cache(maxsize=2048)
def typed_phone(number: str, region: str = "FR") -> str:
    """Write a stored phone number as one types it, with the spaces of a keyboard."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat
    national = phonenumbers.region_code_for_number(parsed) == region
    return phonenumbers.format_number(parsed, style.NATIONAL if national else style.INTERNATIONAL)


def normalised_phone(typed: str, region: str = "FR") -> str | None:
    """Give a typed number in E.164 form, or None when it is no phone number."""
    try:
        parsed = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def delay_in_words(minutes: int) -> str:
    """Write a delay: "2 heures", "45 minutes", "3 jours"."""
    if minutes >= 2880 and minutes % 1440 == 0:
        return ngettext("%(num)s jour", "%(num)s jours", minutes // 1440)
    if minutes >= 60 and minutes % 60 == 0:
        return ngettext("%(num)s heure", "%(num)s heures", minutes // 60)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def _british(language: str) -> str:
    """Europe writes English dates the British way: day before month, 24 hours."""
    return "en_GB" if language == "en" else language


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, locale: str) -> str:
    return format_date(day, _with_first(pattern, day, locale), locale=locale)


def _with_first(pattern: str, day: date, locale: str) -> str:
    """Have French say "1er mai", and "2 mai"."""
    return pattern.replace("d MMM", "d'er' MMM") if locale == "fr" and day.day == 1 else pattern


def month_names() -> list[str]:
    """Give the names of the twelve months, as they stand alone."""
    return [_written(date(2024, month, 1), "LLLL", current_language()) for month in range(1, 13)]


def day_and_month(day: int, month: int) -> str:
    """Write "14 mars": a birthday, without its year."""
    return _written(date(2024, month, day), "d MMMM", _british(current_language()))


def written_date(day: date) -> str:
    """Write "14 mars 2026", or "14/03/2026" for who prefers figures."""
    if preferred(DATES) == "figures":
        return f"{day:%d/%m/%Y}"
    return _written(day, "d MMMM y", _british(current_language()))
