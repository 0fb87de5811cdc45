"""The trail as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from flask import url_for

from app.directory.queries import house_zone
from app.kernel import telling
from app.kernel.audit import AuditEntry, AuditSource
from app.kernel.datasets import ChoiceFilter, Column, DateFilter, dataset
from app.kernel.datasets.filters import Arguments, Filter, Reading, first_of
from app.kernel.datasets.searching import clean
from app.kernel.events import facts, subject_kinds
from app.kernel.languages import N_, _
from app.traces import queries
from app.traces.permissions import VIEW


@dataclass(frozen=True, kw_only=True, eq=False)
class AccountFilter(Filter):
    """What was done by somebody, or for them: typed as a name or a login."""

    control = "text"

    def read(self, arguments: Arguments) -> Reading:
        """Look the accounts up; a name nobody bears is told."""
        typed = clean(first_of(arguments, self.key))
        if not typed:
            return Reading()
        ids = queries.accounts_named(typed)
        if not ids:
            return Reading(problem=_("Aucun compte n’est au nom de « %(typed)s ».", typed=typed))
        return Reading(self.criterion(queries.done_by(ids), typed, (self.key, typed)))


@dataclass(frozen=True, kw_only=True, eq=False)
class SubjectFilter(Filter):
    """What happened to one record: typed as its name in the trail (a reference), or as its id."""

    control = "text"

    def read(self, arguments: Arguments) -> Reading:
        """Match it whole."""
        typed = clean(first_of(arguments, self.key))
        if not typed:
            return Reading()
        condition: sa.ColumnElement[bool] = AuditEntry.subject_label.in_([typed, typed.upper()])
        record_id = _record_id(typed)
        if record_id:
            known = AuditEntry.subject_kind.in_(list(subject_kinds()))
            condition = sa.and_(known, AuditEntry.subject_id == record_id)
        return Reading(self.criterion(condition, typed, (self.key, typed)))


def _record_id(typed: str) -> str:
    try:
        return str(UUID(typed))
    except ValueError:
        return ""


def _fact_choices() -> Iterable[tuple[str, str]]:
    return sorted(((code, telling.heading_of(code)) for code in facts()), key=lambda choice: choice[1])


def _subject_choices() -> Iterable[tuple[str, str]]:
    return sorted(((kind, _(label)) for kind, label in subject_kinds().items()), key=lambda choice: choice[1])


def _sentence(_fact: str, entry: AuditEntry) -> str:
    said = telling.predicate(entry)
    return said[:1].upper() + said[1:]


JOURNAL = dataset(
    "traces.journal",
    label=N_("Journal"),
    permission=VIEW,
    query=queries.visible_to,
    endpoint="journal.entry_list",
    zone=house_zone,
    columns=(
        Column("quand", N_("Quand"), AuditEntry.at, kind="instant", sortable=True, sort=AuditEntry.number),
        Column("qui", N_("Qui"), AuditEntry.actor_label, show=lambda _label, entry: telling.actor_of(entry)),
        Column("pour", N_("Pour le compte de"), AuditEntry.on_behalf_label, default_shown=False),
        Column("fait", N_("Fait"), AuditEntry.fact, show=_sentence),
        Column(
            "objet",
            N_("Sur"),
            AuditEntry.subject_label,
            minor=True,
            under="fait",
            show=lambda _label, entry: telling.subject_of(entry),
        ),
        Column(
            "changements",
            N_("Avant et après"),
            "changes",
            default_shown=False,
            show=lambda _changes, entry: " · ".join(map(str, telling.changes_of(entry))),
        ),
        Column(
            "source", N_("Source"), AuditEntry.source, minor=True, show=lambda code, _entry: AuditSource(code).label
        ),
        Column("reseau", N_("Réseau"), AuditEntry.address, default_shown=False),
        Column("requete", N_("Requête"), AuditEntry.request_id, default_shown=False),
        Column("numero", N_("Numéro"), AuditEntry.number, kind="integer", default_shown=False),
    ),
    filters=(
        DateFilter("date", N_("Date"), AuditEntry.at, zone=house_zone),
        AccountFilter("personne", N_("Personne (nom ou adresse)"), AuditEntry.actor_id, phrase=N_("par %(value)s")),
        ChoiceFilter("fait", N_("Fait"), AuditEntry.fact, choices=_fact_choices),
        ChoiceFilter("nature", N_("Sur"), AuditEntry.subject_kind, choices=_subject_choices),
        SubjectFilter(
            "objet", N_("Référence ou identifiant"), AuditEntry.subject_id, phrase=N_("à propos de %(value)s")
        ),
        ChoiceFilter("source", N_("Source"), AuditEntry.source, choices=AuditSource),
    ),
    default_sort="-quand",
    row_link=lambda entry: url_for("journal.entry_show", number=entry.number),
    row_name=lambda entry: str(entry.number),
    empty=N_("Chaque fait laissera ici sa ligne."),
)
