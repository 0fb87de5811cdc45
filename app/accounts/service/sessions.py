"""Sessions: logging in and out, here and from afar; and who acts in a request."""

import secrets
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from flask import g, has_request_context, session

from app.accounts import attempts, devices, queries
from app.accounts.credentials import pending
from app.accounts.events import LoggedIn, LoggedOut, LoginFailed, NewDeviceUsed, SessionsEnded
from app.accounts.models import LoginAttempt, User, UserSession
from app.accounts.service.hashing import password_fits
from app.accounts.settings import SESSION_DAYS
from app.directory.models import Person, normalised_email
from app.kernel import clock, links
from app.kernel.access import ANONYMOUS, Actor, LinkRight, right_given
from app.kernel.audit import truncated_address
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.languages import N_, _
from app.kernel.lifecycle import Unfit
from app.kernel.scopes import Scope

SESSION_KEY = "login"
SEEN_EVERY = timedelta(minutes=15)
log = structlog.get_logger()


def log_in(login: str, password: str, *, address: str, device: str) -> UserSession | None:
    """Let in whoever gives the right password: see `admit`.

    Raises TooManyAttempts when this account or network missed too often, RuleBroken for a wrong pair. An unknown
    login costs the same work and leaves the same traces as a known one.
    """
    counted = attempts.counted("login", normalised_email(login), address)
    attempts.refuse_too_many(counted)
    user = queries.user_with_login(login)
    if not password_fits(user, password) or user is None or not user.is_active:
        note_failure(counted, login, address=address)
        raise Unfit(_("Adresse ou mot de passe inexact."))
    with transaction():
        attempts.forgive(counted)
        return admit(user, address=address, device=device)


def admit(user: User, *, address: str, device: str) -> UserSession | None:
    """Open a session for somebody who proved who they are; None when a second step is due, which the cookie awaits."""
    if pending.second_step(user) is None:
        return begin_session(user, address=address, device=device)
    pending.suspend(user)
    return None


def note_failure(counted: tuple[str, str], login: str, *, address: str) -> None:
    """Count a failed login and have it in the trail: on the account, or on a bare attempt when there is none.

    The account is asked for here, by its login: so an unknown one costs the same statements.
    """
    with transaction():
        attempts.note_miss(counted)
        subject = queries.user_with_login(login) or LoginAttempt()
        publish(LoginFailed(subject, ANONYMOUS, truncated_address(address)))


def begin_session(user: User, *, address: str, device: str) -> UserSession:
    """Open a session; its secret goes into the visitor's cookie, which begins anew. A new device is a fact too."""
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
    came_before, user.last_login_at = user.last_login_at, now
    kept_links = session.get("links")
    session.clear()
    if kept_links:
        session["links"] = kept_links
    session[SESSION_KEY] = secret
    session.permanent = True
    g.pop("actor", None)
    actor = actor_for(user)
    publish(LoggedIn(user, actor))
    if came_before is not None and not devices.is_known(user.id):
        publish(NewDeviceUsed(user, actor, opened.device, opened.network))
    devices.remember(user.id)
    return opened


def log_out(*, actor: Actor) -> None:
    """End the session of this request, here and on the server."""
    opened = session_of_request()
    session.clear()
    if opened is not None:
        with transaction():
            opened.ended_at = clock.now()
            publish(LoggedOut(opened.user, actor))


def end_sessions(user: User, *, actor: Actor, only: UserSession | None = None) -> int:
    """End one session of a user from afar, or all but the one of this request; give how many."""
    here = session_of_request()
    ended = [
        opened
        for opened in queries.open_sessions_of(user, clock.now())
        if (only is None or opened.id == only.id) and (here is None or opened.id != here.id)
    ]
    for opened in ended:
        opened.ended_at = clock.now()
    if ended:
        publish(SessionsEnded(user, actor, len(ended)))
    return len(ended)


# --- who acts -------------------------------------------------------------------------------------------------


def actor_of_request() -> Actor:
    """Give who acts in this request: a user, the bearer of links, or nobody yet. It costs a query each, no more."""
    borne = links.borne()
    found = _found_session()
    if found is None:
        if not borne:
            return ANONYMOUS
        right = borne[-1]
        return Actor("link", str(right.link_id), N_("Client, par son lien"), right.person_id, links=borne)
    opened, rights = found
    actor = replace(_actor(opened.user, rights, borne), proven_at=opened.proven_at)
    if clock.now() - opened.last_seen_at > SEEN_EVERY:
        _note_seen(opened.id)
    return actor


def _note_seen(session_id: UUID) -> None:
    """Keep when a session was last used; who only reads goes on reading while nothing can be written."""
    try:
        with transaction() as writing:
            seen = sa.update(UserSession).where(UserSession.id == session_id).values(last_seen_at=clock.now())
            writing.execute(seen)
    except sa.exc.OperationalError as error:
        log.warning("session_use_not_noted", error=type(error.orig).__name__)


def actor_for(user: User, borne: tuple[LinkRight, ...] = ()) -> Actor:
    """Give a user as an actor, with the rights of their grants in force."""
    db.session.flush()
    return _actor(user, queries.rights_of(user, clock.now()), borne)


def session_of_request() -> UserSession | None:
    """Give the live session of this request."""
    found = _found_session()
    return found[0] if found else None


def _found_session() -> tuple[UserSession, str] | None:
    secret = session.get(SESSION_KEY) if has_request_context() else None
    return queries.open_session(secret, clock.now()) if secret else None


def _actor(user: User, rights: str, borne: tuple[LinkRight, ...]) -> Actor:
    held: dict[str, set[Scope]] = defaultdict(set)
    roles: dict[str, None] = {}
    for line in rights.splitlines():
        code, kind, id_, role = line.split(" ")
        given, within = right_given(code, Scope(kind, id_))
        held[given].add(within)
        roles[role] = None
    person: Person = user.person
    frozen = {code: frozenset(scopes) for code, scopes in held.items()}
    return Actor(
        "user",
        str(user.id),
        person.full_name,
        person.id,
        frozen,
        borne,
        tuple(roles),
        dict(user.preferences or {}),
        is_confirmed=user.confirmed_at is not None,
    )
