"""What happens to accounts."""

from dataclasses import dataclass
from uuid import UUID

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("User", N_("Compte"))
subject_kind("AccountRequest", N_("Demande d’accès"))
subject_kind("AddressChange", N_("Changement d’adresse"))
subject_kind("Invitation", N_("Invitation"))
subject_kind("LoginAttempt", N_("Tentative de connexion"))


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
    heading = N_("Déconnexion")
    sentence = N_("s’est déconnecté")
    icon = "log-out"


@dataclass(frozen=True, eq=False)
class LoginFailed(Event):
    """`subject` is the user, or the attempt itself when nobody has that login: both are noted alike."""

    code = "accounts.login_failed"
    sentence = N_("a manqué une connexion depuis le réseau %(network)s")
    icon = "ban"

    network: str


@dataclass(frozen=True, eq=False)
class NewDeviceUsed(Event):
    """`subject` is the user, who logged in from a browser that never logged them in before."""

    code = "accounts.new_device_used"
    sentence = N_("s’est connecté depuis un nouvel appareil, réseau %(network)s")
    icon = "shield"

    device: str
    network: str


@dataclass(frozen=True, eq=False)
class RegistrationAsked(Event):
    """`subject` is the request; whether the address is known shows only in its letter."""

    code = "accounts.registration_asked"
    sentence = N_("a demandé à s’inscrire")
    icon = "mail"


@dataclass(frozen=True, eq=False)
class ResetAsked(Event):
    """`subject` is the request; whether the address is known shows only in its letter."""

    code = "accounts.reset_asked"
    sentence = N_("a demandé un nouveau mot de passe")
    icon = "mail"


@dataclass(frozen=True, eq=False)
class PasswordReset(Event):
    """`subject` is the user, who set a password by the link sent to their address; their other sessions are ended."""

    code = "accounts.password_reset"
    sentence = N_("a choisi un nouveau mot de passe par le lien reçu")
    icon = "key-round"


@dataclass(frozen=True, eq=False)
class PasswordChanged(Event):
    """`subject` is the user, who knew the old password; their other sessions are ended."""

    code = "accounts.password_changed"
    sentence = N_("a changé son mot de passe")
    icon = "key-round"


@dataclass(frozen=True, eq=False)
class ProfileChanged(Event):
    """`subject` is the user; `fields` names what changed, not what it says."""

    code = "accounts.profile_changed"
    sentence = N_("a corrigé son profil")
    icon = "pencil"

    fields: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class AddressChangeAsked(Event):
    """`subject` is the change, which both addresses must confirm."""

    code = "accounts.address_change_asked"
    sentence = N_("a demandé à changer d’adresse e-mail")
    icon = "mail"


@dataclass(frozen=True, eq=False)
class AddressChanged(Event):
    """`subject` is the user, whose login is now the new address; `change` is the id of the row that led to it."""

    code = "accounts.address_changed"
    sentence = N_("a changé d’adresse e-mail")
    icon = "mail"

    change: UUID


@dataclass(frozen=True, eq=False)
class SessionsEnded(Event):
    """`subject` is the user; `count` is how many logins were ended from afar."""

    code = "accounts.sessions_ended"
    sentence = N_("a fermé des connexions à distance : %(count)s")
    icon = "log-out"

    count: int


@dataclass(frozen=True, eq=False)
class AccountClosed(Event):
    """`subject` is the user, whose login is gone; the person stays known where something else still names them."""

    code = "accounts.account_closed"
    sentence = N_("a fermé son compte")
    icon = "door"


@dataclass(frozen=True, eq=False)
class InvitationSent(Event):
    """`subject` is the invitation."""

    code = "accounts.invitation_sent"
    sentence = N_("a envoyé une invitation (rôle : %(role)s)")
    icon = "send"

    role: str
    scope: str


@dataclass(frozen=True, eq=False)
class InvitationAccepted(Event):
    """`subject` is the invitation; `user` is the id of who holds the role now."""

    code = "accounts.invitation_accepted"
    sentence = N_("a accepté l’invitation (rôle : %(role)s)")
    icon = "check"

    role: str
    user: str


@dataclass(frozen=True, eq=False)
class InvitationRevoked(Event):
    """`subject` is the invitation, whose link opens nothing any more."""

    code = "accounts.invitation_revoked"
    sentence = N_("a retiré l’invitation")
    icon = "x"
