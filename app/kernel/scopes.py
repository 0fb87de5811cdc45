"""Where a right holds: the whole installation, or one thing of a kind that a slice declares."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.kernel.languages import N_, _

INSTALLATION = "installation"


@dataclass(frozen=True)
class Scope:
    """Where a right holds: the whole installation, or one thing of a declared kind."""

    kind: str = INSTALLATION
    id: str = ""


@dataclass(frozen=True)
class ScopeKind:
    """A kind of scope: which ids of it a record belongs to, and what can be chosen when a role is given in it."""

    label: str
    ids_of: Callable[[Any], Iterable[str]]
    choices: Callable[[], Iterable[tuple[str, str]]] | None


_scope_kinds: dict[str, ScopeKind] = {}


def scope_kind(
    kind: str,
    label: str,
    ids_of: Callable[[Any], Iterable[str]],
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None,
) -> None:
    """Declare a kind of scope.

    `ids_of(record)` gives the ids of that kind the record belongs to; `choices()` the ids and names in which a role
    may be given. Without them no role is given in that kind: it only narrows a permission.
    """
    _scope_kinds[kind] = ScopeKind(label, ids_of, choices)


def scope_kinds() -> dict[str, str]:
    """Give the declared kinds of scope with their labels."""
    return {INSTALLATION: N_("Toute l’installation"), **{kind: each.label for kind, each in _scope_kinds.items()}}


def scope_choices() -> list[tuple[Scope, str]]:
    """Give every scope in which a role can be given, with its name for the reader; the installation first."""
    named = [(Scope(), _("Toute l’installation"))]
    for kind, declared in _scope_kinds.items():
        named += [(Scope(kind, id_), name) for id_, name in (declared.choices() if declared.choices else ())]
    return named


def covers(scope: Scope, record: object) -> bool:
    """Tell whether a record lies within a scope."""
    if scope == Scope():
        return True
    declared = _scope_kinds.get(scope.kind)
    return declared is not None and scope.id in declared.ids_of(record)
