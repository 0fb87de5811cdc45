"""Beside the telephone: the times follow what is typed, and one is picked by a press."""

from playwright.sync_api import expect

from tests.browser.places import MANAGER


def test_the_times_follow_what_is_typed_and_are_picked(page, known):
    page.context.add_cookies(known.cookies[MANAGER])
    page.goto("/admin/reservations/nouvelle?covers=2")
    page.locator("#covers").fill("4")
    page.locator("#covers").press("Tab")
    expect(page.locator("#free-title")).to_contain_text("4 couverts")
    before = page.locator("#free-title").text_content()
    page.locator("#date").fill(known.names["open_day"])
    page.locator("#date").press("Tab")
    expect(page.locator("#free-title")).not_to_have_text(before)
    time = page.locator(".picks button").last
    said = time.text_content()
    time.press("Enter")
    expect(page.locator("#time")).to_have_value(said)
    expect(page.locator("#time")).to_be_focused()
