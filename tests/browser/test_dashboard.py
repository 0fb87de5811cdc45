"""The dashboard stays true by itself."""

from playwright.sync_api import expect

from tests.browser.walking import details_button, expect_confirmation, free_times, log_in, type_details


def test_an_arrival_taken_elsewhere_appears_without_reload(page, guest, live_server):
    log_in(page, "chloe")
    page.goto("/admin")
    page.evaluate("window.stayed = true")
    elsewhere = page.context.new_page()
    elsewhere.goto("/reserver")
    elsewhere.locator("a.day--open").first.click()
    free_times(elsewhere).first.click()
    elsewhere.get_by_role("button", name="Garder cet horaire").click()
    type_details(elsewhere, guest)
    details_button(elsewhere).click()
    expect_confirmation(elsewhere, guest)
    page.bring_to_front()
    expect(page.locator("#today")).to_contain_text(guest.last_name, timeout=12_000)
    assert page.evaluate("window.stayed"), "the page was loaded again"


def test_an_unchanged_part_costs_nothing(page):
    log_in(page, "chloe")
    with page.expect_response(
        lambda answer: answer.url.endswith("/_chiffres") and answer.status == 304, timeout=25_000
    ):
        page.goto("/admin")
