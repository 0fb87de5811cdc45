"""Entries of the trail in words a manager reads: who did what, what it was before, where it is seen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app

from app.kernel import clock
from app.kernel.audit import AuditEntry, entries_on
from app.kernel.events import facts, subject_kinds
from app.kernel.formats import euros, full_date, near_date, spoken_time
from app.kernel.languages import _

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
A_DATE = re.compile(r"\d{4}-\d\d-\d\d")
A_TIME = re.compile(r"\d\d:\d\d")
AN_AMOUNT = re.compile(r"-?\d+,\d\d €")


@dataclass(frozen=True)
class Change:
    """A field, before and after."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        """Write "Couverts : 2 → 4"."""
        nothing = _("rien")
        return _("%(label)s : %(before)s → %(after)s", label=self.label, before=self.before or nothing,
                 after=self.after or nothing)  # fmt: skip


@dataclass(frozen=True)
class HistoryLine:
    """One line of a record's timeline."""

    sentence: str
    who: str
    instant: str
    iso: str
    icon: str
    detail: str
    tone: str | None = None


def history_line(entry: AuditEntry, zone: str, *details: str) -> HistoryLine:
    """Write one fact about a record for its page; `details` stand under it."""
    declared = facts().get(entry.fact)
    local = clock.local(entry.at, zone)
    return HistoryLine(
        sentence=sentence_of(entry),
        who="",
        instant=_("%(day)s à %(time)s", day=near_date(local.date(), clock.today(zone)), time=spoken_time(local.time())),
        iso=entry.at.isoformat(),
        icon=declared.icon if declared else "history",
        detail=" ".join(details),
    )


def history_of(kind: str, record_id: UUID, zone: str) -> list[HistoryLine]:
    """Write the last facts about any record, newest first, with what was before and after."""
    return [
        history_line(entry, zone, *(str(change).removesuffix(".") + "." for change in changes_of(entry)))
        for entry in entries_on(kind, record_id)
    ]


def predicate(entry: AuditEntry) -> str:
    """Write what was done: "a déplacé la réservation de 19 h 30 à 20 h"."""
    declared = facts().get(entry.fact)
    if declared is None:
        return entry.fact
    values = {name: written(value) for name, value in entry.details.items()}
    for name, (old, new) in entry.changes.items():
        values |= {f"before_{name}": written(old), f"after_{name}": written(new)}
    if entry.subject_label:
        values["subject_label"] = _(entry.subject_label)
    for sentence in (declared.words(entry.details, entry.changes), declared.sentence):
        if set(PLACEHOLDER.findall(sentence)) <= values.keys():
            return _(sentence, **values)
    return heading_of(entry.fact)


def sentence_of(entry: AuditEntry) -> str:
    """Write who did what."""
    return f"{actor_of(entry)} {predicate(entry)}"


def actor_of(entry: AuditEntry) -> str:
    """Say who acted; a person who was forgotten has no name any more."""
    if entry.forgotten_at is not None and not entry.actor_label:
        return _("Nom effacé")
    return entry.actor_label if entry.actor_kind == "user" else _(entry.actor_label)


def heading_of(fact: str) -> str:
    """Name a kind of fact: its heading, or the sentence as far as it says nothing of one case."""
    declared = facts().get(fact)
    if declared is None:
        return fact
    if declared.heading:
        return _(declared.heading)
    return PLACEHOLDER.split(_(declared.sentence))[0].rstrip(" \u00a0\u202f:(«»")


def changes_of(entry: AuditEntry) -> list[Change]:
    """Give what was before and after, field by field."""
    declared = facts().get(entry.fact)
    labels: Mapping[str, str] = declared.labels if declared else {}
    return [Change(_label(name, labels), written(old), written(new)) for name, (old, new) in entry.changes.items()]


def _label(name: str, labels: Mapping[str, str]) -> str:
    """Write the label of a field; "table:4" is one of several of a kind."""
    kind, _colon, which = name.partition(":")
    label = _(labels.get(kind, kind))
    return f"{label} {written(which)}" if which else label


def subject_of(entry: AuditEntry) -> str:
    """Say on what: "Réservation K7MN3PQ"."""
    kind = _(subject_kinds().get(entry.subject_kind, entry.subject_kind))
    return f"{kind} {_(entry.subject_label)}" if entry.subject_label else kind


def record_url(kind: str, record_id: UUID | str) -> str | None:
    """Give the path of a record's page, when the back office has one; also outside any request, for letters.

    By the house's convention the view is called `<kind>_show` and stands under /admin.
    """
    endpoint = _show_endpoint(current_app._get_current_object(), kind)  # type: ignore[attr-defined]
    if endpoint is None:
        return None
    try:
        known = UUID(str(record_id))
    except ValueError:  # some subjects of facts have a code where records have an id
        return None
    return current_app.url_map.bind("").build(endpoint, {"id": known})


@lru_cache(maxsize=256)
def _show_endpoint(app: Flask, kind: str) -> str | None:
    for rule in app.url_map.iter_rules():
        named = rule.endpoint.endswith(f".{kind.lower()}_show")
        if named and rule.rule.startswith("/admin/") and rule.arguments == {"id"}:
            return str(rule.endpoint)
    return None


def written(value: Any) -> str:
    """Write a value kept in the trail for a reader."""
    if value is None:
        text = ""
    elif isinstance(value, bool):
        text = _("oui") if value else _("non")
    elif isinstance(value, list):
        text = ", ".join(written(item) for item in value)
    elif isinstance(value, str) and A_DATE.fullmatch(value):
        text = full_date(date.fromisoformat(value))
    elif isinstance(value, str) and A_TIME.fullmatch(value):
        text = spoken_time(time.fromisoformat(value))
    elif isinstance(value, str) and AN_AMOUNT.fullmatch(value):
        text = euros(int(value.removesuffix(" €").replace(",", "")))
    else:
        text = _(value) if isinstance(value, str) else str(value)  # the house's own words are kept in French
    return text
