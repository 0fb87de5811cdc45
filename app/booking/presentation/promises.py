"""A promise in words: as the lines of a summary, and as one sentence."""

from datetime import date, time, timedelta

from app.booking.models import Reservation
from app.booking.opening import DAY_MINUTES, slot_at
from app.booking.queries import House
from app.kernel import clock
from app.kernel.formats import full_date, spoken_time
from app.kernel.languages import _, ngettext


def promise_lines(house: House, service_date: date, local_time: time, covers: int) -> list[tuple[str, str]]:
    """Write day, time and party as the lines of a summary; a time past midnight names its real day."""
    slot = slot_at(house.opening, service_date, local_time)
    past_midnight = slot is not None and slot.minutes >= DAY_MINUTES
    return [
        (_("Jour"), _real_day(service_date, service_date + timedelta(days=1) if past_midnight else service_date)),
        (_("Heure"), spoken_time(local_time)),
        (_("Convives"), ngettext("%(num)s couvert", "%(num)s couverts", covers)),
    ]


def promise_sentence(reservation: Reservation) -> str:
    """Write "samedi 14 mars 2026 à 19 h 30, pour 4"; a time past midnight names its real day."""
    local = clock.local(reservation.starts_at, reservation.establishment.timezone)
    past_midnight = local.date() != reservation.service_date
    return _(
        "%(day)s à %(time)s, pour %(covers)s",
        day=_real_day(reservation.service_date, local.date()) + ("," if past_midnight else ""),
        time=spoken_time(reservation.local_time),
        covers=reservation.covers,
    )


def _real_day(service_date: date, real: date) -> str:
    if real == service_date:
        return full_date(real)
    return _("%(day)s, dans la nuit du %(evening)s", day=full_date(real), evening=full_date(service_date))
