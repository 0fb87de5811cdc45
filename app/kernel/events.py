"""Facts: what happened, said once. One `publish` makes the audit entry, then tells the handlers."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import Enum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from blinker import Namespace

from app.kernel import audit
from app.kernel.access import Actor

_signals = Namespace()
_facts: dict[str, type["Event"]] = {}


@dataclass(frozen=True, eq=False)
class Event:
    """A fact in the past tense about one record, by one actor.

    `code` names it for ever in the audit trail; `sentence` is its line in a timeline, a French predicate whose
    %(names)s are the fact's own fields ("a annulé la réservation : %(reason)s"); `icon` stands beside it.
    """

    subject: Any
    actor: Actor

    code: ClassVar[str]
    sentence: ClassVar[str]
    icon: ClassVar[str] = "activity"

    def __init_subclass__(cls) -> None:
        """Register the fact under its code."""
        super().__init_subclass__()
        _facts[cls.code] = cls

    def details(self) -> dict[str, Any]:
        """Give the fact's own fields in a form JSON can keep."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in fields(self)
            if field.name not in ("subject", "actor")
        }


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
    """Record the fact in the audit trail, then tell those who listen."""
    audit.record(event.code, event.subject, event.actor, event.details())
    _signals.signal(event.code).send(type(event), event=event)


def facts() -> dict[str, type[Event]]:
    """Give every declared fact by its code."""
    return _facts


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
