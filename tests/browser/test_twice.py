"""What is sent twice is reserved once: back button, two tabs, double click."""

from playwright.sync_api import expect

from tests.browser.walking import (
    book,
    details_button,
    expect_confirmation,
    hold,
    letters_to,
    log_in,
    reservations_of,
    type_details,
)


def test_a_double_click_reserves_once(page, guest):
    hold(page)
    type_details(page, guest)
    details_button(page).dblclick()
    expect_confirmation(page, guest)
    log_in(page)
    assert reservations_of(page, guest) == 1


def test_the_back_button_leads_to_no_second_reservation(page, guest):
    reference = book(page, guest)
    page.go_back()
    if details_button(page).is_visible():
        type_details(page, guest)
        details_button(page).click()
        assert expect_confirmation(page, guest) == reference
    else:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    log_in(page)
    assert reservations_of(page, guest) == 1


def test_the_stale_form_of_a_second_tab_leads_to_the_same_reservation(page, guest):
    hold(page)
    second = page.context.new_page()
    second.goto("/reserver/coordonnees")
    type_details(page, guest)
    type_details(second, guest)
    details_button(page).click()
    reference = expect_confirmation(page, guest)
    details_button(second).click()
    assert expect_confirmation(second, guest) == reference
    log_in(page)
    assert reservations_of(page, guest) == 1


def test_a_second_tab_that_chooses_again_gives_the_first_hold_back(page, guest):
    hold(page)
    second = page.context.new_page()
    hold(second)
    type_details(second, guest)
    details_button(second).click()
    reference = expect_confirmation(second, guest)
    page.reload()
    expect(page.get_by_role("heading", name="Réserver une table")).to_be_visible()
    log_in(page)
    assert reservations_of(page, guest) == 1
    assert letters_to(page, guest).count() <= 1, reference
