"""Pages to change the address of an account: asked for when logged in, confirmed at both addresses by their links."""

from flask import Response, url_for

from app.accounts import queries, service
from app.accounts.forms import NewAddressForm
from app.accounts.models import AddressChange
from app.accounts.permissions import NEW_ADDRESS_LINK, OLD_ADDRESS_LINK
from app.accounts.views.blueprint import bp, own_user, prove_password
from app.kernel import links
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.forms import tidy
from app.kernel.guards import public, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, reset_limit, write_limit
from app.kernel.web import done, error_page, page, redirect_to


@bp.get("/espace/adresse")
@signed_in
def address_edit() -> Response:
    """Ask for another address, or show the change that is waited for."""
    return _edit_page(NewAddressForm())


@bp.post("/espace/adresse")
@signed_in
@limiter.limit(reset_limit)
def address_update() -> Response:
    """Write to both addresses."""
    form, user, status = NewAddressForm(), own_user(), 422
    if form.validate_on_submit():
        try:
            prove_password(user, form.current.data)
            with transaction():
                service.ask_address_change(user, tidy(form.email.data), actor=acting())
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            message = _("Deux courriers sont partis : suivez le lien de chacun.")
            return done(None, fallback=url_for(".address_edit"), message=message)
    return _edit_page(form, status)


@bp.post("/espace/adresse/abandon")
@signed_in
def address_change_delete() -> Response:
    """Give up the change that is waited for."""
    with transaction():
        service.drop_address_change(own_user())
    return done(None, fallback=url_for(".address_edit"), message=_("Votre adresse reste la même."))


@bp.get("/adresse/<string(length=43):secret>")
@public
@limiter.limit(write_limit)
def address_link_show(secret: str) -> Response:
    """Trade the link's secret, of either address, for a cookie, and go on to a clean address."""
    if not any(links.exchange(secret, scope) for scope in (OLD_ADDRESS_LINK, NEW_ADDRESS_LINK)):
        return _no_link()
    return redirect_to(url_for(".address_confirmation_new"))


@bp.get("/adresse/confirmation")
@public
def address_confirmation_new() -> Response:
    """Ask before saying yes: a mail program that follows links by itself agrees to nothing."""
    followed = _followed()
    if followed is None:
        return _no_link()
    change, old = followed
    return page("accounts/address_confirmation_new.html", change=change, old=old)


@bp.post("/adresse/confirmation")
@public
@limiter.limit(write_limit)
def address_confirmation_create() -> Response:
    """Say yes for one of the addresses."""
    followed = _followed()
    if followed is None:
        return _no_link()
    change, old = followed
    with transaction():
        complete = service.confirm_address(change, old=old, actor=acting())
    message = (
        _("Votre adresse est changée : c’est avec elle que vous vous connectez.")
        if complete
        else _("C’est noté. Il manque encore l’accord demandé par l’autre courrier.")
    )
    return done(None, fallback=url_for(".session_new"), message=message)


def _followed() -> tuple[AddressChange, bool] | None:
    """Give the change whose link the visitor bears, and whether it is that of the old address."""
    for scope in (OLD_ADDRESS_LINK, NEW_ADDRESS_LINK):
        change = queries.borne(AddressChange, scope, acting())
        if change is not None:
            return change, scope == OLD_ADDRESS_LINK
    return None


def _edit_page(form: NewAddressForm, status: int = 200) -> Response:
    user = own_user()
    waiting = queries.open_address_change(user)
    return page("accounts/address_edit.html", status=status, form=form, email=user.login, waiting=waiting)


def _no_link() -> Response:
    return error_page(404, _("Ce lien n’est plus valable, ou il a déjà servi. Demandez-en un autre."))
