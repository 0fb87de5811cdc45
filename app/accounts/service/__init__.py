"""Verbs of accounts, by subject: users, sessions, passwords, requests by address, addresses, invitations."""

from app.accounts.attempts import TooManyAttempts
from app.accounts.service.addresses import ask_address_change, confirm_address, drop_address_change
from app.accounts.service.hashing import password_fits
from app.accounts.service.invitations import (
    accept_invitation,
    expire_invitation,
    invite,
    revoke_invitation,
)
from app.accounts.service.passwords import change_password, prove_password, reset_password
from app.accounts.service.preferences import change_preferences, keep_own, propose, read_file, try_on, written_file
from app.accounts.service.requests import ask_by_address, register
from app.accounts.service.sessions import (
    SESSION_KEY,
    actor_for,
    actor_of_request,
    admit,
    begin_session,
    end_sessions,
    log_in,
    log_out,
    session_of_request,
)
from app.accounts.service.users import (
    change_profile,
    close_account,
    create_user,
    give_new_rights,
    give_role,
    own_user,
    seed_roles,
)

__all__ = [
    "SESSION_KEY", "TooManyAttempts", "accept_invitation", "actor_for", "actor_of_request", "admit",
    "ask_address_change",
    "ask_by_address", "begin_session", "change_password", "change_preferences", "change_profile", "close_account",
    "confirm_address", "create_user", "drop_address_change", "end_sessions", "expire_invitation", "give_new_rights",
    "give_role",
    "invite", "keep_own", "log_in", "log_out", "own_user", "password_fits", "propose", "prove_password",
    "read_file", "register", "reset_password", "revoke_invitation", "seed_roles", "session_of_request",
    "try_on", "written_file",
]  # fmt: skip
