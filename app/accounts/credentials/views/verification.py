"""The second step of a login: the password was right, and no session is open yet."""

from flask import Response, request, session, url_for

from app.accounts import service
from app.accounts.arrivals import safe_next, wanted
from app.accounts.credentials import passkeys, second_factor
from app.accounts.credentials.forms import CodeForm
from app.accounts.credentials.pending import PENDING_KEY, SecondStep, pending_user, second_step
from app.accounts.credentials.queries import authenticator_of, passkeys_of
from app.accounts.credentials.views.blueprint import answer, bp
from app.accounts.models import User
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.guards import public
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import redirect_to


@bp.get("/connexion/verification")
@public
def verification_new() -> Response:
    """Ask for the code, or lead to what else is due."""
    user = pending_user()
    if user is None:
        return redirect_to(safe_next() if acting().is_authenticated else url_for("accounts.session_new", next=wanted()))
    if second_step(user) is SecondStep.SET_UP:
        return redirect_to(url_for(".setup_new", next=wanted()))
    return _verification_page(user, CodeForm())


@bp.post("/connexion/verification")
@public
def verification_create() -> Response:
    """Open the session that waited for this code."""
    user = pending_user()
    if user is None:
        return redirect_to(url_for("accounts.session_new", next=wanted()))
    form, status = CodeForm(), 422
    if form.validate_on_submit():
        address = request.remote_addr or ""
        try:
            second_factor.check_code(user, form.code.data or "", address=address)
            with transaction():
                service.begin_session(user, address=address, device=request.user_agent.string)
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            return redirect_to(safe_next())
    return _verification_page(user, form, status)


@bp.post("/connexion/verification/abandon")
@public
def verification_delete() -> Response:
    """Begin again, as somebody else."""
    session.pop(PENDING_KEY, None)
    return redirect_to(url_for("accounts.session_new", next=wanted()))


def _verification_page(user: User, form: CodeForm, status: int = 200) -> Response:
    return answer(
        "accounts/security/verification_new.html",
        status=status,
        form=form,
        by_code=authenticator_of(user) is not None,
        by_passkey=passkeys.are_possible() and bool(passkeys_of(user)),
        onward=wanted(),
    )
