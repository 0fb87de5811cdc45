"""A guest books on the restaurant's own site, in a frame: no cookie, with JavaScript and without, wide and narrow."""

import re
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.audit import AXE, RULES, RUN
from tests.browser.walking import details_button, expect_confirmation, free_times, log_in, type_details
from tests.harness.live import eventually
from tests.payments.doubles import VISA

SITE = """<!doctype html><html lang="fr"><title>Chez Margot</title><meta name="viewport" content="width=device-width">
<h1>Chez Margot</h1><p>Une page à nous.</p>{snippet}"""
NO_STORAGE = """for (const name of ["sessionStorage", "localStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
HEARD = """() => new Promise((heard) => {
    window.addEventListener("message", (told) => { if (told.data === "after") requestAnimationFrame(heard); });
    window.postMessage("after", "*");
})"""
"""Messages arrive one after the other: once this one is here, so are those before it."""
WAYS = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone without JavaScript": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
}


@pytest.fixture
def page_options(request):
    return WAYS[getattr(request, "param", "desk")]


class Host:
    """A web site of somebody else, on a port of its own. `localhost` and `127.0.0.1` are two sites to a browser."""

    def __init__(self) -> None:
        self.html = ""
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(host.html.encode())

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture(scope="module")
def make_host():
    hosts = []

    def make():
        hosts.append(Host())
        return hosts[-1]

    yield make
    for host in hosts:
        host.server.shutdown()
        host.server.server_close()


@pytest.fixture(scope="module")
def host(browser, live_house, make_host):
    """The restaurant's own site, named on the settings page and bearing the code that is copied from there."""
    own = make_host()
    context = browser.new_context(base_url=live_house.url, locale="fr-FR")
    manager = context.new_page()
    log_in(manager)
    manager.goto("/admin/reglages/sur-votre-site")
    manager.get_by_label("Sites où l’on peut réserver").fill(own.url)
    manager.get_by_role("button", name="Enregistrer").click()
    snippet = manager.get_by_label("Code à coller").input_value()
    expect(manager.frame_locator("iframe").get_by_role("heading", name="Réserver une table")).to_be_visible()
    context.close()
    own.html = SITE.format(snippet=snippet)
    eventually("the setting is read by every process", lambda: own.url in _policy(live_house))
    return own


def _policy(house):
    """The least that a few answers allow: each process reads the settings anew within seconds."""
    policies = []
    for _answer in range(6):
        with urllib.request.urlopen(f"{house.url}/integrer/chez-margot") as answer:
            policies.append(answer.headers["Content-Security-Policy"])
    return min(policies, key=len)


@pytest.fixture
def frame(page, host) -> FrameLocator:
    page.add_init_script(NO_STORAGE)
    page.goto(host.url)
    return page.frame_locator("iframe")


def turn_to_next_month(frame: FrameLocator) -> None:
    """On its last evenings, this one has no day left to choose."""
    title = frame.locator("#calendar-title").text_content()
    frame.get_by_role("link", name="Mois suivant").click()
    expect(frame.locator("#calendar-title")).not_to_have_text(title)


def choose_and_hold(frame: FrameLocator) -> None:
    turn_to_next_month(frame)
    frame.locator("a.day--open").nth(-2).click()
    free_times(frame).first.click()
    frame.get_by_role("button", name="Garder cet horaire").click()
    expect(details_button(frame)).to_be_visible()


@pytest.mark.parametrize("page_options", WAYS, indirect=True)
def test_a_guest_books_in_the_frame_without_a_cookie(page, frame, host, guest):
    choose_and_hold(frame)
    type_details(frame, guest)
    details_button(frame).click()
    assert expect_confirmation(frame, guest)
    assert page.context.cookies() == []
    assert page.url.rstrip("/") == host.url


