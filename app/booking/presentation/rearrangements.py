"""Tables changed for others, and better dispositions, in words: for the room, a reservation's page, a command."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.booking import permissions as may
from app.booking.models import (
    COMING,
    Rearrangement,
    RearrangementReason,
    Reservation,
    ReservationOrigin,
    natural_order,
)
from app.booking.queries import rooms
from app.booking.queries.rearrangements import ShiftProposal, rearrangements_on, reservations_with_ids
from app.booking.seating import Worth
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.languages import _, ngettext

FEW = 5


@dataclass(frozen=True)
class RearrangementShown:
    """One change of tables: for whom, and who sits elsewhere."""

    id: UUID
    sentence: str
    lines: list[str]
    is_open: bool
    """Everybody who sits elsewhere is still to come: it may be taken back."""


@dataclass(frozen=True)
class ProposalShown:
    """A better disposition of one shift: what it brings, and who would sit elsewhere."""

    shift_id: str
    name: str
    seal: str
    gains: list[str]
    lines: list[str]


def rearrangements_shown(establishment: Establishment, service_date: date) -> list[RearrangementShown]:
    """Give the last changes of tables of a service date that can still be taken back."""
    shown = _in_words(establishment, rearrangements_on(establishment.id, service_date))
    return [each for each in shown if each.is_open][:FEW]


def rearrangements_of(reservation: Reservation) -> dict[str, Any]:
    """Give those in which one reservation came in, or was moved."""
    kept = [
        each
        for each in rearrangements_on(reservation.establishment_id, reservation.service_date)
        if each.newcomer_id == reservation.id or reservation.id.hex in {move["reservation"] for move in each.moves}
    ]
    house = reservation.establishment
    return {"rearrangements": _in_words(house, kept), "may_welcome": acting().may(may.WELCOME, house)}


def moved_for(reservation: Reservation, since: datetime) -> list[str]:
    """Say who sits elsewhere for a reservation's sake, by what was done from an instant on."""
    kept = rearrangements_on(reservation.establishment_id, reservation.service_date)
    mine = [each for each in kept if each.newcomer_id == reservation.id and each.made_at >= since]
    return [line for each in _in_words(reservation.establishment, mine) for line in each.lines]


def proposals_shown(establishment: Establishment, found: Iterable[ShiftProposal]) -> list[ProposalShown]:
    """Write the proposals that move somebody."""
    codes = rooms.codes_of(establishment)
    shown = []
    for each in found:
        proposal, shift = each.proposal, each.shift
        if proposal.moves:
            parties = reservations_with_ids(UUID(move.id) for move in proposal.moves)
            lines = [
                _line(parties[UUID(move.id)].guest_name, parties[UUID(move.id)].table_codes(), codes[move.target])
                for move in proposal.moves
            ]
            shown.append(
                ProposalShown(
                    shift.id, shift.name, each.seal(each.version), _gains(proposal.before, proposal.after), lines
                )
            )
    return shown


def _in_words(establishment: Establishment, kept: list[Rearrangement]) -> list[RearrangementShown]:
    if not kept:
        return []
    codes = rooms.codes_of(establishment)
    parties = reservations_with_ids(UUID(move["reservation"]) for each in kept for move in each.moves)
    return [
        RearrangementShown(
            each.id, _sentence(each), [_move(move, parties, codes) for move in each.moves], _is_open(each, parties)
        )
        for each in kept
    ]


def _is_open(kept: Rearrangement, parties: Mapping[UUID, Reservation]) -> bool:
    moved = [parties.get(UUID(move["reservation"])) for move in kept.moves]
    return all(party is not None and party.state in COMING for party in moved)


def _sentence(kept: Rearrangement) -> str:
    count = len(kept.moves)
    if kept.reason is RearrangementReason.OPTIMISED:
        return ngettext(
            "%(num)s réservation a changé de table pour mieux disposer la salle",
            "%(num)s réservations ont changé de table pour mieux disposer la salle",
            count,
        )
    return ngettext(
        "%(num)s table déplacée pour dire oui à %(guest)s",
        "%(num)s tables déplacées pour dire oui à %(guest)s",
        count,
        guest=_name_of(kept.newcomer),
    )


def _name_of(newcomer: Reservation | None) -> str:
    if newcomer is not None and newcomer.origin is ReservationOrigin.WALK_IN and not newcomer.last_name:
        return _("des convives de passage")
    return (newcomer.guest_name if newcomer else "") or _("quelqu’un qui réserve")


def _move(move: Mapping[str, Any], parties: Mapping[UUID, Reservation], codes: Mapping[str, str]) -> str:
    party = parties.get(UUID(move["reservation"]))
    before, after = (
        " + ".join(sorted((codes.get(table, "?") for table in move[side]), key=natural_order))
        for side in ("before", "after")
    )
    return _line(party.guest_name if party else _("Nom effacé"), before, after)


def _line(name: str, before: str, after: str) -> str:
    return _("%(guest)s : table %(before)s → %(after)s", guest=name, before=before, after=after)


def _gains(before: Worth, after: Worth) -> list[str]:
    gains = []
    if after.combinations < before.combinations:
        fewer = before.combinations - after.combinations
        gains.append(ngettext("%(num)s regroupement de moins", "%(num)s regroupements de moins", fewer))
    if after.spare_seats < before.spare_seats:
        fewer = before.spare_seats - after.spare_seats
        gains.append(ngettext("%(num)s place vide de moins", "%(num)s places vides de moins", fewer))
    if after.imbalance < before.imbalance:
        gains.append(_("des espaces remplis plus également"))
    return gains
