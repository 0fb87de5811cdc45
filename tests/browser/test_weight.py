"""A cold booking page is light."""

from playwright.sync_api import expect

MOST_BYTES, MOST_REQUESTS = 100_000, 10


def test_a_cold_booking_page_is_light(page):
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked, weights = {}, {}
    network.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    network.on(
        "Network.loadingFinished", lambda event: weights.update({event["requestId"]: event["encodedDataLength"]})
    )
    page.goto("/reserver", wait_until="networkidle")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    over_the_wire = {url: weights.get(request) for request, url in asked.items() if not url.startswith("data:")}
    assert None not in over_the_wire.values(), over_the_wire
    assert len(over_the_wire) < MOST_REQUESTS, over_the_wire
    assert sum(over_the_wire.values()) < MOST_BYTES, over_the_wire
