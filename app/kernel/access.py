"""Who acts, what they may do, and the guard of every route. What is not declared is refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import abort, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.db import Identified
from app.kernel.languages import N_, _

INSTALLATION = "installation"
FRESH_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Scope:
    """Where a right holds: the whole installation, or one thing of a declared kind."""

    kind: str = INSTALLATION
    id: str = ""


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
    """Who acts: a user, the bearer of a link, the system (with the job's name), an API client, or nobody yet."""

    kind: str
    id: str
    label: str
    person_id: UUID | None = None
    rights: dict[str, frozenset[Scope]] = field(default_factory=dict, compare=False)
    links: tuple[LinkRight, ...] = ()
    is_confirmed: bool = field(default=False, compare=False)
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

    def bears(self, scope: str, record: Identified) -> bool:
        """Tell whether a link of this scope to this record is borne."""
        return any(
            right.scope == scope and right.record_kind == record.kind() and right.record_id == record.id
            for right in self.links
        )


ANONYMOUS = Actor("anonymous", "", N_("Client en ligne"))


def system(job: str) -> Actor:
    """Give the system as an actor, acting for a job or a command."""
    return Actor("system", job, "Guichet")


RecordRule = Callable[[Actor, Any], bool]


@dataclass(eq=False)
class Permission:
    """One act that can be granted; `also` widens it by a named rule on the record."""

    code: str
    label: str
    seed: tuple[str, ...]
    rules: list[RecordRule] = field(default_factory=list)

    def also(self, rule: RecordRule) -> RecordRule:
        """Allow the act as well where this rule on the record says so."""
        self.rules.append(rule)
        return rule

    def allows(self, actor: Actor, record: object | None = None) -> bool:
        """Decide: the system, a grant whose scope covers the record, or a rule of the record."""
        held = actor.scopes(self)
        if Scope() in held:
            return True
        if record is None:
            return bool(held)
        return any(_covers(scope, record) for scope in held) or any(rule(actor, record) for rule in self.rules)


_permissions: dict[str, Permission] = {}
_scope_kinds: dict[str, tuple[str, Callable[[Any], Iterable[str]]]] = {}


def permission(code: str, label: str, *, seed: tuple[str, ...] = ()) -> Permission:
    """Declare an act; `seed` names the roles that hold it in a new installation."""
    declared = _permissions[code] = Permission(code, label, seed)
    return declared


def permissions() -> dict[str, Permission]:
    """Give every declared permission, by its code."""
    return _permissions


def scope_kind(kind: str, label: str, ids_of: Callable[[Any], Iterable[str]]) -> None:
    """Declare a kind of scope; `ids_of(record)` gives the ids of that kind the record belongs to."""
    _scope_kinds[kind] = (label, ids_of)


def scope_kinds() -> dict[str, str]:
    """Give the declared kinds of scope with their labels."""
    return {INSTALLATION: "Installation", **{kind: label for kind, (label, _ids) in _scope_kinds.items()}}


def _covers(scope: Scope, record: object) -> bool:
    declared = _scope_kinds.get(scope.kind)
    return declared is not None and scope.id in declared[1](record)


# --- the acting person of a request ---------------------------------------------------------------------------


def _load_actor() -> Actor:
    if "actor" not in g:
        g.actor = current_app.extensions["guichet_actor"]()
    return cast("Actor", g.actor)


current_actor = cast("Actor", LocalProxy(_load_actor))


def acting() -> Actor:
    """Give the actor of this request itself, to be kept in facts and rows."""
    return _load_actor()


# --- routes ---------------------------------------------------------------------------------------------------

View = Callable[..., Any]


def public(view: View) -> View:
    """Declare that anybody may call this route."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Declare that any user who logged in may call this route; others are sent to the login page."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        return view(**values) if acting().is_authenticated else _to_login()

    guarded.access_rule = "signed in"  # type: ignore[attr-defined]
    return guarded


def fresh(view: View) -> View:
    """Demand, below @signed_in or @requires, that who acts proved who they are within the last quarter of an hour.

    A page is shown after the proof; a form sent too late is refused with the way to the proof and back to it.
    """

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if acting().is_fresh:
            return view(**values)
        if request.method == "GET" and not request.headers.get("HX-Request"):
            return redirect(url_for("security.confirmation_new", next=request.full_path.rstrip("?")), 303)
        came_from = urlsplit(request.referrer or "")
        back = came_from.path if came_from.netloc == request.host else None
        return make_response(render_template("errors/proof_show.html", back=back), 403)

    guarded.asks_for_proof = True  # type: ignore[attr-defined]
    return guarded


def requires(needed: Permission, *, on: type[Identified] | None = None) -> Callable[[View], View]:
    """Declare the permission a route needs.

    With ``on=Reservation`` the record named by the ``id`` of the path is loaded, checked, and handed to the view
    under its own name (``reservation``). An unknown record is 404, a known one out of reach 403; who is not logged
    in is sent to the login page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            record = None
            if on is not None:
                record = on.get(values.pop("id"))
                if record is None:
                    abort(404)
                values[on.kind().lower()] = record
            if not needed.allows(acting(), record):
                return refuse()
            return view(**values)

        guarded.access_rule = needed.code  # type: ignore[attr-defined]
        return guarded

    return decorate


def refuse() -> Response:
    """Send to the login page whoever is nobody yet; refuse others with 403."""
    if acting().is_authenticated or acting().links:
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return _to_login()


def _to_login() -> Response:
    if request.method != "GET" or request.headers.get("HX-Request"):
        abort(403, description=_("Connectez-vous pour continuer."))
    return redirect(url_for("accounts.session_new", next=request.full_path.rstrip("?")))


def refuse_undeclared() -> None:
    """Refuse, before each request, any route that declares no rule."""
    if request.endpoint is None:
        return
    view = current_app.view_functions.get(request.endpoint)
    if getattr(view, "access_rule", None) is None:
        abort(403)
