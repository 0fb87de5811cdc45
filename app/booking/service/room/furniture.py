"""Verbs on areas, tables and combinations. A table that served is retired, never deleted: its history stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import OCCUPYING, Area, Combination, CombinationTable, Reservation, Table
from app.booking.queries import rooms
from app.booking.service.room.changing import changing
from app.directory.models import Establishment
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken

R_ = TypeVar("R_")


@dataclass(frozen=True)
class AreaLine:
    """An area as it should be; without an id it is new, without a code it goes."""

    id: UUID | None
    code: str


@dataclass(frozen=True)
class TableLine:
    """A table as it should be; without an id it is new."""

    id: UUID | None
    code: str
    area_id: UUID
    min_covers: int
    max_covers: int
    is_active: bool = True
    is_kept: bool = False


@dataclass(frozen=True)
class CombinationLine:
    """A combination as it should be; `tables` in the order in which they are named."""

    code: str
    tables: tuple[UUID, ...]
    min_covers: int
    max_covers: int


def change_areas(
    establishment: Establishment, wanted: Sequence[AreaLine], *, actor: Actor, force: bool = False
) -> None:
    """Add, rename and remove areas. Raises RuleBroken for one where tables still stand."""
    with changing(establishment, N_("les espaces de la salle"), actor=actor, force=force):
        known = {area.id: area for area in rooms.areas_of(establishment)}
        kept = [line for line in wanted if line.code]
        if not kept:
            raise RuleBroken(_("La maison garde au moins un espace."))
        gone = [_known(known, line.id) for line in wanted if line.id and not line.code]
        _rename([(_known(known, line.id), line.code) for line in kept if line.id])
        for position, line in enumerate(kept):
            area = known.get(line.id) if line.id else None
            if area is None:
                area = Area(establishment_id=establishment.id, code=line.code)
                db.session.add(area)
            area.position = position
        db.session.flush()
        remove_areas(establishment, gone)


def change_tables(
    establishment: Establishment, wanted: Sequence[TableLine], *, actor: Actor, force: bool = False
) -> None:
    """Add, change, retire and bring back tables; those not named stay as they are.

    Raises RuleBroken for a name that is taken, or a combination that would have more guests than seats.
    """
    with changing(establishment, N_("les tables"), actor=actor, force=force):
        known = {table.id: table for table in rooms.tables_of(establishment)}
        areas = {area.id: area for area in rooms.areas_of(establishment)}
        free = {unit.code for unit in rooms.combinations_of(establishment)}
        for line in wanted:
            if line.code in free:
                raise RuleBroken(_("« %(name)s » est déjà le nom d’un regroupement.", name=line.code))
        _rename([(_known(known, line.id), line.code) for line in wanted if line.id])
        for line in wanted:
            table = _known(known, line.id) if line.id else None
            if table is None and line.is_active:
                table = Table(establishment_id=establishment.id, code=line.code, position=len(known))
                db.session.add(table)
                known[table.id] = table
            if table is not None:
                _fill_table(table, line, _known(areas, line.area_id))
        db.session.flush()
        _check_tables(establishment)


def _fill_table(table: Table, line: TableLine, area: Area) -> None:
    if table.area_id not in (None, area.id):
        table.place = None  # it was drawn on another floor
    table.area = area
    table.min_covers, table.max_covers = line.min_covers, line.max_covers
    table.is_kept = line.is_kept
    _put_in_service(table, is_active=line.is_active)


def save_combination(
    establishment: Establishment,
    wanted: CombinationLine,
    *,
    combination: Combination | None = None,
    actor: Actor,
    force: bool = False,
) -> Combination:
    """Add a combination, or change one. Raises RuleBroken for a name taken, or more guests than its tables seat."""
    with changing(establishment, N_("les regroupements de tables"), actor=actor, force=force):
        others = (combination.id,) if combination else ()
        if wanted.code in rooms.codes_in_use(establishment, leaving_out=others):
            raise RuleBroken(_("Ce nom est déjà pris : « %(name)s ».", name=wanted.code), "code")
        known = {table.id: table for table in rooms.tables_of(establishment)}
        if combination is None:
            position = len(rooms.combinations_of(establishment))
            combination = Combination(establishment_id=establishment.id, position=position)
        _refuse_twin(establishment, wanted, combination)
        fill_combination(combination, wanted, [_known(known, id) for id in wanted.tables])
        check_combination(combination)
        db.session.add(combination)
    return combination


def delete_combination(
    establishment: Establishment, combination: Combination, *, actor: Actor, force: bool = False
) -> None:
    """Take a combination away; its tables stay."""
    with changing(establishment, N_("les regroupements de tables"), actor=actor, force=force):
        db.session.delete(combination)


# --- shared with the file of an establishment -----------------------------------------------------------------


def fill_combination(combination: Combination, wanted: CombinationLine, tables: Sequence[Table]) -> None:
    """Write a combination's name, covers and tables."""
    combination.code = wanted.code
    combination.min_covers, combination.max_covers = wanted.min_covers, wanted.max_covers
    standing = {member.table_id: member for member in combination.members}
    combination.members = [
        standing.get(table.id) or CombinationTable(combination_id=combination.id, table_id=table.id, table=table)
        for table in tables
    ]
    for position, member in enumerate(combination.members):
        member.position = position


