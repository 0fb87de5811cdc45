"""What fits into a text message."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.kernel.sms_text import GSM, MOST_SEGMENTS, fitted, segments

TEXTS = some.text(some.characters(blacklist_categories=["Cs", "Cc"]), max_size=900)


@given(TEXTS)
def test_what_is_sent_never_takes_more_than_three_segments(text):
    assert segments(fitted(text)) <= MOST_SEGMENTS


@given(TEXTS)
def test_what_was_fitted_once_fits(text):
    assert fitted(fitted(text)) == fitted(text)


@given(some.text(some.sampled_from(sorted(GSM - {"\r", "\n"}) + list("êâîôûëïçœ’«»…–−")), max_size=300))
def test_french_stays_in_the_small_alphabet(text):
    assert set(fitted(text)) <= GSM


@given(some.text("abc é", min_size=400, max_size=2000))
def test_an_address_at_the_end_stays_whole(text):
    url = "https://reservations.example.org/r/AbCdEfGhIjKlMnOp"
    assert fitted(f"{text}\n{url}").endswith(url)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("ж" * 70, 1), ("ж" * 71, 2), ("😀" * 35, 1), ("😀" * 36, 2),
    ],
)  # fmt: skip
def test_segments_are_those_of_the_networks(text, count):
    assert segments(text) == count


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Votre table du 3 août, à 20\u202fh\u00a015…", "Votre table du 3 aout, à 20 h 15..."),
        ("« L’Œuvre »", '" L\'OEuvre "'),
        ("Привет", "Привет"),
        ("  deux\n lignes ", "deux\nlignes"),
        ("un accent \u0300 seul", "un accent seul"),
        ("août " * 20 + "Привет" * 40, ("aout " * 20).strip() + "..."),
    ],
)
def test_it_is_written_as_it_is_sent(typed, sent):
    assert fitted(typed) == sent
