"""Where a role may hold, as people read and choose it."""

from flask import g

from app.directory.queries import establishments
from app.kernel.access import INSTALLATION, Scope, scope_kinds
from app.kernel.languages import _


def scope_choices() -> list[tuple[str, str]]:
    """Give the scopes a role can be offered in: ("establishment:<id>", "Chez Margot")."""
    everywhere = (f"{INSTALLATION}:", _(scope_kinds()[INSTALLATION]))
    return [everywhere, *((f"establishment:{house.id}", house.name) for house in establishments())]


def read_scope(written: str) -> Scope:
    """Read what `scope_choices` writes."""
    kind, _colon, id_ = written.partition(":")
    return Scope(kind, id_)


def scope_in_words(scope: Scope) -> str:
    """Name a scope: the establishment's own name, or its kind for what is gone."""
    if "scope_names" not in g:
        g.scope_names = dict(scope_choices())  # once a page, however many rows
    names: dict[str, str] = g.scope_names
    return names.get(f"{scope.kind}:{scope.id}") or _(scope_kinds().get(scope.kind, scope.kind))
