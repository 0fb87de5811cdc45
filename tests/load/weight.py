"""What a cold booking page weighs over the wire, in a real browser."""

from playwright.sync_api import sync_playwright

from tests.harness.browsers import FLAGS, chromium


def weigh(url: str, path: str = "/reserver") -> tuple[int, float, list[str]]:
    """Requests, kilobytes as sent (headers included), and one line per request."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_context(locale="fr-FR").new_page()
        wire = page.context.new_cdp_session(page)
        names: dict[str, str] = {}
        sizes: dict[str, float] = {}
        wire.on("Network.requestWillBeSent", lambda sent: names.setdefault(sent["requestId"], sent["request"]["url"]))
        wire.on("Network.loadingFinished", lambda done: sizes.update({done["requestId"]: done["encodedDataLength"]}))
        wire.send("Network.enable")
        page.goto(f"{url}{path}", wait_until="networkidle")
        browser.close()
    lines = [f"{sizes.get(id_, 0) / 1000:7.1f} kB  {name.removeprefix(url)}" for id_, name in names.items()]
    return len(names), sum(sizes.values()) / 1000, lines
