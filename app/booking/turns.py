"""What stays teach: how long parties take, and durations that a known share of them exceeds.

Pure: knows neither Flask nor the database. Quantiles are those of observed stays (nearest rank), so that "one party in
ten exceeds" was true of the stays it was learned from. See docs/decisions/0016-figures.md.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.booking.opening import QUARTER_MINUTES, DurationBand
from app.booking.opening.problems import duration_problems

SHORTEST, LONGEST = 15, 8 * 60
"""Minutes between which a stay is believed: a tap too many, or one forgotten until the morning, teaches nothing."""
ENOUGH = 20


@dataclass(frozen=True)
class Learned:
    """A band of sizes: what it is given now, what would be exceeded by a chosen share, and how often either is."""

    up_to: int | None
    stays: int
    now: int
    exceeded_now: float | None
    proposed: int
    exceeded: float | None

    @property
    def is_learned(self) -> bool:
        """Tell whether there were stays enough to propose anything."""
        return self.stays >= ENOUGH


def quantile(ordered: Sequence[float], share: float) -> float:
    """Give the smallest of the ordered values that at least this share does not exceed. ValueError when empty."""
    if not ordered:
        raise ValueError("nothing to choose from")
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def exceeding(minutes: Sequence[float], limit: float) -> float:
    """Give the share of stays longer than a limit."""
    return sum(1 for each in minutes if each > limit) / len(minutes)


def learn(stays: Iterable[tuple[int, float]], bands: Sequence[DurationBand], risk: float) -> list[Learned]:
    """Learn each band's duration from stays (covers, minutes): quarter-hours that at most `risk` of them exceeded.

    A band with too few stays keeps what it has.
    """
    sorted_out: Mapping[DurationBand, list[float]] = {band: [] for band in bands}
    for covers, minutes in stays:
        band = next((band for band in bands if band.up_to is None or covers <= band.up_to), None)
        if band is not None and SHORTEST <= minutes <= LONGEST:
            sorted_out[band].append(minutes)
    return [_learned(band, sorted(minutes), risk) for band, minutes in sorted_out.items()]


def _learned(band: DurationBand, minutes: list[float], risk: float) -> Learned:
    if len(minutes) < ENOUGH:
        return Learned(band.up_to, len(minutes), band.minutes, None, band.minutes, None)
    proposed = math.ceil(quantile(minutes, 1 - risk) / QUARTER_MINUTES) * QUARTER_MINUTES
    return Learned(
        band.up_to,
        len(minutes),
        band.minutes,
        exceeding(minutes, band.minutes),
        proposed,
        exceeding(minutes, proposed),
    )


def written(learned: Iterable[Learned]) -> str:
    """Write proposed durations as an address carries them: "2:90,4:105,*:120"."""
    return ",".join(f"{each.up_to or '*'}:{each.proposed}" for each in learned)


def read(text: str) -> tuple[DurationBand, ...] | None:
    """Read durations an address carries; None when they are none, or make no sense."""
    try:
        pairs = [part.split(":") for part in text.split(",")]
        bands = tuple(DurationBand(None if up_to == "*" else int(up_to), int(minutes)) for up_to, minutes in pairs)
    except ValueError:
        return None
    return None if any(duration_problems(bands, "")) or len(bands) > 40 else bands
