"""Whether a party can be seated, where, and who moves for it: behind one function, `feasible`.

Pure: knows neither Flask nor the database. `room` is the furniture, `book` what is taken, `day` the two together with
the hours and the rules, `verdict` the answers, `engine` best fit, `feasible` the question, `offers` and `survey` the
same question asked of a whole day; `levers` what would make a yes of a refusal, `tidy` a coming shift arranged better.

Where others may be moved (`policy`), an `arranger` keeps the day's `plan` on a `floor` of bits and decides by the steps
of docs/decisions/0012-engine.md: `proof` and `reach` refuse, `repair` pushes, `cases` has the last word with the
linear programmes of `relaxation` over `places` and the cuts of `halves`. `check` believes none of it.
"""

from app.booking.seating.arranger import Arranger, UnsoundPlan
from app.booking.seating.book import SPAN_QUARTERS, DayBook, TableTaken
from app.booking.seating.day import Day, Rules
from app.booking.seating.engine import Request, best_fit
from app.booking.seating.feasible import feasible
from app.booking.seating.levers import (
    AnotherTime,
    AnyArea,
    AnyUnit,
    HigherPace,
    LargerTable,
    Lever,
    Unlocked,
    Wish,
    levers,
)
from app.booking.seating.offers import Offer, nearest, times_left, times_on
from app.booking.seating.plan import Move, Sitting
from app.booking.seating.policy import BEST_FIT, EXACT, GUARDED, LONGEST_CHAIN, Policy, PolicyName
from app.booking.seating.room import Combination, Room, Table, Unit
from app.booking.seating.seater import Seated, Undecided, Unseated
from app.booking.seating.survey import Survey
from app.booking.seating.tidy import Tidied, Worth, optimise
from app.booking.seating.verdict import (
    FORCE,
    GUEST,
    STAFF,
    Override,
    Permit,
    Placement,
    Reason,
    Refusal,
    StillUndecided,
)

__all__ = [
    "BEST_FIT",
    "EXACT",
    "FORCE",
    "GUARDED",
    "GUEST",
    "LONGEST_CHAIN",
    "SPAN_QUARTERS",
    "STAFF",
    "AnotherTime",
    "AnyArea",
    "AnyUnit",
    "Arranger",
    "Combination",
    "Day",
    "DayBook",
    "HigherPace",
    "LargerTable",
    "Lever",
    "Move",
    "Offer",
    "Override",
    "Permit",
    "Placement",
    "Policy",
    "PolicyName",
    "Reason",
    "Refusal",
    "Request",
    "Room",
    "Rules",
    "Seated",
    "Sitting",
    "StillUndecided",
    "Survey",
    "Table",
    "TableTaken",
    "Tidied",
    "Undecided",
    "Unit",
    "Unlocked",
    "Unseated",
    "UnsoundPlan",
    "Wish",
    "Worth",
    "best_fit",
    "feasible",
    "levers",
    "nearest",
    "optimise",
    "times_left",
    "times_on",
]
