"""Pages to register: an address, the letter, then names and password. They never say whether an address is known."""

from functools import partial

from flask import Response, url_for

from app.accounts import queries, service
from app.accounts.arrivals import home
from app.accounts.forms import AccountForm, AddressForm
from app.accounts.models import AccountRequest, RequestKind
from app.accounts.permissions import REGISTRATION_LINK
from app.accounts.views.blueprint import bp, let_in
from app.directory.queries import person_with_email
from app.kernel import links
from app.kernel.access import acting
from app.kernel.answers import Answer, answered
from app.kernel.db import transaction
from app.kernel.forms import tidy
from app.kernel.guards import public
from app.kernel.languages import _
from app.kernel.limits import limiter, write_limit
from app.kernel.web import error_page, page, redirect_to


@bp.get("/inscription")
@public
def registration_new() -> Response:
    """Ask for an address, or show the way in to whoever has an account open."""
    if acting().is_authenticated:
        return redirect_to(home())
    return page("accounts/registration_new.html", form=AddressForm())


@bp.post("/inscription")
@public
@limiter.limit(write_limit)
def registration_create() -> Response:
    """Write to the address; the answer is the same whether it is known or not."""
    form = AddressForm()
    if not form.validate_on_submit():
        return page("accounts/registration_new.html", status=422, form=form)
    with transaction():
        service.ask_by_address(RequestKind.REGISTRATION, tidy(form.email.data), actor=acting())
    return redirect_to(url_for(".registration_sent_show"))


@bp.get("/inscription/envoi")
@public
def registration_sent_show() -> Response:
    """Say that the letter is on its way."""
    return page("accounts/registration_sent_show.html")


@bp.get("/inscription/<string(length=43):secret>")
@public
@limiter.limit(write_limit)
def registration_link_show(secret: str) -> Response:
    """Trade the link's secret for a cookie, and go on to a clean address."""
    if links.exchange(secret, REGISTRATION_LINK) is None:
        return _no_link()
    return redirect_to(url_for(".account_new"))


@bp.get("/inscription/compte")
@public
def account_new() -> Response:
    """Ask for names and a password, once the address is proved."""
    asked = queries.borne(AccountRequest, REGISTRATION_LINK, acting())
    if asked is None:
        return _no_link()
    known = person_with_email(asked.email)
    return page("accounts/account_new.html", form=AccountForm(obj=known), email=asked.email)


@bp.post("/inscription/compte")
@public
@limiter.limit(write_limit)
def account_create() -> Response:
    """Open the account, and let its owner in."""
    asked, form = queries.borne(AccountRequest, REGISTRATION_LINK, acting()), AccountForm()
    if asked is None:
        return _no_link()
    answer = Answer(
        act=lambda: let_in(service.register(asked, **form.values(), actor=acting())),
        show=partial(page, "accounts/account_new.html", form=form, email=asked.email),
        message=_("Votre compte est ouvert."),
        fallback=url_for(".own_space_show"),
    )
    return answered(form, answer)


def _no_link() -> Response:
    return error_page(404, _("Ce lien n’est plus valable, ou il a déjà servi. Demandez-en un autre."))
