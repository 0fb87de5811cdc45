"""What stands beside something else fits: lists on a telephone, fields side by side on a desk."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.places import ADMINISTRATOR, MANAGER, WAITER, Place

pytestmark = pytest.mark.long
NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDE = {"viewport": {"width": 1280, "height": 900}}

LISTS = [
    Place("site.dashboard_show", "/admin", MANAGER),
    Place("floor.sheet_show", "/admin/service/feuille", MANAGER),
    Place("desk.reservation_list", "/admin/reservations", MANAGER),
    Place("waiting_desk.entry_list", "/admin/liste-attente", MANAGER),
    Place("notifications.message_list", "/admin/messages", MANAGER),
    Place("invoices.invoice_list", "/admin/factures", MANAGER),
    Place("journal.entry_list", "/admin/journal", MANAGER),
    Place("duplicates.merge_list", "/admin/doublons", MANAGER),
    Place("guests.health_list", "/admin/sante-du-jour", WAITER),
    Place("site.job_list", "/admin/exploitation/travaux", ADMINISTRATOR),
    Place("consents.consent_list", "/admin/consentements", MANAGER),
]
FORMS = [
    Place("desk.reservation_new", "/admin/reservations/nouvelle", MANAGER),
    Place("room.shift_edit", "/admin/reglages/services/{shift}", MANAGER),
    Place("room.rules_edit", "/admin/reglages/regles", MANAGER),
    Place("room.exceptional_day_new", "/admin/reglages/fermetures/jours-particuliers/nouveau", MANAGER),
    Place("guarantee_settings.rule_edit", "/admin/reglages/garanties/{rule}", MANAGER),
]

# Lists that hide a part of what they hold, and words or numbers drawn on two lines, unless a machine named them.
CUT = """() => {
  const found = [];
  for (const list of document.querySelectorAll("table.list")) {
    const frame = list.parentElement.getBoundingClientRect();
    for (const cell of list.querySelectorAll("th, td")) {
      if (!cell.checkVisibility()) continue;
      if (cell.getBoundingClientRect().right > frame.right + 1) found.push(`hidden: ${cell.textContent.trim()}`);
      const whole = cell.matches(".whole") ? /\\S{4,}/gu : /\\p{L}{4,}/gu;
      const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let text = words.nextNode(); text; text = words.nextNode()) {
        for (const word of text.data.matchAll(whole)) {
          const range = document.createRange();
          range.setStart(text, word.index);
          range.setEnd(text, word.index + word[0].length);
          const tops = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
          if (tops.size > 1 && !/[@_]/u.test(text.data)) found.push(`cut: ${word[0]}`);
        }
      }
    }
  }
  return found;
}"""

# Controls of one row that do not begin at the same height, by the names of their rows.
ASKEW = """() => [...document.querySelectorAll(".form__row")].filter((row) => row.checkVisibility()).flatMap((row) => {
  const lines = new Map();
  for (const field of row.querySelectorAll(":scope > .field")) {
    const control = field.querySelector(".input");
    if (control === null) continue;
    const top = Math.round(field.getBoundingClientRect().top);
    lines.set(top, [...(lines.get(top) ?? []), Math.round(control.getBoundingClientRect().top)]);
  }
  return [...lines.values()].filter((tops) => new Set(tops).size > 1).map(() => row.textContent.trim());
})"""


@pytest.fixture
def page_options(request):
    return request.param


@pytest.mark.parametrize("page_options", [NARROW], indirect=True, ids=["telephone"])
@pytest.mark.parametrize("place", LISTS, ids=str)
def test_a_narrow_list_hides_nothing_and_breaks_no_word(page, open_place, place):
    open_place(place)
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("page_options", [NARROW], indirect=True, ids=["telephone"])
def test_an_hour_stands_below_its_day_or_alone(page, open_place):
    hour = page.locator("table.list tbody tr").first.get_by_text(re.compile(r"^\d\d:\d\d$")).locator("visible=true")
    for columns, around in (("date,heure,nom", "span"), ("heure,nom", "a")):
        open_place(Place("desk.reservation_list", f"/admin/reservations?colonnes={columns}", MANAGER))
        expect(hour).to_have_count(1)
        assert hour.evaluate("hour => hour.localName") == around


@pytest.mark.parametrize("page_options", [WIDE], indirect=True, ids=["desk"])
@pytest.mark.parametrize("place", FORMS, ids=str)
def test_controls_of_a_row_stand_on_one_line(page, open_place, place):
    open_place(place)
    assert page.evaluate(ASKEW) == []


@pytest.mark.parametrize("page_options", [WIDE], indirect=True, ids=["desk"])
def test_the_two_days_of_a_period_stand_beside_each_other(page, open_place):
    open_place(Place("payments.books_new", "/admin/paiements/comptabilite", MANAGER))
    first, last = (page.locator(f"#{field}").bounding_box() for field in ("first", "last"))
    assert first["y"] == last["y"]
    assert 0 < last["x"] - first["x"] - first["width"] < 40
