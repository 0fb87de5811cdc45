"""Which passwords are too easy to guess. Pure: NIST SP 800-63B (5.1.1.2): length, and no common, repeated, walked or
personal one; nothing is asked about kinds of characters.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from app.kernel.choices import Choice
from app.kernel.languages import N_

SHORTEST = 12
ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop",
    "asdfghjkl", "zxcvbnm", "qwertzuiop", "&é\"'(-è_çà",
)  # fmt: skip
DISGUISES = str.maketrans("0134578@$€!", "oieastbasei")
PATTERN_OF_TWO = re.compile(r"(.{1,6}?)\1+")


class Weakness(Choice):
    """Why a password is refused."""

    SHORT = "short", N_("Le mot de passe compte au moins 12 caractères : une courte phrase convient bien.")
    COMMON = "common", N_("Ce mot de passe est parmi les premiers que l’on essaie. Choisissez-en un moins courant.")
    PATTERN = "pattern", N_("Ce mot de passe répète ou suit un motif du clavier. Choisissez-en un moins prévisible.")
    PERSONAL = (
        "personal",
        N_("Ce mot de passe reprend votre nom, votre adresse ou celui de la maison. Choisissez-en un autre."),
    )


def normalised(password: str) -> str:
    """Give the form in which a password is hashed: the same whatever keyboard typed its accents."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, personal: Iterable[str] = ()) -> Weakness | None:
    """Say why this password is too easy to guess, None for a good one. `personal` words are those about its owner."""
    text = normalised(password)
    if len(text) < SHORTEST:
        return Weakness.SHORT
    plain = _plain(text)
    if _is_pattern(plain):
        return Weakness.PATTERN
    if any(_is_common(form) for form in _forms(plain)):
        return Weakness.COMMON
    return Weakness.PERSONAL if _is_personal(plain, personal) else None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _is_pattern(text: str) -> bool:
    if len(set(text)) <= 4:
        return True
    repeated = PATTERN_OF_TWO.match(text)
    if repeated is not None and len(text) - repeated.end() < len(repeated[1]) + 2:
        return True
    return len(_without_walks(text)) <= 3


def _without_walks(text: str) -> str:
    """Leave out every run of three or more along a row of the keyboard or the alphabet, either way."""
    left, place = "", 0
    while place < len(text):
        length = _walk_from(text, place)
        if length < 3:
            left += text[place]
        place += length if length >= 3 else 1
    return left


def _walk_from(text: str, place: int) -> int:
    longest = 1
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        end = place + 1
        while end < len(text) and text[place : end + 1] in row:
            end += 1
        longest = max(longest, end - place)
    return longest


def _forms(plain: str) -> set[str]:
    """Give the letters alone, without the figures and signs at both ends, as they are and without their disguise."""
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    whole = plain.translate(DISGUISES)
    return {re.sub(r"[^a-z]", "", form) for form in (core, core.translate(DISGUISES), whole)}


def _is_common(letters: str) -> bool:
    """Tell whether letters are one common word, two of them, or one again and again."""
    words = common_words()
    if letters in words:
        return True
    halves = ((letters[:cut], letters[cut:]) for cut in range(1, len(letters)))
    return any(first in words and (second in words or not second.replace(first, "")) for first, second in halves)


def _is_personal(plain: str, personal: Iterable[str]) -> bool:
    parts = {part for word in personal for part in re.findall(r"[a-z]{3,}", _plain(word))}
    left = plain
    for part in sorted(parts, key=len, reverse=True):
        left = left.replace(part, "")
    return left != plain and len(re.sub(r"[^a-z]", "", left)) < 4


@cache
def common_words() -> frozenset[str]:
    """Read the shipped list."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
