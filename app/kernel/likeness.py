"""Likeness: what may show that two records are of one person, as the slices declare it.

A clue is a selection of (person, value): two persons with one value are alike. With `needs_near_names`, a common value
is too weak by itself (everybody in a house has that house), and only persons with nearly the same name are alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, eq=False)
class Clue:
    """One reason to think that two records are of one person; `label` says it ("même téléphone")."""

    label: str
    rows: Callable[[], sa.Select[Any, Any]]
    needs_near_names: bool


_clues: list[Clue] = []


def person_clue(label: str, rows: Callable[[], sa.Select[Any, Any]], *, needs_near_names: bool = False) -> None:
    """Declare a clue: `rows()` selects a person's id and a value, in this order."""
    _clues.append(Clue(label, rows, needs_near_names))


def person_clues() -> list[Clue]:
    """Give every declared clue."""
    return _clues
