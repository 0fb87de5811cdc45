"""The page of one's own security."""

from flask import Response

from app.accounts.credentials import outside, passkeys, queries
from app.accounts.credentials.views.blueprint import bp, own_user
from app.directory.queries import house_zone
from app.kernel.formats import instant
from app.kernel.guards import signed_in
from app.kernel.web import page


@bp.get("/espace/securite")
@signed_in
def overview_show() -> Response:
    """Show what opens one's account beside the password, and the way to change it."""
    user, zone = own_user(), house_zone()
    return page(
        "accounts/security/overview_show.html",
        authenticator=queries.authenticator_of(user),
        codes_left=queries.recovery_codes_left(user),
        passkeys=queries.passkeys_of(user),
        identities=[(identity, outside.provider_named(identity.provider)) for identity in queries.identities_of(user)],
        passkeys_possible=passkeys.are_possible(),
        when=lambda moment: instant(moment, zone),
    )
