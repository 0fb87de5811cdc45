"""Pages of one's authenticator: put in place (in one's space, or while logging in), removed, its recovery codes."""

import segno
from flask import Response, request, session, url_for

from app.accounts import service
from app.accounts.arrivals import safe_next, wanted
from app.accounts.credentials import second_factor
from app.accounts.credentials.forms import CodeForm
from app.accounts.credentials.one_time_codes import address_for, new_secret
from app.accounts.credentials.pending import SecondStep, pending_user, second_step
from app.accounts.credentials.queries import authenticator_of
from app.accounts.credentials.views.blueprint import answer, bp, codes_page, house_name, own_user
from app.accounts.models import User
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.guards import fresh, public, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, page, redirect_to

SECRET_KEY = "authenticator_secret"  # noqa: S105 - where the cookie keeps it until it is confirmed


@bp.get("/espace/securite/application")
@signed_in
@fresh
def authenticator_new() -> Response:
    """Show the QR code of a new authenticator."""
    if authenticator_of(own_user()) is not None:
        return redirect_to(url_for(".overview_show"))
    return _set_up_page(own_user(), CodeForm(), own=True)


@bp.post("/espace/securite/application")
@signed_in
@fresh
def authenticator_create() -> Response:
    """Put the authenticator in place and show its recovery codes."""
    form, status = CodeForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                codes = second_factor.set_up(own_user(), _secret(), form.code.data or "", actor=acting())
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            session.pop(SECRET_KEY)
            return codes_page(codes, onward=url_for(".overview_show"))
    return _set_up_page(own_user(), form, own=True, status=status)


@bp.get("/connexion/application")
@public
def setup_new() -> Response:
    """Lead somebody whose role demands it to put an authenticator in place, before any session opens."""
    user = pending_user()
    if user is None or second_step(user) is not SecondStep.SET_UP:
        return redirect_to(url_for("accounts.session_new", next=wanted()))
    return _set_up_page(user, CodeForm(), own=False)


@bp.post("/connexion/application")
@public
def setup_create() -> Response:
    """Put the authenticator in place, open the session that waited for it, and show the recovery codes."""
    user = pending_user()
    if user is None or second_step(user) is not SecondStep.SET_UP:
        return redirect_to(url_for("accounts.session_new", next=wanted()))
    form, status = CodeForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                codes = second_factor.set_up(user, _secret(), form.code.data or "", actor=service.actor_for(user))
                service.begin_session(user, address=request.remote_addr or "", device=request.user_agent.string)
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            return codes_page(codes, onward=safe_next())
    return _set_up_page(user, form, own=False, status=status)


@bp.get("/espace/securite/application/retrait")
@signed_in
@fresh
def authenticator_removal_new() -> Response:
    """Say what removing the authenticator means."""
    return page("accounts/security/authenticator_removal_new.html")


@bp.post("/espace/securite/application/retrait")
@signed_in
@fresh
def authenticator_delete() -> Response:
    """Remove the authenticator and its recovery codes."""
    with transaction():
        second_factor.remove(own_user(), actor=acting())
    return done(None, fallback=url_for(".overview_show"), message=_("La double vérification est retirée."))


@bp.get("/espace/securite/codes")
@signed_in
@fresh
def recovery_codes_new() -> Response:
    """Say what making new recovery codes means."""
    return page("accounts/security/recovery_codes_new.html")


@bp.post("/espace/securite/codes")
@signed_in
@fresh
def recovery_codes_create() -> Response:
    """Make ten new recovery codes and show them."""
    with transaction():
        codes = second_factor.renew_recovery_codes(own_user(), actor=acting())
    return codes_page(codes, onward=url_for(".overview_show"))


def _secret() -> str:
    """Give the secret proposed to this visitor, kept in their signed cookie until a code confirms it."""
    if SECRET_KEY not in session:
        session[SECRET_KEY] = new_secret()
    return str(session[SECRET_KEY])


def _set_up_page(user: User, form: CodeForm, *, own: bool, status: int = 200) -> Response:
    secret = _secret()
    drawing = segno.make(address_for(secret, login=user.login, house=house_name()), micro=False)
    response = answer(
        "accounts/security/authenticator_new.html" if own else "accounts/security/setup_new.html",
        status=status,
        form=form,
        url=url_for(".authenticator_create") if own else url_for(".setup_create", next=wanted()),
        drawing=drawing.svg_data_uri(scale=5, border=3, light="#fff"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
    response.headers["Cache-Control"] = "no-store"
    return response
