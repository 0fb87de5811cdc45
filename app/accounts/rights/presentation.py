"""What the pages of rights draw: grants, permissions and scopes in words."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import url_for

from app.accounts import service
from app.accounts.models import Grant, Role, Team, User
from app.accounts.permissions import EXPLAIN, GRANT, MANAGE_ACCOUNTS, VIEW_ADDRESSES
from app.accounts.rights import looking, queries
from app.accounts.rights.forms import GrantForm
from app.accounts.rights.granting import AN_INSTANT, codes_of, may_touch, scope_name
from app.directory.queries import zone_of
from app.kernel import clock, navigation
from app.kernel.access import Actor, Permission, chapters, permissions
from app.kernel.db import Identified
from app.kernel.formats import full_date, instant
from app.kernel.languages import _
from app.kernel.personal import masked_email, shown_to
from app.kernel.scopes import Scope, scope_choices


@dataclass(frozen=True)
class GrantLine:
    """A grant as its line says it; `end_url` and `until_url` when the reader may take it back, or change its end.

    `last_day` is what the field of that end holds, `problem` why what was typed there is refused.
    """

    id: UUID
    role: str
    where: str
    span: str
    tone: str
    state: str
    given_by: str
    team: Team | None
    end_url: str | None
    until_url: str | None
    last_day: str
    problem: str


@dataclass(frozen=True)
class RefusedEnd:
    """An end that was typed for a grant, and why it is refused."""

    grant_id: UUID
    typed: str
    problem: str


def house_zone() -> str:
    """Give the zone in which days are typed and read."""
    return zone_of(navigation.current_house())


def lines_of(
    grants: Iterable[Grant], actor: Actor, *, through: bool = False, refused: RefusedEnd | None = None
) -> list[GrantLine]:
    """Give grants as lines; with `through`, those of teams say so and are taken back on the team's page."""
    names, zone = dict(scope_choices()), house_zone()
    lines = [_line(grant, actor, names, zone, through=through) for grant in grants]
    return [
        replace(line, last_day=refused.typed, problem=refused.problem)
        if refused is not None and line.id == refused.grant_id
        else line
        for line in lines
    ]


def _line(grant: Grant, actor: Actor, names: dict[Scope, str], zone: str, *, through: bool) -> GrantLine:
    now = clock.now()
    team = grant.team if through else None
    state, tone = _("en cours"), "success"
    if grant.is_over(now):
        state, tone = _("fini"), "neutral"
    elif grant.starts_at > now:
        state, tone = _("à venir"), "info"
    touchable = team is None and not grant.is_over(now) and may_touch(grant.role, grant.scope, actor)
    last = clock.local(grant.ends_at - AN_INSTANT, zone).date().isoformat() if grant.ends_at else ""
    return GrantLine(
        id=grant.id,
        role=grant.role.label,
        where=scope_name(grant.scope, names),
        span=_span(grant, zone),
        tone=tone,
        state=state,
        given_by=grant.given_by,
        team=team,
        end_url=url_for("people.ending_create", id=grant.id) if touchable else None,
        until_url=url_for("people.grant_update", id=grant.id) if touchable else None,
        last_day=last,
        problem="",
    )


def _span(grant: Grant, zone: str) -> str:
    first = full_date(clock.local(grant.starts_at, zone).date())
    if grant.ends_at is None:
        return _("depuis le %(first)s", first=first)
    last = full_date(clock.local(grant.ends_at - AN_INSTANT, zone).date())
    return _("du %(first)s au %(last)s", first=first, last=last)


def grant_form(actor: Actor) -> GrantForm:
    """Give the form offering the roles and scopes this actor may give somewhere."""
    scopes = [(scope, name) for scope, name in scope_choices() if actor.holds(GRANT.code, scope)]
    offered = [role for role in queries.roles() if any(may_touch(role, scope, actor) for scope, _name in scopes)]
    return GrantForm(
        [(str(role.id), role.label) for role in sorted(offered, key=lambda role: role.label)],
        [(f"{scope.kind}:{scope.id}", name) for scope, name in scopes],
    )


def user_page(
    user: User, actor: Actor, form: GrantForm | None = None, refused: RefusedEnd | None = None
) -> dict[str, Any]:
    """Give what a user's page draws."""
    form = form or grant_form(actor)
    manages = actor.may(MANAGE_ACCOUNTS)
    return {
        "user": user,
        "shown_login": shown_to(actor, VIEW_ADDRESSES, user.login, mask=masked_email, record=user),
        "last_login": instant(user.last_login_at, house_zone()) if user.last_login_at else "",
        "panels": [*navigation.panels_on(user, actor), *navigation.panels_on(user.person, actor)],
        "lines": lines_of(queries.grants_with_reasons(user), actor, through=True, refused=refused),
        "history": navigation.panels_on(user, actor, "history"),
        "held": rights_of(user) if actor.may(EXPLAIN, user) else [],
        "form": form if form.role.choices and form.scope.choices else None,
        "grant_url": url_for("people.grant_create", id=user.id),
        "deactivate_url": url_for("people.deactivation_create", id=user.id) if manages and user.is_active else None,
        "reactivate_url": url_for("people.reactivation_create", id=user.id) if manages and not user.is_active else None,
        "look_url": url_for("people.look_create", id=user.id) if looking.may_look_as(user, actor) else None,
        "why_url": url_for("people.explanation_show", id=user.id) if actor.may(EXPLAIN, user) else None,
    }


def rights_of(user: User) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Give what a user may do, by chapter: (label, where, why)."""
    names = dict(scope_choices())
    held = service.actor_for(user).rights
    return [
        (chapter, lines)
        for chapter, declared in by_chapter()
        if (lines := [_held(user, each, held[each.code], names) for each in declared if each.code in held])
    ]


def _held(user: User, permission: Permission, scopes: Iterable[Scope], names: dict[Scope, str]) -> tuple[str, str, str]:
    where = ", ".join(sorted(scope_name(scope, names) for scope in scopes))
    return _(permission.label), where, url_for("people.explanation_show", id=user.id, **asking(permission.code))


def asking(code: str, record: Identified | None = None) -> dict[str, Any]:
    """Give the arguments of a question "why?": about a permission, and the record if there is one."""
    return {"droit": code, **({"fiche": f"{record.kind()}:{record.id}"} if record else {})}


def by_chapter() -> list[tuple[str, list[Permission]]]:
    """Give every permission that can be granted, under the name of its chapter."""
    grouped: dict[str, list[Permission]] = {}
    for code, declared in permissions().items():
        grouped.setdefault(code.partition(".")[0], []).append(declared)
    return [(_(chapters().get(code, code)), declared) for code, declared in grouped.items()]


def grid_digest(roles: Iterable[Role]) -> str:
    """Say in short what the grid held when it was drawn, so that two who edit it at once find out."""
    held = sorted((str(role.id), sorted(codes_of(role))) for role in roles)
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]
