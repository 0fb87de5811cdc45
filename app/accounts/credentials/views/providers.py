"""Outside identities: departure, return, proof that an account is theirs or that it is them, linking and unlinking."""

from enum import StrEnum
from uuid import UUID

from flask import Response, abort, flash, request, session, url_for

from app.accounts import service
from app.accounts.arrivals import local, safe_next, wanted
from app.accounts.credentials import fresh as proofs
from app.accounts.credentials import outside, providers, queries
from app.accounts.credentials.forms import ProofForm
from app.accounts.credentials.models import OutsideIdentity
from app.accounts.credentials.notices import IDENTITY_LINK
from app.accounts.credentials.views.blueprint import answer, bp, own_user
from app.accounts.models import User
from app.config import Provider
from app.kernel import links
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.guards import fresh, public, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, reset_limit, write_limit
from app.kernel.web import done, error_page, page, redirect_to

JOURNEY_KEY = "outside_journey"


class Purpose(StrEnum):
    """Why somebody goes to a provider."""

    ENTER = "enter"
    LINK = "link"
    PROVE = "prove"


@bp.get("/connexion/avec/<string:name>")
@public
@limiter.limit(write_limit)
def departure_new(name: str) -> Response:
    """Send a visitor to a provider, to log in."""
    return _departure(_provider(name), Purpose.ENTER)


@bp.get("/espace/securite/identites/<string:name>/rattachement")
@signed_in
@fresh
def identity_new(name: str) -> Response:
    """Send a user to a provider, to link who they are there."""
    return _departure(_provider(name), Purpose.LINK)


@bp.get("/connexion/confirmation/avec/<string:name>")
@signed_in
@limiter.limit(write_limit)
def confirmation_departure_new(name: str) -> Response:
    """Send a user to a provider, to prove there anew who they are."""
    return _departure(_provider(name), Purpose.PROVE)


@bp.get("/connexion/avec/<string:name>/retour")
@public
@limiter.limit(write_limit)
def arrival_show(name: str) -> Response:
    """Receive who comes back from a provider: prove, link or log them in, or ask for a proof first."""
    provider = _provider(name)
    journey = session.pop(JOURNEY_KEY, {})
    purpose, onward = Purpose(journey.get("purpose", Purpose.ENTER)), journey.get("next")
    try:
        claims = outside.arrival(provider)
        with transaction():
            if purpose is Purpose.PROVE:
                return _proven(claims, onward)
            identity = providers.meet(claims)
            return _linked(identity) if purpose is Purpose.LINK else _entered(identity, onward)
    except RuleBroken as refusal:
        flash(refusal.message, "error")
        return redirect_to(_origin(purpose, onward))


@bp.get("/connexion/rattachement")
@public
def proof_new() -> Response:
    """Ask for the proof that an account, or an address, is theirs."""
    identity = providers.pending_identity()
    return _proof_page(identity, ProofForm()) if identity else redirect_to(url_for("accounts.session_new"))


@bp.post("/connexion/rattachement")
@public
def proof_create() -> Response:
    """Link the identity to the account whose password is given."""
    identity, form, status = providers.pending_identity(), ProofForm(), 422
    if identity is None:
        return redirect_to(url_for("accounts.session_new"))
    if form.validate_on_submit():
        try:
            user = providers.link_by_password(identity, form.password.data or "", address=request.remote_addr or "")
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            with transaction():
                return _admitted(user, wanted())
    return _proof_page(identity, form, status)


@bp.post("/connexion/rattachement/lettre")
@public
@limiter.limit(reset_limit)
def proof_letter_create() -> Response:
    """Write to the address of the identity."""
    identity = providers.pending_identity()
    if identity is not None:
        with transaction():
            providers.ask_by_letter(identity)
        flash(_("Nous avons écrit à %(email)s. Ouvrez le lien de la lettre ici même.", email=identity.email), "success")
    return redirect_to(url_for(".proof_new", next=wanted()))


