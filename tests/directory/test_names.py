"""When two names may be one person's."""

from hypothesis import given
from hypothesis import strategies as st

from app.directory.names import near, near_pairs
from app.kernel.search import normalised

WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)


def test_words_in_another_order_are_near():
    assert near("alice durand", "durand alice")


def test_one_letter_forgotten_changed_or_doubled_is_near():
    assert near("alice durand", "alice durant")
    assert near("alice durand", "alice duran")
    assert near("alice durand", "alice durrand")


def test_two_letters_off_are_two_people():
    assert not near("alice durand", "alice dupont")


def test_short_names_are_near_only_when_they_are_the_same():
    assert not near("li", "lo")


def test_accents_and_hyphens_count_for_nothing():
    assert near(normalised("Jean-Rémi Lebœuf"), normalised("jean remi leboeuf"))


@given(WORDS, WORDS)
def test_nearness_has_no_direction(first, second):
    assert near(first, second) == near(second, first)


@given(st.dictionaries(st.integers(0, 30), WORDS, max_size=12))
def test_pairs_are_those_one_would_find_comparing_everybody(names):
    slowly = {
        frozenset((one, other)) for one in names for other in names if one < other and near(names[one], names[other])
    }
    assert near_pairs(names) == slowly
    for about in names:
        assert {pair for pair in near_pairs(names, about) if about in pair} == {
            pair for pair in slowly if about in pair
        }
