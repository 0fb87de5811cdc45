"""Verbs on close-outs: times, tables or areas closed while the house is open."""

from app.booking import opening
from app.booking.models import CloseOut, CloseOutScope
from app.booking.queries import rooms
from app.booking.service.room.changing import changing
from app.directory.models import Establishment
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken

CLOSE_OUTS = N_("les fermetures partielles")


def save_close_out(
    establishment: Establishment,
    wanted: opening.CloseOut,
    *,
    close_out: CloseOut | None = None,
    actor: Actor,
    force: bool = False,
) -> CloseOut:
    """Close times, tables or an area, or change when. `wanted` names tables by the engine's ids.

    Raises RuleBroken, naming the field, when no table is chosen, or what is chosen is the house's no more.
    """
    with changing(establishment, CLOSE_OUTS, actor=actor, force=force):
        if wanted.scope is opening.Scope.TABLES and not wanted.tables:
            raise RuleBroken(_("Choisissez au moins une table."), "tables")
        if close_out is None:
            close_out = CloseOut(establishment_id=establishment.id)
        fill_close_out(establishment, close_out, wanted)
        db.session.add(close_out)
    return close_out


def delete_close_out(establishment: Establishment, close_out: CloseOut, *, actor: Actor) -> None:
    """Open again what was to be closed: that breaks no promise."""
    with changing(establishment, CLOSE_OUTS, actor=actor):
        db.session.delete(close_out)


# --- shared with the file of an establishment -----------------------------------------------------------------


def fill_close_out(establishment: Establishment, close_out: CloseOut, wanted: opening.CloseOut) -> None:
    """Write a close-out. Raises RuleBroken for a table or an area the house does not have."""
    areas = {area.code: area for area in rooms.areas_of(establishment)}
    tables = {table.id.hex: table for table in rooms.tables_of(establishment)}
    area = areas.get(wanted.area or "") if wanted.scope is opening.Scope.AREA else None
    closed = wanted.tables if wanted.scope is opening.Scope.TABLES else frozenset()
    if (wanted.scope is opening.Scope.AREA and area is None) or closed - tables.keys():
        raise RuleBroken(_("Quelqu’un a changé la salle entre-temps. Rechargez la page et recommencez."))
    close_out.scope, close_out.area = CloseOutScope(wanted.scope.value), area
    close_out.tables = [tables[id] for id in sorted(closed)]
    close_out.first_day, close_out.last_day = wanted.first, wanted.last
    close_out.weekdays, close_out.reason = sorted(wanted.weekdays), wanted.reason
    close_out.since, close_out.until = wanted.since, wanted.until
