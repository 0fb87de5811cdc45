"""Where accounts appear in menus."""

from app.accounts.permissions import MANAGE_ACCOUNTS
from app.kernel.languages import N_
from app.kernel.navigation import entry

entry("own", N_("Mon espace"), "accounts.own_space_show", icon="user", order=0)
entry(
    "own",
    N_("Mon profil"),
    "accounts.profile_edit",
    icon="pencil",
    order=10,
    hint=N_("Nom, téléphone, adresse, langue"),
)
entry("own", N_("Mot de passe"), "accounts.password_edit", icon="key-round", order=20)
entry(
    "own", N_("Mes connexions"), "accounts.own_session_list", icon="shield", order=30,
    hint=N_("Où vous êtes connecté, et comment fermer"),
)  # fmt: skip
entry(
    "admin", N_("Invitations"), "invitations.invitation_list", icon="send", permission=MANAGE_ACCOUNTS,
    group=N_("Maison"), order=60,
)  # fmt: skip
