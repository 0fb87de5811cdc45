"""Whether a party can be seated, and where: best fit, combinations last, behind one function, `feasible`.

Pure: knows neither Flask nor the database. `room` is the furniture, `book` what is taken, `day` the two together with
the hours and the rules, `verdict` the answers, `engine` the policy that picks a unit (the one part the exact engine
will replace), `feasible` the question, `offers` the same question asked of a whole day. Source of the rules:
shared/domain/seating.md section 1, shared/domain/booking.md sections 3 and 4.
"""

from app.booking.seating.book import SPAN_QUARTERS, DayBook, TableTaken
from app.booking.seating.day import Day, Rules
from app.booking.seating.engine import Request, best_fit
from app.booking.seating.feasible import feasible
from app.booking.seating.offers import Offer, nearest, times_left, times_on
from app.booking.seating.room import Combination, Room, Table, Unit
from app.booking.seating.verdict import FORCE, GUEST, STAFF, Override, Permit, Placement, Reason, Refusal

__all__ = [
    "FORCE",
    "GUEST",
    "SPAN_QUARTERS",
    "STAFF",
    "Combination",
    "Day",
    "DayBook",
    "Offer",
    "Override",
    "Permit",
    "Placement",
    "Reason",
    "Refusal",
    "Request",
    "Room",
    "Rules",
    "Table",
    "TableTaken",
    "Unit",
    "best_fit",
    "feasible",
    "nearest",
    "times_left",
    "times_on",
]
