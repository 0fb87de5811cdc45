"""What happens to credentials."""

from dataclasses import dataclass
from types import MappingProxyType

from app.kernel.events import Event
from app.kernel.languages import N_


@dataclass(frozen=True, eq=False)
class SecondFactorAdded(Event):
    """`subject` is the user, whose codes are asked from now on."""

    code = "accounts.second_factor_added"
    sentence = N_("a mis en place la double vérification")
    icon = "shield"


@dataclass(frozen=True, eq=False)
class SecondFactorRemoved(Event):
    """`subject` is the user, whose password opens a session alone again."""

    code = "accounts.second_factor_removed"
    sentence = N_("a retiré la double vérification")
    icon = "shield"


@dataclass(frozen=True, eq=False)
class RecoveryCodesMade(Event):
    """`subject` is the user; the codes made before count no more."""

    code = "accounts.recovery_codes_made"
    sentence = N_("a fait de nouveaux codes de secours")
    icon = "key-round"


@dataclass(frozen=True, eq=False)
class RecoveryCodeUsed(Event):
    """`subject` is the user; `left` is how many codes remain."""

    code = "accounts.recovery_code_used"
    sentence = N_("s’est servi d’un code de secours (il en reste %(left)s)")
    icon = "key-round"

    left: int


@dataclass(frozen=True, eq=False)
class IdentityConfirmed(Event):
    """`subject` is the user, who proved again who they are in an open session."""

    code = "accounts.identity_confirmed"
    sentence = N_("a confirmé son identité")
    icon = "shield"


@dataclass(frozen=True, eq=False)
class PasskeyAdded(Event):
    """`subject` is the user."""

    code = "accounts.passkey_added"
    sentence = N_("a ajouté la clé d’accès « %(name)s »")
    icon = "key-round"

    name: str


@dataclass(frozen=True, eq=False)
class PasskeyRenamed(Event):
    """`subject` is the user; `changes` says the names of the key."""

    code = "accounts.passkey_renamed"
    heading = N_("Clé d’accès renommée")
    sentence = N_("a renommé la clé d’accès « %(before_name)s » : « %(after_name)s »")
    icon = "pencil"
    labels = MappingProxyType({"name": N_("Nom")})


@dataclass(frozen=True, eq=False)
class PasskeyRemoved(Event):
    """`subject` is the user."""

    code = "accounts.passkey_removed"
    sentence = N_("a retiré la clé d’accès « %(name)s »")
    icon = "key-round"

    name: str


@dataclass(frozen=True, eq=False)
class PasskeyRefused(Event):
    """`subject` is the user; the key's counter went backwards, which a copied key does."""

    code = "accounts.passkey_refused"
    sentence = N_("s’est vu refuser la clé d’accès « %(name)s » : son compteur a reculé")
    icon = "alert"

    name: str


@dataclass(frozen=True, eq=False)
class SecondFactorRolesChanged(Event):
    """`subject` is the user who decided it; the codes of the roles, before and after."""

    code = "accounts.second_factor_roles_changed"
    sentence = N_("a changé les rôles tenus à la double vérification : %(before)s → %(after)s")
    icon = "settings"

    before: str
    after: str


@dataclass(frozen=True, eq=False)
class IdentityLinked(Event):
    """`subject` is the user, whose account somebody proven may open by this provider from now on."""

    code = "accounts.identity_linked"
    sentence = N_("a rattaché son identité chez %(provider)s")
    icon = "link"

    provider: str


@dataclass(frozen=True, eq=False)
class IdentityUnlinked(Event):
    """`subject` is the user."""

    code = "accounts.identity_unlinked"
    sentence = N_("a détaché son identité chez %(provider)s")
    icon = "link"

    provider: str


@dataclass(frozen=True, eq=False)
class AccountOpenedOutside(Event):
    """`subject` is the user, made by logging in at a provider that had checked the address, or by a letter to it."""

    code = "accounts.account_opened_outside"
    sentence = N_("a ouvert son compte par %(provider)s")
    icon = "user"

    provider: str
