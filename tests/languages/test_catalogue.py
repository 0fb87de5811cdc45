"""The catalogues: complete, plain, and faithful to what they translate."""

import re
import subprocess
import sys
from functools import cache

import pytest
from babel.messages.pofile import read_po

from app.config import ROOT
from app.kernel.languages import CATALOGUES, LANGUAGES, N_, SOURCE, _, ngettext, speaking

OTHERS = [language for language in LANGUAGES if language != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@cache
def sentences(language):
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(message):
    """Each French form beside its translation."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return list(zip(message.id, message.string, strict=True))


def test_every_language_is_complete():
    checked = subprocess.run(
        [sys.executable, "bin/translations", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_their_placeholders(language):
    lost = [
        (french, other)
        for message in sentences(language)
        for french, other in forms(message)
        if sorted(PLACEHOLDER.findall(french)) != sorted(PLACEHOLDER.findall(other))
    ]
    assert not lost


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_spaces_they_begin_and_end_with(language):
    def edges(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    joints = [
        (french, other)
        for message in sentences(language)
        for french, other in forms(message)
        if edges(french) != edges(other) and french.strip() != ":"
    ]
    assert not joints


def test_english_has_english_typography():
    french_way = [
        english
        for message in sentences("en")
        for _french, english in forms(message)
        if re.search(r"[«»\u00a0\u202f]| [:;!?]|\w'\w|\.\.\.", english)
    ]
    assert not french_way


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("fr", {0: "0 couvert", 1: "1 couvert", 2: "2 couverts", 21: "21 couverts"}),
        ("en", {0: "0 guests", 1: "1 guest", 2: "2 guests", 21: "21 guests"}),
    ],
)
def test_numbers_agree(language, counts):
    with speaking(language):
        assert {number: ngettext("%(num)s couvert", "%(num)s couverts", number) for number in counts} == counts


def test_a_text_declared_early_is_translated_late():
    declared = N_("Réservation confirmée")
    with speaking("fr"):
        assert _(declared) == "Réservation confirmée"
        with speaking("en"):
            assert _(declared) == "Reservation confirmed"
        assert _(declared) == "Réservation confirmée"


def test_an_empty_text_stays_empty():
    """Gettext keeps its header under the empty sentence; nobody should read it."""
    for language in LANGUAGES:
        with speaking(language):
            assert _("") == ""
