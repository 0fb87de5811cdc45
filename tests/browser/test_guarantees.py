"""A guest guarantees a large table in a browser: refused, confirmed by the bank, given up, given back by cancelling."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from app.payments.double.parts import Settings
from app.payments.double.server import DoubleServer
from tests.browser.walking import choose_day, details_button, free_times, type_details
from tests.harness.live import LiveHouse, free_port
from tests.payments.doubles import CONFIRMED, DECLINED, KEY, SECRET, VISA

pytestmark = pytest.mark.long

WAYS = {
    "phone": {"viewport": {"width": 390, "height": 844}},
    "desk without JavaScript": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
}


@pytest.fixture(scope="module")
def live_house(tmp_path_factory):
    """An installation with a Stripe of its own: the double, which announces to it."""
    with ExitStack() as stack:
        port = free_port()
        settings = Settings(
            secret_key=KEY, webhook_url=f"http://127.0.0.1:{port}/stripe/evenements", webhook_secret=SECRET
        )
        double = stack.enter_context(DoubleServer(settings))
        keys = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API_URL": double.url}
        house = LiveHouse(tmp_path_factory.mktemp("till"), PORT=str(port), LOG_LEVEL="WARNING", **keys)
        stack.callback(house.stop)
        yield house.start()


@pytest.fixture
def live_server(live_house):
    return live_house


@pytest.fixture(params=WAYS)
def page_options(request):
    return WAYS[request.param]


def come_to_the_payment(page: Page, guest) -> None:
    """A table for eight in the evening, the guarantee read and accepted."""
    choose_day(page)
    page.goto(re.sub(r"covers=\d+", "covers=8", page.url) if "covers=" in page.url else f"{page.url}&covers=8")
    expect(page.get_by_text("Une garantie est demandée")).to_be_visible()
    free_times(page).last.click()
    page.get_by_role("button", name="Garder cet horaire").click()
    type_details(page, guest)
    page.get_by_label("J’ai lu ces conditions").check()
    details_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("80,00")


def pay(page: Page, card: str) -> None:
    page.get_by_label("Numéro de carte").fill(card)
    page.get_by_role("button", name=re.compile("Payer")).click()


def test_it_is_refused_then_confirmed_by_the_bank_and_given_back_by_cancelling(page, guest):
    come_to_the_payment(page, guest)
    page.get_by_role("button", name=re.compile("Payer")).click()
    pay(page, DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("La banque a refusé cette carte")
    pay(page, CONFIRMED)
    page.get_by_role("button", name="Oui, je confirme").click()
    expect(page.get_by_role("heading", name=f"À bientôt, {guest.first_name}")).to_be_visible()
    expect(page.get_by_text(re.compile("80,00.€ payés"))).to_be_visible()
    page.get_by_role("link", name="Modifier ou annuler").click()
    expect(page.get_by_text(re.compile("80,00.€ vous sont rendus"))).to_be_visible()
    page.get_by_role("link", name="Annuler la réservation").click()
    page.get_by_role("button", name="Annuler la réservation").click()
    expect(page.get_by_text("Cette réservation est annulée.")).to_be_visible()


def test_it_is_given_up_and_taken_again(page, guest):
    come_to_the_payment(page, guest)
    paying = page.url
    page.get_by_role("button", name=re.compile("Payer")).click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    page.goto(paying)
    page.get_by_role("button", name=re.compile("Payer")).click()
    pay(page, VISA)
    expect(page.get_by_role("heading", name=f"À bientôt, {guest.first_name}")).to_be_visible()
