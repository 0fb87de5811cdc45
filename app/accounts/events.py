"""What happens to accounts."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("User", N_("Compte"))


@dataclass(frozen=True, eq=False)
class UserCreated(Event):
    """`subject` is the user; `role` is the code of the role first given."""

    code = "accounts.user_created"
    heading = N_("Compte créé")
    sentence = N_("a créé le compte (rôle : %(role)s)")
    icon = "user"

    role: str


@dataclass(frozen=True, eq=False)
class LoggedIn(Event):
    """`subject` is the user, on a new session row."""

    code = "accounts.logged_in"
    heading = N_("Connexion")
    sentence = N_("s’est connecté")
    icon = "log-in"


@dataclass(frozen=True, eq=False)
class LoggedOut(Event):
    """`subject` is the user."""

    code = "accounts.logged_out"
    heading = N_("Déconnexion")
    sentence = N_("s’est déconnecté")
    icon = "log-out"
