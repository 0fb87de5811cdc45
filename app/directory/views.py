"""Pages of records that may be of one person: suggestions, the preview of a merging, the merging, its undoing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for

from app.directory import merging, queries
from app.directory.models import Person, PersonMerge
from app.directory.permissions import MERGE
from app.directory.suggestions import suggestions
from app.kernel import clock, navigation
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import full_date, phone
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done, page

bp = Blueprint("duplicates", __name__, url_prefix="/admin/doublons")


@bp.get("")
@requires(MERGE)
def merge_list() -> Response:
    """Show who may be one person, and the mergings that can still be undone."""
    actor = acting()
    pairs = [
        {
            "people": [_shown(each.first), _shown(each.second)],
            "reasons": each.reasons,
            "merge_url": url_for(".merge_new", id=each.first.id, other_id=each.second.id),
            "apart_url": url_for(".distinction_create", id=each.first.id, other_id=each.second.id),
        }
        for each in suggestions(actor)
    ]
    merges = [
        {
            "kept": merge.kept.full_name,
            "merged": merge.merged.full_name,
            "who": merge.merged_by,
            "when": _day(merge.merged_at),
            "until": _day(merge.merged_at + merging.KEPT_FOR),
            "undo_url": url_for(".merge_delete", id=merge.id),
        }
        for merge in queries.open_merges()
        if actor.may(MERGE, merge)
    ]
    return page("directory/merge_list.html", pairs=pairs, merges=merges)


@bp.get("/<uuid:id>")
@requires(MERGE, on=Person)
def candidate_list(person: Person) -> Response:
    """Look for the other record of one person: those suggested, or those found by name, address or number."""
    typed = request.args.get("q", "").strip()[:200]
    rows = [
        {**_shown(other), "reasons": reasons, "url": url_for(".merge_new", id=person.id, other_id=other.id)}
        for other, reasons in _candidates(person, typed)
        if other.id != person.id
    ]
    return page("directory/candidate_list.html", person=_shown(person), rows=rows, typed=typed)


@bp.get("/<uuid:id>/<uuid:other_id>")
@requires(MERGE, on=Person)
def merge_new(person: Person, other_id: UUID) -> Response:
    """Show what goes where before two records are made one."""
    return _preview(person, _other(other_id))


@bp.post("/<uuid:id>/<uuid:other_id>")
@requires(MERGE, on=Person)
def merge_create(person: Person, other_id: UUID) -> Response:
    """Make two records one: the first of the address is kept."""
    other = _other(other_id)
    with transaction():
        merging.merge_people(person, other, actor=acting())
    return done(
        None,
        message=_("Les deux fiches n’en font plus qu’une. Vous avez trente jours pour défaire cette réunion."),
        fallback=url_for(".merge_list"),
    )


@bp.post("/<uuid:id>/<uuid:other_id>/distinction")
@requires(MERGE, on=Person)
def distinction_create(person: Person, other_id: UUID) -> Response:
    """Note that two persons are two."""
    other = _other(other_id)
    with transaction():
        merging.tell_apart(person, other, actor=acting())
    return done(
        None, message=_("C’est noté : ces deux fiches ne seront plus rapprochées."), fallback=url_for(".merge_list")
    )


@bp.post("/reunions/<uuid:id>/retrait")
@requires(MERGE, on=PersonMerge)
def merge_delete(personmerge: PersonMerge) -> Response:
    """Undo a merging."""
    with transaction():
        merging.undo_merge(personmerge, actor=acting())
    return done(
        None, message=_("La réunion est défaite : chaque fiche a repris le sien."), fallback=url_for(".merge_list")
    )


# --- pages ----------------------------------------------------------------------------------------------------


def _other(other_id: UUID) -> Person:
    other = queries.person(other_id)
    if other is None:
        abort(404)
    return other


def _candidates(person: Person, typed: str) -> list[tuple[Person, tuple[str, ...]]]:
    if typed:
        return [(found, ()) for found in queries.people_named(typed, 20)]
    pairs = suggestions(acting(), about=person.id)
    return [(pair.second if pair.first.id == person.id else pair.first, pair.reasons) for pair in pairs]


def _preview(kept: Person, merged: Person) -> Response:
    obstacle = merging.obstacle(kept, merged)
    return page(
        "directory/merge_new.html",
        status=409 if obstacle else 200,
        obstacle=obstacle,
        kept=_shown(kept),
        merged=_shown(merged),
        takes=_takes(kept, merged),
        shares=[] if obstacle else merging.shares(kept, merged),
        url=url_for(".merge_create", id=kept.id, other_id=merged.id),
        other_way_url=url_for(".merge_new", id=merged.id, other_id=kept.id),
        list_url=url_for(".merge_list"),
    )


def _takes(kept: Person, merged: Person) -> list[str]:
    """Say what the record kept takes of the other's address and number."""
    lines = []
    if merged.email and not kept.email:
        lines.append(_("L’adresse %(address)s devient celle de la fiche gardée.", address=merged.email))
    elif merged.email:
        lines.append(_("L’adresse %(address)s mènera aussi à la fiche gardée.", address=merged.email))
    if merged.phone and not kept.phone:
        lines.append(_("Le numéro %(number)s devient celui de la fiche gardée.", number=phone(merged.phone)))
    return lines


def _day(moment: datetime) -> str:
    house = navigation.current_house()
    return full_date(clock.local(moment, queries.zone_of(house)).date())


def _shown(person: Person) -> dict[str, Any]:
    return {
        "name": person.full_name,
        "email": person.email or "",
        "phone": phone(person.phone) if person.phone else "",
        "since": _day(person.created_at),
        "url": url_for(".candidate_list", id=person.id),
    }
