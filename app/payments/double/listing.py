"""Reading objects: one, a page of many, and what is asked to stand inside (`expand[]`)."""

import re
from collections.abc import Callable
from typing import Any

from app.payments.double.errors import invalid, missing
from app.payments.double.parameters import Parameters
from app.payments.double.store import PREFIXES, Store, Thing, shown

Verb = Callable[[Store, Parameters, str], Thing]
EXPANDABLE = {
    "balance_transaction", "charge", "customer", "failure_balance_transaction", "latest_charge", "payment_intent",
    "payment_method", "setup_intent", "source",
}  # fmt: skip


def found(store: Store, kind: str, id: str | None, param: str = "id") -> Thing:
    """Give an object of this kind, or refuse; one named by a parameter is a bad request, one addressed is not found."""
    thing = store.get(id)
    if thing is None or thing["object"] != kind or thing.get("deleted"):
        raise missing(kind, (id or "")[:80], param, 404 if param == "id" else 400)
    return thing


def retrieve(kind: str) -> Verb:
    """Make the verb that reads one object."""

    def verb(store: Store, given: Parameters, id: str) -> Thing:
        given.finish()
        thing = store.get(id)
        if thing is not None and thing["object"] == kind and thing.get("deleted"):
            return {"id": id, "object": kind, "deleted": True}
        return found(store, kind, id)

    return verb


def list_of(kind: str, *filters: str) -> Verb:
    """Make the verb that reads a page of objects, newest first."""

    def verb(store: Store, given: Parameters, _id: str) -> Thing:
        wanted = {name: value for name in filters if (value := given.text(name)) is not None}
        things = store.all(kind, **wanted)
        types = given.words("types")
        if types:
            things = [thing for thing in things if thing.get("type") in types]
        return page(given, since(given, things), f"/v1/{_plural(kind)}")

    return verb


def page(given: Parameters, things: list[Thing], url: str) -> Thing:
    """Give the page that `limit`, `starting_after` and `ending_before` ask for."""
    limit = given.whole("limit")
    after, before = given.text("starting_after"), given.text("ending_before")
    given.finish()
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise invalid("Invalid integer: limit must be between 1 and 100", "limit", "parameter_invalid_integer")
    ids = [thing["id"] for thing in things]
    for cursor, param in ((after, "starting_after"), (before, "ending_before")):
        if cursor and cursor not in ids:
            raise missing("object", cursor[:80], param, 400)
    if after:
        rest = things[ids.index(after) + 1 :]
        shown_now, more = rest[:limit], len(rest) > limit
    elif before:
        rest = things[: ids.index(before)]
        shown_now, more = rest[-limit:], len(rest) > limit
    else:
        shown_now, more = things[:limit], len(things) > limit
    return {"object": "list", "url": url, "has_more": more, "data": shown_now}


def since(given: Parameters, things: list[Thing]) -> list[Thing]:
    """Keep the things of the time that `created` asks for."""
    created = given.values.get("created")
    if isinstance(created, str):
        exactly = given.whole("created")
        return [thing for thing in things if thing["created"] == exactly]
    bounds = given.group("created")
    tests: dict[str, Callable[[int, int], bool]] = {
        "gt": lambda value, bound: value > bound,
        "gte": lambda value, bound: value >= bound,
        "lt": lambda value, bound: value < bound,
        "lte": lambda value, bound: value <= bound,
    }
    for name, holds in tests.items():
        bound = bounds.whole(name)
        if bound is not None:
            things = [thing for thing in things if holds(thing["created"], bound)]
    return things


def _plural(kind: str) -> str:
    return kind.replace(".", "/") + "s"


def expanded(store: Store, answer: Thing, paths: list[str]) -> Thing:
    """Put whole objects where `expand[]` asks for them, and hide what is the double's own."""
    for path in paths:
        _expand(store, answer, path.split("."), path)
    return dict(shown(answer))


def _expand(store: Store, place: Any, path: list[str], whole: str) -> None:
    refusal = invalid(f"This property cannot be expanded ({whole[:80]}).", "expand")
    name, *rest = path
    if not isinstance(place, dict):
        raise refusal
    if name == "data" and place.get("object") == "list":
        for each in place["data"]:
            _expand(store, each, rest or [""], whole)
    elif name == "line_items" and "_line_items" in place:
        place["line_items"] = place["_line_items"]
    elif name in EXPANDABLE and name in place:
        value = place[name]
        if isinstance(value, str) and re.match(rf"({'|'.join(PREFIXES.values())})_", value):
            place[name] = store.get(value)
        if rest and place[name]:
            _expand(store, place[name], rest, whole)
    else:
        raise refusal
