"""Passkeys: pages in one's space, and the four addresses their script speaks to."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, jsonify, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from app.accounts import service
from app.accounts.arrivals import safe_next
from app.accounts.credentials import fresh as proofs
from app.accounts.credentials import passkeys, queries
from app.accounts.credentials.forms import PasskeyForm
from app.accounts.credentials.models import Passkey
from app.accounts.credentials.views.blueprint import bp, house_name, own_user
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import fresh, public, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.web import done, page


@bp.get("/espace/securite/cles/nouvelle")
@signed_in
@fresh
def passkey_new() -> Response:
    """Ask for the name of a new passkey; the script of the page makes it."""
    return page("accounts/security/passkey_new.html", form=PasskeyForm(), possible=passkeys.are_possible())


@bp.post("/espace/securite/cles/defi")
@signed_in
@fresh
def passkey_challenge_create() -> Response:
    """Give the browser what it needs to make a passkey."""
    return _json(passkeys.options_to_add(own_user(), house=house_name()))


@bp.post("/espace/securite/cles")
@signed_in
@fresh
def passkey_create() -> Response:
    """Keep the passkey the browser made."""
    sent = _sent()
    form = PasskeyForm(MultiDict({"name": str(sent.get("name", ""))}))
    if not form.validate():
        return _refused(" ".join(str(error) for error in form.name.errors))
    try:
        with transaction():
            passkeys.add(own_user(), sent.get("credential", {}), form.name.data or "", actor=acting())
    except RuleBroken as refusal:
        return _refused(refusal.message, refusal.status)
    flash(_("La clé d’accès est ajoutée."), "success")
    return jsonify(url=url_for(".overview_show"))


@bp.get("/espace/securite/cles/<uuid:id>/nom")
@signed_in
@fresh
def passkey_edit(id: UUID) -> Response:
    """Ask by which name a passkey shall be known."""
    passkey = _own_passkey(id)
    return page("accounts/security/passkey_edit.html", passkey=passkey, form=PasskeyForm(obj=passkey))


@bp.post("/espace/securite/cles/<uuid:id>/nom")
@signed_in
@fresh
def passkey_update(id: UUID) -> Response:
    """Let a passkey be known by another name."""
    passkey, form = _own_passkey(id), PasskeyForm()
    if not form.validate_on_submit():
        return page("accounts/security/passkey_edit.html", status=422, passkey=passkey, form=form)
    with transaction():
        passkeys.rename(own_user(), passkey, form.name.data or "", actor=acting())
    return done(None, fallback=url_for(".overview_show"), message=_("La clé d’accès est renommée."))


@bp.get("/espace/securite/cles/<uuid:id>/retrait")
@signed_in
@fresh
def passkey_removal_new(id: UUID) -> Response:
    """Say what removing a passkey means."""
    return page("accounts/security/passkey_removal_new.html", passkey=_own_passkey(id))


@bp.post("/espace/securite/cles/<uuid:id>/retrait")
@signed_in
@fresh
def passkey_delete(id: UUID) -> Response:
    """Forget a passkey."""
    with transaction():
        passkeys.remove(own_user(), _own_passkey(id), actor=acting())
    return done(None, fallback=url_for(".overview_show"), message=_("La clé d’accès est retirée."))


@bp.post("/connexion/cles/defi")
@public
@limiter.limit(write_limit)
def login_challenge_create() -> Response:
    """Give the browser what it needs to answer with a passkey."""
    return _json(passkeys.options_to_prove())


@bp.post("/connexion/cles")
@public
@limiter.limit(write_limit)
def passkey_session_create() -> Response:
    """Log in by a passkey, or prove an open session anew; say where to go on."""
    opened = service.session_of_request()
    try:
        user = passkeys.prove(_sent().get("credential", {}))
        if opened is not None and opened.user_id != user.id:
            return _refused(_("Cette clé est celle d’un autre compte."))
    except RuleBroken as refusal:
        return _refused(refusal.message, refusal.status)
    with transaction():
        if opened is not None:
            proofs.confirm(opened, actor=acting())
        else:
            service.begin_session(user, address=request.remote_addr or "", device=request.user_agent.string)
    return jsonify(url=safe_next())


def _own_passkey(passkey_id: UUID) -> Passkey:
    passkey = queries.own_passkey(own_user(), passkey_id)
    if passkey is None:
        abort(404)
    return passkey


def _sent() -> dict[str, Any]:
    """Give the JSON object that was sent; anything else is not readable."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise BadRequest
    return sent


def _json(text: str) -> Response:
    return Response(text, content_type="application/json")


def _refused(message: str, status: int = 422) -> Response:
    response = jsonify(message=message)
    response.status_code = status
    return response
