"""Dates, instants and amounts, as a reader would write them."""

from datetime import UTC, date, datetime

import pytest

from app.kernel.formats import full_date, instant, short_date, spoken_instant, written_date
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
        "ven. 1er mai",
        "1er mai 2026",
    )
    assert instant(NOON, PARIS) == "1er mai 2026 à 12:30"
    assert written_date(second) == "2 mai 2026"
    assert written_date(date(2026, 5, 11)) == "11 mai 2026"
    with speaking("en"):
        assert written_date(first) == "1 May 2026"


@pytest.mark.parametrize(("language", "said"), [("fr", "−1\u202f234,50\u00a0€"), ("en", "−€1,234.50")])
def test_an_amount_of_the_trail_is_written_for_its_reader(app, language, said):
    with speaking(language):
        assert written("-1234,50 €") == said
