"""The script that runs when a notice comes: it shows the notice, and a click opens its page."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.walking import log_in
from tests.harness.live import eventually

PREFERENCES = "/espace/notifications/preferences"
TOLD = {"title": "Chez Margot", "body": "Alice a réservé", "url": "/admin/reservations", "tag": "t1", "lang": "fr"}


@pytest.fixture
def worker(page, live_house):
    """The worker, registered as the page does it, and a way to have a push service deliver to it."""
    page.context.grant_permissions(["notifications"], origin=live_house.url)
    log_in(page, "chloe")
    page.goto(PREFERENCES)
    session, found = page.context.new_cdp_session(page), []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    page.evaluate(
        "navigator.serviceWorker.register('/push-worker.js', {scope: '/'}).then(() => navigator.serviceWorker.ready).then(() => true)"
    )
    eventually("the worker's registration", lambda: page.evaluate("1") and found)

    def deliver(told):
        def shown_once_sent():
            registration = found[-1]["registrationId"]
            words = {"origin": live_house.url, "registrationId": registration, "data": json.dumps(told)}
            session.send("ServiceWorker.deliverPushMessage", words)
            return shown(page)

        eventually("the notice", shown_once_sent)  # sent again while the worker wakes: one tag is one notice

    return deliver


def shown(page):
    return page.evaluate(
        "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
        ".then((all) => all.map((one) => ({title: one.title, body: one.body, tag: one.tag, url: one.data.url})))"
    )


def click(page):
    """Play a click: no browser lets a test click outside the page. Gives the address the worker opens."""
    (script,) = page.context.service_workers
    return script.evaluate(
        """async () => {
            let opened = null;
            self.clients.openWindow = async (url) => { opened = url; };
            const [notification] = await self.registration.getNotifications();
            const waited = [];
            const event = new NotificationEvent("notificationclick", { notification });
            event.waitUntil = (promise) => waited.push(promise);
            self.dispatchEvent(event);
            await Promise.all(waited);
            return opened;
        }"""
    )


def test_what_comes_is_shown_and_a_click_opens_its_page(page, worker, live_house):
    worker(TOLD)
    assert shown(page) == [
        {"title": "Chez Margot", "body": "Alice a réservé", "tag": "t1", "url": "/admin/reservations"}
    ]
    assert click(page) == f"{live_house.url}/admin/reservations"


def test_it_opens_no_page_of_another_site(page, worker, live_house):
    worker({**TOLD, "url": "https://evil.example/x"})
    assert click(page) == f"{live_house.url}/espace/notifications"


def test_a_browser_that_can_be_told_is_offered_to_be(page, live_house):
    log_in(page, "chloe")
    eventually(
        "the key of a new house",
        lambda: page.goto(PREFERENCES) and page.locator("form[data-push]").count(),
        patience=90,
    )
    expect(page.get_by_role("button", name="Me prévenir sur cet appareil")).to_be_visible()


def test_without_script_there_is_no_such_button(browser, live_house):
    context = browser.new_context(base_url=live_house.url, java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    log_in(page, "chloe")
    page.goto(PREFERENCES)
    expect(page.locator("#devices-title")).to_be_visible()
    expect(page.locator("form[data-push]")).to_be_hidden()
    context.close()
