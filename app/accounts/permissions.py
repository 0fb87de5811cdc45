"""The rights over accounts, roles and teams, what links open, and the roles a new installation begins with."""

from app.accounts.models import Invitation, User
from app.kernel.access import Actor, FieldGroup, chapter, in_words, permission
from app.kernel.languages import N_

REGISTRATION_LINK = "accounts.registration"
RESET_LINK = "accounts.reset"
OLD_ADDRESS_LINK = "accounts.old_address"
NEW_ADDRESS_LINK = "accounts.new_address"
INVITATION_LINK = "accounts.invitation"

chapter("accounts", N_("Comptes et droits"))

MANAGE_ACCOUNTS = permission("accounts.manage", N_("Gérer les comptes et les rôles"), seed=("administrator",))
VIEW_PEOPLE = permission(
    "accounts.view", N_("Voir les comptes et leurs droits"), seed=("administrator", "manager", "auditor")
)
VIEW_ADDRESSES = permission(
    "accounts.view_contact",
    N_("Voir les coordonnées des comptes"),
    seed=("administrator", "manager"),
    group=FieldGroup.CONTACT,
)
GRANT = permission("accounts.grant", N_("Donner et reprendre des rôles"), seed=("administrator", "manager"))
EXPLAIN = permission("accounts.explain", N_("Savoir d’où vient un droit"), seed=("administrator", "manager", "auditor"))
LOOK_AS = permission("accounts.look_as", N_("Voir comme quelqu’un d’autre"), seed=("administrator", "manager"))


@EXPLAIN.also
@in_words(N_("Chacun peut savoir d’où viennent ses propres droits."))
def oneself(actor: Actor, user: User) -> bool:
    """Let everybody ask about their own rights."""
    return actor.is_authenticated and actor.id == str(user.id)


PROPOSE_DISPLAY = permission(
    "accounts.propose_display", N_("Choisir l’affichage proposé à tous"), seed=("administrator", "manager")
)

MEMBER = "member"
SEEDED_ROLES = {
    "administrator": N_("Administrateur"),
    "manager": N_("Gestionnaire"),
    "host": N_("Accueil"),
    "waiter": N_("Salle et cuisine"),
    "case_officer": N_("Instructeur"),
    "accountant": N_("Comptable"),
    "technician": N_("Technicien"),
    "auditor": N_("Auditeur"),
    "opco": N_("OPCO"),
    "owner": N_("Propriétaire"),
    "contractor": N_("Prestataire"),
    "tenant": N_("Locataire"),
    MEMBER: N_("Membre"),
}


@GRANT.also
def invitation_is_to_one_s_own_scope(actor: Actor, record: object) -> bool:
    """Let whoever gives roles in one scope handle the invitations to it."""
    return isinstance(record, Invitation) and record.scope in actor.scopes(GRANT)
