"""The arithmetic of an invoice, as EN 16931 wants it: cents, exact fractions, one rounding at each line and each rate.

Pure: knows neither Flask nor the database. A line is rounded once; VAT is computed on the sum of the lines of one rate,
and rounded once; every total is a sum of what is printed above it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

WHOLE = Decimal(1)
BASIS_POINTS = Decimal(10_000)

Rate = tuple[str, int]
"""A category of VAT (UNTDID 5305) and its rate in basis points: ("S", 2000)."""


@dataclass(frozen=True, slots=True)
class VatGroup:
    """The lines of one category and rate: what they come to, and the VAT on it, in cents."""

    category: str
    rate: int
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What an invoice comes to, in cents: each is a sum of the groups; `due` is what remains after what was paid."""

    groups: tuple[VatGroup, ...]
    net: int
    vat: int
    gross: int
    prepaid: int
    due: int


def rounded(amount: Decimal) -> int:
    """Round to whole cents, half away from zero."""
    return int(amount.quantize(WHOLE, rounding=ROUND_HALF_UP))


def line_net(quantity: Decimal, unit_price: int) -> int:
    """Give what a line comes to, in cents, without VAT."""
    return rounded(quantity * unit_price)


def vat_on(net: int, rate: int) -> int:
    """Give the VAT on an amount, in cents."""
    return rounded(net * Decimal(rate) / BASIS_POINTS)


def totals(lines: Iterable[tuple[Rate, int]], prepaid: int = 0) -> Totals:
    """Add up lines, each given by its rate and its net amount; the groups stand in the order of the highest rate."""
    nets: dict[Rate, int] = {}
    for rate, net in lines:
        nets[rate] = nets.get(rate, 0) + net
    ordered = sorted(nets, key=lambda rate: (-rate[1], rate[0]))
    groups = tuple(VatGroup(*rate, nets[rate], vat_on(nets[rate], rate[1])) for rate in ordered)
    net, vat = sum(group.net for group in groups), sum(group.vat for group in groups)
    return Totals(groups, net, vat, net + vat, prepaid, net + vat - prepaid)
