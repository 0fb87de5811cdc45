"""What happens to preferences and to suppressed addresses."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("SuppressedAddress", N_("Adresse écartée"))
subject_kind("TeamRoom", N_("Salon d’équipe"))


@dataclass(frozen=True, eq=False)
class NoticePreferencesChanged(Event):
    """`subject` is the person; `target` is what they chose about: a notice, a category, everything, or their hours.

    `channel` is that of the choice; hours are of all channels.
    """

    code = "notifications.preferences_changed"
    sentence = N_("a changé ses préférences d’avis")
    icon = "bell"

    target: str
    channel: str = ""


@dataclass(frozen=True, eq=False)
class AddressLifted(Event):
    """`subject` is the suppressed address, which is written to again."""

    code = "notifications.address_lifted"
    sentence = N_("a rétabli une adresse écartée")
    icon = "mail"


@dataclass(frozen=True)
class DefaultMode:
    """How soon a role, or everybody, is written to by default, as the subject of a fact."""

    id: str

    @staticmethod
    def kind() -> str:
        """Name the kind, as audit entries keep it."""
        return "Setting"


@dataclass(frozen=True, eq=False)
class NoticeDefaultsChanged(Event):
    """`subject` is the default of one role, or of everybody; before and after are codes of modes."""

    code = "notifications.defaults_changed"
    sentence = N_("a changé les avis par défaut : %(before)s → %(after)s")
    icon = "settings"

    before: str
    after: str


@dataclass(frozen=True, eq=False)
class DeviceAdded(Event):
    """`subject` is the person, who agreed to be told in one browser."""

    code = "notifications.device_added"
    sentence = N_("a ajouté un appareil à prévenir : %(device)s")
    icon = "bell"

    device: str


@dataclass(frozen=True, eq=False)
class DeviceRemoved(Event):
    """`subject` is the person; the browser is told no more."""

    code = "notifications.device_removed"
    sentence = N_("a retiré un appareil à prévenir : %(device)s")
    icon = "bell"

    device: str


@dataclass(frozen=True, eq=False)
class RoomSaved(Event):
    """`subject` is the room of a team chat, which is told what a role may see. Its address is in no fact."""

    code = "notifications.room_saved"
    sentence = N_("a relié une messagerie d’équipe, avec les droits du rôle « %(role)s »")
    icon = "settings"

    role: str


@dataclass(frozen=True, eq=False)
class RoomRemoved(Event):
    """`subject` is the room, which is told no more."""

    code = "notifications.room_removed"
    sentence = N_("a retiré une messagerie d’équipe")
    icon = "settings"
