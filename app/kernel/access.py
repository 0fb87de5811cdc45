"""Who acts, and what they may do. What is not declared is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from flask import current_app, g

from app.kernel import clock
from app.kernel.choices import Choice
from app.kernel.db import Identified
from app.kernel.languages import N_
from app.kernel.scopes import Scope, covers

FRESH_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class LinkRight:
    """What the bearer of a link may do: the acts of one scope, on one record."""

    link_id: UUID
    scope: str
    record_kind: str
    record_id: UUID
    person_id: UUID | None


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, the bearer of a link, the system (with the job's name), an API client, or nobody yet.

    `seen_by` is whoever really sits there while somebody else's pages are looked at: then nothing may be changed.
    """

    kind: str
    id: str
    label: str
    person_id: UUID | None = None
    rights: dict[str, frozenset[Scope]] = field(default_factory=dict, compare=False)
    links: tuple[LinkRight, ...] = ()
    roles: tuple[str, ...] = field(default=(), compare=False)
    preferences: dict[str, str] = field(default_factory=dict, compare=False)
    is_confirmed: bool = field(default=False, compare=False)
    on_behalf_of: "Actor | None" = field(default=None, compare=False)
    seen_by: "Actor | None" = field(default=None, compare=False)
    proven_at: datetime | None = field(default=None, compare=False)

    @property
    def is_authenticated(self) -> bool:
        """Tell whether a user has logged in."""
        return self.kind == "user"

    @property
    def is_staff(self) -> bool:
        """Tell whether the back office is open to them at all."""
        return self.kind == "system" or bool(self.rights)

    def is_person(self, person_id: UUID | None) -> bool:
        """Tell whether they are this person, as a user whose address is proved."""
        return self.is_confirmed and person_id is not None and self.person_id == person_id

    @property
    def is_fresh(self) -> bool:
        """Tell whether they proved who they are within the last quarter of an hour."""
        return self.proven_at is not None and clock.now() - self.proven_at < FRESH_FOR

    def may(self, permission: "Permission", record: object | None = None) -> bool:
        """Tell whether the act is allowed, on the record if one is given."""
        return permission.allows(self, record)

    def scopes(self, permission: "Permission") -> frozenset[Scope]:
        """Give where a permission is held, for queries that show rows."""
        if self.kind == "system":
            return frozenset({Scope()})
        return self.rights.get(permission.code, frozenset())

    def holds(self, code: str, scope: Scope) -> bool:
        """Tell whether they hold a permission everywhere a grant in this scope would give it."""
        if self.kind == "system":
            return True
        given, within = right_given(code, scope)
        held = self.rights.get(given, frozenset())
        return bool(held & {Scope(), scope, within, Scope(within.kind)})

    def bears(self, scope: str, record: Identified) -> bool:
        """Tell whether a link of this scope to this record is borne."""
        return any(
            right.scope == scope and right.record_kind == record.kind() and right.record_id == record.id
            for right in self.links
        )


ANONYMOUS = Actor("anonymous", "", N_("Client en ligne"))


def system(job: str, *, on_behalf_of: Actor | None = None) -> Actor:
    """Give the system as an actor, acting for a job or a command, and for whoever asked for it."""
    return Actor("system", job, "Guichet", on_behalf_of=on_behalf_of)


RecordRule = Callable[[Actor, Any], bool]


class FieldGroup(Choice):
    """What personal fields a permission opens; without it they are hidden, or masked."""

    CONTACT = "contact", N_("Coordonnées")
    FINANCE = "finance", N_("Argent")
    SENSITIVE = "sensitive", N_("Données sensibles")


@dataclass(eq=False)
class Permission:
    """One act that can be granted; `also` widens it by a named rule on the record.

    One that `narrows` another gives that other, only within scopes of its own kind: tonight's rows, one's own.
    """

    code: str
    label: str
    seed: tuple[str, ...]
    group: FieldGroup | None = None
    narrows: "Permission | None" = None
    narrowing: str = ""
    rules: list[RecordRule] = field(default_factory=list)

    def also(self, rule: RecordRule) -> RecordRule:
        """Allow the act as well where this rule on the record says so; `in_words` lets it explain itself."""
        self.rules.append(rule)
        return rule

    def narrowed(self, kind: str, code: str, label: str, *, seed: tuple[str, ...] = ()) -> "Permission":
        """Declare the same act within a narrower kind of scope, as a permission that is granted by itself."""
        declared = _permissions[code] = Permission(code, label, seed, self.group, self, kind)
        return declared

    def allows(self, actor: Actor, record: object | None = None) -> bool:
        """Decide: the system, a grant whose scope covers the record, or a rule of the record."""
        held = actor.scopes(self)
        if Scope() in held:
            return True
        if record is None:
            return bool(held)
        return any(covers(scope, record) for scope in held) or any(rule(actor, record) for rule in self.rules)


def in_words(sentence: str) -> Callable[[RecordRule], RecordRule]:
    """Say in words when a rule on the record allows the act: N_("La personne porte le lien de la réservation.")."""

    def told(rule: RecordRule) -> RecordRule:
        rule.sentence = sentence  # type: ignore[attr-defined]
        return rule

    return told


_permissions: dict[str, Permission] = {}
_chapters: dict[str, str] = {}


def permission(code: str, label: str, *, seed: tuple[str, ...] = (), group: FieldGroup | None = None) -> Permission:
    """Declare an act; `seed` names the roles that first hold it, `group` the personal fields it opens."""
    declared = _permissions[code] = Permission(code, label, seed, group)
    return declared


def chapter(code: str, label: str) -> None:
    """Name what the permissions beginning with this code are about, where they are listed."""
    _chapters[code] = label


def chapters() -> dict[str, str]:
    """Give the names of what permissions are about, by the beginning of their codes."""
    return _chapters


def permissions() -> dict[str, Permission]:
    """Give every declared permission, by its code."""
    return _permissions


def right_given(code: str, scope: Scope) -> tuple[str, Scope]:
    """Give the right a role's permission becomes in a scope: a narrowed one is its wider act, in its own kind."""
    declared = _permissions.get(code)
    if declared is None or declared.narrows is None:
        return code, scope
    return declared.narrows.code, Scope(declared.narrowing, scope.id)


# --- the acting person of a request ---------------------------------------------------------------------------


def acting() -> Actor:
    """Give the actor of this request, worked out once: what guards ask, and what facts and rows keep."""
    if "actor" not in g:
        g.actor = current_app.extensions["guichet_actor"]()
    return cast("Actor", g.actor)
