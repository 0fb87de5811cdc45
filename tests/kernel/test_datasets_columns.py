"""Columns: each kind as a reader sees it, and as a spreadsheet takes it."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.kernel.datasets import Column
from app.kernel.datasets.filters import ChoiceFilter, DateFilter
from app.kernel.db import db
from app.kernel.spreadsheets import Euros
from tests.harness.databases import on_both
from tests.kernel.people_dataset import Language

PARIS = "Europe/Paris"
INSTANT = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
LOCAL = datetime(2026, 3, 10, 23, 30)  # noqa: DTZ001 - a spreadsheet knows no zone


@pytest.mark.parametrize(
    ("kind", "value", "text", "cell"),
    [
        ("text", "Élodie", "Élodie", "Élodie"),
        ("integer", 1200, "1200", 1200),
        ("date", date(2026, 3, 14), "sam. 14 mars", date(2026, 3, 14)),
        ("date", date(2027, 3, 14), "dim. 14 mars 2027", date(2027, 3, 14)),
        ("time", time(19, 30), "19:30", time(19, 30)),
        ("instant", INSTANT, "10 mars 2026 à 23:30", LOCAL),
        ("choice", Language.GERMAN, "Allemand", "Allemand"),
        ("money", 123450, "1 234,50 €", Euros(123450)),
        ("boolean", True, "oui", "oui"),
        ("boolean", False, "non", "non"),
        ("text", None, "", None),
        ("money", None, "", None),
    ],
)
def test_each_kind_is_written(app, kind, value, text, cell):
    column = Column("x", "X", "x", kind)
    written = column.text(value, None, PARIS)
    assert written.replace("\u202f", " ").replace("\xa0", " ") == text
    given = column.cell(value, None, PARIS)
    assert (given, type(given)) == (cell, type(cell))


def test_what_a_slice_shows_is_what_it_exports_unless_it_says_otherwise(app):
    shown = Column("x", "X", "x", "integer", show=lambda value, record: f"{value} {record}")
    assert shown.text(2, "couverts", PARIS) == shown.cell(2, "couverts", PARIS) == "2 couverts"
    both = Column("x", "X", "x", show=lambda _value, _record: "text", export=lambda _value, _record: 7)
    assert both.cell(2, None, PARIS) == 7


def test_a_path_is_followed_as_far_as_it_goes():
    record = SimpleNamespace(guest=SimpleNamespace(name=lambda: "Alice"), nobody=None)
    assert Column("x", "X", "guest.name").read(record) == "Alice"
    assert Column("x", "X", "nobody.name").read(record) is None


@on_both
@pytest.mark.parametrize(("asked", "found"), [("2026-03-11..2026-03-12", True), ("..2026-03-10", False), ("..", None)])
def test_a_filter_over_plain_dates(app, asked, found):
    declared = DateFilter("jour", "Jour", sa.literal(date(2026, 3, 11), sa.Date()), zone=lambda: PARIS)
    criterion = declared.read({"jour": [asked]}).criterion
    assert (criterion and bool(db.session.scalar(sa.select(criterion.condition)))) is found


@on_both
def test_a_choice_may_be_of_records(app):
    known = UUID(int=7)
    declared = ChoiceFilter("lieu", "Lieu", sa.literal(known, sa.Uuid()), choices=lambda: [(str(known), "Ici")])
    criterion = declared.read({"lieu": [str(known)]}).criterion
    assert criterion.sentence == "Ici"
    assert db.session.scalar(sa.select(criterion.condition))
    assert declared.read({"lieu": ["ailleurs"]}).problem
