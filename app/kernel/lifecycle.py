"""The states of a record as a table: its buttons, guards and history come from here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.kernel.access import Actor, Permission
from app.kernel.choices import Choice
from app.kernel.languages import _


class RuleBroken(Exception):
    """A rule of the house refuses; the message, in the reader's language, says which and the way out.

    `status` is what it is answered with, wherever it is shown: a page of its own, or the form again as it was typed.
    """

    status = 409

    def __init__(self, message: str, field: str | None = None) -> None:
        """Keep the message, and the form field it is about, if any."""
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(RuleBroken):
    """The actor lacks the right."""

    status = 403


class Unfit(RuleBroken):
    """What was typed or sent cannot be taken: it is to be said otherwise, or begun again."""

    status = 422


class TooOften(RuleBroken):
    """The same was asked too many times in a short while."""

    status = 429


def require(actor: Actor, permission: Permission, record: Any = None) -> None:
    """Begin a verb that is no transition: NotAllowed for whoever lacks the right, on the record if one is given."""
    if not actor.may(permission, record):
        raise NotAllowed(_("Vous n’avez pas le droit de faire cela."))


@dataclass(frozen=True)
class Transition:
    """From some states to one, by whom, under which button.

    `not_by` names the attribute of the record that says who asked ("author"): a person, a user, or the id of one.
    Whoever asked does not decide: four eyes see what matters. What nobody asked for, anybody allowed may decide.
    """

    name: str
    sources: tuple[Choice, ...]
    target: Choice
    permission: Permission
    source_label: str
    not_by: str = ""

    @property
    def label(self) -> str:
        """Give the button's words in the reader's language."""
        return _(self.source_label)

    def is_ones_own(self, record: Any, actor: Actor) -> bool:
        """Tell whether four eyes are needed, and this actor's are the first two."""
        asker = getattr(record, self.not_by) if self.not_by else None
        asked_by = str(getattr(asker, "id", asker)) if asker else ""
        return bool(asked_by) and asked_by in (actor.id, str(actor.person_id))


class Lifecycle:
    """A table of transitions over the ``state`` of a record."""

    def __init__(self, *transitions: Transition) -> None:
        """Keep the transitions in the order in which buttons are shown."""
        self.transitions = {transition.name: transition for transition in transitions}

    def available(self, record: Any, actor: Actor) -> list[Transition]:
        """List what this actor may do with the record as it stands."""
        return [
            transition
            for transition in self.transitions.values()
            if record.state in transition.sources
            and actor.may(transition.permission, record)
            and not transition.is_ones_own(record, actor)
        ]

    def allows(self, name: str, record: Any) -> bool:
        """Tell whether the record stands in a state from which this transition leaves."""
        return record.state in self.transitions[name].sources

    def apply(self, name: str, record: Any, actor: Actor) -> None:
        """Move the record, after checking right and source.

        Raises NotAllowed without the right or to whoever asked (four eyes), RuleBroken from a wrong state.
        """
        transition = self.transitions[name]
        require(actor, transition.permission, record)
        if transition.is_ones_own(record, actor):
            raise NotAllowed(
                _(
                    "« %(act)s » revient à quelqu’un d’autre : qui a demandé ne décide pas. Confiez-le à un collègue.",
                    act=transition.label,
                )
            )
        if record.state not in transition.sources:
            raise RuleBroken(
                _(
                    "« %(act)s » n’est plus possible : l’état est « %(state)s ».",
                    act=transition.label,
                    state=record.state.label,
                )
            )
        record.state = transition.target

    def states(self) -> Iterable[Choice]:
        """Give every state the table names."""
        for transition in self.transitions.values():
            yield from transition.sources
            yield transition.target
