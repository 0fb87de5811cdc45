"""Search: every word must be found, in one of the columns offered; accents and case count for nothing.

Portable to SQLite and PostgreSQL without extensions: the slice keeps a column written with
`app.kernel.search.normalised()`, the words typed are put in the same form, and LIKE does the rest.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.kernel.access import Permission
from app.kernel.datasets.keyset import Expression
from app.kernel.formats import normalised_phone
from app.kernel.search import normalised

MOST_WORDS = 8
LONGEST = 200
APOSTROPHE = re.compile("['\u2018\u2019\u02bc]")
NUMBER = re.compile(r"[+(]?[0-9][0-9().\-/]+")
WHOLE = re.compile(r"(?:\+|0)[0-9().\-/]{8,20}")
SPACED = re.compile(r"(?<!\S)(?:\+|0)[0-9](?: ?[0-9]){8,13}(?!\S)")


@dataclass(frozen=True, eq=False)
class Search:
    """A column written with `normalised()`, searched by those who hold the permission, if there is one.

    `by_number`, where there is an index of numbers, is asked instead for a word that is a whole telephone number.
    """

    expression: Expression
    permission: Permission | None = None
    by_number: Callable[[str], sa.ColumnElement[bool]] | None = None


def clean(typed: str) -> str:
    """Give typed words without control characters, no longer than a line."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", typed).split())[:LONGEST]


def matching(columns: Sequence[Search], typed: str) -> list[sa.ColumnElement[bool]]:
    """Give one condition per word: the word stands in one of the columns."""
    words = SPACED.sub(lambda number: number[0].replace(" ", ""), normalised(typed)).split()[:MOST_WORDS]
    return [_found(columns, word) for word in words]


def _found(columns: Sequence[Search], word: str) -> sa.ColumnElement[bool]:
    """A whole number is looked up where numbers have an index; any other word is read for."""
    number = normalised_phone(word) if WHOLE.fullmatch(word) else None
    looked_up = [column.by_number(number) for column in columns if number and column.by_number is not None]
    return sa.or_(*(looked_up or (found_in(column.expression, word) for column in columns)))


def found_in(column: Expression, word: str) -> sa.ColumnElement[bool]:
    """Tell whether a normalised word stands in a column, however its apostrophes or its telephone number are written.

    A telephone writes ’ where a keyboard writes '; numbers are kept as +33612345678 and 0612345678.
    """
    return sa.or_(*(column.like(_pattern(form), escape="/") for form in _forms(word)))


def _forms(word: str) -> list[str]:
    if not NUMBER.fullmatch(word):
        return [word]
    digits = re.sub(r"^00(?=[1-9])", "+", re.sub(r"\(0\)|[().\-/]", "", word))
    return [word] if digits in ("", word) else [word, digits]


def _pattern(word: str) -> str:
    literal = re.sub(r"([/%_])", r"/\1", word)
    return f"%{APOSTROPHE.sub('_', literal)}%"