def retire(table: Table) -> None:
    """Take a table out of service; one that never served anybody is deleted."""
    if rooms.has_history(table):
        table.is_active = False
    else:
        db.session.delete(table)


def remove_areas(establishment: Establishment, gone: Iterable[Area]) -> None:
    """Delete areas; retired tables move to the first one left. Raises RuleBroken where a table in service stands."""
    gone = list(gone)
    tables = rooms.tables_of(establishment)
    left = [area for area in rooms.areas_of(establishment) if area not in gone]
    for area in gone:
        here = [table for table in tables if table.area_id == area.id]
        if any(table.is_active for table in here) or not left:
            raise RuleBroken(
                _(
                    "Des tables sont encore en service dans l’espace « %(name)s » : placez-les ailleurs d’abord.",
                    name=area.code,
                )
            )
        for table in here:
            table.area = left[0]
        db.session.flush()
        db.session.delete(area)


def check_combination(combination: Combination) -> None:
    """Refuse, by RuleBroken, a combination for more guests than its tables seat together."""
    seats = sum(member.table.max_covers for member in combination.members)
    if combination.max_covers > seats:
        raise RuleBroken(
            _(
                "Les tables du regroupement « %(name)s » n’ont que %(seats)s places en tout.",
                name=combination.code,
                seats=seats,
            ),
            "max_covers",
        )


def _refuse_twin(establishment: Establishment, wanted: CombinationLine, combination: Combination | None) -> None:
    """Refuse the very tables of another combination: which of the two would be given, nobody could say."""
    for other in rooms.combinations_of(establishment):
        if other is not combination and {member.table_id for member in other.members} == set(wanted.tables):
            raise RuleBroken(_("Le regroupement « %(name)s » réunit déjà ces tables.", name=other.code), "tables")


def _check_tables(establishment: Establishment) -> None:
    if not any(table.is_active for table in rooms.tables_of(establishment)):
        raise RuleBroken(_("La maison garde au moins une table en service."))
    for combination in rooms.combinations_of(establishment):
        check_combination(combination)


def _put_in_service(table: Table, *, is_active: bool) -> None:
    if is_active:
        table.is_active = True
    elif table.is_active:
        db.session.flush()
        retire(table)


def _known(records: dict[UUID, R_], id: UUID | None) -> R_:
    found = records.get(id) if id else None
    if found is None:
        raise RuleBroken(_("Quelqu’un a changé la salle entre-temps. Rechargez la page et recommencez."))
    return found


def _rename(names: Sequence[tuple[Area | Table, str]]) -> None:
    """Give new names, exchanged ones included: each is first set free. Wishes for an area follow its name."""
    changed = [(record, code) for record, code in names if record.code != code]
    before = {record.id: record.code for record, _code in changed}
    for record, _code in changed:
        record.code = record.id.hex
    db.session.flush()
    for record, code in changed:
        record.code = code
        if isinstance(record, Area):
            _follow_wishes(record, before[record.id], record.id.hex)
    db.session.flush()
    for record, code in changed:
        if isinstance(record, Area):
            _follow_wishes(record, record.id.hex, code)


def _follow_wishes(area: Area, before: str, after: str) -> None:
    db.session.execute(
        sa.update(Reservation)
        .where(
            Reservation.establishment_id == area.establishment_id,
            Reservation.area_wish == before,
            Reservation.state.in_(OCCUPYING),
        )
        .values(area_wish=after)
    )
