"""Writing an establishment's file: always the same text for the same establishment."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import time

from app.booking.exchange.floor_plan import dump_drawings
from app.booking.exchange.form import FORMAT, EstablishmentFile
from app.booking.floor_plan import Place
from app.booking.opening import CloseOut, DurationBand, Occasion, Scope, Shift

LINE = 110


def dump(file: EstablishmentFile) -> str:
    """The file's text: every key, in one order, short objects on one line. `parse` gives the same file back."""
    opening = file.opening
    text = _laid_out(
        {
            "format": FORMAT,
            "slug": file.slug,
            "name": file.name,
            "timezone": opening.zone,
            "address": {key: value for key, value in asdict(file.address).items() if value or key != "line2"},
            "phone": file.phone,
            "email": file.email,
            "room": {
                "slot_minutes": opening.slot_minutes,
                "turnover_minutes": file.turnover_minutes,
                "durations": _bands(file.durations),
                "areas": list(file.areas),
                "tables": [
                    {**asdict(table), **_kept(table.id, file.kept), **_place(file.places.get(table.id))}
                    for table in file.tables
                ],
                "combinations": [asdict(combination) for combination in file.combinations],
                **({"drawings": dump_drawings(file.drawings)} if file.drawings else {}),
            },
            "shifts": [_shift(shift) for shift in opening.shifts],
            "closures": [
                {"from": each.first.isoformat(), "to": each.last.isoformat(), "reason": each.reason}
                for each in opening.closures
            ],
            "exceptional": [
                {
                    "date": day.date.isoformat(),
                    **_occasion(day.occasion),
                    "shifts": [_shift(each) for each in day.shifts],
                }
                for day in opening.exceptional_days
            ],
            **({"close_outs": [_close_out(each) for each in opening.close_outs]} if opening.close_outs else {}),
            "booking": asdict(file.booking),
        }
    )
    return f"{text}\n"


def _place(place: Place | None) -> dict[str, object]:
    return {} if place is None else {"place": asdict(place)}


def _kept(table: str, kept: frozenset[str]) -> dict[str, object]:
    return {"kept": True} if table in kept else {}


def _occasion(occasion: Occasion) -> dict[str, object]:
    return {name: words for name, words in asdict(occasion).items() if words}


def _close_out(close_out: CloseOut) -> dict[str, object]:
    where: dict[str, object] = {"area": close_out.area} if close_out.scope is Scope.AREA else {}
    if close_out.scope is Scope.TABLES:
        where = {"tables": sorted(close_out.tables)}
    hours: dict[str, object] = {}
    if close_out.since is not None and close_out.until is not None:
        hours = {"since": _clock(close_out.since), "until": _clock(close_out.until)}
    return {
        "from": close_out.first.isoformat(),
        "to": close_out.last.isoformat() if close_out.last else None,
        **({"weekdays": sorted(close_out.weekdays)} if close_out.weekdays else {}),
        **hours,
        **where,
        "reason": close_out.reason,
    }


def _shift(shift: Shift) -> dict[str, object]:
    weekdays = {"weekdays": sorted(shift.weekdays)} if shift.weekdays else {}
    return {
        "name": shift.name,
        **weekdays,
        "first": _clock(shift.first),
        "last": _clock(shift.last),
        "pacing_covers": shift.pacing_covers,
        "pacing_reservations": shift.pacing_reservations,
        **({} if shift.online_covers is None else {"online_covers": shift.online_covers}),
        "durations": None if shift.durations is None else _bands(shift.durations),
        **({"policy": shift.policy} if shift.policy else {}),
    }


def _bands(bands: Iterable[DurationBand]) -> list[dict[str, object]]:
    return [asdict(band) for band in bands]


def _clock(wall: time) -> str:
    return wall.strftime("%H:%M")


def _laid_out(value: object, depth: int = 0) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or len(flat) + 2 * depth <= LINE:
        return flat
    margin = "  " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_laid_out(inner, depth + 1)}" for key, inner in value.items()]
        opened, closed = "{", "}"
    else:
        parts = [_laid_out(inner, depth + 1) for inner in value]
        opened, closed = "[", "]"
    lines = (",\n" + margin).join(parts)
    return f"{opened}\n{margin}{lines}\n{'  ' * depth}{closed}"
