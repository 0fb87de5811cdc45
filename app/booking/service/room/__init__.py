"""Verbs that change the room, the hours and the rules of an establishment, each through the frame of `changing`."""

from app.booking.service.room.changing import ChangeBreaks
from app.booking.service.room.close_outs import delete_close_out, save_close_out
from app.booking.service.room.drawing import draw_floor
from app.booking.service.room.furniture import (
    AreaLine,
    CombinationLine,
    TableLine,
    change_areas,
    change_tables,
    delete_combination,
    save_combination,
)
from app.booking.service.room.hours import (
    delete_closure,
    delete_exceptional_day,
    delete_shift,
    save_closure,
    save_exceptional_day,
    save_shift,
)
from app.booking.service.room.naming import NameStillUsed
from app.booking.service.room.rules import (
    Answers,
    Description,
    HouseRules,
    change_patience,
    change_rules,
    change_sites,
    change_waiting,
    describe_establishment,
    new_policy,
)
from app.booking.service.room.transfer import apply_establishment_file, establishment_file

__all__ = [
    "Answers",
    "AreaLine",
    "ChangeBreaks",
    "CombinationLine",
    "Description",
    "HouseRules",
    "NameStillUsed",
    "TableLine",
    "apply_establishment_file",
    "change_areas",
    "change_patience",
    "change_rules",
    "change_sites",
    "change_tables",
    "change_waiting",
    "delete_close_out",
    "delete_closure",
    "delete_combination",
    "delete_exceptional_day",
    "delete_shift",
    "describe_establishment",
    "draw_floor",
    "establishment_file",
    "new_policy",
    "save_close_out",
    "save_closure",
    "save_combination",
    "save_exceptional_day",
    "save_shift",
]