@pytest.mark.parametrize("page_options", WAYS, indirect=True)
def test_one_press_pays_in_a_window_of_its_own(page, page_options, host, guest, monkeypatch):
    monkeypatch.setattr(host, "html", host.html.replace("/integrer/chez-margot", "/integrer/chez-margot?covers=8"))
    page.goto(host.url)
    frame = page.frame_locator("iframe")
    turn_to_next_month(frame)
    frame.locator("a.day--open").nth(-2).click()
    expect(frame.get_by_text("Une garantie est demandée")).to_be_visible()
    free_times(frame).last.click()
    frame.get_by_role("button", name="Garder cet horaire").click()
    type_details(frame, guest)
    frame.get_by_label("J’ai lu ces conditions").check()
    details_button(frame).click()
    with page.expect_popup() as opened:
        frame.get_by_role("button", name=re.compile("Payer 80,00")).click()
    window = opened.value
    window.get_by_label("Numéro de carte").fill(VISA)
    window.get_by_role("button", name=re.compile("Payer")).click()
    expect(window.get_by_role("heading", name=f"À bientôt, {guest.first_name}")).to_be_visible()
    if not page_options.get("java_script_enabled", True):
        frame.get_by_role("link", name="C’est payé").click()
    expect(frame.get_by_role("heading", name=f"À bientôt, {guest.first_name}")).to_be_visible()
    window.get_by_role("link", name="Modifier ou annuler").click()
    window.get_by_role("link", name="Annuler la réservation").click()
    window.get_by_role("button", name="Annuler la réservation").click()
    expect(window.get_by_text("Cette réservation est annulée.")).to_be_visible()


def test_the_frame_is_as_high_as_what_it_shows(page, frame):
    box = page.locator("iframe")

    def fits():
        return abs(box.bounding_box()["height"] - frame.locator("body").bounding_box()["height"]) < 2

    expect(box).not_to_have_css("height", "900px")
    eventually("it is as high as a month", fits)
    turn_to_next_month(frame)
    eventually("it is as high as another", fits)
    first = box.bounding_box()["height"]
    frame.locator("a.day--open").nth(-2).click()
    expect(free_times(frame).first).to_be_visible()
    eventually("the frame grows with the times", lambda: box.bounding_box()["height"] > first and fits())


def test_without_the_second_line_it_is_booked_all_the_same(page, host, monkeypatch):
    monkeypatch.setattr(host, "html", host.html.partition("<script")[0])
    page.goto(host.url)
    choose_and_hold(page.frame_locator("iframe"))
    expect(page.locator("iframe")).to_have_css("height", "900px")


def test_going_back_leads_to_the_choice(page, frame):
    choose_and_hold(frame)
    page.evaluate("history.back()")
    expect(free_times(frame).first).to_be_visible()
    free_times(frame).nth(1).click()
    frame.get_by_role("button", name="Garder cet horaire").click()
    expect(details_button(frame)).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("page_options", ["desk", "phone"], indirect=True)
def test_the_steps_are_in_order_in_the_frame(page, frame, guest):
    for step in (lambda: None, lambda: choose_and_hold(frame), lambda: details_button(frame).click()):
        step()
        inside = page.frames[1]
        expect(frame.get_by_role("heading", level=1)).to_be_visible()
        inside.evaluate(AXE)
        assert inside.evaluate(RUN, RULES) == []
        assert inside.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")
    type_details(frame, guest)
    details_button(frame).click()
    expect_confirmation(frame, guest)
    page.frames[1].evaluate(AXE)
    assert page.frames[1].evaluate(RUN, RULES) == []


@pytest.mark.parametrize("path", ["/integrer/chez-margot", "/reserver", "/connexion", "/admin"])
def test_a_site_that_is_not_named_shows_nothing(browser, live_house, host, make_host, path):
    other = make_host()
    other.html = SITE.format(snippet=f'<iframe src="{live_house.url}{path}"></iframe>')
    context = browser.new_context()
    window: Page = context.new_page()
    said = []
    window.on("console", lambda message: said.append(message.text))
    window.goto(other.url)
    eventually("the browser refuses to frame it", lambda: any("frame-ancestors" in line for line in said))
    expect(window.frame_locator("iframe").get_by_role("heading", name="Réserver une table")).to_have_count(0)
    context.close()


def test_a_message_of_somebody_else_moves_nothing(page, host, frame):
    expect(page.locator("iframe")).not_to_have_css("height", "900px")
    before = page.locator("iframe").bounding_box()["height"]
    page.evaluate("window.postMessage({ guichet: 'frame', height: 5000 }, '*')")
    page.evaluate(HEARD)
    assert page.locator("iframe").bounding_box()["height"] == before
