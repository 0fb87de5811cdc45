"""The bell counts by itself what comes, and its pages work by keyboard and without a script."""

import re

from playwright.sync_api import expect

from tests.browser.walking import book, log_in
from tests.harness.live import eventually


def unread(page) -> int:
    shown = page.locator("#bell output")
    return int(shown.text_content()) if shown.count() else 0


def test_what_a_guest_does_is_told_without_reload(page, guest, browser, live_house):
    log_in(page, "chloe")
    page.goto("/espace/notifications?etat=tous")
    page.evaluate("window.stayed = true")
    before = unread(page)
    elsewhere = browser.new_context(base_url=live_house.url, locale="fr-FR", timezone_id="Europe/Paris")
    book(elsewhere.new_page(), guest)
    elsewhere.close()
    page.bring_to_front()
    eventually("the bell counts it", lambda: unread(page) > before)
    assert page.evaluate("window.stayed"), "the page was loaded again"
    page.locator("#bell").click()
    page.get_by_role("link", name=re.compile(guest.last_name)).click()
    expect(page).to_have_url(re.compile(r"/admin/reservations/[0-9a-f-]{36}"))
    page.goto("/espace/notifications")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".told__line", has_text=guest.last_name)).to_have_count(0)


def test_a_line_is_put_off_from_its_menu(page, guest, browser, live_house):
    elsewhere = browser.new_context(base_url=live_house.url, locale="fr-FR", timezone_id="Europe/Paris")
    book(elsewhere.new_page(), guest)
    elsewhere.close()
    log_in(page, "diane")
    page.goto("/espace/notifications")
    line = page.locator(".told__line", has_text=guest.last_name)
    line.locator("summary").click()
    line.get_by_role("button", name="Dans une heure").click()
    expect(page.locator(".told__line", has_text=guest.last_name)).to_have_count(0)
    page.get_by_role("link", name="Plus tard").click()
    expect(page.locator(".told__line", has_text=guest.last_name)).to_contain_text("revient le")
