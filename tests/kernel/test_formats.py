"""Dates, instants and amounts, as a reader would write them."""

from datetime import UTC, date, datetime

import pytest

from app.kernel.formats import (
    delay_shown,
    full_date,
    instant,
    phone,
    short_date,
    spoken_instant,
    typed_phone,
    written_date,
)
from app.kernel.languages import speaking
from app.kernel.telling import written

NOON = datetime(2026, 5, 1, 10, 30, tzinfo=UTC)
PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "vendredi 1er mai 2026 à 12 h 30"), ("en", "Friday 1 May 2026 at 12:30")],
)
def test_an_instant_in_a_sentence_has_its_day_and_its_hour_in_words(app, language, said):
    with speaking(language):
        assert spoken_instant(NOON, PARIS).replace("\u00a0", " ") == said


def test_the_first_of_a_month_is_an_ordinal_in_french_only(app):
    first, second = date(2026, 5, 1), date(2026, 5, 2)
    assert (full_date(first), short_date(first), written_date(first)) == (
        "vendredi 1er mai 2026",
        "ven.\u00a01er\u00a0mai",
        "1er mai 2026",
    )
    assert instant(NOON, PARIS) == "1er\u00a0mai\u00a02026 à\u00a012:30"
    assert written_date(second) == "2 mai 2026"
    assert written_date(date(2026, 5, 11)) == "11 mai 2026"
    with speaking("en"):
        assert written_date(first) == "1 May 2026"


@pytest.mark.parametrize(("language", "said"), [("fr", "−1\u202f234,50\u00a0€"), ("en", "−€1,234.50")])
def test_an_amount_of_the_trail_is_written_for_its_reader(app, language, said):
    with speaking(language):
        assert written("-1234,50 €") == said


@pytest.mark.parametrize(
    ("minutes", "said"), [(25, "25\u00a0min"), (65, "1\u00a0h\u00a005"), (416, "6\u00a0h\u00a056")]
)
def test_a_delay_is_not_broken(app, minutes, said):
    assert delay_shown(minutes) == said


def test_a_number_is_not_broken_where_it_is_read_and_is_plain_where_it_is_typed():
    assert phone("+33238000000") == "02\u00a038\u00a000\u00a000\u00a000"
    assert typed_phone("+33238000000") == "02 38 00 00 00"


def test_an_instant_breaks_only_before_its_hour(app):
    assert instant(NOON, PARIS).split(" ") == ["1er\u00a0mai\u00a02026", "à\u00a012:30"]
    with speaking("en"):
        assert instant(NOON, PARIS).split(" ") == ["1\u00a0May\u00a02026,", "12:30"]
