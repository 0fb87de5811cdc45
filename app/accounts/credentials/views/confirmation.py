"""The fresh proof: who is logged in says again who they are, then goes on to where they were going."""

from flask import Response, request, url_for

from app.accounts.arrivals import safe_next, wanted
from app.accounts.credentials import fresh, outside, passkeys
from app.accounts.credentials.forms import CodeForm, ProofForm
from app.accounts.credentials.queries import authenticator_of, identities_of, passkeys_of
from app.accounts.credentials.views.blueprint import answer, bp, own_user
from app.accounts.models import User
from app.accounts.service import session_of_request
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.guards import signed_in
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import redirect_to


@bp.get("/connexion/confirmation")
@signed_in
def confirmation_new() -> Response:
    """Ask for the password, a code, a passkey, or a new login at a provider."""
    return _confirmation_page(ProofForm(), CodeForm())


@bp.post("/connexion/confirmation")
@signed_in
def confirmation_create() -> Response:
    """Accept the password or a code, and go on."""
    proof, code = ProofForm(), CodeForm()
    by_code = "code" in request.form
    form = code if by_code else proof
    opened, status = session_of_request(), 422
    if opened is not None and form.validate_on_submit():
        address = request.remote_addr or ""
        try:
            if by_code:
                fresh.confirm_by_code(opened, code.code.data or "", address=address, actor=acting())
            else:
                fresh.confirm_by_password(opened, proof.password.data or "", address=address, actor=acting())
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            return redirect_to(safe_next())
    return _confirmation_page(proof, code, status)


def _confirmation_page(proof: ProofForm, code: CodeForm, status: int = 200) -> Response:
    user = own_user()
    return answer(
        "accounts/security/confirmation_new.html",
        status=status,
        proof=proof,
        code=code,
        by_code=authenticator_of(user) is not None,
        by_passkey=passkeys.are_possible() and bool(passkeys_of(user)),
        identities=identities_of(user),
        identity_ways=_identity_ways(user),
        url=url_for(".confirmation_create", next=wanted()),
        onward=wanted(),
    )


def _identity_ways(user: User) -> list[tuple[str, str]]:
    """Give the providers that can say when somebody logged in there, each with the way to it."""
    known = [outside.provider_named(identity.provider) for identity in identities_of(user)]
    return [
        (provider.label, url_for(".confirmation_departure_new", name=provider.name, next=wanted()))
        for provider in known
        if provider is not None and provider.issuer
    ]
