"""Where a role may hold, as people read and choose it."""

from app.accounts.rights.granting import scope_name
from app.kernel import scopes
from app.kernel.once import once_a_request
from app.kernel.scopes import Scope


def scope_choices() -> list[tuple[str, str]]:
    """Give the scopes a role can be offered in: ("establishment:<id>", "Chez Margot")."""
    return [(f"{scope.kind}:{scope.id}", name) for scope, name in scopes.scope_choices()]


def read_scope(written: str) -> Scope:
    """Read what `scope_choices` writes."""
    kind, _colon, id_ = written.partition(":")
    return Scope(kind, id_)


def scope_in_words(scope: Scope) -> str:
    """Name a scope: the establishment's own name, or its kind for what is gone."""
    return scope_name(scope, once_a_request("scope_names", lambda: dict(scopes.scope_choices())))
