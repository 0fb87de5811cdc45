"""Why somebody may, or may not: every grant and rule that could give a permission, and what each comes to."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from werkzeug.exceptions import HTTPException

from app.accounts import service
from app.accounts.models import Grant, User
from app.accounts.rights import queries
from app.accounts.rights.granting import codes_of, scope_name
from app.kernel import clock
from app.kernel.access import Actor, Permission, permissions, right_given
from app.kernel.db import Identified, record_kinds
from app.kernel.formats import full_date
from app.kernel.languages import _
from app.kernel.scopes import Scope, covers, scope_kinds


@dataclass(frozen=True)
class Reason:
    """One grant or rule: does it give the permission here, and why."""

    gives: bool
    what: str
    why: str


@dataclass(frozen=True)
class Explanation:
    """The decision, as the application itself takes it, and every reason that was weighed."""

    is_allowed: bool
    reasons: list[Reason]
    roles: list[str]
    is_shut: bool


def explain(user: User, permission: Permission, record: Identified | None, zone: str) -> Explanation:
    """Weigh every grant and rule; `roles` are the others that would give the permission, were one of them given."""
    now = clock.now()
    actor, grants = service.actor_for(user), queries.grants_with_reasons(user)
    reasons = [
        _reason_of(grant, code, permission, record, now, zone)
        for grant in grants
        for code in sorted(codes_of(grant.role))
        if right_given(code, grant.scope)[0] == permission.code
    ]
    if record is not None:
        reasons += _reasons_of_rules(actor, permission, record)
    had = {grant.role_id for grant in grants if grant.is_in_force(now)}
    others = [role for role in queries.roles() if role.id not in had]
    giving = [role.label for role in others if any(_gives(code, permission) for code in codes_of(role))]
    is_allowed = user.is_active and actor.may(permission, record)
    return Explanation(is_allowed, sorted(reasons, key=lambda each: not each.gives), giving, not user.is_active)


def _gives(code: str, permission: Permission) -> bool:
    return right_given(code, Scope())[0] == permission.code


def _reason_of(
    grant: Grant, code: str, permission: Permission, record: Identified | None, now: datetime, zone: str
) -> Reason:
    what = _("Rôle « %(role)s », %(where)s", role=grant.role.label, where=scope_name(grant.scope))
    if grant.team is not None:
        what = _("%(role)s, par l’équipe « %(team)s »", role=what, team=grant.team.name)
    scope = right_given(code, grant.scope)[1]
    if grant.is_over(now):
        ended = clock.local(grant.ends_at or now, zone).date()
        return Reason(gives=False, what=what, why=_("Fini depuis le %(day)s.", day=full_date(ended)))
    if grant.starts_at > now:
        begins = clock.local(grant.starts_at, zone).date()
        return Reason(gives=False, what=what, why=_("Ne commence que le %(day)s.", day=full_date(begins)))
    if record is not None and not covers(scope, record):
        kind = _(scope_kinds().get(scope.kind, scope.kind)).lower()
        return Reason(gives=False, what=what, why=_("La fiche est hors de sa portée (%(kind)s).", kind=kind))
    if code != permission.code:
        return Reason(gives=True, what=what, why=_(permissions()[code].label))
    return Reason(gives=True, what=what, why=_("Il donne ce droit."))


def _reasons_of_rules(actor: Actor, permission: Permission, record: Identified) -> list[Reason]:
    reasons = []
    for rule in permission.rules:
        sentence = _(getattr(rule, "sentence", "") or rule.__name__)
        if rule(actor, record):
            reasons.append(Reason(gives=True, what=sentence, why=_("Règle de la fiche : elle s’applique.")))
        else:
            reasons.append(Reason(gives=False, what=sentence, why=_("Règle de la fiche : elle ne s’applique pas.")))
    return reasons


# --- what is asked about --------------------------------------------------------------------------------------


def asked_record(typed: str) -> Identified | None:
    """Give the record a page is about, from its address, or from its kind and id ("Reservation:0198…").

    Raises LookupError when there is none.
    """
    if not typed:
        return None
    kind, colon, id_text = typed.partition(":")
    if colon and "/" not in kind:
        return _record(record_kinds().get(kind), id_text)
    adapter = current_app.url_map.bind("")
    try:
        endpoint, values = adapter.match(urlsplit(typed).path)
    except HTTPException as missing:
        raise LookupError(typed) from missing
    view = current_app.view_functions[endpoint]
    return _record(getattr(view, "record_type", None), str(values.get("id", "")))


def _record(kind: type[Identified] | None, id_text: str) -> Identified | None:
    try:
        found = kind.get(UUID(id_text)) if kind is not None and issubclass(kind, Identified) else None
    except ValueError as wrong:
        raise LookupError(id_text) from wrong
    if found is None:
        raise LookupError(id_text)
    return found
