"""The calendar and the timeline, drawn: dragged with the mouse, moved by keyboard, two screens in step."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.places import MANAGER
from tests.harness.live import eventually

pytestmark = pytest.mark.long
TIMELINE, CALENDAR = "/admin/service/frise?date={}", "/admin/calendrier?vue=jour&date={}"
LEFT = "drawn => drawn.offsetLeft"
"""Where it stands in its row, however the board is scrolled."""


@pytest.fixture(scope="module")
def evenings():
    """The days to come, each given once: what a test leaves is not gathered with what the next one looks for."""
    return ((datetime.now(UTC) + timedelta(days=ahead)).date().isoformat() for ahead in range(20, 88))


@pytest.fixture
def party(page, known, evenings):
    """A table for two taken by telephone on a day of its own, moved aside from the other tests': (day, its name)."""
    page.context.add_cookies(known.cookies[MANAGER])
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    name = f"Frise {datetime.now(UTC):%H%M%S%f}"
    for day in evenings:
        page.goto(f"/admin/reservations/nouvelle?date={day}&time=19:30")
        page.locator("[name=last_name]").fill(name)
        with page.expect_response(lambda answer: answer.request.method == "POST", timeout=120_000) as answered:
            page.locator("main button.button--primary").click()
        if answered.value.status < 400:
            page.wait_for_url(re.compile(r"/admin/reservations/[0-9a-f-]{36}(/garantie)?$"))
            if not page.url.endswith("/garantie"):
                return day, name
            continue
        expect(page.locator("main .notice--warning, main .notice--danger, main .field__error").first).to_be_visible()
    raise AssertionError("no evening of the demonstration takes two more")


def drag(page, source, x, y):
    """Take what is drawn by its middle and let it go elsewhere, as a hand does."""
    box = source.bounding_box()
    start = (box["x"] + 12, box["y"] + box["height"] / 2)
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(start[0] + x * step / 8, start[1] + y * step / 8)
    page.mouse.up()


def test_a_party_is_dragged_to_another_time_and_back(page, party):
    day, name = party
    page.goto(TIMELINE.format(day))
    drawn = page.locator(".board .ec-event", has_text=name)
    expect(drawn).to_have_count(1)
    line = page.locator("#timetable [data-entry]", has_text=name)
    expect(line).to_have_attribute("data-starts", f"{day}T19:30")
    before = drawn.evaluate(LEFT)
    drag(page, drawn, 40, 0)
    expect(page.locator("#told")).to_contain_text("20:00")
    expect(line).to_have_attribute("data-starts", f"{day}T20:00")
    assert drawn.evaluate(LEFT) > before
    page.get_by_role("button", name="Annuler ce déplacement").click()
    expect(page.locator("#timetable [data-entry]", has_text=name)).to_have_attribute("data-starts", f"{day}T19:30")


def test_the_hours_of_a_service_fill_a_wide_frame(page, party):
    """The narrowest half-hour is 40 pixels: what is left beside the hours is less than one each could take."""
    page.set_viewport_size({"width": 1600, "height": 900})
    page.goto(TIMELINE.format(party[0]))
    expect(page.locator(".board .ec-event").first).to_be_visible()
    left = "main => main.getBoundingClientRect().right - main.querySelector('.ec-grid').getBoundingClientRect().right"
    slots = 2 * page.locator(".ec-slots").first.locator(".ec-slot").count()
    eventually("the hours fill the frame", lambda: 0 <= page.locator(".ec-main").evaluate(left) < slots)


def test_a_drag_that_cannot_be_comes_back_with_its_reason(page, party):
    day, name = party
    page.goto(TIMELINE.format(day))
    drawn = page.locator(".board .ec-event", has_text=name)
    before = drawn.evaluate(LEFT)
    drag(page, drawn, 40 * 8, 0)
    expect(page.locator("#told .notice--warning")).to_contain_text("Rien n’a bougé")
    expect(page.locator("#told form").first).to_be_visible()
    expect(page.locator("#live")).to_contain_text("Rien n’a bougé")
    eventually("it is back where it was", lambda: drawn.evaluate(LEFT) == before)


def test_a_drag_without_a_connection_comes_back_and_says_so(page, party):
    day, name = party
    page.goto(TIMELINE.format(day))
    drawn = page.locator(".board .ec-event", has_text=name)
    expect(drawn).to_have_count(1)
    before = drawn.evaluate(LEFT)
    page.context.set_offline(True)
    drag(page, drawn, 40, 0)
    expect(page.locator("#told .notice")).to_contain_text("Rien n’a bougé : la connexion est perdue.")
    eventually("it is back where it was", lambda: drawn.evaluate(LEFT) == before, 5)
    page.context.set_offline(False)


def test_a_drag_after_the_session_ended_comes_back_and_says_why(page, party):
    day, name = party
    page.goto(TIMELINE.format(day))
    drawn = page.locator(".board .ec-event", has_text=name)
    expect(drawn).to_have_count(1)
    page.context.clear_cookies()
    drag(page, drawn, 40, 0)
    expect(page.locator("#told .notice")).to_contain_text("Rien n’a bougé. ")
    told = page.locator(".notice", has_text="Votre session est terminée")
    expect(told).to_be_visible(timeout=12_000)
    expect(told.get_by_role("link", name="Se reconnecter")).to_have_attribute("href", re.compile("/frise"))


