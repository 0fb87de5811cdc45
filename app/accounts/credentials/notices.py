"""The letter that proves an address, for an identity elsewhere."""

from datetime import timedelta

from app.accounts.credentials.models import OutsideIdentity
from app.accounts.credentials.outside import provider_named
from app.accounts.letters import letter, public
from app.kernel import clock, links
from app.kernel.languages import N_
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import notice

IDENTITY_PROOF = notice(
    "accounts.identity_proof", N_("Lien pour rattacher une identité"), category="accounts", optional=False
)

IDENTITY_LINK = "accounts.identity"
LINK_FOR = timedelta(hours=1)


@IDENTITY_PROOF.composed_by
def identity_proof(identity: OutsideIdentity, _message: Message) -> Letter | None:
    """Give the link that proves the address; nothing once the identity is somebody's."""
    provider = provider_named(identity.provider)
    if identity.user_id is not None or provider is None:
        return None
    _link, secret = links.mint(IDENTITY_LINK, identity, person_id=None, expires_at=clock.now() + LINK_FOR)
    return letter(provider=provider.label, link_url=public(f"/connexion/rattachement/{secret}"))
