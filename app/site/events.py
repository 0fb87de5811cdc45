"""What happens to the installation's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kernel import settings
from app.kernel.access import Actor
from app.kernel.events import Event, publish, subject_kind
from app.kernel.languages import N_

subject_kind("Setting", N_("Réglage"))


@dataclass(frozen=True)
class SettingSubject:
    """A setting as the subject of a fact: it has a code where records have an id."""

    id: str

    @staticmethod
    def kind() -> str:
        """Name the kind, as audit entries keep it."""
        return "Setting"

    @property
    def trail_name(self) -> str:
        """Name it as its page does."""
        declared = settings.settings().get(self.id)
        return declared.label if declared else self.id


@dataclass(frozen=True, eq=False)
class SettingChanged(Event):
    """`subject` is the setting; before and after as texts."""

    code = "site.setting_changed"
    heading = N_("Réglage changé")
    labels = {"value": N_("Valeur")}  # noqa: RUF012 - a constant of the class, annotated as such where it is declared
    sentence = N_("a changé un réglage : %(before)s → %(after)s")
    icon = "settings"

    before: str
    after: str

    @classmethod
    def words(cls, details: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
        """Name the setting."""
        return NAMED if changes else super().words(details, changes)

    @classmethod
    def tell(cls, code: str, before: str, after: str, actor: Actor) -> None:
        """Publish the change of one setting."""
        publish(cls(SettingSubject(code[:40]), actor, before, after, changes={"value": (before, after)}))


NAMED = N_("a changé le réglage « %(subject_label)s » : %(before)s → %(after)s")
