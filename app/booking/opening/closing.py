"""Close-outs on one service date: which slots they close, and which quarters of which tables."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from app.booking.opening.close_outs import CloseOut, Scope
from app.booking.opening.hours import Opening
from app.booking.opening.slots import Slot, instant_of, quarter_of

_AROUND = tuple(timedelta(days=offset) for offset in (-1, 0, 1))


def close_outs_on(opening: Opening, service_date: date) -> list[CloseOut]:
    """The close-outs that hold on a service date, in order."""
    return [each for each in opening.close_outs if each.is_on(service_date)]


def close_out_of(opening: Opening, slot: Slot) -> CloseOut | None:
    """The close-out that keeps everybody from arriving at a slot, if any."""
    for each in opening.close_outs:
        if each.scope is Scope.HOUSE and each.is_on(slot.service_date) and each.closes(slot.minutes):
            return each
    return None


def closed_quarters(opening: Opening, close_out: CloseOut, service_date: date) -> Iterator[range]:
    """The absolute quarters a close-out takes of one of its service dates."""
    for first, end in close_out.spans:
        starts, ends = (quarter_of(instant_of(opening.zone, service_date, minutes)) for minutes in (first, end))
        yield range(starts, ends)


def closed_tables(opening: Opening, service_date: date, base: int) -> Mapping[str, int]:
    """The quarters in which tables are not given, as bitmasks by table id; bit 0 is the absolute quarter `base`.

    The evening before and the day after are looked at too: a stay may run past midnight.
    """
    masks: dict[str, int] = {}
    closed = (
        (each.tables, quarters)
        for day in (service_date + offset for offset in _AROUND)
        for each in opening.close_outs
        if each.tables and each.is_on(day)
        for quarters in closed_quarters(opening, each, day)
    )
    for tables, quarters in closed:
        first = max(quarters.start, base)
        mask = ((1 << max(0, quarters.stop - first)) - 1) << (first - base)
        for table in tables:
            masks[table] = masks.get(table, 0) | mask
    return masks
