"""The declaration of a figure, and the registry of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.kernel import clock
from app.kernel.access import Actor, Permission
from app.kernel.figures.series import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Series
from app.kernel.figures.units import Unit
from app.kernel.languages import _

IN_TIME = (DAY, WEEK, MONTH, WEEKDAY)


@dataclass(frozen=True)
class FigureFilter:
    """What a figure can be narrowed by; one choice alone is no choice, and is not shown."""

    name: str
    label: str
    choices: Callable[[Actor], list[tuple[str, str]]]


@dataclass(frozen=True)
class Part:
    """What a slice adds beneath a figure: a template, and what it needs."""

    template: str
    context: Callable[[Actor, Asked], dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Figure:
    """Something the house counts. `path` names it in addresses, `explanation` says how it is computed, as printed.

    `has_own_period` leaves its reader no period to choose; `whole` names what the whole is where it is not the label
    itself. `today` gives the day it is where what the reader filters is counted. `rows` gives the address of the rows
    behind it. The whole of one that `stands_alone` says something by itself and is quickly asked: it is on cards.
    """

    code: str
    path: str
    label: str
    explanation: str
    group: str
    permission: Permission
    unit: Unit
    series: Callable[[Actor, Asked], Series]
    dimensions: tuple[Dimension, ...] = IN_TIME
    filters: tuple[FigureFilter, ...] = ()
    period: str = "30-derniers-jours"
    today: Callable[[Actor, Mapping[str, str]], date] = lambda _actor, _filters: clock.today(clock.USUAL_ZONE)
    compares: bool = True
    has_own_period: bool = False
    whole: str = ""
    rows: Callable[[Asked], str] | None = None
    rows_label: str = ""
    part: Part | None = None
    order: int = 50
    stands_alone: bool = True

    @classmethod
    def kind(cls) -> str:
        """Name what the audit trail is about."""
        return "Figure"

    @property
    def id(self) -> str:
        """Give what names it in the audit trail."""
        return self.code

    @property
    def title(self) -> str:
        """Give its name in the reader's language."""
        return _(self.label)

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail in words."""
        return self.label


_figures: dict[str, Figure] = {}


def figure(declared: Figure) -> Figure:
    """Declare a figure; see `Figure` for what it says of itself."""
    _figures[declared.code] = declared
    return declared


def figures() -> Mapping[str, Figure]:
    """Give every declared figure by its code."""
    return _figures


def figure_at(path: str) -> Figure | None:
    """Give the figure of an address."""
    return next((each for each in _figures.values() if each.path == path), None)


def figures_for(actor: Actor) -> list[Figure]:
    """Give the figures this actor may read, in order."""
    return sorted((each for each in _figures.values() if actor.may(each.permission)), key=lambda each: each.order)
