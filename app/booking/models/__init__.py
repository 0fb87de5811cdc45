"""The room, the hours, the rules; reservations and what they occupy."""

from app.booking.models.demand import (
    FunnelCount,
    FunnelStep,
    RefusedSearch,
)
from app.booking.models.insight import FloorTrial, Stay, TrialState
from app.booking.models.reservations import (
    COMING,
    OCCUPYING,
    TERMINAL,
    ArrivalCount,
    Reservation,
    ReservationNote,
    ReservationOrigin,
    ReservationState,
    Seating,
    SeatingCell,
    ServiceDay,
    natural_order,
)
from app.booking.models.room import (
    Area,
    BookingPolicy,
    Closure,
    Combination,
    CombinationTable,
    ExceptionalDay,
    Shift,
    Table,
)

__all__ = [
    "COMING",
    "OCCUPYING",
    "TERMINAL",
    "Area",
    "ArrivalCount",
    "BookingPolicy",
    "Closure",
    "Combination",
    "CombinationTable",
    "ExceptionalDay",
    "FloorTrial",
    "FunnelCount",
    "FunnelStep",
    "RefusedSearch",
    "Reservation",
    "ReservationNote",
    "ReservationOrigin",
    "ReservationState",
    "Seating",
    "SeatingCell",
    "ServiceDay",
    "Shift",
    "Stay",
    "Table",
    "TrialState",
    "natural_order",
]
