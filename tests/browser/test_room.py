"""The room in a real browser: drawn by hand and by keys, in step on two screens, its sheet read without a connection."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.walking import log_in

PLAN, ROOM, SHEET = "/admin/reglages/salle/plan", "/admin/service", "/admin/service/feuille"

KEEP_IN_VAIN = """async () => {
    const { active } = await navigator.serviceWorker.ready, answer = new MessageChannel();
    return new Promise((said) => {
        answer.port1.onmessage = ({ data }) => said(data);
        active.postMessage({ keep: ["/admin/service/feuille", "/static/css/gone.css"] }, [answer.port2]);
    });
}"""


@pytest.fixture
def page_options(request):
    return getattr(request, "param", {})


@pytest.fixture
def drawing(page):
    log_in(page, "chloe")
    page.goto(PLAN)
    return page


def table(page, code):
    return page.get_by_role("button", name=f"Table {code}", exact=True)


def place(page, code):
    x, y = (page.locator(f"#{table(page, code).get_attribute(f'data-{axis}')}").input_value() for axis in "xy")
    return int(x), int(y)


def test_a_table_is_drawn_with_the_mouse_and_stays(drawing):
    page = drawing
    before = place(page, "1")
    box = table(page, "1").locator(".table-top").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 90, steps=4)
    page.mouse.up()
    after = place(page, "1")
    assert after[0] > before[0]
    assert after[1] > before[1]
    assert not after[0] % 10
    page.get_by_role("button", name="Enregistrer le plan").click()
    expect(page.get_by_text("Le plan est enregistré")).to_be_visible()
    assert place(page, "1") == after


def test_a_table_is_moved_and_turned_with_keys(drawing):
    page = drawing
    x, y = place(page, "2")
    table(page, "2").focus()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    assert place(page, "2") == (x, y + 110)
    page.keyboard.press("r")
    assert "rotate(15)" in table(page, "2").locator("[data-turned]").get_attribute("transform")


def test_a_wall_is_put_up_without_touching_a_number(drawing):
    page = drawing
    page.get_by_role("button", name="Un mur").click()
    page.get_by_role("button", name="Enregistrer le plan").click()
    expect(page.get_by_text("Le plan est enregistré")).to_be_visible()
    page.goto(ROOM)
    expect(page.locator("svg.floor .wall").first).to_be_attached()


def test_two_screens_stay_in_step(drawing):
    page = drawing
    watching = page.context.new_page()
    watching.goto(ROOM)
    watching.evaluate("window.stayed = true")
    mark = watching.get_by_role("link", name=re.compile("^Table 3,"))
    stood = mark.get_attribute("transform")
    mark.focus()
    page.bring_to_front()
    table(page, "3").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("button", name="Enregistrer le plan").click()
    expect(page.get_by_text("Le plan est enregistré")).to_be_visible()
    watching.bring_to_front()
    expect(mark).not_to_have_attribute("transform", stood)
    expect(mark).to_be_focused()
    assert watching.evaluate("window.stayed"), "the page was loaded again"


def test_a_table_opens_beside_the_plan_and_gives_the_focus_back(drawing):
    page = drawing
    page.goto(ROOM)
    page.evaluate("window.stayed = true")
    mark = page.get_by_role("link", name=re.compile("^Table 9,"))
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    assert page.evaluate("window.stayed")


@pytest.mark.parametrize("page_options", [{"timezone_id": "Asia/Tokyo"}], indirect=True, ids=["a device set elsewhere"])
def test_a_room_that_is_no_longer_followed_says_so_until_it_is_again(drawing):
    page = drawing
    page.goto(ROOM)
    with page.expect_response(re.compile("/_salle")):
        page.bring_to_front()
    page.context.set_offline(True)
    told = page.locator(
        ".notice", has_text=re.compile(r"La connexion est perdue\s: ce qui est affiché date de \d\d:\d\d")
    )
    expect(told).to_be_visible(timeout=20_000)
    shown = datetime.now(ZoneInfo("Europe/Paris"))
    near = [f"{shown - timedelta(minutes=ago):%H:%M}" for ago in range(3)]
    expect(told).to_contain_text(re.compile("|".join(near)))
    page.context.set_offline(False)
    expect(told).to_have_count(0, timeout=20_000)


def test_the_slider_shows_the_hours_to_come(drawing):
    page = drawing
    page.goto(ROOM)
    page.locator("#hour").focus()
    with page.expect_response(re.compile(r"/_salle\?heure=")):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".hours output")).to_contain_text("à ")
    page.locator("form[data-hours]").evaluate("form => { form.dataset.room += '?maison=chez-margot'; }")
    with page.expect_response(re.compile(r"/_salle\?maison=chez-margot&heure=")):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#room")).to_have_attribute("data-poll", re.compile("heure="))


def test_the_sheet_is_read_without_a_connection(drawing):
    page = drawing
    page.goto(SHEET)
    expect(page.locator("[data-kept]")).to_be_visible()
    assert page.evaluate(KEEP_IN_VAIN) is False
    assert page.evaluate("async () => Boolean(await caches.match('/admin/service/feuille'))")
    title = page.locator("h1").inner_text()
    page.context.set_offline(True)
    page.wait_for_function("() => fetch('/version').then(() => false, () => true)")
    page.reload()
    expect(page.locator("h1")).to_have_text(title)
    page.context.set_offline(False)
    page.goto("/connexion")
    page.wait_for_function("async () => !(await caches.match('/admin/service/feuille'))")
