"""Facts: what happened, said once. One `publish` makes the audit entry, then tells the handlers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from enum import Enum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from blinker import Namespace

from app.kernel import audit
from app.kernel.access import Actor

_signals = Namespace()
_facts: dict[str, type["Event"]] = {}
_subjects: dict[str, str] = {}

Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, eq=False)
class Event:
    """A fact in the past tense about one record, by one actor.

    `code` names it for ever in the audit trail; `sentence` is its line in a timeline, a French predicate whose
    %(names)s are the fact's own fields ("a annulé la réservation : %(reason)s"); `icon` stands beside it. `heading`
    names the kind of fact ("Réservation annulée"). `changes` says before and after, {field: (old, new)}, what is
    personal masked; `labels` names these fields.
    """

    subject: Any
    actor: Actor

    code: ClassVar[str]
    sentence: ClassVar[str]
    icon: ClassVar[str] = "activity"
    heading: ClassVar[str] = ""
    labels: ClassVar[Mapping[str, str]] = {}

    changes: Changes = field(default_factory=dict, kw_only=True)

    def __init_subclass__(cls) -> None:
        """Register the fact under its code."""
        super().__init_subclass__()
        _facts[cls.code] = cls

    def details(self) -> dict[str, Any]:
        """Give the fact's own fields in a form JSON can keep."""
        return {
            each.name: _plain(getattr(self, each.name))
            for each in fields(self)
            if each.name not in ("subject", "actor", "changes")
        }

    def changed(self) -> dict[str, Any]:
        """Give before and after in a form JSON can keep."""
        return {name: [_plain(old), _plain(new)] for name, (old, new) in self.changes.items()}

    @classmethod
    def words(cls, details: Mapping[str, Any], changes: Mapping[str, Any]) -> str:  # noqa: ARG003 - for who needs them
        """Choose the sentence for what an entry says; its %(names)s are details, or `before_…` and `after_…`."""
        return cls.sentence


E_ = TypeVar("E_", bound=Event)


def on(fact: type[E_]) -> Callable[[Callable[[E_], None]], Callable[[E_], None]]:
    """React to a fact, in the transaction that published it; an error undoes the whole act."""

    def subscribe(handler: Callable[[E_], None]) -> Callable[[E_], None]:
        def receive(_sender: object, *, event: E_) -> None:
            handler(event)

        _signals.signal(fact.code).connect(receive, weak=False)
        return handler

    return subscribe


def publish(event: Event) -> None:
    """Record the fact in the audit trail, then tell those who listen.

    Raises LookupError for a subject of a kind without a name (`subject_kind`): nobody could read the trail.
    """
    if event.subject.kind() not in _subjects:
        raise LookupError(f"Name what {event.code} is about: subject_kind({event.subject.kind()!r}, …)")
    audit.record(event.code, event.subject, event.actor, event.details(), event.changed())
    _signals.signal(event.code).send(type(event), event=event)


def facts() -> dict[str, type[Event]]:
    """Give every declared fact by its code."""
    return _facts


def subject_kind(kind: str, label: str) -> None:
    """Name a kind of record that facts are about, as a reader calls it."""
    _subjects[kind] = label


def subject_kinds() -> dict[str, str]:
    """Give the kinds of record that facts are about, with their names."""
    return _subjects


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
