"""Verbs of accounts: create a user, log in and out, give a role, and say who acts in a request."""

import secrets
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import argon2
from flask import current_app, g, request, session

from app.accounts import attempts, queries
from app.accounts.credentials import pending
from app.accounts.events import LoggedIn, LoggedOut, UserCreated
from app.accounts.models import Grant, Role, RolePermission, User, UserSession
from app.accounts.permissions import SEEDED_ROLES
from app.accounts.settings import SESSION_DAYS
from app.directory.models import Person, normalised_email
from app.directory.service import known_or_new_person
from app.kernel import clock, links
from app.kernel.access import ANONYMOUS, Actor, LinkRight, Scope, permissions
from app.kernel.audit import truncated_address
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken

SESSION_KEY = "login"
SEEN_EVERY = timedelta(minutes=5)
MIN_PASSWORD = 12


def _hasher() -> argon2.PasswordHasher:
    """OWASP's minimum for Argon2id (19 MiB, t=2, p=1); tests say less."""
    cost = current_app.config.get("ARGON2_MEMORY_KIB", 19456)
    return argon2.PasswordHasher(time_cost=2, memory_cost=cost, parallelism=1)


def hashed(password: str) -> str:
    """Give a password in the form in which it is kept."""
    return _hasher().hash(password)


def create_user(*, first_name: str, last_name: str, email: str, password: str, role: str, actor: Actor) -> User:
    """Create a user with one role over the whole installation.

    Raises RuleBroken for a login that exists, a short password or an unknown role.
    """
    if len(password) < MIN_PASSWORD:
        raise RuleBroken(_("Le mot de passe compte au moins %(least)s caractères.", least=MIN_PASSWORD), "password")
    if queries.user_with_login(email) is not None:
        raise RuleBroken(_("Un compte existe déjà avec cette adresse."), "email")
    person = known_or_new_person(first_name=first_name, last_name=last_name, email=email, phone=None, language="fr")
    user = User(
        person=person,
        person_id=person.id,
        login=normalised_email(email),
        password_hash=hashed(password),
        created_at=clock.now(),
    )
    db.session.add(user)
    give_role(user, role, actor=actor)
    publish(UserCreated(user, actor, role))
    return user


def give_role(user: User, code: str, *, actor: Actor, scope: Scope | None = None) -> Grant:
    """Give a role in a scope (the installation by default). Raises RuleBroken for an unknown role."""
    role = queries.role_with_code(code)
    if role is None:
        raise RuleBroken(_("Il n’y a pas de rôle « %(code)s ».", code=code), "role")
    scope = scope or Scope()
    grant = Grant(
        user=user,
        user_id=user.id,
        role=role,
        role_id=role.id,
        scope_kind=scope.kind,
        scope_id=scope.id,
        starts_at=clock.now(),
        given_by=actor.label,
    )
    db.session.add(grant)
    return grant


def seed_roles() -> None:
    """Make the first roles and give them the declared permissions; roles that exist keep what they have."""
    for code, name in SEEDED_ROLES.items():
        if queries.role_with_code(code) is None:
            held = [declared for declared in permissions().values() if code in declared.seed]
            role = Role(code=code, name=name)
            role.permissions = [RolePermission(permission=declared.code) for declared in held]
            db.session.add(role)
    db.session.flush()


# --- logging in -----------------------------------------------------------------------------------------------


def log_in(login: str, password: str, *, address: str, device: str) -> UserSession | None:
    """Let in whoever gives the right password: see `admit`.

    Raises TooManyAttempts when this account or network missed too often, RuleBroken for a wrong pair. Both take
    as long for an unknown login as for a known one.
    """
    counted = attempts.counted("login", normalised_email(login), address)
    attempts.refuse_too_many(counted)
    user = queries.user_with_login(login)
    if not password_fits(user, password) or user is None or not user.is_active:
        attempts.note_miss(counted)
        raise RuleBroken(_("Adresse ou mot de passe inexact."))
    with transaction():
        attempts.forgive(counted)
        return admit(user, address=address, device=device)


def admit(user: User, *, address: str, device: str) -> UserSession | None:
    """Open a session for somebody who proved who they are; None when a second step is due, which the cookie awaits."""
    if pending.second_step(user) is None:
        return begin_session(user, address=address, device=device)
    pending.suspend(user)
    return None


def password_fits(user: User | None, password: str) -> bool:
    """Tell whether this is the user's password."""
    # An unknown login costs a hash as well, so that time tells nothing about who has an account.
    hasher = _hasher()
    stored = user.password_hash if user else hashed("somebody who is not here")
    try:
        hasher.verify(stored, password)
    except argon2.exceptions.VerificationError:
        return False
    return True


def begin_session(user: User, *, address: str, device: str) -> UserSession:
    """Open a session, just proven; its secret goes into the visitor's cookie, which begins anew."""
    now, secret = clock.now(), secrets.token_urlsafe(32)
    opened = UserSession(
        user=user,
        user_id=user.id,
        secret_hash=queries.secret_hash(secret),
        device=device[:200],
        network=truncated_address(address),
        created_at=now,
        last_seen_at=now,
        proven_at=now,
        expires_at=now + timedelta(days=SESSION_DAYS.value()),
    )
    db.session.add(opened)
    user.last_login_at = now
    kept_links = session.get("links")
    session.clear()
    if kept_links:
        session["links"] = kept_links
    session[SESSION_KEY] = secret
    session.permanent = True
    g.pop("actor", None)
    publish(LoggedIn(user, actor_for(user)))
    return opened


def log_out(*, actor: Actor) -> None:
    """End the session of this request, here and on the server."""
    opened = session_of_request()
    session.clear()
    if opened is not None:
        with transaction():
            opened.ended_at = clock.now()
            publish(LoggedOut(opened.user, actor))


# --- who acts -------------------------------------------------------------------------------------------------


def actor_of_request() -> Actor:
    """Give who acts in this request: a user, the bearer of links, or nobody yet."""
    borne = links.borne()
    opened = session_of_request()
    if opened is None:
        if not borne:
            return ANONYMOUS
        right = borne[-1]
        return Actor("link", str(right.link_id), N_("Client, par son lien"), right.person_id, links=borne)
    if clock.now() - opened.last_seen_at > SEEN_EVERY and request.method == "POST":
        with transaction():
            opened.last_seen_at = clock.now()
    return replace(actor_for(opened.user, borne), proven_at=opened.proven_at)


def actor_for(user: User, borne: tuple[LinkRight, ...] = ()) -> Actor:
    """Give a user as an actor, with the rights of their grants in force."""
    rights: dict[str, set[Scope]] = defaultdict(set)
    for grant in queries.grants_of(user, clock.now()):
        for held in grant.role.permissions:
            rights[held.permission].add(Scope(grant.scope_kind, grant.scope_id))
    person: Person = user.person
    frozen = {code: frozenset(scopes) for code, scopes in rights.items()}
    return Actor("user", str(user.id), person.full_name, person.id, frozen, borne)


def session_of_request() -> UserSession | None:
    """Give the live session of this request."""
    secret = session.get(SESSION_KEY)
    if not secret:
        return None
    opened = queries.open_session(secret, clock.now())
    return opened if opened is not None and opened.user.is_active else None
