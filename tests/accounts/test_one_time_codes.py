"""Codes: right in their half-minute, once, and whatever is typed."""

from datetime import UTC, datetime, timedelta

import pyotp
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.credentials.one_time_codes import (
    address_for,
    matching_interval,
    new_recovery_codes,
    new_secret,
    tidy_recovery_code,
)

SECRET = new_secret()
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by `timezones`


@given(INSTANTS, st.integers(-29, 29))
def test_what_the_application_shows_fits_within_half_a_minute(now, seconds):
    shown = pyotp.TOTP(SECRET).at(now + timedelta(seconds=seconds))
    assert matching_interval(SECRET, shown, now) is not None


@given(INSTANTS)
def test_an_interval_used_fits_no_more(now):
    shown = pyotp.TOTP(SECRET).at(now)
    interval = matching_interval(SECRET, shown, now)
    again = matching_interval(SECRET, shown, now, after=interval)
    assert again is None or again > interval


@given(INSTANTS, st.text(max_size=40))
def test_whatever_is_typed_is_answered(now, typed):
    interval = matching_interval(SECRET, typed, now)
    assert interval is None or pyotp.HOTP(SECRET).at(interval) == "".join(typed.split())


@given(st.sampled_from(new_recovery_codes()), st.sampled_from(["-", " ", "", " - "]), st.booleans())
def test_a_recovery_code_is_read_however_it_is_written(code, between, upper):
    typed = code.replace("-", between)
    assert tidy_recovery_code(typed.upper() if upper else typed) == code


@given(st.text(max_size=60))
def test_tidying_is_done_once(typed):
    tidy = tidy_recovery_code(typed)
    assert tidy_recovery_code(tidy) == tidy


def test_the_address_names_house_and_login():
    address = pyotp.parse_uri(address_for(SECRET, login="chloe@example.org", house="Chez Margot"))
    assert (address.secret, address.name, address.issuer) == (SECRET, "chloe@example.org", "Chez Margot")
