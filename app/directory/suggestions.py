"""Who may be one person under two records: every declared clue, put together, the likeliest pairs first."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from app.directory import queries
from app.directory.models import Person
from app.directory.names import near_pairs, pairs_within
from app.directory.permissions import MERGE
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.languages import _
from app.kernel.likeness import Clue, person_clues

Pair = frozenset[UUID]
MOST = 50
BATCH = 500


@dataclass(frozen=True)
class Suggestion:
    """Two records that may be of one person, and why. The older one is first: it is the one proposed to be kept."""

    first: Person
    second: Person
    reasons: tuple[str, ...]


def suggestions(actor: Actor, *, about: UUID | None = None) -> list[Suggestion]:
    """Give the pairs worth a look, of everybody or of one person; those told apart are left out."""
    names = _names()
    reasons: dict[Pair, list[str]] = defaultdict(list)
    near = near_pairs(names, about)
    for clue in person_clues():
        for pair in _pairs(clue, near, about):
            if pair <= names.keys() and (about is None or about in pair):
                reasons[pair].append(_(clue.label))
    for pair in queries.known_distinct():
        reasons.pop(pair, None)
    likeliest = sorted(reasons, key=lambda pair: (-len(set(reasons[pair])), sorted(pair)))[:MOST]
    people = _people({person_id for pair in likeliest for person_id in pair})
    found = [_suggestion(pair, people, reasons[pair]) for pair in likeliest]
    return [each for each in found if actor.may(MERGE, each.first) and actor.may(MERGE, each.second)]


def _suggestion(pair: Pair, people: dict[UUID, Person], reasons: list[str]) -> Suggestion:
    first, second = sorted((people[person_id] for person_id in pair), key=lambda person: (person.created_at, person.id))
    return Suggestion(first, second, tuple(dict.fromkeys(reasons)))


def _names() -> dict[UUID, str]:
    """Give the normalised name of everybody whose record stands."""
    query = sa.select(Person.id, Person.search_text).where(
        Person.erased_at.is_(None), Person.id.not_in(queries.merged_people())
    )
    return {person_id: name for person_id, name in db.session.execute(query)}  # noqa: C416 - rows are not pairs


def _people(ids: set[UUID]) -> dict[UUID, Person]:
    return {person.id: person for person in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}


def _pairs(clue: Clue, near: set[Pair], about: UUID | None) -> set[Pair]:
    """Give the pairs a clue holds for: with near names too, when it is too weak by itself."""
    rows = clue.rows().subquery()
    person, value = rows.columns
    if not clue.needs_near_names:
        shared = sa.select(value).group_by(value).having(sa.func.count(person.distinct()) > 1)
        if about is not None:
            shared = sa.select(value).where(person == about)
        families: dict[object, set[UUID]] = defaultdict(set)
        for holder, held in db.session.execute(sa.select(person, value).where(value.in_(shared)).distinct()):
            families[held].add(holder)
        return pairs_within(families.values())
    held_by: dict[UUID, set[object]] = defaultdict(set)
    concerned = sorted({person_id for pair in near for person_id in pair})
    for first in range(0, len(concerned), BATCH):
        some = concerned[first : first + BATCH]
        for holder, held in db.session.execute(sa.select(person, value).where(person.in_(some)).distinct()):
            held_by[holder].add(held)
    return {pair for pair in near if set.intersection(*(held_by[person_id] for person_id in pair))}
