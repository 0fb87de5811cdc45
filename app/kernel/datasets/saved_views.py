"""Saved views: looked up, kept, renamed, removed, chosen as the one a list opens with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.datasets.declaration import Dataset
from app.kernel.datasets.models import EVERYBODY, DefaultView, SavedView
from app.kernel.datasets.permissions import SHARE_VIEWS
from app.kernel.db import db
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken

LONGEST_NAME = 80
MOST_OWN = 50


@dataclass(frozen=True)
class Views:
    """The views an actor sees on a dataset, and the one it opens with."""

    all: list[SavedView]
    default: SavedView | None

    def named(self, view_id: str) -> SavedView | None:
        """Give a view by the text of its id."""
        return next((view for view in self.all if str(view.id) == view_id), None)


def views_of(dataset: Dataset, actor: Actor) -> Views:
    """Give the shared views and the actor's own, in order, in one query."""
    holders = [EVERYBODY, actor.id]
    chosen = sa.and_(DefaultView.view_id == SavedView.id, DefaultView.holder.in_(holders))
    found = db.session.execute(
        sa.select(SavedView, DefaultView.holder)
        .outerjoin(DefaultView, chosen)
        .where(SavedView.dataset == dataset.code, visible(actor))
        .order_by(SavedView.owner_id.is_not(None), SavedView.position, SavedView.name, SavedView.id)
    ).all()
    defaults = {holder: view for view, holder in found}
    views = list(dict.fromkeys(view for view, _holder in found))
    return Views(views, defaults.get(actor.id) or defaults.get(EVERYBODY))


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """Select the views an actor may see."""
    return sa.or_(SavedView.owner_id.is_(None), SavedView.owner_id == actor.id)


def view_with_id(dataset: Dataset, view_id: UUID, actor: Actor) -> SavedView | None:
    """Give one view the actor may see."""
    return db.session.scalars(
        sa.select(SavedView).where(SavedView.id == view_id, SavedView.dataset == dataset.code, visible(actor))
    ).one_or_none()


def may_change(view: SavedView, actor: Actor) -> bool:
    """Tell whether the actor may rename or remove a view: their own, or a shared one with the right."""
    return actor.may(SHARE_VIEWS) if view.is_shared else view.owner_id == actor.id


def keep_view(
    dataset: Dataset, name: str, asked: Mapping[str, Any], *, actor: Actor, shared: bool = False
) -> SavedView:
    """Keep what is asked under a name, after the views that stand there.

    Raises RuleBroken for a name that is empty, too long or taken, NotAllowed to share without the right.
    """
    if shared and not actor.may(SHARE_VIEWS):
        raise NotAllowed(_("Vous n’avez pas le droit de partager une vue."))
    owner_id = None if shared else actor.id
    beside = _beside(dataset.code, owner_id)
    if len(beside) >= MOST_OWN:
        raise RuleBroken(_("Cette liste a déjà %(most)s vues : supprimez-en une.", most=MOST_OWN))
    view = SavedView(
        dataset=dataset.code,
        owner_id=owner_id,
        name=_free_name(name, beside),
        asked=dict(asked),
        position=max((other.position for other in beside), default=-1) + 1,
        created_at=clock.now(),
    )
    db.session.add(view)
    return view


def change_view(
    view: SavedView, *, actor: Actor, name: str | None = None, asked: Mapping[str, Any] | None = None
) -> None:
    """Rename a view, or let it keep what is asked now. Raises as `keep_view`."""
    _check_hand(view, actor)
    if name is not None and name != view.label:
        others = [other for other in _beside(view.dataset, view.owner_id) if other.id != view.id]
        view.name = _free_name(name, others)
    if asked is not None:
        view.asked = dict(asked)


def remove_view(view: SavedView, *, actor: Actor) -> None:
    """Forget a view. Raises NotAllowed for another's, or a shared one without the right."""
    _check_hand(view, actor)
    db.session.execute(sa.delete(DefaultView).where(DefaultView.view_id == view.id))
    db.session.delete(view)


def choose_default(dataset: Dataset, view: SavedView | None, *, actor: Actor, for_all: bool = False) -> None:
    """Open the list with a view from now on, or (None) with every row; for oneself, or for all who chose none.

    Raises NotAllowed to choose for all without the right, RuleBroken to choose a view the others cannot see.
    """
    if for_all and not actor.may(SHARE_VIEWS):
        raise NotAllowed(_("Vous n’avez pas le droit de choisir la vue de tous."))
    if for_all and view is not None and not view.is_shared:
        raise RuleBroken(_("Partagez cette vue avant de la donner à tous."))
    holder = EVERYBODY if for_all else actor.id
    db.session.execute(sa.delete(DefaultView).where(DefaultView.dataset == dataset.code, DefaultView.holder == holder))
    db.session.flush()
    if view is not None:
        db.session.add(DefaultView(dataset=dataset.code, holder=holder, view_id=view.id))


def _beside(dataset_code: str, owner_id: str | None) -> list[SavedView]:
    owner = SavedView.owner_id.is_(None) if owner_id is None else SavedView.owner_id == owner_id
    return list(db.session.scalars(sa.select(SavedView).where(SavedView.dataset == dataset_code, owner)))


def _free_name(typed: str, beside: list[SavedView]) -> str:
    name = " ".join(typed.split())
    if not name or not name.isprintable():
        raise RuleBroken(_("Donnez un nom à cette vue."), "name")
    if len(name) > LONGEST_NAME:
        raise RuleBroken(_("Ce nom est trop long : %(most)s caractères au plus.", most=LONGEST_NAME), "name")
    if name.casefold() in {other.name.casefold() for other in beside}:
        raise RuleBroken(_("Une vue porte déjà ce nom."), "name")
    return name


def _check_hand(view: SavedView, actor: Actor) -> None:
    if not may_change(view, actor):
        raise NotAllowed(_("Cette vue n’est pas la vôtre."))
