"""What happens to the installation's settings."""

from dataclasses import dataclass

from app.kernel.access import Actor
from app.kernel.events import Event, publish
from app.kernel.languages import N_


@dataclass(frozen=True)
class SettingSubject:
    """A setting as the subject of a fact: it has a code where records have an id."""

    id: str

    @staticmethod
    def kind() -> str:
        """Name the kind, as audit entries keep it."""
        return "Setting"


@dataclass(frozen=True, eq=False)
class SettingChanged(Event):
    """`subject` is the setting; before and after as texts."""

    code = "site.setting_changed"
    sentence = N_("a changé un réglage : %(before)s → %(after)s")
    icon = "settings"

    before: str
    after: str

    @classmethod
    def tell(cls, code: str, before: str, after: str, actor: Actor) -> None:
        """Publish the change of one setting."""
        publish(cls(SettingSubject(code[:40]), actor, before, after))
