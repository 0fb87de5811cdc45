"""Words of law: rows with a day and a source, chosen by the day on which somebody was told."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.kernel import law, seeds
from app.kernel.db import db, transaction
from app.kernel.languages import speaking
from app.kernel.law import LegalWording, law_says, legal_keys, legal_words, words_on

SINCE, REFORM, END = date(2016, 7, 1), date(2027, 1, 1), date(2030, 1, 1)


@pytest.fixture
def wine(app):
    key = legal_words("tests.wine", "Vin", since=SINCE, source="Loi du vin", fr="Bu : sage", en="Drunk: wise")
    with transaction():
        law.first_words_of_law([key])
    yield key
    law._declared.pop(key)


def add(key, language, text, since):
    with transaction() as session:
        session.add(LegalWording(key=key, language=language, text=text, valid_from=since, source="Une autre loi"))


def test_words_hold_from_their_day_until_the_next(wine):
    add(wine, "fr", "Bu, puis sage", REFORM)
    add(wine, "fr", "", END)
    days = (date(2016, 6, 30), SINCE, date(2026, 12, 31), REFORM, date(2029, 12, 31), END)
    assert [law_says(wine, day) for day in days] == [
        "", "Bu\u202f: sage", "Bu\u202f: sage", "Bu, puis sage", "Bu, puis sage", "",
    ]  # fmt: skip


def test_each_reads_their_language_and_french_rather_than_nothing(wine):
    with speaking("en"):
        assert law_says(wine, SINCE) == "Drunk: wise"
    with transaction() as session:
        session.execute(sa.delete(LegalWording).where(LegalWording.language == "en"))
    with speaking("en"):
        assert law_says(wine, SINCE) == "Bu\u202f: sage"


def test_an_obligation_that_ended_in_one_language_is_not_said_in_another(wine):
    add(wine, "en", "", REFORM)
    with speaking("en"):
        assert law_says(wine, REFORM) == ""


def test_all_words_of_a_day_are_given_by_their_keys(wine):
    assert words_on(SINCE, "en") == {wine: "Drunk: wise"}
    assert words_on(date(2016, 6, 30), "en") == {}


def test_words_that_came_later_are_written_in_an_installation_that_grew(app):
    seeds.run_seeds(app, seeds.REFERENCE)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(LegalWording))
    assert before == 2 * len(legal_keys())
    legal_words("tests.later", "Plus tard", since=SINCE, source="Loi", fr="Plus tard")
    try:
        assert seeds.run_seeds(app, seeds.REFERENCE) == ["kernel.law.first_words_of_law"]
        assert seeds.run_seeds(app, seeds.REFERENCE) == []
    finally:
        law._declared.pop("tests.later")
    assert law_says("tests.later", SINCE) == "Plus tard"


def test_rows_that_stand_there_are_left_as_they_are(wine):
    with transaction() as session:
        session.execute(sa.update(LegalWording).where(LegalWording.language == "fr").values(text="Autrement"))
    with transaction():
        law.first_words_of_law([wine])
    assert law_says(wine, SINCE) == "Autrement"
    assert db.session.scalar(sa.select(sa.func.count()).where(LegalWording.key == wine)) == 2


def test_every_word_names_its_law_and_speaks_both_languages():
    for key in legal_keys():
        declared = law._declared[key]
        assert declared.source, key
        assert set(declared.first) == {"fr", "en"}, key
        assert max(map(len, declared.first.values())) <= 500, key


def test_a_page_reads_them_in_their_order_with_their_translations(wine):
    add(wine, "fr", "Bu, puis sage", REFORM)
    assert [[(row.language, row.text) for row in same] for same in law.every_wording()] == [
        [("fr", "Bu : sage"), ("en", "Drunk: wise")],
        [("fr", "Bu, puis sage")],
    ]
