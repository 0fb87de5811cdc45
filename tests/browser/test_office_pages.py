"""Each page of the back office and its settings; and the main pages of all, dark, contrasted and right to left."""

import pytest
from playwright.sync_api import expect

from tests.browser.audit import assert_focus_is_visible, assert_no_sideways_scroll, open_every_menu
from tests.browser.places import FIGURES, MAIN, MANAGER, OFFICE, SECURITY, SETTINGS, Place

ALL = [
    place if place in MAIN else pytest.param(place, marks=pytest.mark.long)
    for place in [*OFFICE, *FIGURES, *SECURITY, *SETTINGS]
]


@pytest.mark.parametrize("place", ALL, ids=str)
def test_the_page_is_in_order(page, open_place, axe, place):
    open_place(place)
    assert_no_sideways_scroll(page)
    open_every_menu(page)
    axe()


def test_what_a_change_would_break_is_told_in_order(page, open_place, axe, known):
    open_place(Place("room.closure_new", "/admin/reglages/fermetures/nouvelle", MANAGER))
    page.locator("#edit-form [name=first]").fill(known.names["own_day"])
    page.locator("#edit-form [name=reason]").fill("Travaux")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("main")).to_contain_text("Durand")
    assert_no_sideways_scroll(page)
    axe()


def test_a_selection_is_in_order(page, open_place, axe):
    open_place(Place("desk.reservation_list", "/admin/reservations", MANAGER))
    page.locator("[data-row] input[type=checkbox]").first.check()
    page.locator("[data-bulk] button").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(0)
    assert_no_sideways_scroll(page)
    axe()


@pytest.mark.long
@pytest.mark.parametrize("place", [place for place in OFFICE if place.who == MANAGER][::4], ids=str)
def test_the_focus_is_always_seen(page, open_place, place):
    open_place(place)
    assert_focus_is_visible(page)


@pytest.mark.long
@pytest.mark.parametrize("place", MAIN, ids=str)
def test_dark_contrasted_and_right_to_left_are_in_order(page, open_place, axe, place, live_server):
    for theme in ("dark", "contrast"):
        page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        open_place(place)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        axe()
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert_no_sideways_scroll(page)
    axe()
