"""Questions of the booking slice: the house as the engine sees it, its days, its reservations."""

from app.booking.queries.days import (
    book_in_transaction,
    day_in_transaction,
    day_of,
    day_without,
    days_of,
    lock_day,
    lock_days,
    times_left_on,
)
from app.booking.queries.hours import cancelling_rule, next_shift, weekly_hours
from app.booking.queries.houses import House, house_of, read_house, unit_choices
from app.booking.queries.open_wishes import open_wish_like
from app.booking.queries.reservations import (
    coming_reservations,
    consents_visible_to,
    expired_holds,
    figures_of,
    hold_of,
    live_holds_from,
    next_arrivals,
    own_reservations,
    promise_of,
    reservation_with_reference,
    reservations_due_a_reminder,
    timeline_of,
    visible_to,
)

__all__ = [
    "House",
    "book_in_transaction",
    "cancelling_rule",
    "coming_reservations",
    "consents_visible_to",
    "day_in_transaction",
    "day_of",
    "day_without",
    "days_of",
    "expired_holds",
    "figures_of",
    "hold_of",
    "house_of",
    "live_holds_from",
    "lock_day",
    "lock_days",
    "next_arrivals",
    "next_shift",
    "open_wish_like",
    "own_reservations",
    "promise_of",
    "read_house",
    "reservation_with_reference",
    "reservations_due_a_reminder",
    "timeline_of",
    "times_left_on",
    "unit_choices",
    "visible_to",
    "weekly_hours",
]
