"""What happens to rights: every grant, team, role and look through another's eyes is a fact."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Role", N_("Rôle"))
subject_kind("Team", N_("Équipe"))


@dataclass(frozen=True, eq=False)
class GrantGiven(Event):
    """`subject` is the user or team; `until` is the end, or nothing, and `last_day` the last one that counts."""

    code = "accounts.grant_given"
    sentence = N_("a donné le rôle « %(role)s » (%(where)s)")
    icon = "key-round"

    role: str
    where: str
    since: str
    until: str
    last_day: date | None


@dataclass(frozen=True, eq=False)
class GrantChanged(Event):
    """`subject` is the user or team; `changes` says until which day the role was held, and is now."""

    code = "accounts.grant_changed"
    sentence = N_("a changé la fin du rôle « %(role)s » (%(where)s)")
    icon = "calendar"
    labels = MappingProxyType({"until": N_("Jusqu’au")})

    role: str
    where: str


@dataclass(frozen=True, eq=False)
class GrantEnded(Event):
    """`subject` is the user or team."""

    code = "accounts.grant_ended"
    sentence = N_("a repris le rôle « %(role)s » (%(where)s)")
    icon = "lock"

    role: str
    where: str


@dataclass(frozen=True, eq=False)
class TeamCreated(Event):
    """`subject` is the team."""

    code = "accounts.team_created"
    sentence = N_("a créé l’équipe « %(name)s »")
    icon = "users"

    name: str


@dataclass(frozen=True, eq=False)
class TeamRenamed(Event):
    """`subject` is the team; `changes` says its names."""

    code = "accounts.team_renamed"
    heading = N_("Équipe renommée")
    sentence = N_("a renommé l’équipe « %(before_name)s » : « %(after_name)s »")
    icon = "pencil"
    labels = MappingProxyType({"name": N_("Nom")})


@dataclass(frozen=True, eq=False)
class TeamDeleted(Event):
    """`subject` is the team, with its roles."""

    code = "accounts.team_deleted"
    sentence = N_("a supprimé l’équipe « %(name)s »")
    icon = "trash"

    name: str


@dataclass(frozen=True, eq=False)
class TeamMemberAdded(Event):
    """`subject` is the team; `user` is the id of the member."""

    code = "accounts.team_member_added"
    sentence = N_("a fait entrer %(member)s dans l’équipe")
    icon = "users"

    member: str
    user: UUID


@dataclass(frozen=True, eq=False)
class TeamMemberRemoved(Event):
    """`subject` is the team; `user` is the id of who was a member."""

    code = "accounts.team_member_removed"
    sentence = N_("a retiré %(member)s de l’équipe")
    icon = "users"

    member: str
    user: UUID


@dataclass(frozen=True, eq=False)
class RoleCreated(Event):
    """`subject` is the role; `permissions` are the codes it begins with."""

    code = "accounts.role_created"
    sentence = N_("a créé le rôle « %(name)s »")
    icon = "key-round"

    name: str
    permissions: list[str]


@dataclass(frozen=True, eq=False)
class RoleChanged(Event):
    """`subject` is the role; the codes added and removed."""

    code = "accounts.role_changed"
    sentence = N_("a changé le rôle « %(name)s »")
    icon = "key-round"

    name: str
    added: list[str]
    removed: list[str]


@dataclass(frozen=True, eq=False)
class RoleRenamed(Event):
    """`subject` is the role; `changes` says its names."""

    code = "accounts.role_renamed"
    heading = N_("Rôle renommé")
    sentence = N_("a renommé le rôle « %(before_name)s » : « %(after_name)s »")
    icon = "pencil"
    labels = MappingProxyType({"name": N_("Nom")})


@dataclass(frozen=True, eq=False)
class RoleDeleted(Event):
    """`subject` is the role, which nobody had."""

    code = "accounts.role_deleted"
    sentence = N_("a supprimé le rôle « %(name)s »")
    icon = "trash"

    name: str


@dataclass(frozen=True, eq=False)
class UserDeactivated(Event):
    """`subject` is the user; their sessions are ended."""

    code = "accounts.user_deactivated"
    sentence = N_("a fermé l’accès du compte")
    icon = "ban"


@dataclass(frozen=True, eq=False)
class UserReactivated(Event):
    """`subject` is the user."""

    code = "accounts.user_reactivated"
    sentence = N_("a rouvert l’accès du compte")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class LookBegun(Event):
    """`subject` is the user whose pages somebody else looks at."""

    code = "accounts.look_begun"
    sentence = N_("a commencé à voir l’application comme cette personne")
    icon = "eye"


@dataclass(frozen=True, eq=False)
class LookEnded(Event):
    """`subject` is the user whose pages were looked at."""

    code = "accounts.look_ended"
    sentence = N_("a cessé de voir l’application comme cette personne")
    icon = "eye"
