"""The verbs of the booking slice: hold, reserve, move, cancel, and what the team does on the evening."""

from app.booking.service.absences import note_missed_party, withdraw_absence
from app.booking.service.acquaintance import GuestUnclear, as_known, guest_chosen
from app.booking.service.boards import move_seen_reservation
from app.booking.service.changes import cancel_reservation, change_details, is_too_late, move_reservation
from app.booking.service.door import DoorAnswer, answer_at_door, keep_walk_in, note_lost_walk_in, seat_walk_in
from app.booking.service.evening import (
    TableStillTaken,
    confirm_reservation,
    finish_reservation,
    has_come,
    note_arrival,
    note_stage,
    resume_party,
    seat_in_turn,
    seat_party,
    withdraw_arrival,
    withdraw_seating,
    write_note,
)
from app.booking.service.forgetting import forget_guests
from app.booking.service.funnel import count_step, forget_refused_search, log_refused_search
from app.booking.service.open_wishes import (
    forget_answered_wishes,
    forget_wishes_from,
    give_up_open_wish,
    grant_open_wish,
    keep_open_wish,
    refuse_open_wish,
    settle_open_wish,
)
from app.booking.service.pause import pause_online, resume_online
from app.booking.service.placing import give_tables, note_covers, unlock_table
from app.booking.service.promises import (
    expire_holds,
    hold_table,
    keep_until,
    link_expiry,
    open_to_visitor,
    promise_guaranteed,
    promise_held,
    release_hold,
    request_link,
    reserve,
)
from app.booking.service.rearranging import accept_proposal, undo_rearrangement
from app.booking.service.wishes import Details, LeftOpen, NotSeated, PlanRefused, TimeTaken, Wish

__all__ = [
    "Details",
    "DoorAnswer",
    "GuestUnclear",
    "LeftOpen",
    "NotSeated",
    "PlanRefused",
    "TableStillTaken",
    "TimeTaken",
    "Wish",
    "accept_proposal",
    "answer_at_door",
    "as_known",
    "cancel_reservation",
    "change_details",
    "confirm_reservation",
    "count_step",
    "expire_holds",
    "finish_reservation",
    "forget_answered_wishes",
    "forget_guests",
    "forget_refused_search",
    "forget_wishes_from",
    "give_tables",
    "give_up_open_wish",
    "grant_open_wish",
    "guest_chosen",
    "has_come",
    "hold_table",
    "is_too_late",
    "keep_open_wish",
    "keep_until",
    "keep_walk_in",
    "link_expiry",
    "log_refused_search",
    "move_reservation",
    "move_seen_reservation",
    "note_arrival",
    "note_covers",
    "note_lost_walk_in",
    "note_missed_party",
    "note_stage",
    "open_to_visitor",
    "pause_online",
    "promise_guaranteed",
    "promise_held",
    "refuse_open_wish",
    "release_hold",
    "request_link",
    "reserve",
    "resume_online",
    "resume_party",
    "seat_in_turn",
    "seat_party",
    "seat_walk_in",
    "settle_open_wish",
    "undo_rearrangement",
    "unlock_table",
    "withdraw_absence",
    "withdraw_arrival",
    "withdraw_seating",
    "write_note",
]
