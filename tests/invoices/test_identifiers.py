"""Numbers that prove themselves."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.invoices.identifiers import (
    COUNTRIES,
    compact,
    is_bic,
    is_iban,
    is_siren,
    is_siret,
    is_vat_number,
    spaced_iban,
    spaced_siren,
    vat_number_of,
)


@pytest.mark.parametrize("number", ["732829320", "552100554", "100000009", "356000000"])
def test_a_siren_is_known(number):
    assert is_siren(number)


@given(st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_seen(place, step):
    number = "732829320"
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not is_siren(wrong)


@pytest.mark.parametrize("number", ["", "73282932", "7328293200", "73282932A", "７３２８２９３２０"])
def test_what_is_no_siren_is_refused(number):
    assert not is_siren(number)


def test_a_siret_is_known_and_those_of_the_post_office_too():
    assert is_siret("73282932000074")
    assert is_siret("35600000049837")
    assert not is_siret("73282932000075")


def test_a_french_vat_number_agrees_with_its_siren():
    assert vat_number_of("732829320") == "FR44732829320"
    assert is_vat_number("FR44732829320")
    assert not is_vat_number("FR45732829320")
    assert not is_vat_number("FR44732829321")


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("DE136695976", True),
        ("BE0428759497", True),
        ("EL123456789", True),
        ("XX12345678", False),
        ("D1", False),
        ("", False),
        ("123456789", False),
    ],
)
def test_a_vat_number_of_the_union_has_its_shape(number, known):
    assert is_vat_number(number) is known


def test_the_countries_are_those_the_standard_lists():
    codes = (Path(__file__).parent / "vendor" / "FACTUR-X_EN16931_codedb.xml").read_text()
    lists = [set(re.findall(r'value="([^"]+)"', each)) for each in re.findall(r"<cl id.*?</cl>", codes, re.DOTALL)]
    assert set(COUNTRIES) | {"1A", "XI"} in lists


def test_an_iban_leaves_one_modulo_97():
    assert is_iban("FR7630006000011234567890189")
    assert not is_iban("FR7630006000011234567890188")
    assert not is_iban("FR76")


@pytest.mark.parametrize(
    ("code", "known"), [("AGRIFRPP", True), ("AGRIFRPP882", True), ("AGRIFRP", False), ("12", False)]
)
def test_a_bic_has_its_shape(code, known):
    assert is_bic(code) is known


def test_numbers_are_kept_compact_and_written_with_spaces():
    assert compact(" fr76 3000-6000.0112 ") == "FR76300060000112"
    assert spaced_siren("732829320") == "732 829 320"
    assert spaced_iban("FR7630006") == "FR76 3000 6"
