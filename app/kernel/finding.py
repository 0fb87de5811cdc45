"""Looking everywhere at once: what the slices declare to be found, by name, number or reference; each by permission."""

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.access import Actor, Permission
from app.kernel.languages import _

MOST = 10


@dataclass(frozen=True)
class Hit:
    """A record found: its name, what tells it from others, its page."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind, and where the rest is, when there is more than is shown."""

    label: str
    icon: str
    hits: list[Hit]
    more_url: str


Find = Callable[[Actor, str, int], list[Hit]]


@dataclass(frozen=True, eq=False)
class SearchSource:
    """A kind of record that is found: `find` gives at most so many as this actor may see, `more` where the rest is."""

    label: str
    permission: Permission
    find: Find
    icon: str
    order: int
    more: Callable[[str], str] | None

    def group(self, typed: str, actor: Actor) -> Group:
        """Look, and tell whether there is more."""
        hits = self.find(actor, typed, MOST + 1)
        more_url = self.more(typed) if self.more and len(hits) > MOST else ""
        return Group(_(self.label), self.icon, hits[:MOST], more_url)


_sources: list[SearchSource] = []


def search_source(
    label: str,
    permission: Permission,
    find: Find,
    *,
    icon: str,
    order: int = 50,
    more: Callable[[str], str] | None = None,
) -> None:
    """Declare a kind of record that is found by the search of the back office."""
    _sources.append(SearchSource(label, permission, find, icon, order, more))


def found(typed: str, actor: Actor) -> list[Group]:
    """Look in everything this actor may open; kinds of which nothing is found are left out."""
    open_to = [source for source in sorted(_sources, key=lambda source: source.order) if actor.may(source.permission)]
    groups = [source.group(typed, actor) for source in open_to]
    return [group for group in groups if group.hits]
