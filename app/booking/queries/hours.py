"""What the house says of itself: its weekly hours, its next shift, its rule for cancelling."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import groupby

from flask import has_request_context

from app.booking.opening import Slot, slots_on
from app.booking.permissions import day_under_way
from app.booking.queries.houses import House
from app.directory.models import Establishment
from app.directory.queries import first_establishment
from app.kernel import clock, navigation
from app.kernel.formats import delay_in_words, phone
from app.kernel.languages import _

LOOKED_AHEAD = 14
Spans = tuple[tuple[time, time], ...]


def weekly_hours(house: House) -> list[tuple[int, int, Spans]]:
    """Give the weekly shifts as (first weekday, last weekday, spans): days alike said together, 0 is Monday."""
    days: list[Spans] = []
    for weekday in range(1, 8):
        shifts = [shift for shift in house.opening.shifts if weekday in shift.weekdays]
        days.append(tuple(sorted((shift.first, shift.last) for shift in shifts)))
    lines = []
    for spans, alike in groupby(range(7), key=lambda weekday: days[weekday]):
        weekdays = list(alike)
        lines.append((weekdays[0], weekdays[-1], spans))
    return lines


def next_shift(house: House, today: date) -> tuple[date, time] | None:
    """Give the date and first arrival of the next day on which the house receives, today included."""
    for offset in range(LOOKED_AHEAD):
        slots = slots_on(house.opening, today + timedelta(days=offset))
        if slots:
            return today + timedelta(days=offset), slots[0].local_time
    return None


def first_day_offered(house: House, establishment: Establishment) -> date:
    """Give the first date one may book for: the evening under way while hours of it are to come, else today's date."""
    evening = day_under_way(establishment)
    slots = slots_on(house.opening, evening)
    return evening if slots and slots[-1].instant > clock.now() else establishment.today()


def is_late(house: House, slots: Sequence[Slot]) -> bool:
    """Say whether it is too late to book online for the last of these times of one day."""
    return slots[-1].instant < clock.now() + timedelta(minutes=house.rules.min_notice_minutes)


def first_day_open(house: House, establishment: Establishment) -> date:
    """Give the first date offered on which somebody may still come; the first one offered, if there is none."""
    first = first_day_offered(house, establishment)
    for offset in range(house.rules.max_advance_days + 1):
        slots = slots_on(house.opening, first + timedelta(days=offset))
        if slots and not is_late(house, slots):
            return first + timedelta(days=offset)
    return first


def cancelling_rule(house: House, establishment: Establishment) -> str:
    """Say until when a guest may change or cancel by the link."""
    return _(
        "Vous pouvez modifier ou annuler en ligne jusqu’à %(delay)s avant l’heure prévue ; "
        "ensuite, appelez-nous au %(phone)s.",
        delay=delay_in_words(house.cancel_until_minutes),
        phone=phone(establishment.phone),
    )


def day_in_hand() -> date:
    """Give the service date under way in the house one works in: what lists of the evening call today."""
    house = navigation.current_house() if has_request_context() else first_establishment()
    return day_under_way(house) if house else clock.today(clock.USUAL_ZONE)
