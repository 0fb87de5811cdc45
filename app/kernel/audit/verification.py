"""Verifying the trail: in the database, or in a file it was written to, far from here."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.kernel.audit.entries import GENESIS, AuditEntry, AuditHead, content_digest, says_nothing, sealed_hash
from app.kernel.audit.forgetting import FORGETTING, spread
from app.kernel.audit.recording import kept_head
from app.kernel.db import db
from app.kernel.languages import N_, _

FORMAT = "guichet-audit-1"
PIECE = 1000


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, as a sentence and its values."""

    text: str
    values: dict[str, Any]

    def __str__(self) -> str:
        """Say it in the reader's language."""
        return _(self.text, **self.values)


@dataclass(frozen=True)
class Verdict:
    """What a verification found: how many entries it read, the last hash, and what is wrong, if anything."""

    entries: int
    problems: list[Problem]
    hash: str = GENESIS

    @property
    def is_sound(self) -> bool:
        """Tell whether the chain holds."""
        return not self.problems


Head = tuple[int, str]


def verify(head_file: Path | None = None) -> Verdict:
    """Walk the whole chain: find an entry edited, removed, inserted, emptied by no decision, or a trail cut short."""
    kept = kept_head(head_file or Path(current_app.config["AUDIT_HEAD_FILE"]))
    before = _head()
    walk = _Walk({before[0], kept[0]})
    walk.over(_rows())
    after = _head()  # others may have written meanwhile: the trail ends between the two
    if walk.hash_at(before[0]) != before[1] or not before[0] <= walk.last <= after[0]:
        walk.tell(N_("Le journal s’arrête à l’entrée %(last)s, sa tête dit %(head)s."), last=walk.last, head=after[0])
    if walk.hash_at(kept[0]) != kept[1]:
        walk.tell(N_("La tête gardée hors de la base (entrée %(number)s) n’est pas dans le journal."), number=kept[0])
    return walk.verdict()


def written() -> Iterator[str]:
    """Write the whole trail as lines of JSON, in pieces: its head, then each entry with all that its hash covers."""
    number, head_hash = _head()
    yield _line({"format": FORMAT, "number": number, "hash": head_hash})
    last = 0
    while last < number:
        piece = list(_rows(last, min(last + PIECE, number)))
        db.session.rollback()
        yield "".join(
            _line({**row, "at": row["at"].isoformat(), "forgotten_at": _iso(row["forgotten_at"])}) for row in piece
        )
        last = min(last + PIECE, number)


def verify_lines(lines: Iterable[str], head_file: Path | None = None) -> Verdict:
    """Verify a written trail without any database. Raises ValueError when it is no such file."""
    read = (json.loads(line) for line in lines if line.strip())
    first = next(read, None)
    if not isinstance(first, dict) or first.get("format") != FORMAT:
        raise ValueError(FORMAT)
    kept = kept_head(head_file) if head_file else (0, GENESIS)
    walk = _Walk({kept[0]})
    try:
        walk.over(read)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    if (walk.last, walk.previous) != (first.get("number"), first.get("hash")):
        walk.tell(
            N_("Le journal s’arrête à l’entrée %(last)s, sa tête dit %(head)s."),
            last=walk.last,
            head=first.get("number"),
        )
    if walk.hash_at(kept[0]) != kept[1]:
        walk.tell(N_("La tête gardée hors de la base (entrée %(number)s) n’est pas dans le journal."), number=kept[0])
    return walk.verdict()


@dataclass
class _Walk:
    """The chain as it is read: what was seen (of `watched` numbers, the hash), what is wrong."""

    watched: set[int]
    last: int = 0
    previous: str = GENESIS
    hashes: dict[int, str] = field(default_factory=lambda: {0: GENESIS})
    emptied: set[int] = field(default_factory=set)
    decided: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def over(self, entries: Iterable[Mapping[str, Any]]) -> None:
        for entry in entries:
            self._step(entry)
        for number in sorted(self.emptied - self.decided):
            self.tell(N_("L’entrée %(number)s a été vidée sans que personne ne l’ait décidé."), number=number)

    def hash_at(self, number: int) -> str | None:
        return self.hashes.get(number)

    def tell(self, text: str, **values: Any) -> None:
        self.problems.append(Problem(text, values))

    def verdict(self) -> Verdict:
        return Verdict(self.last, self.problems, self.previous)

    def _step(self, entry: Mapping[str, Any]) -> None:
        number = entry["number"]
        if number != self.last + 1:
            self.tell(N_("Les entrées %(first)s à %(last)s manquent."), first=self.last + 1, last=number - 1)
        if entry["previous_hash"] != self.previous:
            self.tell(N_("L’entrée %(number)s ne suit pas la précédente."), number=number)
        if not self._is_unchanged(entry):
            self.tell(N_("L’entrée %(number)s a été modifiée."), number=number)
        if entry["fact"] == FORGETTING:
            self.decided |= spread(entry["details"].get("entries", []))
        self.last, self.previous = number, entry["hash"]
        if number in self.watched:
            self.hashes[number] = entry["hash"]

    def _is_unchanged(self, entry: Mapping[str, Any]) -> bool:
        if entry["hash"] != sealed_hash(entry):
            return False
        if entry.get("forgotten_at"):
            self.emptied.add(entry["number"])
            return says_nothing(entry)
        return bool(entry["digest"] == content_digest(entry))


def _head() -> Head:
    found = db.session.execute(sa.select(AuditHead.number, AuditHead.hash).where(AuditHead.id == 1)).first()
    return (found.number, found.hash) if found else (0, GENESIS)


def _rows(after: int = 0, until: int | None = None) -> Iterator[Mapping[str, Any]]:
    query = sa.select(*AuditEntry.__table__.columns).where(AuditEntry.number > after).order_by(AuditEntry.number)
    if until is not None:
        query = query.where(AuditEntry.number <= until)
    for row in db.session.execute(query.execution_options(yield_per=PIECE)).mappings():
        yield dict(row)


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True) + "\n"


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
