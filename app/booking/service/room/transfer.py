"""A whole establishment from its file, and back: what is read in is what is written out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from app.booking import opening, seating
from app.booking.exchange import Address, BookingSettings, EstablishmentFile
from app.booking.models import Area, BookingPolicy, CloseOut, Closure, Combination, ExceptionalDay, Shift, Table
from app.booking.queries import read_house, rooms
from app.booking.service.room.changing import changing
from app.booking.service.room.close_outs import fill_close_out
from app.booking.service.room.furniture import CombinationLine, fill_combination, remove_areas, retire
from app.booking.service.room.hours import fill_closure, fill_exceptional_day, fill_shift
from app.booking.service.room.rules import Description, HouseRules, fill_establishment, fill_policy, new_policy
from app.directory.models import Establishment
from app.directory.queries import establishment_by_slug
from app.directory.service import new_establishment
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.languages import N_


def apply_establishment_file(file: EstablishmentFile, *, actor: Actor, force: bool = False) -> Establishment:
    """Create the establishment of this slug, or make it what the file says.

    Tables go by their code: one the file leaves out is retired if it ever served, else deleted. Raises ChangeBreaks
    when promises would be broken, unless forced.
    """
    establishment = establishment_by_slug(file.slug)
    if establishment is None:
        establishment = new_establishment(slug=file.slug, name=file.name)
        db.session.flush()
    if db.session.get(BookingPolicy, establishment.id) is None:
        new_policy(establishment)
    with changing(establishment, N_("tout, par un fichier"), actor=actor, force=force):
        fill_establishment(establishment, _description(file))
        fill_policy(rooms.policy_of(establishment), _rules(file))
        _furnish(establishment, file)
        _open(establishment, file.opening)
    return establishment


def establishment_file(establishment: Establishment) -> EstablishmentFile:
    """Give the establishment as a file; tables out of service, and combinations with one, are left out."""
    house, policy = read_house(establishment), rooms.policy_of(establishment)
    units: list[Table | Combination] = [*rooms.tables_of(establishment), *rooms.combinations_of(establishment)]
    code = {unit.id.hex: unit.code for unit in units}
    return EstablishmentFile(
        slug=establishment.slug,
        name=establishment.name,
        address=Address(
            establishment.address_line1,
            establishment.postal_code,
            establishment.city,
            establishment.country,
            establishment.address_line2,
        ),
        phone=establishment.phone or None,
        email=establishment.email or None,
        areas=house.areas,
        tables=tuple(replace(table, id=code[table.id]) for table in house.room.tables),
        combinations=tuple(
            replace(each, id=code[each.id], tables=tuple(code[table] for table in each.tables))
            for each in house.room.combinations
        ),
        durations=house.room.durations,
        turnover_minutes=house.room.turnover_minutes,
        opening=_placed(house.opening, code),
        kept=frozenset(code[table] for table in house.kept),
        places={table.code: table.place for table in rooms.tables_of(establishment) if table.is_active and table.place},
        drawings={area.code: area.drawing for area in rooms.areas_of(establishment) if area.walls or area.labels},
        booking=BookingSettings(
            policy.min_notice_minutes,
            policy.max_advance_days,
            policy.max_covers_online,
            policy.large_party_text,
            policy.hold_minutes,
            policy.cancel_until_minutes,
            policy.engine,
        ),
    )


# --- out of the database --------------------------------------------------------------------------------------


def _placed(hours: opening.Opening, code: Mapping[str, str]) -> opening.Opening:
    """Give shifts the ids they have in a file, their places, and tables of close-outs theirs, their codes.

    The tables of an area that closes are left to the area.
    """
    days = tuple(
        replace(day, shifts=_numbered(day.shifts, f"exceptional[{index}].shifts"))
        for index, day in enumerate(hours.exceptional_days)
    )
    close_outs = tuple(
        replace(each, tables=frozenset(code[table] for table in each.tables) if each.area is None else frozenset())
        for each in hours.close_outs
    )
    return replace(hours, shifts=_numbered(hours.shifts, "shifts"), exceptional_days=days, close_outs=close_outs)


def _numbered(shifts: Sequence[opening.Shift], place: str) -> tuple[opening.Shift, ...]:
    return tuple(replace(shift, id=f"{place}[{index}]") for index, shift in enumerate(shifts))


# --- into the database ----------------------------------------------------------------------------------------


def _description(file: EstablishmentFile) -> Description:
    address = file.address
    return Description(
        file.name,
        file.opening.zone,
        address.line1,
        address.line2,
        address.postal_code,
        address.city,
        address.country,
        file.phone or "",
        file.email or "",
    )


def _rules(file: EstablishmentFile) -> HouseRules:
    booking = file.booking
    return HouseRules(
        file.opening.slot_minutes,
        file.turnover_minutes,
        file.durations,
        booking.rules,
        booking.large_party_text,
        booking.hold_minutes,
        booking.cancel_until_minutes,
        booking.policy,
    )


def _furnish(establishment: Establishment, file: EstablishmentFile) -> None:
    areas = {area.code: area for area in rooms.areas_of(establishment)}
    for position, code in enumerate(file.areas):
        areas[code] = _found_or_new(Area, areas.get(code), establishment, code, position)
    tables = {table.code: table for table in rooms.tables_of(establishment)}
    for position, wanted in enumerate(file.tables):
        table = tables[wanted.id] = _found_or_new(Table, tables.get(wanted.id), establishment, wanted.id, position)
        table.area, table.is_active = areas[wanted.area], True
        table.min_covers, table.max_covers = wanted.min_covers, wanted.max_covers
        table.place = file.places.get(wanted.id, table.place)
        table.is_kept = wanted.id in file.kept
    for code, drawing in file.drawings.items():
        areas[code].drawing = drawing
    _combine(establishment, file.combinations, tables)
    named = {table.id for table in file.tables}
    for code, table in tables.items():
        if code not in named:
            retire(table)
    db.session.flush()
    remove_areas(establishment, [area for code, area in areas.items() if code not in file.areas])


def _combine(establishment: Establishment, wanted: Sequence[seating.Combination], tables: dict[str, Table]) -> None:
    known = {combination.code: combination for combination in rooms.combinations_of(establishment)}
    for code in known.keys() - {each.id for each in wanted}:
        db.session.delete(known[code])
    for position, each in enumerate(wanted):
        combination = _found_or_new(Combination, known.get(each.id), establishment, each.id, position)
        members = [tables[code] for code in each.tables]
        line = CombinationLine(each.id, tuple(table.id for table in members), each.min_covers, each.max_covers)
        fill_combination(combination, line, members)
    db.session.flush()


def _open(establishment: Establishment, hours: opening.Opening) -> None:
    shifts = zip_longest(rooms.weekly_shifts_of(establishment), hours.shifts)
    for position, (shift, wanted_shift) in enumerate(shifts):
        if wanted_shift is None:
            db.session.delete(shift)
        else:
            fill_shift(_kept_or_new(Shift, shift, establishment, position=position), wanted_shift)
    for closure, wanted_closure in zip_longest(rooms.closures_of(establishment), hours.closures):
        if wanted_closure is None:
            db.session.delete(closure)
        else:
            fill_closure(_kept_or_new(Closure, closure, establishment), wanted_closure)
    days = {day.day: day for day in rooms.exceptional_days_of(establishment)}
    for gone in days.keys() - {day.date for day in hours.exceptional_days}:
        db.session.delete(days[gone])
    for wanted in hours.exceptional_days:
        fill_exceptional_day(_kept_or_new(ExceptionalDay, days.get(wanted.date), establishment), wanted)
    _close(establishment, hours)


def _close(establishment: Establishment, hours: opening.Opening) -> None:
    id = {table.code: table.id.hex for table in rooms.tables_of(establishment)}
    for row, wanted in zip_longest(rooms.close_outs_of(establishment), hours.close_outs):
        if wanted is None:
            db.session.delete(row)
        else:
            named = replace(wanted, tables=frozenset(id[code] for code in wanted.tables))
            close_out = row or CloseOut(establishment_id=establishment.id)
            fill_close_out(establishment, close_out, named)
            db.session.add(close_out)


def _found_or_new(model: Any, found: Any, establishment: Establishment, code: str, position: int) -> Any:
    record = found or model(code=code, establishment_id=establishment.id)
    db.session.add(record)
    record.position = position
    return record


def _kept_or_new(model: Any, found: Any, establishment: Establishment, **values: Any) -> Any:
    record = found or model(establishment_id=establishment.id)
    for name, value in values.items():
        setattr(record, name, value)
    db.session.add(record)
    return record
