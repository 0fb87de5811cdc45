"""Pages of one's own: the start, the profile, the sessions, and the way out for good."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, session, url_for

from app.accounts import queries, service
from app.accounts.forms import ClosingForm, ProfileForm
from app.accounts.models import UserSession
from app.accounts.views.blueprint import bp, own_user, prove_password
from app.directory.queries import house_zone
from app.kernel import clock, navigation
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.browsers import device_in_words
from app.kernel.db import transaction
from app.kernel.formats import instant, typed_phone
from app.kernel.guards import fresh, signed_in
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.web import done, page


@bp.get("/espace")
@signed_in
def own_space_show() -> Response:
    """Show what is one's own: what the slices know of the person, and every page about oneself."""
    panels = navigation.panels_on(own_user().person, acting())
    return page("accounts/own_space_show.html", panels=panels)


@bp.get("/espace/profil")
@signed_in
def profile_edit() -> Response:
    """Show names, phone, language and address."""
    user = own_user()
    form = ProfileForm(obj=user.person)
    form.phone.data = typed_phone(user.person.phone or "")
    return page("accounts/profile_edit.html", form=form, email=user.person.email or user.login)


@bp.post("/espace/profil")
@signed_in
@limiter.limit(write_limit)
def profile_update() -> Response:
    """Correct names, phone and language."""
    form, user = ProfileForm(), own_user()
    if not form.validate_on_submit():
        return page("accounts/profile_edit.html", status=422, form=form, email=user.person.email or user.login)
    with transaction():
        changed = service.change_profile(user, actor=acting(), **form.values())
    message = _("C’est noté.") if changed else _("Rien n’a changé.")
    return done(None, fallback=url_for(".profile_edit"), message=message)


# --- sessions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownSession:
    """A session as its owner reads it."""

    id: UUID
    device: str
    network: str
    opened: str
    last_used: str
    is_here: bool


@bp.get("/espace/connexions")
@signed_in
def own_session_list() -> Response:
    """Show where one is logged in, and the logins missed since the one before."""
    here = _here()
    zone = house_zone()
    shown = [_shown(opened, zone, is_here=opened.id == here.id) for opened in _open_sessions()]
    missed = [
        (instant(entry.at, zone), entry.details["network"]) for entry in queries.failures_since_login_before(here)
    ]
    return page("accounts/own_session_list.html", sessions=shown, missed=missed)


@bp.post("/espace/connexions/<uuid:id>/fermeture")
@signed_in
def own_session_delete(id: UUID) -> Response:
    """End one session from afar."""
    chosen = next((opened for opened in _open_sessions() if opened.id == id), None)
    if chosen is None:
        abort(404)
    return _end(only=chosen)


@bp.post("/espace/connexions/fermeture")
@signed_in
@fresh
def other_sessions_delete() -> Response:
    """End every session but this one."""
    return _end()


def _end(only: UserSession | None = None) -> Response:
    with transaction():
        ended = service.end_sessions(own_user(), actor=acting(), only=only)
    message = ngettext("%(num)s connexion fermée.", "%(num)s connexions fermées.", ended)
    return done(None, fallback=url_for(".own_session_list"), message=message)


def _open_sessions() -> list[UserSession]:
    return queries.open_sessions_of(own_user(), clock.now())


def _here() -> UserSession:
    here = service.session_of_request()
    if here is None:
        abort(403)
    return here


def _shown(opened: UserSession, zone: str, *, is_here: bool) -> ShownSession:
    return ShownSession(
        opened.id,
        device_in_words(opened.device),
        opened.network,
        instant(opened.created_at, zone),
        instant(opened.last_seen_at, zone),
        is_here,
    )


# --- leaving for good -----------------------------------------------------------------------------------------


@bp.get("/espace/fermeture")
@signed_in
def closing_new() -> Response:
    """Say what goes and what stays, and ask for the password."""
    return page("accounts/closing_new.html", form=ClosingForm())


@bp.post("/espace/fermeture")
@signed_in
@limiter.limit(write_limit)
def closing_create() -> Response:
    """Close the account for good."""
    form, user, status = ClosingForm(), own_user(), 422
    if form.validate_on_submit():
        try:
            prove_password(user, form.current.data)
            with transaction():
                service.close_account(user, actor=acting())
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            session.clear()
            return done(None, fallback=url_for("site.home_show"), message=_("Votre compte est fermé."))
    return page("accounts/closing_new.html", status=status, form=form)
