"""A guest books, changes and cancels in a browser: with JavaScript and without, wide and narrow, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import (
    book,
    choose_day,
    details_button,
    expect_confirmation,
    follow_management_link,
    free_times,
    hold,
    open_letter,
    type_details,
)

WAYS = {
    "phone": {"viewport": {"width": 390, "height": 844}},
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone without JavaScript": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
    "desk without JavaScript": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
}


@pytest.fixture
def page_options(request):
    return WAYS[getattr(request, "param", "desk")]


@pytest.mark.parametrize("page_options", WAYS, indirect=True)
def test_it_books_changes_and_cancels(page, guest):
    book(page, guest)
    page = follow_management_link(page, guest)
    change_the_time(page)
    page.get_by_role("link", name="Annuler la réservation").click()
    page.get_by_label("Un mot sur la raison").fill("Un empêchement")
    page.get_by_role("button", name="Annuler la réservation").click()
    expect(page.get_by_text("Cette réservation est annulée.")).to_be_visible()
    expect(page.get_by_role("link", name="Annuler la réservation")).to_have_count(0)
    open_letter(page, guest, "annul")


def change_the_time(page: Page) -> None:
    page.get_by_role("link", name="Changer la date").click()
    free_times(page).nth(2).click()
    hour, minutes = free_times(page).nth(2).locator("input").input_value().split(":")
    page.get_by_role("button", name="Déplacer la réservation").click()
    expect(page.get_by_text("Votre réservation est modifiée.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(f"{int(hour)}\\sh\\s{minutes}"))


def test_the_choice_refreshes_in_place(page):
    choose_day(page)
    page.evaluate("window.stayed = true")
    page.locator("label.pill", has_text="6").click()
    expect(page).to_have_url(re.compile("covers=6"))
    expect(page.locator("#covers-6")).to_be_checked()
    days = page.locator("a.day--open")
    days.first.click()
    expect(page.locator("#times-title")).to_be_focused()
    expect(days.first).to_have_attribute("aria-current", "date")
    expect(page).to_have_url(re.compile(r"date=\d{4}-\d\d-\d\d&covers=6"))
    assert page.evaluate("window.stayed"), "the whole page was loaded again"


@pytest.mark.parametrize("page_options", ["phone without JavaScript"], indirect=True)
def test_covers_are_chosen_without_javascript(page):
    choose_day(page)
    page.locator("label.pill", has_text="6").click()
    page.get_by_role("button", name="Voir les horaires").click()
    expect(page).to_have_url(re.compile("covers=6"))
    expect(page.locator("#covers-6")).to_be_checked()
    expect(free_times(page).first).to_be_visible()


@pytest.mark.parametrize("page_options", ["phone", "desk without JavaScript"], indirect=True)
def test_what_was_typed_is_kept_beside_the_errors(page, guest):
    hold(page)
    type_details(page, guest)
    page.get_by_label("Adresse e-mail").fill("pas une adresse")
    page.get_by_label("J’accepte").uncheck()
    details_button(page).click()
    errors = page.locator(".errors")
    expect(errors).to_contain_text("2 points à revoir")
    expect(page.get_by_label("Prénom")).to_have_value(guest.first_name)
    expect(page.get_by_label("Adresse e-mail")).to_have_value("pas une adresse")
    expect(page.get_by_label("Adresse e-mail")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Adresse e-mail").fill(guest.email)
    page.get_by_label("J’accepte").check()
    details_button(page).click()
    expect_confirmation(page, guest)


def test_the_errors_take_the_focus(page):
    hold(page)
    details_button(page).click()
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Adresse e-mail").click()
    expect(page.get_by_label("Adresse e-mail")).to_be_focused()


# --- the keyboard alone -----------------------------------------------------------------------------------------


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on what is looked for."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never reached {selector}")


def test_it_books_with_the_keyboard_alone(page, guest):
    page.goto("/reserver")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "input[name=covers]")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("covers=3"))
    expect(page.locator("#covers-3")).to_be_focused()
    tab_to(page, "a[rel=next]")
    title = page.locator("#calendar-title").text_content()
    page.keyboard.press("Enter")
    expect(page.locator("#calendar-title")).not_to_have_text(title)
    tab_to(page, "a.day")
    first = page.evaluate("document.activeElement.href")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('a.day') && document.activeElement.href") not in (False, first)
    page.keyboard.press("Enter")
    expect(page.locator("#times-title")).to_be_focused()
    tab_to(page, "input[name=time]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(details_button(page)).to_be_visible()
    for name, typed in (
        ("first_name", guest.first_name), ("last_name", guest.last_name), ("email", guest.email), ("phone", guest.phone),
    ):  # fmt: skip
        tab_to(page, f"[name={name}]")
        page.keyboard.type(typed)
    tab_to(page, "[name=consent]")
    page.keyboard.press("Space")
    tab_to(page, "button.button--primary")
    page.keyboard.press("Enter")
    expect_confirmation(page, guest)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
