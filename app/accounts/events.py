"""What happens to accounts."""

from dataclasses import dataclass

from app.kernel.events import Event
from app.kernel.languages import N_


@dataclass(frozen=True, eq=False)
class UserCreated(Event):
    """`subject` is the user; `role` is the code of the role first given."""

    code = "accounts.user_created"
    sentence = N_("a créé le compte (rôle : %(role)s)")
    icon = "user"

    role: str


@dataclass(frozen=True, eq=False)
class LoggedIn(Event):
    """`subject` is the user, on a new session row."""

    code = "accounts.logged_in"
    sentence = N_("s’est connecté")
    icon = "log-in"


@dataclass(frozen=True, eq=False)
class PreferencesChanged(Event):
    """`subject` is the user, or the setting when it is proposed to others; `names` are the codes that changed."""

    code = "accounts.preferences_changed"
    sentence = N_("a changé l’affichage : %(names)s")
    icon = "settings"

    names: tuple[str, ...]
    proposed_to: str = ""


@dataclass(frozen=True, eq=False)
class LoggedOut(Event):
    """`subject` is the user."""

    code = "accounts.logged_out"
    sentence = N_("s’est déconnecté")
    icon = "log-out"
