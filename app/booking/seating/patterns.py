"""What parties may be given, in the arrays of which a programme is put together."""

from typing import Any, NamedTuple

from app.booking.seating.floor import Options
from app.booking.seating.places import Layout


class Pattern(NamedTuple):
    """An offer in arrays, and in `most_used` how many tables of each place it takes at most.

    `places` and `times` say what its columns count in (a place, or -1 for the party's own row) and how often, `sizes`
    how many such make a column.
    """

    places: Any
    times: Any
    sizes: Any
    most_used: Any


def pattern_of(layout: Layout, options: Options) -> Pattern:
    """The pattern of what such parties may be given, made once for a layout."""
    import numpy as np  # noqa: PLC0415 - as heavy as the solver it is for

    found = layout.patterns.get(options)
    if found is None:
        offer = layout.offer(options)
        columns = [[(-1, 1), *choice] for choice in offer.used]
        places, times = zip(*(each for column in columns for each in column), strict=True)
        found = layout.patterns[options] = Pattern(
            np.array(places),
            np.array(times, dtype=float),
            np.array([len(column) for column in columns]),
            np.array(offer.most_used),
        )
    return found
