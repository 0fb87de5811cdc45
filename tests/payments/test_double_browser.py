"""The payment page in a real browser: narrow and wide, light and dark, with and without JavaScript, and the way back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.audit import assert_accessible, assert_no_sideways_scroll
from tests.payments.doubles import CONFIRMED, DECLINED

WINDOWS = {
    "phone": {"viewport": {"width": 390, "height": 844}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "plain": {"viewport": {"width": 768, "height": 900}, "java_script_enabled": False},
}


@pytest.fixture(params=["plain", *(pytest.param(name, marks=pytest.mark.long) for name in ("phone", "dark"))])
def window(browser, request):
    """A browser of each kind; what the content policy refuses fails the test."""
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce", **WINDOWS[request.param])
    refused = []
    context.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
    assert not refused, refused


@pytest.fixture
def looked_over(request):
    """Look a page over by axe, which is a script: not in a browser without."""
    return (lambda _window: None) if "plain" in request.node.name else assert_accessible


def test_a_guest_is_refused_confirms_and_pays(window, double, outside, looked_over):
    session = double.post(
        "checkout/sessions",
        mode="payment",
        success_url=f"{outside.url}/merci?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{outside.url}/table",
        customer_email="alice@example.org",
        **{
            "line_items[0][price_data][currency]": "eur",
            "line_items[0][price_data][unit_amount]": "4000",
            "line_items[0][price_data][product_data][name]": "Arrhes",
        },
    )
    window.goto(session["url"])
    expect(window.get_by_role("heading", level=1)).to_contain_text("40,00")
    looked_over(window)
    window.get_by_role("link", name=re.compile("0000 0002")).click()
    window.get_by_role("button", name=re.compile("Payer")).click()
    expect(window.get_by_role("alert")).to_contain_text("La banque a refusé cette carte")
    assert double.get("charges")["data"][0]["payment_method_details"]["card"]["last4"] == DECLINED[-4:]
    window.get_by_label("Numéro de carte").fill(CONFIRMED)
    window.get_by_role("button", name=re.compile("Payer")).click()
    looked_over(window)
    window.get_by_role("button", name="Oui, je confirme").click()
    window.wait_for_url(f"{outside.url}/merci?session={session['id']}")
    window.goto(double.url)
    expect(window.get_by_text("Arrhes").first).to_be_visible()
    looked_over(window)
    assert_no_sideways_scroll(window)
