"""Where accounts appear in menus."""

from app.accounts.permissions import PROPOSE_DISPLAY
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
    "own", N_("Mes connexions"), "accounts.own_session_list", icon="log-in", order=30,
    hint=N_("Où vous êtes connecté, et comment fermer"),
)  # fmt: skip
entry(
    "own",
    N_("Affichage"),
    "preferences.preferences_edit",
    icon="theme",
    order=60,
    hint=N_("Apparence, taille du texte, langue, dates, page d’accueil."),
)
entry(
    "settings",
    N_("Affichage proposé"),
    "preferences.proposal_edit",
    icon="theme",
    permission=PROPOSE_DISPLAY,
    order=70,
    hint=N_("Ce que voit chacun tant qu’il n’a rien choisi, par rôle s’il le faut."),
)
