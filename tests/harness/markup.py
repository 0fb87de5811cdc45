"""A page as a tree: read it, find in it by the small selectors tests need, compare it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SIMPLE = re.compile(
    r"""(?P<tag>^[\w-]+|\*)|\#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)"""
    r"""|\[(?P<name>[\w:-]+)(?:(?P<how>[*^$]?=)["']?(?P<value>[^"'\]]*)["']?)?\]"""
)


@dataclass(eq=False)
class Element:
    """One element; `children` are elements and texts, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = None

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.attributes.get(name, default)

    @property
    def text(self) -> str:
        """What a person reads in it, spaces tidied; scripts and styles are not read."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in {"script", "style", "template"}:
                yield from child._texts()
                yield " " if child.tag not in {"b", "i", "em", "strong", "abbr", "span", "a"} else ""

    def walk(self) -> Iterator[Element]:
        """Every element below this one, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def ancestors(self) -> Iterator[Element]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def all(self, selector: str) -> list[Element]:
        """Elements matching `tag`, `#id`, `.class`, `[name=value]`: together, below each other, or by commas."""
        wanted = [choice.split() for choice in selector.split(",")]
        return [found for found in self.walk() if any(_matches(found, parts) for parts in wanted)]

    def first(self, selector: str) -> Element:
        """The first match; fails and shows the text when there is none."""
        found = self.all(selector)
        assert found, f"nothing matches {selector!r} in: {self.text[:600]}"
        return found[0]

    def has(self, selector: str) -> bool:
        return bool(self.all(selector))

    def replace_by(self, others: list[Element | str]) -> None:
        siblings = self.parent.children
        place = next(index for index, child in enumerate(siblings) if child is self)
        siblings[place : place + 1] = others
        self.parent.adopt()

    def adopt(self) -> None:
        for child in self.children:
            if isinstance(child, Element):
                child.parent = self


def _matches(element: Element, parts: list[str]) -> bool:
    if not _fits(element, parts[-1]):
        return False
    if len(parts) == 1:
        return True
    return any(_matches(above, parts[:-1]) for above in element.ancestors())


def _fits(element: Element, simple: str) -> bool:
    for part in SIMPLE.finditer(simple):
        tag, value = part["tag"], element.attributes.get(part["name"] or "")
        if tag and tag not in ("*", element.tag):
            return False
        if part["id"] and element.get("id") != part["id"]:
            return False
        if part["class"] and part["class"] not in (element.get("class") or "").split():
            return False
        if part["name"] and (value is None or not _compares(value, part["how"], part["value"])):
            return False
    return True


def _compares(value: str, how: str | None, wanted: str | None) -> bool:
    if how is None:
        return True
    wanted = wanted or ""
    return {
        "=": value == wanted,
        "*=": wanted in value,
        "^=": value.startswith(wanted),
        "$=": value.endswith(wanted),
    }[how]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        above = self.open[-1]
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=above)
        above.children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                continue

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """Read a page, or a fragment of one."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


# What is new at each drawing and changes nothing for the reader; and passing messages, gone when the page is fresh.
FLEETING = ("[data-transient]", "#toasts", "[role=status]", "[role=alert].toast", ".toast")
CHANGING = {"csrf-token", "csrf_token", "idempotency_key"}


def comparable(element: Element) -> list[object]:
    """A form of the tree in which two drawings of the same page are equal."""
    form: list[object] = []
    for child in element.children:
        if isinstance(child, str):
            if child.strip():
                form.append(" ".join(child.split()))
        elif not any(_fits(child, fleeting) for fleeting in FLEETING):
            kept = {name: value for name, value in child.attributes.items() if name != "hx-swap-oob"}
            if kept.get("name") in CHANGING:
                kept = {"name": kept["name"]}
            form.append((child.tag, sorted(kept.items()), comparable(child)))
    return form
