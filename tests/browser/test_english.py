"""A guest who reads English meets no French on the way to a table."""

import json
import re

import pytest
from playwright.sync_api import expect

from app.booking.seeds import EXAMPLE
from app.kernel.languages import typographic
from tests.browser.walking import choose_day, details_button, free_times

TELLTALE = re.compile(
    r"\b(réserv\w*|couverts?|heures?|horaires?|jour|votre|vous|nous|votes|une table|choisi\w*|aujourd|demain|obligatoire|"
    r"facultatif|prénom|adresse|téléphone|annul\w*|langue|apparence|démonstration|courrier|lundi|mardi|mercredi|jeudi|vendredi|"
    r"samedi|dimanche|janvier|février|avril|juillet|août|septembre|octobre|novembre|décembre|et|pour|avec|les|des)\b",
    re.IGNORECASE,
)
OFFERED = "Français"  # the name of the other language, in that language


def own_words(value):
    """What the house itself has written, in its own language: its name, its shifts, its rules."""
    if isinstance(value, dict | list):
        return [word for part in (value.values() if isinstance(value, dict) else value) for word in own_words(part)]
    return [value, typographic(value)] if isinstance(value, str) and len(value) > 3 else []


OWN_WORDS = sorted(own_words(json.loads(EXAMPLE.read_bytes())), key=len, reverse=True)


@pytest.fixture
def page_options():
    return {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}}


def french_on(page):
    text = page.evaluate("document.body.innerText + ' ' + document.title")
    for word in (*OWN_WORDS, OFFERED):
        text = text.replace(word, "")
    return sorted({word[0].lower() for word in TELLTALE.finditer(text)})


def assert_english(page):
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert not french_on(page), f"{page.url}: {french_on(page)}"


def test_the_way_to_a_table_is_english(page, guest):
    page.goto("/")
    assert_english(page)
    choose_day(page, next_month="Next month")
    assert_english(page)
    free_times(page).first.click()
    page.locator("form[data-once] button.button--primary").click()
    expect(page.locator("[name=first_name]")).to_be_visible()
    assert_english(page)
    details_button(page).click()
    expect(page.locator(".errors")).to_be_visible()
    assert_english(page)
    for name in ("first_name", "last_name", "email", "phone"):
        page.locator(f"[name={name}]").fill(getattr(guest, name))
    page.locator("[name=consent]").check()
    details_button(page).click()
    expect(page.locator("p.reference")).to_be_visible()
    assert_english(page)


def test_french_would_be_noticed(page):
    page.goto("/")
    page.context.add_cookies([{"name": "language", "value": "fr", "url": page.url}])
    page.reload()
    assert len(french_on(page)) > 5
