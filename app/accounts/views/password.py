"""Pages for a forgotten password, and to change the one that is known."""

from functools import partial

from flask import Response, url_for

from app.accounts import queries, service
from app.accounts.forms import AddressForm, NewPasswordForm, PasswordForm
from app.accounts.models import AccountRequest, RequestKind
from app.accounts.permissions import RESET_LINK
from app.accounts.views.blueprint import bp, own_user, prove_password
from app.kernel import links
from app.kernel.access import acting
from app.kernel.answers import Answer, answered, put
from app.kernel.db import transaction
from app.kernel.forms import tidy
from app.kernel.guards import public, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, reset_limit, write_limit
from app.kernel.web import done, error_page, page, redirect_to


@bp.get("/mot-de-passe")
@public
def reset_new() -> Response:
    """Ask for an address."""
    return page("accounts/reset_new.html", form=AddressForm())


@bp.post("/mot-de-passe")
@public
@limiter.limit(reset_limit)
def reset_create() -> Response:
    """Have the link sent, if there is an account; the answer is the same, and takes as long, when there is none."""
    form = AddressForm()
    if not form.validate_on_submit():
        return page("accounts/reset_new.html", status=422, form=form)
    with transaction():
        service.ask_by_address(RequestKind.RESET, tidy(form.email.data), actor=acting())
    return redirect_to(url_for(".reset_sent_show"))


@bp.get("/mot-de-passe/envoi")
@public
def reset_sent_show() -> Response:
    """Say that the link is on its way, if there is one to send."""
    return page("accounts/reset_sent_show.html")


@bp.get("/mot-de-passe/<string(length=43):secret>")
@public
@limiter.limit(write_limit)
def reset_link_show(secret: str) -> Response:
    """Trade the link's secret for a cookie, and go on to a clean address."""
    if links.exchange(secret, RESET_LINK) is None:
        return _no_link()
    return redirect_to(url_for(".password_new"))


@bp.get("/mot-de-passe/nouveau")
@public
def password_new() -> Response:
    """Ask for a new password."""
    asked = queries.borne(AccountRequest, RESET_LINK, acting())
    if asked is None:
        return _no_link()
    return page("accounts/password_new.html", form=NewPasswordForm(), email=asked.email)


@bp.post("/mot-de-passe/nouveau")
@public
@limiter.limit(write_limit)
def password_create() -> Response:
    """Set the new password. It opens no session: whoever logs in passes by the login page, and all it asks."""
    asked, form = queries.borne(AccountRequest, RESET_LINK, acting()), NewPasswordForm()
    if asked is None:
        return _no_link()
    answer = Answer(
        act=lambda: service.reset_password(asked, form.password.data or "", actor=acting()),
        show=partial(page, "accounts/password_new.html", form=form, email=asked.email),
        message=_("Votre mot de passe est changé, et vos autres connexions sont fermées."),
        fallback=url_for(".session_new"),
    )
    return answered(form, answer)


@bp.get("/espace/mot-de-passe")
@signed_in
def password_edit() -> Response:
    """Ask for the old password and the new one."""
    return page("accounts/password_edit.html", form=PasswordForm())


@bp.post("/espace/mot-de-passe")
@signed_in
@limiter.limit(write_limit)
def password_update() -> Response:
    """Change the password; the other sessions end."""
    form, user, status = PasswordForm(), own_user(), 422
    if form.validate_on_submit():
        try:
            prove_password(user, form.current.data)
            with transaction():
                service.change_password(user, form.password.data or "", actor=acting())
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            message = _("Votre mot de passe est changé, et vos autres connexions sont fermées.")
            return done(None, fallback=url_for(".password_edit"), message=message)
    return page("accounts/password_edit.html", status=status, form=form)


def _no_link() -> Response:
    return error_page(404, _("Ce lien n’est plus valable, ou il a déjà servi. Demandez-en un autre."))
