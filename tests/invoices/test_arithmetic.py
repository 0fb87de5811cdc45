"""The arithmetic of invoices: exact, rounded once at each line and each rate, and sums are sums of what is printed."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.invoices.arithmetic import line_net, totals, vat_on

RATES = st.sampled_from([("S", 2000), ("S", 1000), ("S", 550), ("S", 210), ("E", 0), ("AE", 0)])
NETS = st.integers(-(10**9), 10**9)
QUANTITIES = st.decimals(-1000, 1000, places=4).filter(bool)
PRICES = st.integers(0, 10**8)


@pytest.mark.parametrize(
    ("quantity", "price", "net"),
    [
        ("1", 1, 1),
        ("0.5", 1, 1),
        ("0.4", 1, 0),
        ("-0.5", 1, -1),
        ("2.5", 333, 833),
        ("0.3333", 10_00, 333),
        ("3", 33, 99),
    ],
)
def test_a_line_is_rounded_half_up(quantity, price, net):
    assert line_net(Decimal(quantity), price) == net


@pytest.mark.parametrize(
    ("net", "rate", "vat"),
    [(25, 2000, 5), (27, 1000, 3), (24, 1000, 2), (25, 1000, 3), (100_00, 550, 550), (-25, 1000, -3)],
)
def test_vat_is_rounded_half_up_on_the_sum_of_a_rate(net, rate, vat):
    assert vat_on(net, rate) == vat


@given(QUANTITIES, PRICES)
def test_a_line_is_never_further_than_half_a_cent_from_the_truth(quantity, price):
    truth = Fraction(quantity) * price
    assert abs(line_net(quantity, price) - truth) <= Fraction(1, 2)


@given(st.lists(st.tuples(RATES, NETS), max_size=30), st.integers(0, 10**6))
def test_totals_are_sums_of_what_is_printed(lines, prepaid):
    sums = totals(lines, prepaid)
    assert sums.net == sum(net for _rate, net in lines) == sum(group.net for group in sums.groups)
    assert sums.vat == sum(group.vat for group in sums.groups)
    assert sums.gross == sums.net + sums.vat
    assert sums.due == sums.gross - prepaid


@given(st.lists(st.tuples(RATES, NETS), max_size=30))
def test_each_rate_stands_once_and_bears_its_own_vat(lines):
    groups = totals(lines).groups
    assert len({(group.category, group.rate) for group in groups}) == len(groups)
    for group in groups:
        exact = Decimal(group.net) * group.rate / 10_000
        assert group.vat == exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)


@given(st.lists(st.tuples(RATES, NETS), max_size=30), st.randoms())
def test_the_order_of_lines_changes_nothing(lines, dice):
    shuffled = list(lines)
    dice.shuffle(shuffled)
    assert totals(shuffled) == totals(lines)
