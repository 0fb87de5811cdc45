"""A page somebody sees: its text, its forms, and what htmx makes of an answer in it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from tests.harness.markup import Element, comparable, read

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.harness.visitors import Visitor


class Page:
    """What a visitor has before their eyes. Two pages are equal when a reader could not tell them apart."""

    def __init__(self, visitor: Visitor, url: str, response: TestResponse) -> None:
        self.visitor, self.url, self.response = visitor, url, response
        self.tree = read(response.get_data(as_text=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Page) and comparable(self.tree) == comparable(other.tree)

    __hash__ = None  # type: ignore[assignment]

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """What stands on it, narrow and no-break spaces written as plain ones."""
        return re.sub(r"[\u00a0\u202f]", " ", self.tree.text)

    def all(self, selector: str) -> list[Element]:
        return self.tree.all(selector)

    def first(self, selector: str) -> Element:
        return self.tree.first(selector)

    def has(self, selector: str) -> bool:
        return self.tree.has(selector)

    def links(self) -> dict[str, str]:
        """Where each link leads, by its words."""
        return {link.text: link["href"] for link in self.all("a[href]")}

    def fields(self, form: str = "form") -> dict[str, Any]:
        """What a form would send as it stands."""
        return values_of(self.first(form))

    def click(self, words: str) -> Page:
        """Follow the link that bears these words."""
        found = [href for label, href in self.links().items() if words in label]
        assert found, f"no link {words!r} among {list(self.links())}"
        return self.visitor.see(urljoin(self.url, found[0]))

    def submit(
        self, selector: str = "form", *, javascript: bool = True, button: str | None = None, **typed: Any
    ) -> Page:
        """Fill a form and send it.

        A form with `hx-post` or `hx-get` is sent as htmx does and its answer swapped into this very page, which is
        given back; others (and all of them with ``javascript=False``) lead to a new page. `button` names the
        submitting button, as "name=value".
        """
        form = self.first(selector)
        values = values_of(form)
        unknown = set(typed) - {field.get("name") for field in form.all("[name]")}
        assert not unknown, f"the form {selector!r} has no field {sorted(unknown)}: {sorted(values)}"
        values.update({name: value for name, value in typed.items() if value is not None})
        if button:
            name, _equals, value = button.partition("=")
            values[name] = value
        htmx = next((name for name in ("hx-post", "hx-get") if javascript and form.get(name) is not None), None)
        if htmx is None:
            return self._sent(form, values)
        return self._swapped(form, form[htmx] or self.url, htmx, values)

    def _sent(self, form: Element, values: dict[str, Any]) -> Page:
        url = urljoin(self.url, form.get("action") or self.url)
        if (form.get("method") or "get").lower() == "post":
            response = self.visitor.post(url, data=values)
        else:
            response = self.visitor.get(url, query_string=values)
        return self.visitor.arrive(url, response)

    def _swapped(self, form: Element, url: str, verb: str, values: dict[str, Any]) -> Page:
        send = self.visitor.post if verb == "hx-post" else self.visitor.get
        parts = {"data": values} if verb == "hx-post" else {"query_string": values}
        response = send(urljoin(self.url, url), headers=HTMX, **parts)
        leads_to = response.headers.get("HX-Redirect") or _path(response.headers.get("HX-Location"))
        if leads_to:
            return self.visitor.see(leads_to)
        self.response = response
        self.swap(response.get_data(as_text=True), form)
        return self

    def swap(self, html: str, source: Element) -> None:
        """Put an answer where htmx would: the main part in its target, the others by their id."""
        answer = read(html)
        for part in answer.all("[hx-swap-oob]"):
            self._swap_aside(part)
            part.replace_by([])
        for part in answer.all("hx-partial"):
            self._swap_into(self.first(part["hx-target"]), part.children, part.get("hx-swap") or "innerHTML")
            part.replace_by([])
        main = answer.children
        if any(isinstance(child, Element) or child.strip() for child in main):
            wanted = inherited(source, "hx-target")
            target = source if wanted in (None, "this") else self.first(wanted)
            self._swap_into(target, main, inherited(source, "hx-swap") or "innerHTML")

    def _swap_aside(self, part: Element) -> None:
        how, _colon, selector = part["hx-swap-oob"].partition(":")
        found = self.all(selector or f"#{part['id']}")
        for target in found:
            style = "outerHTML" if how == "true" else how
            inner = style.startswith(("inner", "beforeend", "afterbegin"))
            self._swap_into(target, part.children if inner else [part], style)

    def _swap_into(self, target: Element, parts: list[Element | str], how: str) -> None:
        style = how.split(maxsplit=1)[0] if how else "innerHTML"
        if style.startswith("outer"):
            target.replace_by(list(parts))
        elif style == "delete":
            target.replace_by([])
        elif style == "beforeend":
            target.children += parts
        elif style == "afterbegin":
            target.children[:0] = parts
        elif style != "none":
            target.children = list(parts)
        target.adopt()


HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _path(location: str | None) -> str | None:
    if location and location.startswith("{"):
        return str(json.loads(location)["path"])
    return location


def inherited(element: Element, name: str) -> str | None:
    """An attribute of the element, or of one around it that says `:inherited` (htmx 4)."""
    if element.get(name) is not None:
        return element.get(name)
    passed_on = f"{name}:inherited"
    return next((above[passed_on] for above in element.ancestors() if passed_on in above.attributes), None)


def values_of(form: Element) -> dict[str, Any]:
    """What a browser would send of this form."""
    values: dict[str, Any] = {}
    for field in form.all("input[name], select[name], textarea[name]"):
        value = _value_of(field)
        if value is None or "disabled" in field.attributes:
            continue
        name = field["name"]
        values[name] = value if name not in values else [*_listed(values[name]), *_listed(value)]
    return values


def _value_of(field: Element) -> Any:
    if field.tag == "textarea":
        written = "".join(child for child in field.children if isinstance(child, str))
        return written.removeprefix("\r").removeprefix("\n")
    if field.tag == "select":
        options = field.all("option")
        chosen = [option for option in options if "selected" in option.attributes]
        if "multiple" in field.attributes:
            return [option.get("value", option.text) for option in chosen]
        first = chosen or options[:1]
        return first[0].get("value", first[0].text) if first else None
    kind = field.get("type") or "text"
    if kind in ("submit", "button", "image", "reset", "file"):
        return None
    if kind in ("checkbox", "radio"):
        return field.get("value", "on") if "checked" in field.attributes else None
    return field.get("value", "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
