"""Navigation: entries, settings pages and panels, declared by the slices and shown to those who may."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import current_app, request, url_for

from app.kernel.access import Actor, Permission
from app.kernel.languages import _

Place = Literal["facts", "history"]


@dataclass(frozen=True)
class Entry:
    """A declared entry of a menu."""

    area: str
    source_label: str
    endpoint: str
    icon: str
    permission: Permission | None
    group: str
    order: int
    hint: str


@dataclass(frozen=True)
class ShownEntry:
    """An entry as the reader sees it."""

    label: str
    url: str
    icon: str
    current: bool
    group: str
    hint: str


@dataclass(frozen=True)
class Panel:
    """What a slice shows on the record page of another: a template and the context it needs."""

    kind: str
    template: str
    permission: Permission
    context: Callable[[Any], dict[str, Any]]
    place: Place


_entries: list[Entry] = []
_panels: list[Panel] = []


def entry(
    area: str,
    label: str,
    endpoint: str,
    *,
    icon: str,
    permission: Permission | None = None,
    group: str = "",
    order: int = 50,
    hint: str = "",
) -> None:
    """Declare an entry of an area: "admin" (the rail), "site", "own" (one's own space), "settings", "operations"."""
    _entries.append(Entry(area, label, endpoint, icon, permission, group, order, hint))


def shown(area: str, actor: Actor) -> list[ShownEntry]:
    """Give the entries of an area that this actor may open, in order."""
    allowed = [
        declared
        for declared in _entries
        if declared.area == area and (declared.permission is None or actor.may(declared.permission))
    ]
    here = max(filter(_holds, (url_for(declared.endpoint) for declared in allowed)), key=len, default="")
    return [_shown(declared, here) for declared in sorted(allowed, key=lambda declared: declared.order)]


def _holds(url: str) -> bool:
    """Tell whether the page now read is at this address, or under it."""
    inside = url not in ("/", "/admin", "/espace") and request.path.startswith(f"{url}/")
    return request.path == url or inside


def _shown(declared: Entry, here: str) -> ShownEntry:
    url = url_for(declared.endpoint)
    return ShownEntry(
        _(declared.source_label),
        url,
        declared.icon,
        url == here,
        _(declared.group),
        _(declared.hint),
    )


def panel(
    kind: str,
    template: str,
    permission: Permission,
    context: Callable[[Any], dict[str, Any]],
    *,
    place: Place = "facts",
) -> None:
    """Declare what a slice shows on the page of a kind of record: among its facts, or beside its history."""
    _panels.append(Panel(kind, template, permission, context, place))


def panels_on(record: Any, actor: Actor, place: Place = "facts") -> list[tuple[str, dict[str, Any]]]:
    """Give template and context of each panel this actor may see at a place of a record's page."""
    return [
        (declared.template, declared.context(record))
        for declared in _panels
        if declared.kind == record.kind() and declared.place == place and actor.may(declared.permission, record)
    ]


def current_house() -> Any:
    """Give the establishment of this request: the one its address named, else the first."""
    return current_app.extensions["guichet_house"]()
