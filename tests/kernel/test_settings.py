"""Settings: typed, with levels, changed without a restart."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import settings
from app.kernel.db import transaction
from app.kernel.lifecycle import RuleBroken
from app.kernel.settings import change, setting
from tests.harness.databases import on_both

COUNT = setting("tests.count", "Nombre", 5, check=lambda count: 0 <= count <= 10)
SHOWN = setting("tests.shown", "Montrer", default=True)
COLOUR = setting("tests.colour", "Couleur", "red", choices=(("red", "Rouge"), ("blue", "Bleu")))
LEVELLED = setting("tests.levelled", "À niveaux", 1, levels=("installation", "establishment", "user"))


def keep(declared, raw, **where):
    with transaction():
        return change(declared, raw, **where)


def test_the_default_holds_until_it_is_changed(app):
    assert COUNT.value() == 5
    assert keep(COUNT, "7") == 7
    assert COUNT.value() == 7


@on_both
def test_a_value_can_be_changed_again(app):
    keep(COUNT, "7")
    keep(COUNT, "8")
    assert COUNT.value() == 8


def test_the_most_specific_level_wins(app):
    keep(LEVELLED, "2")
    keep(LEVELLED, "3", level="establishment", holder="here")
    keep(LEVELLED, "4", level="user", holder="bruno")
    assert LEVELLED.value() == 2
    assert LEVELLED.value(establishment="there") == 2
    assert LEVELLED.value(establishment="here") == 3
    assert LEVELLED.value(establishment="here", user="bruno") == 4


@pytest.mark.parametrize(
    ("declared", "raw"),
    [(COUNT, "beaucoup"), (COUNT, "11"), (COUNT, ""), (COUNT, "--1"), (COUNT, "²"), (COLOUR, "green")],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(app, declared, raw):
    with pytest.raises(RuleBroken):
        keep(declared, raw)
    assert declared.value() == declared.default


@pytest.mark.parametrize(("raw", "value"), [("oui", True), ("on", True), ("1", True), ("", False), ("non", False)])
def test_a_yes_or_no_is_read_in_french_too(app, raw, value):
    assert keep(SHOWN, raw) is value
    assert SHOWN.value() is value


def rolled_back():
    with transaction():
        change(COUNT, "9")
        raise ZeroDivisionError


def test_a_change_rolled_back_is_none(app):
    with pytest.raises(ZeroDivisionError):
        rolled_back()
    assert COUNT.value() == 5


def test_another_process_sees_a_change_within_seconds(app, monkeypatch):
    assert COUNT.value() == 5
    with transaction():
        change(COUNT, "6")
        kept_before = dict(settings._cache)
    settings._cache.update(kept_before)
    settings._cache["read_at"] -= settings.REREAD_SECONDS + 1
    assert COUNT.value() == 6


def test_values_are_read_once_for_many_questions(app, max_queries):
    settings.forget_kept()
    with max_queries(1):
        for _time in range(10):
            COUNT.value()
            LEVELLED.value(user="x")


@given(st.text())
def test_no_text_breaks_the_reading(text):
    with contextlib.suppress(RuleBroken):
        assert isinstance(COUNT.parse(text), int)


def test_a_transaction_sees_what_it_changed_and_leaves_nothing_of_it_when_it_is_undone(app):
    """Whatever reads in between, here or in another thread of the process, is told only what was saved."""
    assert COUNT.value() == 5

    def change_and_fall():
        with transaction():
            change(COUNT, "7")
            settings.forget_kept()  # another request of this process begins to save something
            assert COUNT.value() == 7
            raise RuleBroken("x")

    with pytest.raises(RuleBroken):
        change_and_fall()
    assert COUNT.value() == 5