@bp.get("/connexion/rattachement/<string(length=43):secret>")
@public
@limiter.limit(write_limit)
def proof_link_show(secret: str) -> Response:
    """Trade the letter's secret for a cookie; it counts only in the browser that came back from the provider."""
    identity = providers.pending_identity()
    link = links.exchange(secret, IDENTITY_LINK)
    if link is None:
        return error_page(404, _("Ce lien n’est plus valable. Recommencez depuis la page de connexion."))
    if identity is None or link.record_id != identity.id:
        return error_page(403, _("Ouvrez ce lien dans le navigateur où vous avez commencé, moins d’une heure après."))
    return redirect_to(url_for(".proof_new"))


@bp.post("/connexion/rattachement/accord")
@public
def proof_agreement_create() -> Response:
    """Link the identity, or open an account, for who received the letter."""
    identity = providers.pending_identity()
    if identity is None or not acting().bears(IDENTITY_LINK, identity):
        abort(403)
    with transaction():
        for link in links.links_to(identity):
            links.revoke(link)
        return _admitted(providers.link_by_letter(identity), wanted())


@bp.get("/espace/securite/identites/<uuid:id>/retrait")
@signed_in
@fresh
def identity_removal_new(id: UUID) -> Response:
    """Say what unlinking an identity means."""
    identity = _own_identity(id)
    provider = outside.provider_named(identity.provider)
    return page("accounts/security/identity_removal_new.html", identity=identity, provider=provider)


@bp.post("/espace/securite/identites/<uuid:id>/retrait")
@signed_in
@fresh
def identity_delete(id: UUID) -> Response:
    """Unlink an identity."""
    with transaction():
        providers.unlink(_own_identity(id), own_user(), actor=acting())
    return done(None, fallback=url_for(".overview_show"), message=_("Cette identité est détachée."))


def _departure(provider: Provider, purpose: Purpose) -> Response:
    session[JOURNEY_KEY] = {"purpose": purpose, "next": wanted()}
    try:
        back = url_for(".arrival_show", name=provider.name)
        return outside.departure(provider, back, anew=purpose is Purpose.PROVE)
    except RuleBroken as refusal:
        flash(refusal.message, "error")
        return redirect_to(_origin(purpose, wanted()))


def _origin(purpose: Purpose, onward: str | None) -> str:
    """Give the page from which somebody left for a provider."""
    pages = {
        Purpose.ENTER: url_for("accounts.session_new", next=onward),
        Purpose.LINK: url_for(".overview_show"),
        Purpose.PROVE: url_for(".confirmation_new", next=onward),
    }
    return pages[purpose]


def _proven(claims: outside.Claims, onward: str | None) -> Response:
    opened = service.session_of_request()
    if opened is None:
        raise RuleBroken(_("Votre connexion a pris fin entre-temps. Recommencez."))
    proofs.confirm_by_provider(opened, claims, actor=acting())
    return redirect_to(local(onward or "") or safe_next())


def _linked(identity: OutsideIdentity) -> Response:
    if not acting().is_authenticated or not acting().is_fresh:
        raise RuleBroken(_("Votre connexion a pris fin entre-temps. Recommencez."))
    providers.link(identity, own_user(), actor=acting())
    return done(None, fallback=url_for(".overview_show"), message=_("Cette identité est rattachée à votre compte."))


def _entered(identity: OutsideIdentity, onward: str | None) -> Response:
    user = providers.holder(identity)
    if user is not None:
        return _admitted(user, onward)
    providers.suspend(identity)
    return redirect_to(url_for(".proof_new", next=onward))


def _admitted(user: User, onward: str | None) -> Response:
    opened = service.admit(user, address=request.remote_addr or "", device=request.user_agent.string)
    if opened is None:
        return redirect_to(url_for(".verification_new", next=onward))
    return redirect_to(local(onward or "") or safe_next())


def _provider(name: str) -> Provider:
    provider = outside.provider_named(name)
    if provider is None:
        abort(404)
    return provider


def _own_identity(identity_id: UUID) -> OutsideIdentity:
    identity = queries.own_identity(own_user(), identity_id)
    if identity is None:
        abort(404)
    return identity


def _proof_page(identity: OutsideIdentity, form: ProofForm, status: int = 200) -> Response:
    provider = outside.provider_named(identity.provider)
    return answer(
        "accounts/security/proof_new.html",
        status=status,
        form=form,
        identity=identity,
        provider=provider.label if provider else identity.provider,
        by_password=identity.email_verified,
        borne=acting().bears(IDENTITY_LINK, identity),
        onward=wanted(),
    )
