"""What the calendar shows at once: weeks of the reader, hours of the reader or of the house."""

from datetime import date, timedelta

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.periods import Shown, asked_day, asked_shown, hours_shown, period_around
from app.kernel.access import Actor

DAYS = st.dates(date(2001, 1, 1), date(2199, 1, 1))


@pytest.fixture
def preferring(app):
    """`preferring(first_day="sunday")`: act in a request as somebody who prefers this."""
    context = app.test_request_context()
    context.push()

    def choose(**chosen):
        preferences = {f"display.{name}": value for name, value in chosen.items()}
        g.actor = Actor("user", "1", "Anne", preferences=preferences)

    yield choose
    context.pop()


@given(day=DAYS, shown=st.sampled_from(list(Shown)))
def test_a_period_holds_its_day_and_its_neighbours_touch_it(app, day, shown):
    with app.test_request_context():
        period = period_around(shown, day)
        assert period.first <= day <= period.last
        after, before = period_around(shown, period.beside(1)), period_around(shown, period.beside(-1))
        assert (after.first, before.last) == (period.last + timedelta(days=1), period.first - timedelta(days=1))


@pytest.mark.parametrize(("first_day", "weekday"), [("monday", 0), ("saturday", 5), ("sunday", 6), ("auto", 0)])
def test_a_week_begins_by_the_day_the_reader_prefers(preferring, first_day, weekday):
    preferring(first_day=first_day)
    assert period_around(Shown.WEEK, date(2026, 3, 14)).first.weekday() == weekday


def test_the_hours_are_those_of_the_house_unless_the_reader_prefers_others(preferring):
    preferring()
    hours = hours_shown((11 * 60 + 30, 25 * 60 + 30))
    assert (hours.starts, hours.ends, hours.is_flexible) == (11 * 60, 26 * 60, True)
    preferring(calendar_from="09", calendar_until="23")
    hours = hours_shown((11 * 60 + 30, 25 * 60 + 30))
    assert (hours.starts, hours.ends, hours.is_flexible) == (9 * 60, 23 * 60, False)


@given(
    opens=st.integers(0, 1439), lasts=st.integers(1, 900),
    begins=st.sampled_from(["auto", "00", "12", "23"]), ends=st.sampled_from(["auto", "01", "12", "24"]),
)  # fmt: skip
def test_there_is_always_an_hour_to_draw(app, opens, lasts, begins, ends):
    reader = Actor("user", "1", "Anne", preferences={"display.calendar_from": begins, "display.calendar_until": ends})
    if "auto" not in (begins, ends) and int(begins) >= int(ends):
        return  # refused where it is typed
    with app.test_request_context():
        g.actor = reader
        hours = hours_shown((opens, opens + lasts))
    assert hours.ends - hours.starts >= 60


@pytest.mark.parametrize("text", ["", "demain", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_date_that_is_none_means_today(text):
    today = date(2026, 3, 10)
    assert asked_day(text, today) == today


def test_a_view_that_is_none_means_the_week():
    assert [asked_shown(text) for text in ("mois", "annee", "")] == [Shown.MONTH, Shown.WEEK, Shown.WEEK]
