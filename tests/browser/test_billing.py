"""Billing: whoever is chosen brings their own deposits, and those ticked come off the total."""

from playwright.sync_api import expect

from tests.browser.places import MANAGER


def test_the_deposits_follow_the_recipient_and_come_off_the_total(page, known):
    page.context.add_cookies(known.cookies[MANAGER])
    page.goto("/admin/factures/nouvelle")
    boxes = page.locator("#deposits-choice input")
    expect(boxes).to_have_count(0)  # the printer's are deducted already
    page.locator("#recipient").select_option(label="Jeanne Leroy")
    boxes.first.check()
    page.locator("#recipient").select_option(label="Imprimerie Delorme")
    expect(boxes).to_have_count(0)
    page.locator("#recipient").select_option(label="Jeanne Leroy")
    boxes.first.check()
    for field, value in (("label", "Dîner"), ("quantity", "4"), ("unit_price", "60")):
        page.locator(f"#lines-0-{field}").fill(value)
    page.get_by_role("button", name="Garder le brouillon").click()
    expect(page.locator(".pairs--sums")).to_contain_text("Net à payer")
    expect(page.locator(".pairs--sums")).to_contain_text("178,00")
    page.get_by_role("button", name="Supprimer").click()
