"""Users: made with a first role, corrected by themselves, closed."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from app.accounts import queries
from app.accounts.events import AccountClosed, ProfileChanged, UserCreated
from app.accounts.models import Grant, Role, RolePermission, User
from app.accounts.permissions import SEEDED_ROLES
from app.accounts.rights.granting import give_grant
from app.accounts.service.hashing import hashed
from app.directory.models import normalised_email
from app.directory.service import forget_person, known_or_new_person
from app.kernel import clock
from app.kernel.access import Actor, permissions
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _, current_language
from app.kernel.lifecycle import RuleBroken, Unfit
from app.kernel.scopes import Scope


def create_user(
    *,
    first_name: str,
    last_name: str,
    email: str,
    password: str,
    role: str,
    actor: Actor,
    scope: Scope | None = None,
    confirmed: bool = False,
) -> User:
    """Create a user with one role; `confirmed` when they proved that the address is theirs.

    Raises RuleBroken for a login that exists, a weak password or an unknown role.
    """
    password_hash = hashed(password, first_name, last_name, email)
    if queries.user_with_login(email) is not None:
        raise Unfit(_("Un compte existe déjà avec cette adresse."), "email")
    person = known_or_new_person(
        first_name=first_name, last_name=last_name, email=email, phone=None, language=current_language()
    )
    user = User(
        person=person,
        person_id=person.id,
        login=normalised_email(email),
        password_hash=password_hash,
        created_at=clock.now(),
        confirmed_at=clock.now() if confirmed else None,
    )
    db.session.add(user)
    publish(UserCreated(user, actor, role))
    give_role(user, role, actor=actor, scope=scope)
    return user


def give_role(user: User, code: str, *, actor: Actor, scope: Scope | None = None) -> Grant:
    """Give a role in a scope (the installation by default), as `granting.give_grant` does.

    Raises RuleBroken for an unknown role, NotAllowed beyond what the actor holds.
    """
    role = queries.role_with_code(code)
    if role is None:
        raise RuleBroken(_("Il n’y a pas de rôle « %(code)s ».", code=code), "role")
    return give_grant(user, role, actor=actor, scope=scope)


def seed_roles() -> None:
    """Make the first roles and give them the declared permissions; roles that exist keep what they have."""
    known = set(db.session.scalars(sa.select(Role.code)))
    for code, name in SEEDED_ROLES.items():
        if code not in known:
            held = [declared for declared in permissions().values() if code in declared.seed]
            role = Role(code=code, name=name)
            role.permissions = [RolePermission(permission=declared.code) for declared in held]
            db.session.add(role)
    db.session.flush()


def give_new_rights(codes: Iterable[str]) -> None:
    """Give those of these permissions that no role has yet to the roles they are declared for."""
    known = set(db.session.scalars(sa.select(RolePermission.permission).distinct()))
    for declared in (permissions()[new] for new in codes if new not in known):
        for code in declared.seed:
            role = queries.role_with_code(code)
            if role is not None:
                role.permissions.append(RolePermission(permission=declared.code))


def own_user(actor: Actor) -> User:
    """Give the user that an actor who logged in is. Raises LookupError for anybody else."""
    user = queries.user(UUID(actor.id)) if actor.is_authenticated else None
    if user is None:
        raise LookupError("nobody is logged in")
    return user


def change_profile(user: User, *, actor: Actor, **changed: str | None) -> bool:
    """Correct names, phone and language (no other field); tell whether anything changed."""
    person = user.person
    fields = tuple(
        name
        for name in ("first_name", "last_name", "phone", "language")
        if name in changed and getattr(person, name) != changed[name]
    )
    for name in fields:
        setattr(person, name, changed[name])
    if fields:
        publish(ProfileChanged(user, actor, fields))
    return bool(fields)


def close_account(user: User, *, actor: Actor) -> None:
    """Close an account for good: login, sessions, roles and links go; the person too, unless something names them.

    Raises RuleBroken for the last one who manages accounts.
    """
    if queries.managers_of_everything(clock.now()) == {user.id}:
        raise Unfit(_("Vous êtes la seule personne à gérer les comptes : donnez d’abord ce rôle à quelqu’un d’autre."))
    publish(AccountClosed(user, actor))
    person_id = user.person_id
    db.session.flush()
    db.session.execute(sa.delete(Grant).where(Grant.user_id == user.id))
    db.session.execute(sa.delete(User).where(User.id == user.id))
    forget_person(person_id)
    db.session.expire_all()
