"""What a change of the house changed, part by part, in values short enough for the trail."""

from collections.abc import Mapping, Sequence

from app.booking.opening import CloseOut, DurationBand, Occasion, Shift
from app.booking.queries import House
from app.directory.models import Establishment
from app.kernel.formats import clock_time

MOST = 40
Values = dict[str, str]


def differences(before: Values, after: Values) -> dict[str, tuple[str, str]]:
    """Give what differs, before and after; beyond forty parts, the rest is left to the file of the house."""
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return {name: (before.get(name, ""), after.get(name, "")) for name in names[:MOST]}


def house_values(establishment: Establishment, house: House, codes: Mapping[str, str]) -> Values:
    """Write every part of a house as text; `codes` names tables and combinations by their engine's ids."""
    return {
        "name": establishment.name,
        "address": ", ".join(establishment.address_lines),
        "phone": establishment.phone,
        "email": establishment.email,
        "zone": house.opening.zone,
        "areas": ", ".join(house.areas),
        **_furniture(house, codes),
        **_hours(house),
        **_close_outs(house, codes),
        "durations": _durations(house.room.durations),
        "slot_minutes": str(house.opening.slot_minutes),
        "turnover_minutes": str(house.room.turnover_minutes),
        "min_notice_minutes": str(house.rules.min_notice_minutes),
        "max_advance_days": str(house.rules.max_advance_days),
        "max_covers_online": str(house.rules.max_covers_online),
        "hold_minutes": str(house.hold_minutes),
        "cancel_until_minutes": str(house.cancel_until_minutes),
        "policy": house.policy.name.value,
        "large_party_text": house.large_party_text[:200],
    }


def _furniture(house: House, codes: Mapping[str, str]) -> Values:
    tables = {
        f"table:{codes[table.id]}": f"{table.min_covers}–{table.max_covers} ({table.area})"
        f"{' ⌂' if table.id in house.kept else ''}"
        for table in house.room.tables
    }
    combinations = {
        f"combination:{codes[each.id]}": f"{each.min_covers}–{each.max_covers} "
        f"({' + '.join(codes[table] for table in each.tables)})"
        for each in house.room.combinations
    }
    return {**tables, **combinations}


def _hours(house: House) -> Values:
    opening = house.opening
    shifts: Values = {}
    for shift in opening.shifts:
        shifts[f"shift:{shift.name}"] = " ; ".join(filter(None, [shifts.get(f"shift:{shift.name}"), _shift(shift)]))
    closures = {
        f"closure:{each.first.isoformat()}": f"{each.last.isoformat()} {each.reason}" for each in opening.closures
    }
    days = {
        f"exceptional_day:{day.date.isoformat()}": " ; ".join(
            [*_occasion(day.occasion), *([_shift(shift) for shift in day.shifts] or ["0"])]
        )
        for day in opening.exceptional_days
    }
    return {**shifts, **closures, **days}


def _shift(shift: Shift) -> str:
    days = "".join(str(day) for day in sorted(shift.weekdays))
    pacing = [str(limit) for limit in (shift.pacing_covers, shift.pacing_reservations) if limit is not None]
    stays = [_durations(shift.durations)] if shift.durations else []
    policy = [shift.policy] if shift.policy else []
    online = [] if shift.online_covers is None else [f"⌂ {shift.online_covers}"]
    hours = f"{clock_time(shift.first)}–{clock_time(shift.last)}"
    return " · ".join([days, hours, *pacing, *online, *stays, *policy]).strip(" ·")


def _occasion(occasion: Occasion) -> list[str]:
    words = (occasion.title, occasion.title_en, occasion.text[:40], occasion.text_en[:40])
    return [" / ".join(filter(None, words))] if any(words) else []


def _close_outs(house: House, codes: Mapping[str, str]) -> Values:
    found: Values = {}
    for each in house.opening.close_outs:
        key = f"close_out:{each.first.isoformat()}"
        found[key] = " ; ".join(filter(None, [found.get(key), _close_out(each, codes)]))
    return found


def _close_out(close_out: CloseOut, codes: Mapping[str, str]) -> str:
    until = close_out.last.isoformat() if close_out.last else "…"
    days = "".join(str(day) for day in sorted(close_out.weekdays))
    hours = (
        f"{clock_time(close_out.since)}–{clock_time(close_out.until)}" if close_out.since and close_out.until else ""
    )
    named = sorted(codes.get(table, table) for table in close_out.tables)
    where = close_out.area or " + ".join(named)
    return " · ".join(filter(None, [until, days, hours, where, close_out.reason]))


def _durations(bands: Sequence[DurationBand]) -> str:
    return ", ".join(f"{'+' if band.up_to is None else f'≤ {band.up_to}'} : {band.minutes}" for band in bands)
