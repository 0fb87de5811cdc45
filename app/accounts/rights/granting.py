"""Giving and taking roles back. Nobody gives, takes or changes what they do not hold themselves, there."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from app.accounts.models import Grant, Role, Team, User
from app.accounts.permissions import GRANT
from app.accounts.rights import queries
from app.accounts.rights.events import GrantChanged, GrantEnded, GrantGiven
from app.directory.queries import house_zone
from app.kernel import clock
from app.kernel.access import Actor, permissions
from app.kernel.db import db, take_turn
from app.kernel.events import publish
from app.kernel.languages import SOURCE, _, speaking
from app.kernel.lifecycle import NotAllowed, RuleBroken, Unfit
from app.kernel.scopes import Scope, scope_choices, scope_kinds

MOST_NAMED = 4
AN_INSTANT = timedelta(microseconds=1)


def labels_of(codes: Iterable[str]) -> list[str]:
    """Give the words of permissions; what is no longer declared goes by its code."""
    declared = permissions()
    return [_(declared[code].label) if code in declared else code for code in codes]


def lacking(codes: Iterable[str], scope: Scope, actor: Actor) -> list[str]:
    """Give, among permissions, those the actor does not hold everywhere in the scope."""
    return [code for code in sorted(codes) if not actor.holds(code, scope)]


def refuse_beyond_oneself(codes: Iterable[str], scope: Scope, actor: Actor) -> None:
    """Raise NotAllowed, naming what the actor does not hold in the scope."""
    missing = labels_of(lacking(codes, scope, actor))
    if missing:
        raise NotAllowed(
            _(
                "Cela touche à des droits que vous n’avez pas vous-même ici : %(rights)s.",
                rights=", ".join(missing[:MOST_NAMED]) + ("…" if len(missing) > MOST_NAMED else ""),
            )
        )


def codes_of(role: Role) -> set[str]:
    """Give the codes of a role's permissions."""
    return {held.permission for held in role.permissions}


def scope_name(scope: Scope, names: Mapping[Scope, str] | None = None) -> str:
    """Name a scope for the reader, from names read before if there are; what is gone goes by its id."""
    names = dict(scope_choices()) if names is None else names
    if scope in names:
        return names[scope]
    kind = _(scope_kinds().get(scope.kind, scope.kind))
    inside = next((name for each, name in names.items() if scope.id and each.id == scope.id), scope.id)
    return _("%(kind)s, %(where)s", kind=kind, where=inside) if inside else kind


def last_day(ends_at: datetime | None) -> date | None:
    """Give the last day on which a role that ends then is held; None when it has no end."""
    return clock.local(ends_at - AN_INSTANT, house_zone()).date() if ends_at is not None else None


def may_touch(role: Role, scope: Scope, actor: Actor) -> bool:
    """Tell whether the actor may give this role there, or take it back."""
    return actor.holds(GRANT.code, scope) and not lacking(codes_of(role), scope, actor)


def give_grant(
    holder: User | Team,
    role: Role,
    *,
    actor: Actor,
    scope: Scope | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Grant:
    """Give a role in a scope (the installation by default), now or from a date, for good or until one.

    Raises NotAllowed beyond what the actor holds, RuleBroken for a scope that is not, dates that cross, or a role
    already given there.
    """
    now, scope = clock.now(), scope or Scope()
    refuse_beyond_oneself({GRANT.code, *codes_of(role)}, scope, actor)
    starts_at = starts_at or now
    if scope not in dict(scope_choices()):
        raise Unfit(_("Cette portée n’existe pas."), "scope")
    _refuse_span(holder.grants, role, scope, starts_at, ends_at)
    grant = Grant(
        role=role,
        role_id=role.id,
        scope_kind=scope.kind,
        scope_id=scope.id,
        starts_at=starts_at,
        ends_at=ends_at,
        given_by=actor.label[:200],
    )
    holder.grants.append(grant)
    db.session.add(grant)
    until = ends_at.isoformat() if ends_at else ""
    publish(GrantGiven(holder, actor, role.name, _told(scope), starts_at.isoformat(), until, last_day(ends_at)))
    return grant


def change_end(grant: Grant, ends_at: datetime | None, *, actor: Actor) -> None:
    """Let a role last until another instant, or for good: it takes holding what it gives, as giving it does.

    Raises NotAllowed beyond what the actor holds, RuleBroken when it is over, dates cross or nobody would manage
    accounts for good.
    """
    refuse_beyond_oneself({GRANT.code, *codes_of(grant.role)}, grant.scope, actor)
    if grant.is_over(clock.now()):
        raise RuleBroken(_("Ce rôle est déjà repris."))
    if ends_at == grant.ends_at:
        return
    beside = [each for each in grant.holder.grants if each is not grant]
    _refuse_span(beside, grant.role, grant.scope, grant.starts_at, ends_at)
    until = {"until": (last_day(grant.ends_at), last_day(ends_at))}
    publish(GrantChanged(grant.holder, actor, grant.role.name, _told(grant.scope), changes=until))
    with somebody_still_manages():
        grant.ends_at = ends_at


def _refuse_span(
    beside: Iterable[Grant], role: Role, scope: Scope, starts_at: datetime, ends_at: datetime | None
) -> None:
    """Raise RuleBroken for dates that cross, are past, or meet another grant of the same role there."""
    if ends_at is not None and ends_at <= max(starts_at, clock.now()):
        raise Unfit(_("La fin doit venir après le début, et après aujourd’hui."), "last_day")
    if any(each.role is role and each.scope == scope and _overlap(each, starts_at, ends_at) for each in beside):
        raise RuleBroken(_("Ce rôle est déjà donné ici pour ces dates."), "role")


def _told(scope: Scope) -> str:
    """Name a scope as facts keep it: in the language of the house, for readers to translate."""
    with speaking(SOURCE):
        return scope_name(scope)


def _overlap(grant: Grant, starts_at: datetime, ends_at: datetime | None) -> bool:
    begins_before = ends_at is None or grant.starts_at < ends_at
    return begins_before and (grant.ends_at is None or grant.ends_at > starts_at)


def end_grant(grant: Grant, *, actor: Actor) -> None:
    """Take a role back, from now on; one that had not begun is forgotten.

    Raises NotAllowed beyond what the actor holds, RuleBroken when it is over already or nobody would manage accounts.
    """
    now = clock.now()
    refuse_beyond_oneself({GRANT.code, *codes_of(grant.role)}, grant.scope, actor)
    if grant.is_over(now):
        raise RuleBroken(_("Ce rôle est déjà repris."))
    publish(GrantEnded(grant.holder, actor, grant.role.name, _told(grant.scope)))
    with somebody_still_manages():
        if grant.starts_at > now:
            grant.holder.grants.remove(grant)
        else:
            grant.ends_at = now


@contextmanager
def somebody_still_manages() -> Iterator[None]:
    """Refuse a change after which nobody active would manage the accounts for good. Two at once wait in line."""
    take_turn("accounts.managers")
    before = queries.who_manages(clock.now())
    yield
    db.session.flush()
    if before and not queries.who_manages(clock.now()):
        raise RuleBroken(
            _("Plus personne ne pourrait gérer les comptes. Donnez d’abord ce droit à quelqu’un d’autre, sans fin.")
        )
