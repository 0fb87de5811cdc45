"""The dashboard stays true by itself."""

from playwright.sync_api import expect

from tests.browser.walking import log_in


def test_what_is_done_elsewhere_appears_without_reload(page):
    log_in(page, "chloe")
    page.goto("/admin")
    page.evaluate("window.stayed = true")
    expected = page.locator("#today tbody th a")
    leaving = expected.last.get_attribute("href")
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{leaving}/annulation")
    elsewhere.get_by_label("Motif").fill("La tablée a rappelé.")
    elsewhere.get_by_role("button", name="Annuler la réservation").click()
    expect(elsewhere.get_by_text("La réservation est annulée")).to_be_visible()
    page.bring_to_front()
    expect(page.locator(f"#today a[href='{leaving}']")).to_have_count(0)
    assert expected.count(), "nobody is expected any more"
    assert page.evaluate("window.stayed"), "the page was loaded again"


def test_an_unchanged_part_costs_nothing(page):
    log_in(page, "chloe")
    with page.expect_response(
        lambda answer: answer.url.endswith("/_chiffres") and answer.status == 304, timeout=60_000
    ):
        page.goto("/admin")
