"""The display page shows a choice before it is kept; a list keeps the rows its reader wants."""

import re

from playwright.sync_api import expect

from tests.browser.walking import log_in


def test_a_choice_is_seen_at_once_and_kept_by_nobody(page, live_house):
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    log_in(page, "diane")
    page.goto("/espace/affichage")
    preview = page.locator("#preferences-preview")
    expect(preview).to_contain_text("lundi, mardi")
    page.get_by_label("Premier jour de la semaine").select_option("sunday")
    expect(preview).to_contain_text("dimanche, lundi")
    page.get_by_label("Heures", exact=True).select_option("12")
    expect(preview).to_contain_text(re.compile(r"7:00\spm"))
    page.locator("#display-theme").select_option("dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#preferences-form")).to_be_visible()
    page.reload()
    expect(preview).to_contain_text("lundi, mardi")
    assert refused == []


def test_the_rows_of_a_list_are_chosen_in_its_menu(page, live_house):
    log_in(page, "diane")
    page.goto("/admin/reservations?vue=toutes")
    page.locator("summary", has_text="Affichage").click()
    page.get_by_label("Lignes par page").select_option("25")
    expect(page.get_by_text("gardé pour cette liste")).to_be_visible()
    page.goto("/admin/reservations?vue=toutes")
    page.locator("summary", has_text="Affichage").click()
    expect(page.get_by_label("Lignes par page")).to_have_value("25")
    page.get_by_role("button", name="Revenir à l’affichage d’origine").click()
    expect(page.get_by_text("comme à l’origine")).to_be_visible()
