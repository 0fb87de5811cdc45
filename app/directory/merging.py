"""Two records of one person made one: what would move, the merging, its undoing, and its settling after some days."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.directory import moving, queries, service
from app.directory.events import PersonAbsorbed, PersonMerged, PersonParted, PersonToldApart
from app.directory.models import DistinctPeople, Person, PersonMerge
from app.directory.permissions import MERGE
from app.kernel import clock, privacy
from app.kernel.access import Actor
from app.kernel.db import db, insert_missing, take_turn
from app.kernel.events import publish
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken, require

KEPT_FOR = timedelta(days=30)
ADDRESS = ("email", "email_normalised")
FIELDS = (*ADDRESS, "phone")


@dataclass(frozen=True)
class Share:
    """What a kind of rows amounts to in a merging: how many follow, how many stay behind."""

    label: str
    moving: int
    staying: int


def shares(kept: Person, merged: Person) -> list[Share]:
    """Give what goes where, kind by kind; kinds of which there is nothing are left out."""
    totals: dict[str, tuple[int, int]] = {}
    for reference in moving.moving_references():
        there = moving.count_rows(reference, merged.id)
        if there:
            follow = len(moving.movable(reference, merged.id, kept.id))
            label = _(reference.label or N_("Autres lignes"))
            before = totals.get(label, (0, 0))
            totals[label] = (before[0] + follow, before[1] + there - follow)
    return [Share(label, *counts) for label, counts in totals.items()]


def obstacle(kept: Person, merged: Person) -> str:
    """Say what forbids this merging; nothing when nothing does."""
    if kept.id == merged.id:
        return _("C’est la même fiche : choisissez-en une autre.")
    if kept.erased_at is not None or merged.erased_at is not None:
        return _("L’une des deux fiches est effacée : il n’y a plus rien à réunir.")
    if any(queries.standing(person) is not person for person in (kept, merged)):
        return _("L’une des deux fiches est déjà réunie à une autre.")
    for reference in privacy.person_references():
        if reference.sole and moving.count_rows(reference, merged.id):
            if moving.count_rows(reference, kept.id):
                return _(reference.sole)
            return _(
                "La fiche à garder est celle qui a ceci : %(what)s. Réunissez dans l’autre sens.",
                what=_(reference.label).lower(),
            )
    return ""


def merge_people(kept: Person, merged: Person, *, actor: Actor) -> PersonMerge:
    """Make two records one: all that the slices declared follows to the one kept, which takes what it lacked.

    Raises RuleBroken when something forbids it, NotAllowed without the right to.
    """
    _check_right(actor, kept, merged)
    take_turn("directory.merge")
    forbidden = obstacle(kept, merged)
    if forbidden:
        raise RuleBroken(forbidden)
    moved = {}
    for reference in moving.moving_references():
        keys = moving.movable(reference, merged.id, kept.id)
        moving.move(reference, keys, source=merged.id, target=kept.id)
        if keys:
            moved[moving.place_of(reference)] = keys
    merge = PersonMerge(
        kept=kept,
        merged=merged,
        merged_at=clock.now(),
        merged_by=actor.label,
        moved=moved,
        known_as=merged.email_normalised,
        fields=_completed(kept, merged),
    )
    db.session.add(merge)
    db.session.flush()
    db.session.expire_all()
    publish(PersonMerged(kept, actor, str(merge.id), sum(map(len, moved.values()))))
    publish(PersonAbsorbed(merged, actor, str(merge.id)))
    return merge


def undo_merge(merge: PersonMerge, *, actor: Actor) -> None:
    """Give back to each record what was its own. What came since to the one kept stays there.

    Raises RuleBroken when it is settled or undone already, or when a later merging must be undone first.
    """
    _check_right(actor, merge.kept, merge.merged)
    take_turn("directory.merge")
    db.session.refresh(merge)
    kept, merged = merge.kept, merge.merged
    if not merge.is_open:
        raise RuleBroken(_("Cette réunion ne peut plus être défaite."))
    if queries.standing(kept) is not kept:
        raise RuleBroken(_("La fiche gardée a été réunie depuis à une autre : défaites d’abord cette réunion-là."))
    for reference in moving.moving_references():
        keys = merge.moved.get(moving.place_of(reference), [])
        back = moving.returning(reference, keys, source=kept.id, target=merged.id)
        moving.move(reference, back, source=kept.id, target=merged.id)
    _give_back(kept, merged, merge.fields)
    merge.undone_at = clock.now()
    merge.moved, merge.fields, merge.known_as = {}, {}, None
    db.session.flush()
    db.session.expire_all()
    for person in (kept, merged):
        publish(PersonParted(person, actor, str(merge.id)))


def settle_merges(ids: list[UUID]) -> None:
    """Make mergings final: the empty record loses its name, and what could not follow goes."""
    for merge_id in ids:
        settle_merge(db.session.get_one(PersonMerge, merge_id))


def settle_merge(merge: PersonMerge) -> None:
    """Make one merging final. The address by which the person kept is recognised stays, as long as they do."""
    if merge.settled_at is not None:
        return
    merge.settled_at = clock.now()
    merge.moved, merge.fields = {}, {}
    for earlier in queries.merges_into(merge.merged_id):
        settle_merge(earlier)
        earlier.kept_id = merge.kept_id
    service.blank_person(merge.merged)
    db.session.flush()
    for reference in moving.moving_references():
        moving.leave_nothing(reference, source=merge.merged_id, target=merge.kept_id)
    privacy.erase(privacy.known(merge.merged_id))


def forget_merges_into(person_id: UUID) -> None:
    """Let nothing in any merging recall the person kept, who is erased."""
    for merge in queries.merges_into(person_id):
        settle_merge(merge)
        merge.known_as = None
    db.session.flush()


def tell_apart(first: Person, second: Person, *, actor: Actor) -> None:
    """Note that two persons are two, so that nobody is asked again."""
    _check_right(actor, first, second)
    if first.id == second.id:
        raise RuleBroken(_("C’est la même fiche : choisissez-en une autre."))
    lesser, greater = sorted((first.id, second.id))
    if insert_missing(DistinctPeople, first_id=lesser, second_id=greater, decided_at=clock.now()):
        for person in (first, second):
            publish(PersonToldApart(person, actor))


def _check_right(actor: Actor, *people: Person) -> None:
    for person in people:
        require(actor, MERGE, person)


def _completed(kept: Person, merged: Person) -> dict[str, Any]:
    """Give the one kept what it lacked of address and number; tell both as they were, and as they are.

    The other gives its address up in any case: an address is one record's, and the one kept may come to bear it.
    """
    before = {"kept": _values(kept), "merged": _values(merged)}
    merged.email = merged.email_normalised = None
    db.session.flush()
    if kept.email is None:
        _write(kept, ADDRESS, before["merged"])
    kept.phone = kept.phone or merged.phone
    db.session.flush()
    return {"before": before, "after": _values(kept)}


def _give_back(kept: Person, merged: Person, fields: dict[str, Any]) -> None:
    """Take from the one kept what it had taken, unless it was changed since; give the other what it had."""
    before, after = fields["before"], fields["after"]
    for names in (ADDRESS, ("phone",)):
        if all(getattr(kept, name) == after[name] for name in names):
            _write(kept, names, before["kept"])
    db.session.flush()
    address = before["merged"]["email_normalised"]
    holder = sa.select(Person.id).where(Person.email_normalised == address, Person.id != merged.id)
    if address is not None and db.session.scalar(holder) is not None:
        raise RuleBroken(_("L’adresse de cette fiche sert maintenant à une autre : changez-la d’abord."))
    _write(merged, FIELDS, before["merged"])
    db.session.flush()


def _values(person: Person) -> dict[str, str | None]:
    return {name: getattr(person, name) for name in FIELDS}


def _write(person: Person, names: tuple[str, ...], values: dict[str, str | None]) -> None:
    for name in names:
        setattr(person, name, values[name])
