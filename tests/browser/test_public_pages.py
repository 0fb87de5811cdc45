"""Each page of the public and of the guest's own space: accessible, never wider than its window, focus in sight."""

import pytest
from playwright.sync_api import expect

from tests.browser.audit import assert_focus_is_visible, assert_no_sideways_scroll, open_every_menu
from tests.browser.places import ERRORS, EVERY, NO_PAGE, OWN, PUBLIC, WALKED_ELSEWHERE
from tests.browser.walking import details_button, hold, type_details


@pytest.mark.parametrize("place", [*PUBLIC, *OWN, *ERRORS], ids=str)
def test_the_page_is_in_order(page, open_place, axe, place):
    open_place(place)
    assert_no_sideways_scroll(page)
    open_every_menu(page)
    axe()


def test_the_details_are_in_order(page, axe):
    hold(page)
    assert_no_sideways_scroll(page)
    axe()
    details_button(page).click()
    expect(page.locator(".errors")).to_be_visible()
    assert_no_sideways_scroll(page)
    axe()


def test_a_time_that_is_no_longer_free_is_told_in_order(page, axe, guest):
    hold(page)
    type_details(page, guest)
    page.evaluate("document.querySelector('#details [name=time]').value = '03:00'")
    details_button(page).click()
    expect(page.get_by_text("Ce que vous avez tapé est conservé.")).to_be_visible()
    expect(page.get_by_label("Prénom")).to_have_value(guest.first_name)
    assert_no_sideways_scroll(page)
    axe()


@pytest.mark.long
@pytest.mark.parametrize("place", [place for place in (*PUBLIC, *OWN) if place.status == 200][1::3], ids=str)
def test_the_focus_is_always_seen(page, open_place, place):
    open_place(place)
    assert_focus_is_visible(page)


def test_a_house_without_a_restaurant_is_in_order(page, axe, make_house):
    house = make_house(ENVIRONMENT="test").start()
    page.goto(house.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_no_sideways_scroll(page)
    axe()


def test_no_page_is_forgotten(app):
    drawn = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    known = {place.endpoint for place in EVERY} | WALKED_ELSEWHERE | NO_PAGE
    assert not drawn - known, "new pages: name them in tests/browser/places.py"
    assert not known - drawn - {"error"}, "pages that are gone: take them out of tests/browser/places.py"
