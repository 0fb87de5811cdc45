"""Passwords that are guessed first are refused, others never are; nothing is asked about kinds of characters."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.strength import Weakness, common_words, normalised, weakness

TAILS = st.text(string.digits + "!?.*#-_ ", min_size=12, max_size=14)
LETTERS = st.text("bcdfghjklmnpqrstvwxz", min_size=1, max_size=1)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("court", Weakness.SHORT),
        ("onze lettre", Weakness.SHORT),
        ("motdepasse123", Weakness.COMMON),
        ("P@ssw0rd1234", Weakness.COMMON),
        ("!!Bonjour2024!!", Weakness.COMMON),
        ("soleilbonjour", Weakness.COMMON),
        ("jetaimejetaime", Weakness.COMMON),
        ("Éléphant", Weakness.SHORT),
        ("azertyuiop12", Weakness.PATTERN),
        ("987654321098", Weakness.PATTERN),
        ("aaaaaaaaaaaa", Weakness.PATTERN),
        ("abcabcabcabcab", Weakness.PATTERN),
        ("qwertyazerty1", Weakness.PATTERN),
        ("alice.durand.1987", Weakness.PERSONAL),
        ("Durand75011!!", Weakness.PERSONAL),
        ("un mot de passe assez long", None),
        ("rivière-lampe-nuage", None),
        ("cheval exact pile agrafe", None),
        ("Xk29vbPq11zz", None),
        ("ちいさな喫茶店で朝ごはん", None),
    ],
)
def test_examples(password, found):
    assert weakness(password, ["Alice", "Durand", "alice@example.org"]) is found


@given(st.sampled_from(sorted(common_words())), TAILS)
def test_a_common_word_with_a_tail_stays_common(word, tail):
    assert weakness(word + tail) is not None
    assert weakness(tail + word.upper()) is not None


@given(st.text(max_size=11))
def test_short_is_short_whatever_is_in_it(password):
    assert len(normalised(password)) > 11 or weakness(password) is Weakness.SHORT


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_it_answers_for_any_text(password, personal):
    assert weakness(password, personal) in (None, *Weakness)


@given(
    st.lists(
        st.sampled_from(["rivière", "lampe", "nuage", "tabouret", "hibou", "wagon", "zinc", "brouette"]),
        min_size=3,
        unique=True,
    )
)
def test_a_few_words_that_have_nothing_in_common_are_good(words):
    phrase = " ".join(words)
    assert len(phrase) < 12 or weakness(phrase, ["Alice", "Durand"]) is None


@given(st.text(min_size=12, max_size=40))
def test_it_is_the_same_whatever_keyboard_typed_it(password):
    assert weakness(password) == weakness(normalised(password))


def test_the_list_is_written_as_it_is_compared():
    assert all(word.isascii() and word.isalpha() and word.islower() for word in common_words())
