"""The forecast of covers: sound whatever the past, never knowing what was not known yet, judged by its own past."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.forecast import AHEAD, NIGHTS, PROMISED, Promise, accuracy, book_of, forecast, trials, usual
from app.booking.models import Reservation
from app.kernel import clock
from app.kernel.db import transaction
from tests.booking.houses import promise
from tests.harness.databases import on_both

NIGHT = date(2026, 3, 9)
OLDEST = NIGHT - timedelta(days=140)
DAYS = [OLDEST + timedelta(days=offset) for offset in range(141 + AHEAD)]


@st.composite
def promises(draw):
    day = draw(st.sampled_from(DAYS))
    made = day - timedelta(days=draw(st.integers(0, 60)))
    undone = draw(st.dates(made, day)) if draw(st.booleans()) else None
    return Promise(day, draw(st.integers(1, 12)), made, undone, undone is None)


books = st.lists(promises(), max_size=150)


@given(books, st.integers(0, NIGHTS))
def test_the_book_says_what_was_on_hand_at_every_distance(found, nights):
    book = book_of(found, DAYS)
    for day in {each.day for each in found}:
        seen_from = day - timedelta(days=nights)
        counted = sum(
            each.covers
            for each in found
            if each.day == day and each.made <= seen_from and (each.undone is None or each.undone > seen_from)
        )
        assert book.at(day, nights) == counted


@given(books, st.integers(1, AHEAD))
def test_a_forecast_lies_within_its_interval_and_above_nothing(found, nights):
    made = forecast(book_of(found, DAYS), NIGHT, NIGHT + timedelta(days=nights))
    assert made is not None
    assert 0 <= made.low <= made.expected <= made.high


@given(books, books, st.integers(1, AHEAD))
def test_what_was_not_known_that_night_changes_nothing(found, later, nights):
    day, morrow = NIGHT + timedelta(days=nights), NIGHT + timedelta(days=1)
    made_since = [replace(each, made=max(each.made, morrow), day=max(each.day, morrow), undone=None) for each in later]
    not_undone_yet = [replace(each, undone=None) if each.undone and each.undone > NIGHT else each for each in found]
    as_it_was, as_it_is = book_of(not_undone_yet, DAYS), book_of([*found, *made_since], DAYS)
    assert forecast(as_it_was, NIGHT, day) == forecast(as_it_is, NIGHT, day)


@given(st.integers(0, 200), st.integers(1, AHEAD))
def test_evenings_all_alike_are_forecast_exactly(covers, nights):
    same = [Promise(day, covers, day - timedelta(days=3), None, counts=True) for day in DAYS if covers]
    made = forecast(book_of(same, DAYS), NIGHT, NIGHT + timedelta(days=nights))
    assert (made.expected, made.low, made.high) == (covers, covers, covers)


def test_a_closed_day_and_a_young_house_have_no_forecast():
    assert forecast(book_of([], DAYS[:-AHEAD]), NIGHT, NIGHT + timedelta(days=3)) is None
    young = [NIGHT - timedelta(days=offset) for offset in range(5)]
    assert forecast(book_of([], [*young, NIGHT + timedelta(days=1)]), NIGHT, NIGHT + timedelta(days=1)) is None
    assert usual(book_of([], young), NIGHT, NIGHT + timedelta(days=1), 1) is None
    assert accuracy([]) is None


def noisy(seed):
    """Evenings whose size depends on the weekday, with chance; parties book from nought to twenty days ahead."""
    dice = random.Random(seed)
    for day in DAYS:
        for _party in range(max(0, round(dice.gauss(12 + 6 * (day.weekday() >= 4), 3)))):
            made = day - timedelta(days=min(20, int(dice.expovariate(0.25))))
            gone = made + timedelta(days=1) if dice.random() < 0.08 and made < day else None
            yield Promise(day, dice.choice((2, 2, 3, 4, 4, 6)), made, gone, gone is None)


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_holds_what_it_promises_and_the_book_helps(seed):
    played = trials(book_of(noisy(seed), DAYS), NIGHT)
    near, every = accuracy([trial for trial in played if trial.nights <= 3]), accuracy(played)
    assert every.trials > 500
    assert abs(every.within - PROMISED) < 0.1
    assert near.error < near.plain_error
    assert near.error < accuracy([trial for trial in played if trial.nights >= 10]).error


def test_trials_know_nothing_of_the_days_they_forecast():
    past = list(noisy(1))
    played = trials(book_of(past, DAYS), NIGHT)
    last = max(trial.forecast.day for trial in played)
    blind = trials(book_of([each for each in past if each.day != last], DAYS), NIGHT)
    of_others = [trial for trial in played if trial.forecast.day != last]
    assert last <= NIGHT
    assert [trial for trial in blind if trial.forecast.day != last] == of_others


@pytest.fixture
def past(house, at):
    """Twelve weeks of Le Petit Quai: ten covers on Saturdays, four on other evenings, promised a week ahead."""
    made = promise(house, "2026-03-14 19:30")
    now = clock.now()
    with transaction() as session:
        for back in range(-7, 84):
            day = date(2026, 3, 10) - timedelta(days=back)
            if day.isoweekday() == 1 or (back <= 0 and day.isoweekday() != 6):
                continue
            row = {column.name: getattr(made, column.name) for column in made.__table__.columns if column.name != "id"}
            row |= {"reference": f"F{back + 7}", "service_date": day, "covers": 10 if day.isoweekday() == 6 else 4}
            session.add(Reservation(**row | {"created_at": now - timedelta(days=back + 7)}))
        session.delete(session.get_one(Reservation, made.id))
    return house


def test_the_page_forecasts_fourteen_days_and_shows_its_past_error(visit, cast, past, max_queries):
    chloe = visit(cast.chloe)
    chloe.get("/admin/chiffres/previsions")
    with max_queries(14):
        page = chloe.see("/admin/chiffres/previsions")
    rows = [[cell.text for cell in row.all("th, td")] for row in page.all("tbody tr")]
    days = [row for row in rows if len(row) == 5]
    assert len(days) == 14
    assert next(row for row in days if row[0].startswith("sam.")) == ["sam. 14 mars", "10", "10", "10", "10"]
    assert next(row for row in days if row[0].startswith("lun."))[1] == "–"
    assert [row[0] for row in rows if len(row) == 6] == ["de 1 à 3 nuits", "de 4 à 7 nuits", "de 8 à 14 nuits"]
    assert len(page.all(".chart__band")) == 2


@on_both
def test_pace_sets_what_is_on_hand_beside_what_is_usual(visit, cast, past):
    page = visit(cast.chloe).see("/admin/chiffres/rythme")
    rows = {row.first("th").text: [cell.text for cell in row.all("td")] for row in page.all("tbody tr")}
    assert rows["sam. 14 mars"] == ["10", "10"]
    assert rows["ven. 13 mars"] == ["0", "4"]
    curve = visit(cast.chloe).see("/admin/chiffres/rythme?par=distance&du=2026-03-14&au=2026-03-14")
    rows = {row.first("th").text: [cell.text for cell in row.all("td")] for row in curve.all("tbody tr")}
    assert (rows["7 nuits"], rows["8 nuits"], rows["le jour même"]) == (["10", "10"], ["0", "0"], ["–", "10"])


def test_a_house_that_has_just_opened_is_promised_nothing(visit, cast, house):
    promise(house)
    page = visit(cast.chloe).see("/admin/chiffres/previsions")
    assert "Rien à compter" in page.text
    assert "quelques semaines" in page.text
