"""Sets of full rows whose half, or third, cuts off a divided solution: linear algebra over two numbers, or three.

A set of full rows that counts every column with a share an even number of times, and bounds an odd number, is
contradicted by half: half the columns would make half of an odd number, which no whole solution can. By three likewise,
where a row may be taken twice.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

MOST = 12
"""Cuts made at once; more slow the programme down."""

Digits = tuple[int, int]
"""Many numbers modulo two or three at once: the places that hold a one, those that hold a two."""


class Cut(NamedTuple):
    """Rows, each taken so many times, whose sum divided `by` and rounded down no whole solution exceeds."""

    by: int
    rows: tuple[tuple[int, int], ...]


def cuts_against(full: Mapping[int, int], columns: Sequence[Mapping[int, int]]) -> list[Cut]:
    """Halves, or thirds where there are none, the smallest first.

    `full` says what each full row bounds, a column that has a share how often it counts in each row.
    """
    return _cuts(2, full, columns) or _cuts(3, full, columns)


def _cuts(by: int, full: Mapping[int, int], columns: Sequence[Mapping[int, int]]) -> list[Cut]:
    """Eliminate the columns, one row after the other: what is left of a row is the bound of a sum of rows."""
    bound = 1 << len(columns)
    rows = _rows(by, full, columns)
    pivots: dict[int, Digits] = {}
    found: list[Digits] = []
    for place, row in enumerate(rows):
        left = _plus(by, rows[row], (bound << place + 1, 0))
        while support := (left[0] | left[1]) & bound - 1:
            lowest = support & -support
            pivot = pivots.get(lowest)
            if pivot is None:
                pivots[lowest] = left
                break
            is_same = bool(left[0] & lowest) == bool(pivot[0] & lowest)
            left = _plus(by, left, pivot if by == 2 or not is_same else pivot[::-1])
        else:
            if (left[0] | left[1]) & bound:
                found.append(left if by == 2 or left[1] & bound else left[::-1])  # two thirds round off more than one
    found.sort(key=lambda digits: (digits[0] | digits[1]).bit_count())
    names = list(rows)
    return [_cut(by, (ones // bound >> 1, twos // bound >> 1), names) for ones, twos in found[:MOST]]


def _rows(by: int, full: Mapping[int, int], columns: Sequence[Mapping[int, int]]) -> dict[int, Digits]:
    """Per full row in which some column counts, its digits and then that of its bound; rows of few columns first."""
    digits: dict[int, Digits] = {}
    for place, uses in enumerate(columns):
        for row, times in uses.items():
            if row in full:
                digits[row] = _plus(by, digits.get(row, (0, 0)), _digit(times % by, place))
    ordered = sorted(digits, key=lambda row: ((digits[row][0] | digits[row][1]).bit_count(), row))
    return {row: _plus(by, digits[row], _digit(full[row] % by, len(columns))) for row in ordered}


def _digit(value: int, place: int) -> Digits:
    return (value & 1) << place, (value >> 1) << place


def _plus(by: int, left: Digits, right: Digits) -> Digits:
    """The sum, place by place."""
    if by == 2:
        return left[0] ^ right[0], 0
    none_left, none_right = ~(left[0] | left[1]), ~(right[0] | right[1])
    ones = left[0] & none_right | none_left & right[0] | left[1] & right[1]
    twos = left[1] & none_right | none_left & right[1] | left[0] & right[0]
    return ones, twos


def _cut(by: int, members: Digits, names: list[int]) -> Cut:
    times = [(members[0] >> place & 1) + 2 * (members[1] >> place & 1) for place in range(len(names))]
    return Cut(by, tuple((row, often) for row, often in zip(names, times, strict=True) if often))
