"""The pages of money and paper under a finger, on a telephone."""

import pytest

from tests.browser.audit import assert_targets_suit_a_finger, open_every_menu
from tests.browser.places import OFFICE, SETTINGS

MONEY = ("payments.", "invoices.", "recipients.", "payment_settings.", "invoice_settings.", "guarantee_settings.")
pytestmark = pytest.mark.long


@pytest.fixture
def page_options():
    return {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize(
    "place", [place for place in [*OFFICE, *SETTINGS] if place.endpoint.startswith(MONEY)], ids=str
)
def test_a_finger_reaches_what_it_presses(page, open_place, place):
    open_place(place)
    open_every_menu(page)
    assert_targets_suit_a_finger(page)
