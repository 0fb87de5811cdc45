"""Every way of seating a newcomer at the cost of a few moves: whoever is pushed finds a free unit, or pushes on."""

from app.booking.seating.plan import Party, Plan
from app.booking.seating.repair import Rearrangement

PAIR = 2


def chain(plan: Plan, newcomer: Party, units: tuple[int, ...], lengths: range) -> dict[str, int] | None:
    """Units for the newcomer, one of `units`, and for so many who move; None when there is no such chain.

    Every chain is tried, the shortest first. The plan is left as it was.
    """
    there = [
        (unit, others)
        for unit in units
        if len(others := plan.in_the_way(unit, newcomer.first, newcomer.end)) < lengths.stop
        and all(len(other.options) > 1 for other in others)
    ]
    for moves in lengths:
        for unit, others in there:
            if moves == PAIR and len(others) == 1:
                found = _one_after_the_other(plan, newcomer, unit, others[0])
            elif len(others) < moves or (len(others) == moves and _may_leave(plan, others, unit)):
                found = _pushed(plan, newcomer, unit, others, moves)
            else:
                continue
            if found is not None:
                return found
    return None


def _pushed(plan: Plan, newcomer: Party, unit: int, others: list[Party], moves: int) -> dict[str, int] | None:
    tried = Rearrangement(plan)
    for other in others:
        tried.remove(other)
    tried.seat(newcomer, unit)
    is_found = _resettle(plan, tried, others, moves, frozenset({newcomer.id}))
    arranged = tried.undo()
    return arranged if is_found else None


def _one_after_the_other(plan: Plan, newcomer: Party, unit: int, other: Party) -> dict[str, int] | None:
    """Units when the newcomer pushes one party, and that one another: most of the search, so without touching it."""
    masks, seat_of = plan.floor.masks, plan.seat_of
    taken, left = masks[unit], masks[seat_of[other.id]]
    for target, third in plan.held_by_one(other):
        if masks[target] & taken:
            continue
        kept = masks[target] | (taken if third.meets(newcomer.first, newcomer.end) else 0)
        busy = plan.busy_without(third)
        if not _has_room(plan, third, busy & ~left | kept):
            continue
        if left & busy:  # the other's tables are free while the other would have been there, no longer
            own = ~masks[seat_of[third.id]]
            before = plan.busy(third.first, min(third.end, other.first))
            after = plan.busy(max(third.first, other.end), third.end)
            within = plan.busy(max(third.first, other.first), min(third.end, other.end)) & ~left
            busy = (before | within | after) & own
        last = next((each for each in third.options if not masks[each] & (busy | kept)), None)
        if last is not None:
            return {newcomer.id: unit, other.id: target, third.id: last}
    return None


def _resettle(plan: Plan, tried: Rearrangement, waiting: list[Party], moves: int, settled: frozenset[str]) -> bool:
    """Seat everybody who waits, each at the cost of one move, pushing others when moves are left for it."""
    if not waiting:
        return True
    party, rest = waiting[0], waiting[1:]
    busy = plan.busy(party.first, party.end)
    spare = moves - len(waiting)
    if not spare and not _has_room(plan, party, busy):
        return False
    settled |= {party.id}
    for unit in party.options:
        others = plan.in_the_way(unit, party.first, party.end) if plan.floor.masks[unit] & busy else []
        if len(others) > spare or not _may_be_pushed(plan, others, unit, settled, is_last=len(others) == spare):
            continue
        for other in others:
            tried.remove(other)
        tried.seat(party, unit)
        if _resettle(plan, tried, rest + others, moves - 1, settled):
            return True
        plan.remove(party.id)
        for other in others:
            tried.back(other)
    return False


def _may_be_pushed(plan: Plan, others: list[Party], unit: int, settled: frozenset[str], *, is_last: bool) -> bool:
    """Whether these may give up the unit; when nobody is to be pushed after them, each needs one that is free now."""
    if any(each.id in settled or len(each.options) == 1 for each in others):
        return False
    return not is_last or _may_leave(plan, others, unit)


def _may_leave(plan: Plan, others: list[Party], unit: int) -> bool:
    """Whether each of them could have another unit, free but for itself, that shares no table with this one."""
    mask = plan.floor.masks[unit]
    return all(_has_room(plan, other, plan.busy_without(other) | mask) for other in others)


def _has_room(plan: Plan, party: Party, busy: int) -> bool:
    """Whether some unit of the party has none of the busy tables."""
    singles, several, joined = plan.split_of[party.id]
    if singles & ~busy:
        return True
    if (joined & ~busy).bit_count() > 1:
        for mask in several:
            if not mask & busy:
                return True
    return False
