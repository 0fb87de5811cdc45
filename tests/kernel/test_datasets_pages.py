"""Keyset pages: walking them, forth and back, gives exactly the sorted rows."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.directory.models import Person
from app.kernel import clock
from app.kernel.datasets.keyset import CursorRefused, seal, unseal
from app.kernel.datasets.reading import count_rows, read_page, read_pieces
from app.kernel.db import db, transaction
from tests.harness.databases import on_both
from tests.kernel.people_dataset import PEOPLE, STAFF, add_people, state

SORTABLE = ["nom", "prenom", "tel", "langue", "longueur", "cree", "email"]
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
LANGUAGES = ["fr", "de", "en"]

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "first_name": st.sampled_from(["Al", "Bo", "Chloé", "Élodie"]),
            "last_name": st.sampled_from(["A", "B", "a", "É"]),
            "phone": st.sampled_from([None, None, "1", "2"]),
            "email": st.sampled_from([None, "x", "y"]),
            "language": st.sampled_from(LANGUAGES),
            "created_at": st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours)),
        }
    ),
    max_size=14,
)
SORTS = st.lists(st.tuples(st.sampled_from(SORTABLE), st.booleans()), min_size=1, max_size=3, unique_by=lambda s: s[0])


def put(rows):
    with transaction() as session:
        session.execute(sa.delete(Person))
    if rows:
        add_people(rows)


def walk(asked, size, *, back=False):
    """Every row, page after page from one end, and the pages seen."""
    pages, place = [], asked
    while True:
        page = read_page(PEOPLE, place, STAFF, size)
        pages.append([row.record.id for row in page.rows])
        cursor = page.previous if back else page.next
        if not cursor:
            return pages
        place = replace(asked, after="" if back else cursor, before=cursor if back else "")


def last_page_of(asked, size):
    place = asked
    while cursor := read_page(PEOPLE, place, STAFF, size).next:
        place = replace(asked, after=cursor)
    return place


def flat(pages):
    return [record_id for page in pages for record_id in page]


VALUES = {
    "nom": lambda row: row["last_name"], "prenom": lambda row: row["first_name"], "tel": lambda row: row["phone"],
    "langue": lambda row: ["fr", "de", "en"].index(row["language"]), "longueur": lambda row: len(row["first_name"]),
    "cree": lambda row: row["created_at"], "email": lambda row: row["email"],
}  # fmt: skip


class Downwards:
    """A value that sorts the other way round."""

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return other.value < self.value


def expected(rows, sorts):
    """The order Python gives them (SQLite compares texts by code point, as Python does): NULLs last, ties by id."""
    ordered = list(enumerate(rows, start=1))
    ordered.sort(reverse=sorts[-1][1], key=lambda pair: pair[0])
    for key, descending in reversed(sorts):
        value_of = VALUES[key]
        known = [pair for pair in ordered if value_of(pair[1]) is not None]
        unknown = [pair for pair in ordered if value_of(pair[1]) is None]
        turned = Downwards if descending else (lambda value: value)
        known.sort(key=lambda pair, of=value_of, turned=turned: turned(of(pair[1])))
        ordered = known + unknown
    return [UUID(int=number) for number, _row in ordered]


def text(sorts):
    return ",".join(f"{'-' if descending else ''}{key}" for key, descending in sorts)


@given(rows=ROWS, sorts=SORTS, size=st.integers(1, 6))
def test_walking_the_pages_gives_the_sorted_rows(app, rows, sorts, size):
    put(rows)
    asked = state(sort=text(sorts))
    forth = walk(asked, size)
    assert flat(forth) == expected(rows, sorts)
    assert all(len(page) == size for page in forth[:-1])
    back = walk(last_page_of(asked, size), size, back=True)
    assert back == forth[::-1]


@given(rows=ROWS, sorts=SORTS)
def test_pieces_give_the_same_rows(app, rows, sorts):
    put(rows)
    asked = state(sort=text(sorts))
    assert [row.record.id for piece in read_pieces(PEOPLE, asked, STAFF, 3) for row in piece] == expected(rows, sorts)


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@given(rows=ROWS, sorts=SORTS, size=st.integers(1, 6))
def test_postgresql_walks_as_it_sorts(app, rows, sorts, size):
    """Its collation is its own: what counts is that pages, forth and back, are cuts of one order."""
    put(rows)
    asked = state(sort=text(sorts))
    whole = [row.record.id for row in read_page(PEOPLE, asked, STAFF, 100).rows]
    forth = walk(asked, size)
    assert flat(forth) == whole
    assert len(whole) == len(rows)
    assert walk(last_page_of(asked, size), size, back=True) == forth[::-1]


@on_both
def test_rows_that_come_shift_nothing(app):
    add_people([{"last_name": name} for name in "BDFHJ"])
    asked = state(sort="nom")
    first = read_page(PEOPLE, asked, STAFF, 2)
    with transaction() as session:
        session.add(Person(first_name="", last_name="A", created_at=clock.now()))
    second = read_page(PEOPLE, replace(asked, after=first.next), STAFF, 2)
    assert [row.record.last_name for row in second.rows] == ["F", "H"]


def test_a_page_whose_rows_are_gone_gives_the_first(app):
    add_people([{"last_name": name} for name in "ABC"])
    asked = state(sort="nom")
    after_two = replace(asked, after=read_page(PEOPLE, asked, STAFF, 2).next)
    with transaction() as session:
        session.execute(sa.delete(Person).where(Person.last_name == "C"))
    assert [row.record.last_name for row in read_page(PEOPLE, after_two, STAFF, 2).rows] == ["A", "B"]


@pytest.mark.parametrize("cursor", ["x", "W10.abc", "..", "é", "\x00", "A" * 5000, ".eJ.x"])
def test_a_forged_cursor_gives_the_first_page_and_says_so(app, cursor):
    add_people(3)
    for place in ({"after": cursor}, {"before": cursor}):
        page = read_page(PEOPLE, replace(state(sort="nom"), **place), STAFF, 2)
        assert page.is_lost
        assert len(page.rows) == 2
        assert not page.previous


def test_a_cursor_serves_its_own_order_only(app):
    add_people(3)
    cursor = read_page(PEOPLE, state(sort="nom"), STAFF, 2).next
    assert read_page(PEOPLE, replace(state(sort="-cree"), after=cursor), STAFF, 2).is_lost


def test_a_cursor_keeps_every_kind_of_value(app):
    values = [None, "é", 3, True, clock.now(), clock.now().date(), clock.now().time(), UUID(int=7)]
    assert unseal("scope", seal("scope", values)) == values
    with pytest.raises(CursorRefused):
        unseal("another", seal("scope", values))


@on_both
def test_counting_stops_at_its_bound(app):
    add_people(12)
    assert count_rows(PEOPLE, state(), STAFF, 12).is_exact
    bounded = count_rows(PEOPLE, state(), STAFF, 11)
    assert (bounded.number, bounded.is_exact) == (11, False)
    assert count_rows(PEOPLE, state(), STAFF, None).number == 12


def test_a_page_in_the_order_of_an_index_scans_nothing(app):
    """The bound on the first key is said alone as well, so that the index is entered at the right place."""
    add_people(400)
    with transaction() as session:
        session.execute(sa.text("CREATE INDEX tests_order ON people (first_name, id)"))
    asked = state(sort="prenom")
    deep = replace(asked, after=read_page(PEOPLE, asked, STAFF, 100).next)
    with explained() as plans:
        read_page(PEOPLE, deep, STAFF, 10)
    assert "SEARCH people USING INDEX tests_order" in plans[0]
    assert "TEMP B-TREE" not in plans[0]


@contextmanager
def explained():
    """SQLite's plan of each query of the block."""
    plans = []

    def explain(connection, _cursor, statement, parameters, *_rest):
        if not statement.startswith("EXPLAIN"):
            plans.append(str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()))

    sa.event.listen(db.engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", explain)
