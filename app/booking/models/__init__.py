"""The room, the hours, the rules; reservations and what they occupy."""

from app.booking.models.demand import (
    FunnelCount,
    FunnelStep,
    RefusedSearch,
)
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
    Stage,
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
    "Stage",
    "Table",
    "natural_order",
]
