"""The sheet of the service: who comes tonight, when, where, and what to know. The same on a page, on paper, by mail."""

import hashlib
import json
from datetime import date
from typing import Any

from app.booking.models import ReservationOrigin
from app.booking.presentation.room import day_title
from app.booking.queries import rooms
from app.booking.queries.floor import parties_on
from app.booking.tonight import Party
from app.directory.models import Establishment
from app.kernel.access import Actor
from app.kernel.formats import clock_time


def sheet_of(establishment: Establishment, service_date: date, *, actor: Actor) -> dict[str, Any]:
    """Give what the sheet says of a service date: every party expected or here, in order, and the sums."""
    every = parties_on(establishment.id, service_date, actor=actor)
    parties = [party for party in every if party.is_coming or party.is_here]
    codes = {table.id: table.code for table in rooms.tables_of(establishment)}
    return {
        "establishment": establishment,
        "title": day_title(service_date),
        "rows": [_row(party, codes) for party in parties],
        "covers": sum(party.covers for party in parties),
        "parties": len(parties),
        "issuer": establishment.name,
        "digest": _digest([_row(party, codes) for party in every if party.origin is not ReservationOrigin.WALK_IN]),
    }


def _digest(rows: list[dict[str, Any]]) -> str:
    """Give what two sheets share when staff would find nothing changed: coming, sitting and leaving change nothing."""
    material = [[row[key] for key in ("time", "name", "covers", "tables", "note")] for row in rows]
    return hashlib.sha256(json.dumps(material).encode()).hexdigest()[:32]


def _row(party: Party, codes: dict[Any, str]) -> dict[str, Any]:
    return {
        "time": clock_time(party.local_time),
        "name": party.name,
        "covers": party.covers,
        "tables": " + ".join(codes[table] for table in party.tables if table in codes),
        "note": party.special_requests,
    }
