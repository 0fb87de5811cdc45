"""Roles: sets of permissions, made, copied, changed and deleted by who manages accounts and holds what they move."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, count

from app.accounts.models import Role, RolePermission
from app.accounts.permissions import MANAGE_ACCOUNTS
from app.accounts.queries import role_with_code
from app.accounts.rights import queries
from app.accounts.rights.events import RoleChanged, RoleCreated, RoleDeleted, RoleRenamed
from app.accounts.rights.granting import codes_of, refuse_beyond_oneself, somebody_still_manages
from app.kernel import clock
from app.kernel.access import Actor, permissions
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope
from app.kernel.search import normalised

SYSTEM_ROLE = "administrator"


def create_role(name: str, *, actor: Actor, copied: Role | None = None) -> Role:
    """Make a role, empty or with what another one gives. Raises NotAllowed beyond one's own, RuleBroken for a name
    that is taken.
    """
    codes = codes_of(copied) if copied else set()
    refuse_beyond_oneself({MANAGE_ACCOUNTS.code, *codes}, Scope(), actor)
    _refuse_taken(name, queries.roles())
    role = Role(code=_free_code(name), name=name)
    role.permissions = [RolePermission(permission=code) for code in sorted(codes)]
    db.session.add(role)
    publish(RoleCreated(role, actor, name, sorted(codes)))
    return role


def rename_role(role: Role, name: str, *, actor: Actor) -> None:
    """Call a role something else. One of the first roles keeps its name in every language while nobody changes it.

    Raises NotAllowed without the right to manage accounts, RuleBroken for a name that is taken.
    """
    refuse_beyond_oneself({MANAGE_ACCOUNTS.code}, Scope(), actor)
    if name != role.label:
        _refuse_taken(name, [other for other in queries.roles() if other is not role])
        publish(RoleRenamed(role, actor, changes={"name": (role.name, name)}))
        role.name = name


def _refuse_taken(name: str, beside: Iterable[Role]) -> None:
    if any(normalised(role.label) == normalised(name) for role in beside):
        raise RuleBroken(_("Un rôle porte déjà ce nom."), "name")


def change_roles(wanted: Mapping[Role, set[str]], *, actor: Actor) -> int:
    """Let each role give exactly the wanted permissions; gives how many roles changed.

    Permissions that are no longer declared stay as they are. Raises NotAllowed for a permission the actor does not
    hold, RuleBroken when nobody would manage accounts.
    """
    refuse_beyond_oneself({MANAGE_ACCOUNTS.code}, Scope(), actor)
    changed = 0
    with somebody_still_manages():
        for role, codes in wanted.items():
            before = codes_of(role) & set(permissions())
            added, removed = codes - before, before - codes
            if added or removed:
                refuse_beyond_oneself(added | removed, Scope(), actor)
                role.permissions = [held for held in role.permissions if held.permission not in removed]
                role.permissions += [RolePermission(permission=code) for code in sorted(added)]
                publish(RoleChanged(role, actor, role.name, sorted(added), sorted(removed)))
                changed += 1
    return changed


def delete_role(role: Role, *, actor: Actor) -> None:
    """Forget a role nobody has. Raises RuleBroken for one in use, or the administrator's."""
    refuse_beyond_oneself({MANAGE_ACCOUNTS.code, *codes_of(role)}, Scope(), actor)
    if role.code == SYSTEM_ROLE:
        raise RuleBroken(_("Ce rôle fait partie de l’installation : il ne se supprime pas."))
    if queries.holders_of(role, clock.now()):
        raise RuleBroken(_("Des personnes ont encore ce rôle : reprenez-le-leur d’abord."))
    publish(RoleDeleted(role, actor, role.name))
    db.session.delete(role)


def _free_code(name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", normalised(name)).strip("_")[:32] or "role"
    candidates = chain([stem], (f"{stem}_{number}" for number in count(2)))
    return next(code for code in candidates if role_with_code(code) is None)
