"""Personal data, as the slices declare it: what is known of a person and why, how long, and how it is forgotten.

One declaration serves the archive a person may ask for (RGPD, articles 15 and 20), the erasure (17), the rules of
retention (5, 1, e) and the register of processing (30). A slice declares what its own tables hold; nothing here knows
any table.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel import clock
from app.kernel.choices import Choice
from app.kernel.db import db, transaction
from app.kernel.languages import N_, _, ngettext

BATCH = 200


class Basis(Choice):
    """What makes a processing lawful (RGPD, article 6, 1)."""

    CONTRACT = "contract", N_("Exécution d’un contrat (article 6, 1, b)")
    DUTY = "duty", N_("Obligation légale (article 6, 1, c)")
    INTEREST = "interest", N_("Intérêt légitime (article 6, 1, f)")
    CONSENT = "consent", N_("Consentement (article 6, 1, a)")


@dataclass(frozen=True)
class Found:
    """What one slice knows a person by: records about them, ids under which they act, names and addresses."""

    records: Iterable[tuple[str, UUID]] = ()
    actors: Iterable[str] = ()
    names: Iterable[str] = ()
    addresses: Iterable[str] = ()


@dataclass(frozen=True)
class Known:
    """What all slices together know a person by."""

    person_id: UUID
    records: frozenset[tuple[str, UUID]]
    actors: frozenset[str]
    names: frozenset[str]
    addresses: frozenset[str]

    def ids_of(self, kind: str) -> list[UUID]:
        """Give the ids of the records of one kind."""
        return [record_id for known, record_id in self.records if known == kind]


@dataclass(frozen=True, eq=False)
class PersonalData:
    """What a slice holds of people for one purpose: a line of the register, a chapter of the archive.

    `export` gives rows of label and value in the reader's language; `erase` removes or blanks, inside a transaction;
    `obstacles` says what must come first. `on_erasure` says beforehand what becomes of it, and why.
    """

    code: str
    label: str
    purpose: str
    basis: Basis
    people: str
    contents: str
    recipients: str
    kept: str
    on_erasure: str
    export: Callable[[Known], list[dict[str, Any]]]
    erase: Callable[[Known], None]
    find: Callable[[UUID], Found]
    obstacles: Callable[[Known], Sequence[str]]


@dataclass(frozen=True, eq=False)
class RetentionRule:
    """How long something is kept, why, and what is done then.

    `due(before)` selects the ids of what has been kept long enough, `apply(ids)` makes them leave that selection.
    """

    code: str
    label: str
    kept_for: timedelta
    why: str
    act: str
    due: Callable[[datetime], sa.Select[Any]]
    apply: Callable[[list[Any]], None]

    @property
    def duration(self) -> str:
        """Write how long: "3 ans", "182 jours"."""
        if not self.kept_for:
            return _("selon chacun")
        if self.kept_for.days % 365 == 0:
            return ngettext("%(num)s an", "%(num)s ans", self.kept_for.days // 365)
        return ngettext("%(num)s jour", "%(num)s jours", self.kept_for.days)

    def count(self) -> int:
        """Count what the rule would touch now."""
        return db.session.scalar(sa.select(sa.func.count()).select_from(self._due().subquery())) or 0

    def run(self) -> int:
        """Apply the rule, some hundred rows to a transaction; give how many were touched."""
        touched = 0
        while True:
            with transaction() as session:
                ids = list(session.scalars(self._due().limit(BATCH)))
                if ids:
                    self.apply(ids)
            touched += len(ids)
            if len(ids) < BATCH:
                return touched

    def _due(self) -> sa.Select[Any]:
        return self.due(clock.now() - self.kept_for)


@dataclass(frozen=True, eq=False)
class PersonReference:
    """A column that points to a person. With `since`, the row needs them only from that instant of its own on.

    When two records of one person are merged, the rows follow, unless they do not `move`. `sole` is said of what a
    person has once at most: who has it is the record kept, and two who have it are never merged.
    """

    column: InstrumentedAttribute[Any]
    since: InstrumentedAttribute[Any] | None
    label: str = ""
    moves: bool = True
    sole: str = ""

    def needs(self, person_id: Any, before: datetime) -> sa.ColumnElement[bool]:
        """Tell whether such a row still needs this person."""
        pointing = sa.select(self.column).where(self.column == person_id)
        if self.since is not None:
            pointing = pointing.where(self.since >= before)
        return pointing.exists()


_data: dict[str, PersonalData] = {}
_rules: dict[str, RetentionRule] = {}
_references: list[PersonReference] = []


def _nothing_found(_person_id: UUID) -> Found:
    return Found()


def _nothing_in_the_way(_known: Known) -> Sequence[str]:
    return ()


def personal_data(  # noqa: PLR0913 - a declaration names all it is
    code: str,
    label: str,
    *,
    purpose: str,
    basis: Basis,
    people: str,
    contents: str,
    recipients: str,
    kept: str,
    on_erasure: str,
    export: Callable[[Known], list[dict[str, Any]]],
    erase: Callable[[Known], None],
    find: Callable[[UUID], Found] = _nothing_found,
    obstacles: Callable[[Known], Sequence[str]] = _nothing_in_the_way,
) -> PersonalData:
    """Declare what a slice holds of people for one purpose."""
    declared = _data[code] = PersonalData(
        code, label, purpose, basis, people, contents, recipients, kept, on_erasure, export, erase, find, obstacles
    )
    return declared


def retention(
    code: str,
    label: str,
    *,
    kept_for: timedelta,
    why: str,
    act: str,
    due: Callable[[datetime], sa.Select[Any]],
    apply: Callable[[list[Any]], None],
) -> RetentionRule:
    """Declare how long something is kept."""
    declared = _rules[code] = RetentionRule(code, label, kept_for, why, act, due, apply)
    return declared


def person_reference(
    column: InstrumentedAttribute[Any],
    *,
    since: InstrumentedAttribute[Any] | None = None,
    label: str = "",
    moves: bool = True,
    sole: str = "",
) -> None:
    """Declare a column that points to a person; `label` names its rows to whoever merges two records."""
    _references.append(PersonReference(column, since, label, moves, sole))


def all_personal_data() -> list[PersonalData]:
    """Give every declared holding of personal data."""
    return list(_data.values())


def retention_rules() -> dict[str, RetentionRule]:
    """Give every declared rule of retention by its code."""
    return _rules


def person_references() -> list[PersonReference]:
    """Give every declared column that points to a person."""
    return _references


def known(person_id: UUID) -> Known:
    """Ask every slice what it knows a person by."""
    found = [declared.find(person_id) for declared in _data.values()]
    return Known(
        person_id,
        frozenset(record for each in found for record in each.records),
        frozenset(actor for each in found for actor in each.actors),
        frozenset(name for each in found for name in each.names if name),
        frozenset(address for each in found for address in each.addresses if address),
    )


def obstacles(person: Known) -> list[str]:
    """Say what must come before this person can be erased."""
    return [sentence for declared in _data.values() for sentence in declared.obstacles(person)]


def erase(person: Known) -> None:
    """Have every slice forget this person. Inside a transaction."""
    for declared in _data.values():
        declared.erase(person)
