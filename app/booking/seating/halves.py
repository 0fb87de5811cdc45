"""Sets of full rows whose half cuts off a divided solution: linear algebra over the two numbers 0 and 1.

A set of full rows that counts every column with a share an even number of times, and bounds an odd number, is
contradicted by half: half the columns would make half of an odd number, which no whole solution can.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

MOST = 12
"""Cuts made at once; more slow the programme down."""


def halves_against(full: Mapping[int, bool], columns: Sequence[Sequence[int]]) -> list[list[int]]:
    """Sets of rows to halve, the smallest first. `full` says of each full row whether it bounds an odd number."""
    counts: dict[int, int] = defaultdict(int)
    for place, rows in enumerate(columns):
        for row in rows:
            if row in full:
                counts[row] ^= 1 << place
    parity = 1 << len(columns)
    pivots: dict[int, tuple[int, int]] = {}
    found: list[int] = []
    ordered = sorted(counts, key=lambda row: (counts[row].bit_count(), row))
    for number, row in enumerate(ordered):
        value, members = counts[row] | (parity if full[row] else 0), 1 << number
        while value & ~parity:
            lowest = value & -value
            if lowest not in pivots:
                pivots[lowest] = value, members
                break
            value ^= pivots[lowest][0]
            members ^= pivots[lowest][1]
        else:
            if value:
                found.append(members)
    found.sort(key=int.bit_count)
    return [[ordered[number] for number in range(len(ordered)) if members >> number & 1] for members in found[:MOST]]
