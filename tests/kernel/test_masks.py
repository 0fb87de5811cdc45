"""Masks: enough to recognise a value, too little to give it away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.masks import hidden, masked_email, masked_phone, masked_text


@pytest.mark.parametrize(
    ("mask", "value", "kept"),
    [
        (masked_text, "Durand", "D•••"),
        (masked_email, "alice@example.org", "a•••@e•••"),
        (masked_phone, "+33612345678", "•••78"),
        (hidden, "allergie aux noix", "•••"),
        (masked_email, "alice", "a•••@"),
    ],
)
def test_what_is_kept(mask, value, kept):
    assert mask(value) == kept


@given(value=st.text(min_size=4), mask=st.sampled_from([masked_text, masked_email, masked_phone, hidden]))
def test_no_mask_holds_the_value(value, mask):
    assert value not in mask(value)


@pytest.mark.parametrize("mask", [masked_text, masked_email, masked_phone, hidden])
@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_stays_nothing(mask, nothing):
    assert mask(nothing) == ""
