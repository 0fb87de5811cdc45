"""The file of an establishment: read back exactly as written, every error in its place."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.exchange import BookingSettings, FileRefused, dump, parse
from app.booking.floor_plan import LARGEST, Drawing, Label, Place, Shape, Wall
from app.booking.opening import (
    CloseOut,
    Closure,
    DurationBand,
    ExceptionalDay,
    Occasion,
    Scope,
    Shift,
    problems,
    slots_on,
)
from app.booking.seating import Combination, Day, DayBook, Table, times_left

EXAMPLES = Path(__file__).parents[2] / "examples"
MARGOT = json.loads((EXAMPLES / "chez-margot.json").read_text())
MISSING = object()


def changed(path, value):
    """Chez Margot with one value changed, added or (MISSING) removed."""
    file = deepcopy(MARGOT)
    *way, last = path
    inner = file
    for step in way:
        inner = inner[step]
    if value is MISSING:
        del inner[last]
    else:
        inner[last] = value
    return file


def places(source):
    with pytest.raises(FileRefused) as refused:
        parse(source)
    assert all("%(" not in error.message for error in refused.value.errors)
    assert all(error.message in str(refused.value) for error in refused.value.errors)
    return [error.place for error in refused.value.errors]


# --- the examples ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chez-margot", "bar-de-nuit", "grande-brasserie"])
def test_the_examples_are_written_as_the_house_writes_them(name):
    text = (EXAMPLES / f"{name}.json").read_text()
    file = parse(text)
    assert dump(file) == text
    assert parse(json.loads(text)) == parse(text.encode()) == parse(f"\ufeff{text}") == file
    assert problems(file.opening) == []


def test_chez_margot_is_a_house_one_can_book():
    file = parse(MARGOT)
    assert (len(file.tables), len(file.combinations), file.opening.zone) == (14, 6, "Europe/Paris")
    tuesday = date(2026, 12, 1)
    now = datetime(2026, 11, 25, tzinfo=UTC)
    on = Day(file.opening, tuesday, file.room, DayBook.empty_on(tuesday), file.booking.rules, now)
    assert times_left(on, 2) == len(on.slots) == 21
    assert slots_on(file.opening, date(2026, 12, 25)) == ()
    assert slots_on(file.opening, date(2026, 12, 31))[0].shift.name.startswith("Réveillon")


def test_the_night_bar_seats_past_midnight():
    file = parse((EXAMPLES / "bar-de-nuit.json").read_text())
    assert slots_on(file.opening, date(2026, 12, 3))[-1].minutes == 25 * 60 + 30


# --- what may be left out -------------------------------------------------------------------------------------


def test_what_may_be_left_out_has_a_default():
    file = deepcopy(MARGOT)
    for key in ("phone", "email", "closures", "exceptional", "booking"):
        del file[key]
    del file["room"]["combinations"]
    file["shifts"] = [{"name": "Dîner", "weekdays": [1], "first": "19:00", "last": "21:00"}]
    read = parse(file)
    assert (read.phone, read.email, read.combinations, read.opening.closures) == (None, None, (), ())
    assert read.booking == BookingSettings()
    assert read.opening.shifts[0].pacing_covers is None
    assert parse(dump(read)) == read


def test_a_paragraph_may_have_lines_a_name_may_not():
    assert parse(changed(["booking", "large_party_text"], "Bonjour,\nappelez-nous.")).booking.large_party_text
    assert places(changed(["name"], "Chez\nMargot")) == ["name"]


# --- what is refused, and where -------------------------------------------------------------------------------

SHIFT = {"name": "Dîner", "first": "19:00", "last": "21:00"}
WRONG = [
    (["format"], "guichet-establishment/2", "format"),
    (["format"], MISSING, "format"),
    (["slug"], "Chez Margot", "slug"),
    (["slug"], "chez-margot\n", "slug"),
    (["name"], "", "name"),
    (["name"], "   ", "name"),
    (["name"], 7, "name"),
    (["name"], "M" * 121, "name"),
    (["name"], "Chez \x00", "name"),
    (["name"], "Chez \u202eMargot", "name"),
    (["name"], "\ud800", "name"),
    (["timezone"], "Europe/Orléans", "timezone"),
    (["timezone"], "../../etc/passwd", "timezone"),
    (["timezone"], MISSING, "timezone"),
    (["address"], "12 rue des Halles", "address"),
    (["address", "city"], MISSING, "address.city"),
    (["address", "country"], "France", "address.country"),
    (["address", "floor"], 2, "address.floor"),
    (["phone"], "appelez-nous", "phone"),
    (["email"], "bonjour@", "email"),
    (["email"], "bonjour arobase exemple.fr", "email"),
    (["email"], "a@b@c.fr", "email"),
    (["colour"], "red", "colour"),
    (["room"], MISSING, "room"),
    (["room", "chairs"], 40, "room.chairs"),
    (["room", "slot_minutes"], 20, "room.slot_minutes"),
    (["room", "slot_minutes"], "15", "room.slot_minutes"),
    (["room", "slot_minutes"], True, "room.slot_minutes"),
    (["room", "slot_minutes"], 15.0, "room.slot_minutes"),
    (["room", "slot_minutes"], 0, "room.slot_minutes"),
    (["room", "turnover_minutes"], 10, "room.turnover_minutes"),
    (["room", "turnover_minutes"], -15, "room.turnover_minutes"),
    (["room", "durations"], [], "room.durations"),
    (["room", "durations"], MISSING, "room.durations"),
    (["room", "durations", 0, "minutes"], 100, "room.durations[0].minutes"),
    (["room", "durations", 1, "up_to"], 2, "room.durations[1].up_to"),
    (["room", "durations", 1, "up_to"], None, "room.durations[1].up_to"),
    (["room", "durations", 3, "up_to"], 12, "room.durations"),
    (["room", "areas"], {}, "room.areas"),
    (["room", "areas"], ["salle", "terrasse", "salle"], "room.areas[2]"),
    (["room", "tables"], [], "room.tables"),
    (["room", "tables"], MISSING, "room.tables"),
    (["room", "tables", 3], "4", "room.tables[3]"),
    (["room", "tables", 3, "id"], MISSING, "room.tables[3].id"),
    (["room", "tables", 13, "id"], "1", "room.tables[13].id"),
    (["room", "tables", 3, "area"], "cave", "room.tables[3].area"),
    (["room", "tables", 3, "max_covers"], 1, "room.tables[3].max_covers"),
    (["room", "tables", 3, "max_covers"], "quatre", "room.tables[3].max_covers"),
    (["room", "tables", 3, "min_covers"], 0, "room.tables[3].min_covers"),
    (["room", "combinations", 2, "tables"], ["4"], "room.combinations[2].tables"),
    (["room", "combinations", 2, "tables"], ["4", "99"], "room.combinations[2].tables[1]"),
    (["room", "combinations", 2, "tables"], ["4", "4"], "room.combinations[2].tables[1]"),
    (["room", "combinations", 2, "max_covers"], 9, "room.combinations[2].max_covers"),
    (["room", "combinations", 2, "min_covers"], 9, "room.combinations[2].max_covers"),
    (["room", "combinations", 2, "id"], "1", "room.combinations[2].id"),
    (["room", "combinations", 2, "id"], "1+2", "room.combinations[2].id"),
    (["shifts"], MISSING, "shifts"),
    (["shifts", 1, "first"], "19h", "shifts[1].first"),
    (["shifts", 1, "first"], "19:05", "shifts[1].first"),
    (["shifts", 1, "last"], "24:00", "shifts[1].last"),
    (["shifts", 1, "first"], "13:00", "shifts[1].first"),
    (["shifts", 1, "weekdays"], [], "shifts[1].weekdays"),
    (["shifts", 1, "weekdays"], MISSING, "shifts[1].weekdays"),
    (["shifts", 1, "weekdays"], [0], "shifts[1].weekdays[0]"),
    (["shifts", 1, "weekdays"], [2, 2], "shifts[1].weekdays"),
    (["shifts", 1, "weekdays"], ["mardi"], "shifts[1].weekdays[0]"),
    (["shifts", 1, "pacing_covers"], 0, "shifts[1].pacing_covers"),
    (["shifts", 1, "online_covers"], -1, "shifts[1].online_covers"),
    (["room", "tables", 3, "kept"], "oui", "room.tables[3].kept"),
    (["exceptional", 0, "title"], "x" * 81, "exceptional[0].title"),
    (["close_outs", 0, "to"], "2026-01-01", "close_outs[0].to"),
    (["close_outs", 0, "weekdays"], [1], "close_outs[0].weekdays"),
    (["close_outs", 0, "until"], MISSING, "close_outs[0].until"),
    (["close_outs", 0, "until"], "19:00", "close_outs[0].until"),
    (["close_outs", 0, "since"], "19:10", "close_outs[0].since"),
    (["close_outs", 0, "area"], "grenier", "close_outs[0].area"),
    (["close_outs", 0, "tables"], ["1"], "close_outs[0].area"),
    (["shifts", 1, "durations"], [{"up_to": None, "minutes": 50}], "shifts[1].durations[0].minutes"),
    (["shifts", 1, "colour"], "red", "shifts[1].colour"),
    (["closures", 0, "from"], "2026-02-30", "closures[0].from"),
    (["closures", 0, "from"], "24/12/2026", "closures[0].from"),
    (["closures", 0, "from"], "20261224", "closures[0].from"),
    (["closures", 0, "to"], "2026-12-01", "closures[0].to"),
    (["closures", 0, "reason"], "\x07", "closures[0].reason"),
    (["exceptional", 0, "date"], "2026-12-25", "exceptional[0].date"),
    (["exceptional", 0, "date"], "2026-13-01", "exceptional[0].date"),
    (["exceptional", 0, "shifts"], MISSING, "exceptional[0].shifts"),
    (["exceptional", 0, "shifts"], [SHIFT, SHIFT], "exceptional[0].shifts[1].first"),
    (["exceptional", 0, "shifts", 0, "weekdays"], [9], "exceptional[0].shifts[0].weekdays[0]"),
    (["booking", "min_notice_minutes"], -1, "booking.min_notice_minutes"),
    (["booking", "max_advance_days"], 10**9, "booking.max_advance_days"),
    (["booking", "max_covers_online"], "dix", "booking.max_covers_online"),
    (["booking", "large_party_text"], "x" * 1001, "booking.large_party_text"),
    (["booking", "hold_minutes"], 0, "booking.hold_minutes"),
    (["booking", "policy"], "spread", "booking.policy"),
    (["booking", "policy"], ["best_fit"], "booking.policy"),
    (["booking", "discount"], 5, "booking.discount"),
]


@pytest.mark.parametrize(("path", "value", "place"), WRONG)
def test_what_is_wrong_is_named_at_its_place_and_nothing_else_is(path, value, place):
    assert places(changed(path, value)) == [place]


def test_every_error_is_reported_not_the_first_alone():
    file = changed(["name"], "")
    file["room"]["tables"][3]["max_covers"] = 0
    file["shifts"][0]["first"] = "midi"
    file["closures"][0]["to"] = "2026-02-30"
    file["surprise"] = 1
    assert set(places(file)) == {"surprise", "name", "room.tables[3].max_covers", "shifts[0].first", "closures[0].to"}


def test_an_error_in_a_table_is_not_blamed_on_its_combinations():
    assert places(changed(["room", "tables", 3, "max_covers"], None)) == ["room.tables[3].max_covers"]
    assert places(changed(["room", "tables", 3, "id"], 4)) == ["room.tables[3].id"]
    assert places(changed(["room", "areas"], MISSING)) == ["room.areas"]


def test_the_same_date_cannot_be_exceptional_twice():
    file = changed(["exceptional"], [{"date": "2026-12-31", "shifts": []}] * 2)
    assert places(file) == ["exceptional[1].date"]


def test_an_empty_file_lists_what_it_lacks():
    assert places({}) == ["format", "slug", "name", "timezone", "address", "room", "shifts"]
    assert places("[]") == places("3") == ["(fichier)"]


# --- what is not JSON -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "ligne 1, colonne 1"),
        ('{\n  "name": "Chez Margot",\n}', "ligne 3, colonne 1"),
        ('{\n  "name" "Chez Margot"}', "ligne 2, colonne 10"),
        ('{"a": 1} {"b": 2}', "ligne 1, colonne 10"),
        ('{"name": "Chez Margot', "ligne 1, colonne 10"),
        ('{"name": NaN}', "(fichier)"),
        ('{"name": Infinity}', "(fichier)"),
        ("[" * 100_000, "(fichier)"),
        ("9" * 5_000, "(fichier)"),
        (b'{"name": "\xe9"}', "(fichier)"),
        (b"\x00\x01\x02", "ligne 1, colonne 1"),
        ('"' + "x" * 2_000_001 + '"', "(fichier)"),
    ],
    ids=range(12),
)
def test_what_is_not_json_is_refused_with_line_and_column(text, place):
    assert places(text) == [place]


def test_a_key_written_twice_is_an_error():
    text = dump(parse(MARGOT)).replace('"slug"', '"name": "Chez Paul",\n  "slug"', 1)
    assert places(text) == ["name"]


# --- any establishment, any junk ------------------------------------------------------------------------------

words = st.text("abcdéèœÀ '-12&", min_size=1, max_size=12).filter(str.strip)
clocks = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
stays = st.integers(1, 48).map(lambda quarters: quarters * 15)


spots, sides = st.integers(0, LARGEST), st.integers(30, 1000)
places_drawn = st.builds(Place, st.sampled_from(Shape), spots, spots, sides, sides, st.integers(0, 359))
walls, labels = st.builds(Wall, spots, spots, spots, spots), st.builds(Label, words, spots, spots)
drawings = st.builds(Drawing, *(st.lists(each, max_size=2).map(tuple) for each in (walls, labels)))


@st.composite
def bands(draw):
    sizes = sorted(draw(st.sets(st.integers(1, 40), max_size=3)))
    return tuple(DurationBand(size, draw(stays)) for size in [*sizes, None])


@st.composite
def shifts(draw, id, weekdays):
    caps, covers = st.none() | st.integers(1, 99), st.none() | st.integers(8, 99)
    durations = draw(st.none() | bands())
    online = draw(covers | st.just(0))
    hours, pacing = (draw(clocks), draw(clocks)), (draw(covers), draw(caps))
    policy = draw(st.none() | st.sampled_from(["best_fit", "guarded", "exact"]))
    return Shift(id, draw(words), weekdays, *hours, *pacing, durations, policy, online)


quarters = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
hours = st.none() | st.lists(quarters, min_size=2, max_size=2, unique=True)


@st.composite
def close_outs(draw, areas, tables):
    first = draw(st.dates(date(2027, 1, 1), date(2027, 3, 1)))
    last = draw(st.none() | st.integers(7, 60).map(lambda days: first + timedelta(days=days)))
    weekdays = draw(st.frozensets(st.integers(1, 7), max_size=3))
    since, until = draw(hours) or (None, None)
    scope = draw(st.sampled_from(Scope))
    closed = draw(st.frozensets(st.sampled_from(tables), min_size=1)) if scope is Scope.TABLES else frozenset()
    area = draw(st.sampled_from(areas)) if scope is Scope.AREA else None
    return CloseOut(first, last, weekdays, since, until, scope, closed, area, draw(words | st.just("")))


@st.composite
def files(draw):
    sound = parse(MARGOT)
    areas = tuple(draw(st.lists(words, min_size=1, max_size=3, unique=True)))
    ids = draw(st.lists(words, min_size=3, max_size=8, unique=True))
    least = st.integers(1, 8)
    tables = tuple(
        Table(id, draw(st.sampled_from(areas)), low, low + draw(st.integers(0, 8)))
        for id, low in zip(ids[1:], draw(st.lists(least, min_size=len(ids) - 1, max_size=len(ids) - 1)), strict=True)
    )
    members = tables[: draw(st.integers(2, len(tables)))]
    together = sum(table.max_covers for table in members)
    days = draw(st.sets(st.integers(1, 7)))
    exceptional = draw(st.sets(st.dates(date(2027, 1, 1), date(2027, 3, 1)), max_size=2))
    opening = replace(
        sound.opening,
        slot_minutes=draw(st.integers(1, 8)) * 15,
        shifts=tuple(draw(shifts(f"shifts[{index}]", frozenset({day}))) for index, day in enumerate(sorted(days))),
        closures=(Closure(date(2026, 1, 1), date(2026, 1, 1), draw(words | st.just(""))),),
        exceptional_days=tuple(
            ExceptionalDay(
                day,
                (draw(shifts(f"exceptional[{index}].shifts[0]", frozenset())),),
                Occasion(*(draw(words | st.just("")) for _n in range(4))),
            )
            for index, day in enumerate(sorted(exceptional))
        ),
        close_outs=tuple(draw(st.lists(close_outs(areas, ids[1:]), max_size=2))),
    )
    return replace(
        sound,
        name=draw(words),
        phone=draw(st.none() | st.just("02 38 00 00 00")),
        areas=areas,
        tables=tables,
        combinations=(Combination(ids[0], tuple(table.id for table in members), 1, together),),
        places={table.id: draw(places_drawn) for table in tables if draw(st.booleans())},
        drawings={area: draw(drawings) for area in areas if draw(st.booleans())},
        kept=frozenset(table.id for table in tables if draw(st.booleans())),
        durations=draw(bands()),
        turnover_minutes=draw(st.integers(0, 16)) * 15,
        opening=opening,
        booking=replace(
            sound.booking,
            large_party_text=draw(words | st.just("une\nligne")),
            hold_minutes=draw(st.integers(1, 60)),
        ),
    )


@given(files())
def test_any_establishment_is_read_back_as_it_was_written(file):
    text = dump(file)
    assert parse(text) == file
    assert dump(parse(text)) == text
    assert problems(file.opening) == []


def paths(value, way=()):
    """Every path inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield [*way, key]
        yield from paths(inner, (*way, key))


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just(MISSING),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(list(paths(MARGOT))), junk)
def test_junk_anywhere_is_refused_or_read_never_more(path, value):
    try:
        file = parse(changed(path, value))
    except FileRefused:
        assert all(places(changed(path, value)))
    else:
        assert parse(dump(file)) == file


@given(st.text() | st.binary())
def test_any_text_is_refused_politely(source):
    assert places(source)
