"""Acts on a selection: each record on its own, in its own transaction, checked again; the result is told by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.kernel.access import Actor
from app.kernel.datasets.declaration import BulkAction, Dataset
from app.kernel.datasets.reading import count_rows, read_pieces
from app.kernel.datasets.state import State
from app.kernel.db import db, transaction
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken

MOST_AT_ONCE = 500
MOST_NAMED = 10


@dataclass
class Outcome:
    """What became of a selection: how many were done, and (name, reason) of those refused."""

    action: BulkAction
    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """Give the tone of the message."""
        if not self.refused:
            return "success"
        return "warning" if self.done else "danger"

    def sentence(self) -> str:
        """Say it: "12 confirmées, 2 refusées : Martin (c’est trop tard), Petit (c’est trop tard)"."""
        parts = []
        if self.done:
            one, many = self.action.done
            parts.append(_(one if self.done == 1 else many, num=self.done))
        if self.refused:
            parts.append(ngettext("%(num)s refusée", "%(num)s refusées", len(self.refused)))
        said = ", ".join(parts)
        if not self.refused:
            return said + "."
        named = ", ".join(f"{name} ({reason.rstrip('.')})" for name, reason in self.refused[:MOST_NAMED])
        others = len(self.refused) - MOST_NAMED
        if others > 0:
            named += ngettext(" et %(num)s autre", " et %(num)s autres", others)
        return _("%(said)s : %(named)s.", said=said, named=named)


def ids_matching(dataset: Dataset, state: State, actor: Actor) -> list[UUID]:
    """Give the ids of all rows the state asks for; raises RuleBroken when they are too many for one act."""
    if count_rows(dataset, state, actor, MOST_AT_ONCE).is_exact:
        return [row.record.id for piece in read_pieces(dataset, state, actor) for row in piece]
    raise RuleBroken(
        _("Plus de %(most)s lignes répondent à ces filtres : resserrez-les, puis recommencez.", most=MOST_AT_ONCE)
    )


def act_on(dataset: Dataset, action: BulkAction, ids: Iterable[UUID], *, actor: Actor, form: Any) -> Outcome:
    """Run an act on each record that the actor sees and may change; a refusal stops only its own record.

    A record that is gone, or out of sight, is refused too, without a name.
    """
    outcome = Outcome(action)
    for record_id in dict.fromkeys(ids):
        names = [_("une ligne disparue")]
        try:
            with transaction():
                _act_on_one(dataset, action, record_id, actor, form, names)
        except RuleBroken as refusal:
            outcome.refused.append((names[-1], refusal.message))
        else:
            outcome.done += 1
    return outcome


def _act_on_one(
    dataset: Dataset, action: BulkAction, record_id: UUID, actor: Actor, form: Any, names: list[str]
) -> None:
    visible = dataset.query(actor)
    entity = visible.column_descriptions[0]["entity"]
    record = db.session.scalars(visible.where(entity.id == record_id)).unique().one_or_none()
    if record is None:
        raise RuleBroken(_("elle n’existe plus, ou n’est pas à vous"))
    names.append(dataset.row_name(record))
    if not actor.may(action.permission, record):
        raise RuleBroken(_("vous n’en avez pas le droit"))
    action.run(record, actor, form)
