"""What happens to preferences and to suppressed addresses."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("SuppressedAddress", N_("Adresse écartée"))


@dataclass(frozen=True, eq=False)
class NoticePreferencesChanged(Event):
    """`subject` is the person; `target` is what they chose about: a notice, a category, everything, or their hours."""

    code = "notifications.preferences_changed"
    sentence = N_("a changé ses préférences d’avis")
    icon = "bell"

    target: str


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
