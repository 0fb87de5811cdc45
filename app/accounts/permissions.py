"""The right to manage accounts, what links open, and the roles a new installation begins with."""

from app.accounts.models import Invitation
from app.kernel.access import Actor, permission
from app.kernel.languages import N_

REGISTRATION_LINK = "accounts.registration"
RESET_LINK = "accounts.reset"
OLD_ADDRESS_LINK = "accounts.old_address"
NEW_ADDRESS_LINK = "accounts.new_address"
INVITATION_LINK = "accounts.invitation"

MANAGE_ACCOUNTS = permission("accounts.manage", N_("Gérer les comptes et les rôles"), seed=("administrator",))

MEMBER = "member"
SEEDED_ROLES = {
    "administrator": N_("Administrateur"),
    "manager": N_("Gestionnaire"),
    "host": N_("Accueil"),
    "waiter": N_("Salle et cuisine"),
    MEMBER: N_("Membre"),
}


@MANAGE_ACCOUNTS.also
def invitation_is_to_one_s_own_scope(actor: Actor, record: object) -> bool:
    """Let whoever manages accounts in one scope handle the invitations to it."""
    return isinstance(record, Invitation) and record.scope in actor.scopes(MANAGE_ACCOUNTS)