def test_two_screens_stay_in_step(page, party):
    day, name = party
    page.goto(TIMELINE.format(day))
    elsewhere = page.context.new_page()
    elsewhere.goto(TIMELINE.format(day))
    drag(page, page.locator(".board .ec-event", has_text=name), 40, 0)
    expect(page.locator("#told .notice--success")).to_be_visible()
    elsewhere.bring_to_front()
    line = elsewhere.locator("#timetable [data-entry]", has_text=name)
    expect(line).to_have_attribute("data-starts", f"{day}T20:00")
    expect(elsewhere.locator(".board .ec-event", has_text=name)).to_have_count(1)


def test_the_second_of_two_hands_sees_what_happened_and_loses_nothing(browser, live_server, known, page, party):
    day, name = party
    page.goto(TIMELINE.format(day))
    other = browser.new_context(base_url=live_server.url, viewport=page.viewport_size, locale="fr-FR")
    other.add_cookies(known.cookies[MANAGER])
    elsewhere = other.new_page()
    elsewhere.route("**/_tables*", lambda route: route.abort())  # the second screen has not heard yet
    elsewhere.goto(TIMELINE.format(day))
    drag(page, page.locator(".board .ec-event", has_text=name), 40, 0)
    expect(page.locator("#told .notice--success")).to_be_visible()
    elsewhere.bring_to_front()
    drag(elsewhere, elsewhere.locator(".board .ec-event", has_text=name), -40, 0)
    expect(elsewhere.locator("#told")).to_contain_text("vient de déplacer cette réservation")
    elsewhere.unroute("**/_tables*")
    elsewhere.reload()
    line = elsewhere.locator("#timetable [data-entry]", has_text=name)
    expect(line).to_have_attribute("data-starts", f"{day}T20:00")
    other.close()


def test_tables_are_joined_by_keyboard_from_the_room(page, party):
    page.goto(page.url.replace("/admin/reservations/", "/admin/service/reservations/"))
    page.locator("#room-panel summary", has_text="Changer de table").press("Enter")
    free = page.locator("#room-panel label.pill:not(:has(.is-taken)) [name=tables]:not(:checked)").first
    chosen = page.locator(f"#room-panel [value='{free.get_attribute('value')}']")
    chosen.press("Space")
    expect(chosen).to_be_checked()
    page.locator("#room-panel button", has_text="Donner ces tables").press("Enter")
    expect(page.locator("#room-panel")).to_contain_text(re.compile(r"table \d+ \+ \d+|Passer outre la taille"))


def test_the_calendar_is_dragged_too(page, party):
    day, name = party
    page.goto(CALENDAR.format(day))
    drawn = page.locator(".board .ec-event", has_text=name)
    drawn.scroll_into_view_if_needed()
    drag(page, drawn, 0, 24)
    expect(page.locator("#told .notice--success")).to_be_visible()
    expect(page.locator("#agenda [data-entry]", has_text=name)).to_have_attribute("data-starts", f"{day}T20:00")


def test_the_keyboard_moves_it_as_well(page, party):
    day, name = party
    page.goto(CALENDAR.format(day))
    page.get_by_role("link", name=f"Déplacer {name}").press("Enter")
    page.get_by_label("Heure").fill("20:00")
    page.get_by_label("Heure").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("à sa nouvelle place")
    expect(page.locator("#agenda [data-entry]", has_text=name)).to_have_attribute("data-starts", f"{day}T20:00")


def test_nothing_drawn_takes_the_focus(page, party):
    for address in (TIMELINE.format(party[0]), CALENDAR.format(party[0])):
        page.goto(address)
        expect(page.locator(".board .ec-event").first).to_be_visible()
        assert not page.locator(".board").evaluate(
            "board => [...board.querySelectorAll('a, button, [tabindex]')].filter((one) => one.tabIndex >= 0 && one.checkVisibility()).length"
        )


def test_a_finger_drags_it_on_a_tablet(browser, live_server, known, page, party):
    day, name = party
    tablet = browser.new_context(base_url=live_server.url, has_touch=True, viewport={"width": 768, "height": 1000})
    tablet.add_cookies(known.cookies[MANAGER])
    screen = tablet.new_page()
    screen.goto(TIMELINE.format(day))
    drawn = screen.locator(".board .ec-event", has_text=name)
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    fingers = tablet.new_cdp_session(screen)

    def touch(kind, x=0.0):
        points = [{"x": box["x"] + 12 + x, "y": box["y"] + box["height"] / 2}] if kind != "touchEnd" else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart")
    screen.wait_for_timeout(500)  # a long press takes it; a shorter one scrolls
    for step in range(1, 9):
        touch("touchMove", -40 * step / 8)
    touch("touchEnd")
    expect(screen.locator("#told .notice--success")).to_contain_text("19:00")
    tablet.close()


def test_what_is_drawn_opens_its_record(page, party):
    day, name = party
    page.goto(TIMELINE.format(day))
    page.locator(".board .ec-event a", has_text=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("address", ["/admin/calendrier?vue=mois", "/admin/service/frise"])
def test_a_cold_board_is_light(page, known, address):
    page.context.add_cookies(known.cookies[MANAGER])
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights = []
    network.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    expect(page.locator(".board .ec")).to_be_attached()
    assert len(weights) <= 14
    assert sum(weights) < 160_000
