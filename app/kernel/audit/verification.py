"""Verifying the trail: in the database, or in a file it was written to, far from here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from app.kernel.audit.entries import GENESIS, content_digest, says_nothing, sealed_hash
from app.kernel.audit.forgetting import FORGETTING, spread
from app.kernel.audit.recording import kept_head
from app.kernel.audit.writing import FORMAT, head, rows
from app.kernel.languages import N_, _


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
    """What a verification found: how many entries it read, the last hash, and what is wrong, if anything.

    Of an extract it cannot judge everything: `undecided` entries were emptied by a decision that stands elsewhere, if
    it does.
    """

    entries: int
    problems: list[Problem]
    hash: str = GENESIS
    undecided: int = 0

    @property
    def is_sound(self) -> bool:
        """Tell whether the chain holds."""
        return not self.problems


def verify(head_file: Path | None = None) -> Verdict:
    """Walk the whole chain: find an entry edited, removed, inserted, emptied by no decision, or a trail cut short."""
    kept = kept_head(head_file or Path(current_app.config["AUDIT_HEAD_FILE"]))
    before = head()
    walk = _Walk({before[0], kept[0]})
    walk.over(rows())
    walk.judge_emptied()
    after = head()  # others may have written meanwhile: the trail ends between the two
    if walk.hash_at(before[0]) != before[1] or not before[0] <= walk.last <= after[0]:
        walk.tell(N_("Le journal s’arrête à l’entrée %(last)s, sa tête dit %(head)s."), last=walk.last, head=after[0])
    if walk.hash_at(kept[0]) != kept[1]:
        walk.tell(N_("La tête gardée hors de la base (entrée %(number)s) n’est pas dans le journal."), number=kept[0])
    return walk.verdict()


def verify_lines(lines: Iterable[str], head_file: Path | None = None) -> Verdict:
    """Verify a written trail, or an extract of it, without any database. Raises ValueError when it is no such file."""
    read = (json.loads(line) for line in lines if line.strip())
    first = next(read, None)
    if not isinstance(first, dict) or first.get("format") != FORMAT:
        raise ValueError(FORMAT)
    kept = kept_head(head_file) if head_file else None
    try:
        walk = _Walk({kept[0]} if kept else set(), *_beginning(first))
        walk.over(read)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    if "after" not in first:
        walk.judge_emptied()
    if (walk.last, walk.previous) != (first.get("number"), first.get("hash")):
        walk.tell(
            N_("Le journal s’arrête à l’entrée %(last)s, sa tête dit %(head)s."),
            last=walk.last,
            head=first.get("number"),
        )
    if kept and walk.hash_at(kept[0]) != kept[1]:
        walk.tell(N_("La tête gardée hors de la base (entrée %(number)s) n’est pas dans le journal."), number=kept[0])
    return walk.verdict()


def _beginning(first: Mapping[str, Any]) -> tuple[int, str]:
    """Give the entry that an extract follows, or the beginning of the chain."""
    if "after" not in first:
        return 0, GENESIS
    if not isinstance(first["after"], int) or not isinstance(first["after_hash"], str):
        raise TypeError(FORMAT)
    return first["after"], first["after_hash"]


@dataclass
class _Walk:
    """The chain as it is read from `after` on: what was seen (of `watched` numbers, the hash), what is wrong."""

    watched: set[int]
    after: int = 0
    previous: str = GENESIS
    last: int = field(init=False)
    hashes: dict[int, str] = field(init=False)
    emptied: set[int] = field(default_factory=set)
    decided: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.last, self.hashes = self.after, {self.after: self.previous}

    def over(self, entries: Iterable[Mapping[str, Any]]) -> None:
        for entry in entries:
            self._step(entry)

    def judge_emptied(self) -> None:
        """Tell which entries were emptied by no decision; only the end of the trail knows."""
        for number in sorted(self.emptied - self.decided):
            self.tell(N_("L’entrée %(number)s a été vidée sans que personne ne l’ait décidé."), number=number)
        self.decided |= self.emptied

    def hash_at(self, number: int) -> str | None:
        return self.hashes.get(number)

    def tell(self, text: str, **values: Any) -> None:
        self.problems.append(Problem(text, values))

    def verdict(self) -> Verdict:
        undecided = len(self.emptied - self.decided)
        return Verdict(self.last - self.after, self.problems, self.previous, undecided)

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
