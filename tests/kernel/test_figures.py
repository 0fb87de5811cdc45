"""Declared figures: measures added up along a dimension, drawn without a script, asked for by an address."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.figures import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Measure, Point, Series, Unit, drawing
from app.kernel.figures.asking import MOST_DAYS, question
from app.kernel.figures.declaration import figures
from app.kernel.figures.series import arranged, fitting
from app.kernel.printing import pdf

MONDAY = date(2026, 3, 2)
SIZE = Dimension("taille", "Taille")


def asked(first=MONDAY, days=7, by=DAY):
    return Asked(first, first + timedelta(days=days - 1), by, {}, MONDAY)


days = st.integers(0, 27).map(lambda offset: MONDAY + timedelta(days=offset))
measures = st.lists(
    st.builds(
        Measure, days, st.integers(0, 500), st.integers(1, 500),
        st.fixed_dictionaries({"taille": st.integers(1, 12).map(lambda size: (size, str(size)))}),
    ),
    max_size=60,
)  # fmt: skip


@given(measures, st.sampled_from([DAY, WEEK, MONTH, WEEKDAY, SIZE]), st.sampled_from(["", "taille"]))
def test_along_every_dimension_the_parts_make_the_whole(app, found, by, parts):
    series = arranged(found, asked(days=28, by=by), mean=False, parts=parts)
    assert sum(value or 0 for point in series.points for value in point.values) == sum(each.amount for each in found)
    assert series.total == sum(each.amount for each in found)
    assert all(len(point.values) == len(series.names) for point in series.points)


@given(measures)
def test_a_mean_lies_between_what_it_is_made_of(app, found):
    series = arranged(found, asked(days=28), mean=True, parts="")
    assert (series.total is None) == (not found)
    if found:
        known = [point.values[0] for point in series.points if point.values[0] is not None]
        assert min(known) - 1e-9 <= series.total <= max(known) + 1e-9


def test_a_day_without_anything_is_a_zero_of_a_sum_and_nothing_of_a_mean(app):
    one = [Measure(MONDAY, 3, 4)]
    assert [point.values[0] for point in arranged(one, asked(days=3), mean=False, parts="").points] == [3, 0, 0]
    assert [point.values[0] for point in arranged(one, asked(days=3), mean=True, parts="").points] == [0.75, None, None]


@pytest.mark.parametrize(("days", "by"), [(1, DAY), (45, DAY), (46, WEEK), (200, WEEK), (201, MONTH)])
def test_the_span_chooses_days_weeks_or_months(days, by):
    assert fitting(MONDAY, MONDAY + timedelta(days=days - 1)) == by


values = st.one_of(st.none(), st.floats(0, 1e6))
points = st.lists(st.tuples(values, values).map(lambda pair: Point("x", pair)), min_size=1, max_size=60)


@given(points, st.sampled_from(["bars", "lines"]), st.sampled_from(list(Unit)))
def test_everything_is_drawn_within_the_paper(app, found, shape, unit):
    series = Series("Jour", ("a", "b"), tuple(found), None, shape)
    chart = drawing.chart(series, unit, series)
    for bar in (*chart.bars, *chart.marks):
        assert 0 <= bar.x <= bar.x + bar.width <= chart.width
        assert 0 <= bar.y <= bar.y + bar.height <= chart.height
    for line in chart.lines:
        assert all(0 <= x <= chart.width and 0 <= y <= chart.height for x, y, _title in line.dots)
    assert 2 <= len(chart.ticks) <= 6
    assert chart.ticks[0][0] == chart.floor


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=12))
def test_a_ring_shows_its_largest_part_first(app, shares):
    series = Series("Motif", ("",), tuple(Point(str(n), (value,)) for n, value in enumerate(shares)), None, "donut")
    slices = drawing.ring(series, Unit.COUNT)
    assert len(slices) == len(shares)
    assert slices[0].name == str(shares.index(max(shares)))


def test_a_line_breaks_where_nothing_is_known(app):
    series = Series("Jour", ("",), tuple(Point("x", (value,)) for value in (1, 2, None, 3, 4, None)), None, "lines")
    (line,) = drawing.chart(series, Unit.COUNT).lines
    assert (len(line.strokes), len(line.dots)) == (2, 4)


def test_a_chart_is_drawn_on_paper_too(app):
    macro = app.jinja_env.get_template("components/chart.html").module
    series = Series("Jour", ("Midi", "Soir"), (Point("lun.", (3, 5)), Point("mar.", (4, 2))), 14)
    drawn = macro.chart(drawing.chart(series, Unit.COUNT, series), "c", "Couverts", "Deux jours")
    assert pdf(f'<html lang="fr"><head><title>x</title></head><body>{drawn}</body></html>').startswith(b"%PDF")
    assert not re.search(r"style=|<script|<style", drawn)


@pytest.mark.parametrize(
    "wrong", [{"du": "32", "au": "33"}, {"du": "2026-03-01"}, {"du": "2026-03-09", "au": "2026-03-01"},
              {"periode": "a-venir"}, {"periode": "x"}, {"du": "2020-01-01", "au": "2026-01-01"}],
)  # fmt: skip
def test_a_period_that_cannot_be_read_is_told_and_the_usual_one_shown(app, cast, wrong):
    covers = figures()["booking.covers"]
    read = question(covers, wrong, cast.chloe)
    assert read.problem
    assert (read.asked.last - read.asked.first).days == 29 < MOST_DAYS


def test_the_same_weeks_of_last_year_are_the_same_weekdays(app, cast):
    read = question(figures()["booking.covers"], {"face-a": "annee", "periode": "7-derniers-jours"}, cast.chloe)
    assert read.compared.first == read.asked.first - timedelta(days=364)
    assert read.compared.first.weekday() == read.asked.first.weekday()
