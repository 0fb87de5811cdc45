"""Who is asked, how much, and what goes back: pure, by table and by property."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.guarantees.ruling import fill
from app.booking.guarantees.terms import Visit, applies, first_that_applies, new_deadline, split, terms_of
from app.booking.models import GuaranteeKind, GuaranteeRule, GuaranteeWho
from app.payments.models import Purpose
from tests.booking.guarantees.rules import wanted

FRIDAY, NOW = date(2026, 3, 13), datetime(2026, 3, 10, 9, tzinfo=UTC)
INSTANTS = st.integers(0, 500_000).map(lambda minutes: NOW + timedelta(minutes=minutes))


def rule(**changed) -> GuaranteeRule:
    return fill(GuaranteeRule(), wanted(**changed))


def visit(covers=8, *shifts, **known) -> Visit:
    return Visit(FRIDAY, frozenset(shifts or {"dîner"}), covers, **known)


@pytest.mark.parametrize(
    ("changed", "of", "is_asked"),
    [
        ({}, visit(6), True),
        ({}, visit(5), False),
        ({"covers_to": 7}, visit(8), False),
        ({"covers_to": 8}, visit(8), True),
        ({"weekdays": [5, 6]}, visit(), True),
        ({"weekdays": [1, 2]}, visit(), False),
        ({}, visit(8, "déjeuner"), False),
        ({"shifts": ["DÎNER ", "Brunch"]}, visit(), True),
        ({}, visit(8, "réveillon", "dîner"), True),
        ({"shifts": ["Réveillon"]}, visit(8, "réveillon", "dîner"), True),
        ({"shifts": []}, visit(8, "brunch"), True),
        ({"is_for_occasions": True}, visit(), False),
        ({"is_for_occasions": True}, visit(is_occasion=True), True),
        ({"who": GuaranteeWho.FIRST_VISIT}, visit(), False),
        ({"who": GuaranteeWho.FIRST_VISIT}, visit(is_first=True), True),
        ({"who": GuaranteeWho.PAST_ABSENCE}, visit(is_first=True), False),
        ({"who": GuaranteeWho.PAST_ABSENCE}, visit(was_missed=True), True),
    ],
)
def test_a_rule_is_about_some_visits(changed, of, is_asked):
    assert applies(rule(**changed), of) is is_asked


def test_the_first_that_applies_is_the_one():
    few, many = rule(covers_to=7, amount=500), rule(amount=1000)
    assert first_that_applies([few, many], visit(8)) is many
    assert first_that_applies([many, few], visit(7)) is many
    assert first_that_applies([few, many], visit(2)) is None


@pytest.mark.parametrize(
    ("basis", "amount", "purpose"),
    [
        (GuaranteeKind.PER_COVER, 8000, Purpose.PLEDGE),
        (GuaranteeKind.PER_TABLE, 1000, Purpose.PLEDGE),
        (GuaranteeKind.PREPAYMENT, 8000, Purpose.PREPAYMENT),
        (GuaranteeKind.IMPRINT, 8000, Purpose.IMPRINT),
    ],
)
def test_how_much_and_under_which_word(basis, amount, purpose):
    terms = terms_of(rule(basis=basis), 8, NOW)
    assert (terms.amount, terms.purpose) == (amount, purpose)


def test_other_terms_bear_another_seal():
    same = terms_of(rule(), 8, NOW)
    assert same.seal == terms_of(rule(), 8, NOW).seal
    others = [terms_of(rule(amount=1001), 8, NOW), terms_of(rule(), 7, NOW), terms_of(rule(kept_percent=50), 8, NOW)]
    assert len({same.seal, *(each.seal for each in others)}) == 4


@given(st.integers(0, 10_000_000), st.integers(0, 100), INSTANTS, INSTANTS)
def test_never_more_back_than_paid_and_nothing_lost(held, percent, until, now):
    back, kept = split(held, until, percent, now)
    assert back + kept == held
    assert 0 <= back <= held
    assert kept * 100 <= held * percent
    if now <= until:
        assert back == held


@given(INSTANTS, INSTANTS, INSTANTS, st.integers(0, 96))
def test_a_deadline_that_has_passed_is_never_opened_again(standing, starts_at, now, hours):
    deadline = new_deadline(standing, hours, starts_at, now)
    if standing < now:
        assert deadline == standing
    else:
        assert deadline == starts_at - timedelta(hours=hours)
