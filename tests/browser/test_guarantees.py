"""A guest guarantees a large table in a browser: refused, confirmed by the bank, given up, too slow, given back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.application import create_app
from app.booking import jobs as booking_jobs
from app.booking import service
from app.booking.models import Guarantee, Reservation
from app.config import read_configuration
from app.kernel import clock
from app.kernel.db import db, transaction
from app.payments import jobs as payment_jobs
from app.payments.models import Checkout, CheckoutState
from tests.browser.walking import Guest, choose_day, details_button, free_times, type_details
from tests.harness.live import eventually
from tests.payments.doubles import CONFIRMED, DECLINED, VISA

WAYS = {
    "desk without JavaScript": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone without JavaScript": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
    "tablet, dark": {"viewport": {"width": 768, "height": 1024}, "color_scheme": "dark"},
}

LIGHT, *OTHERS = WAYS
SOME = [LIGHT, *(pytest.param(way, marks=pytest.mark.long) for way in OTHERS)]


@pytest.fixture(params=WAYS)
def page_options(request):
    return WAYS[request.param]


def come_to_the_payment(page: Page, guest: Guest) -> None:
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


def go_on_to_stripe(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Payer")).click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()


def pay(page: Page, card: str) -> None:
    page.get_by_label("Numéro de carte").fill(card)
    page.get_by_role("button", name=re.compile("Payer")).click()


def expect_promise(page: Page, guest: Guest) -> None:
    """Come back from the payment: the table is promised, and the page says what was paid."""
    expect(page.get_by_role("heading", name=f"À bientôt, {guest.first_name}")).to_be_visible()
    expect(page.get_by_text(re.compile("80,00.€ payés"))).to_be_visible()


def call_off(page: Page) -> None:
    """Cancel: what was paid goes back, and the table is free for the next test."""
    page.get_by_role("link", name="Modifier ou annuler").click()
    expect(page.get_by_text(re.compile("80,00.€ vous sont rendus"))).to_be_visible()
    page.get_by_role("link", name="Annuler la réservation").click()
    page.get_by_role("button", name="Annuler la réservation").click()
    expect(page.get_by_text("Cette réservation est annulée.")).to_be_visible()


@pytest.mark.parametrize("page_options", SOME, indirect=True)
def test_it_is_refused_then_confirmed_by_the_bank_and_given_back_by_cancelling(page, guest):
    come_to_the_payment(page, guest)
    go_on_to_stripe(page)
    pay(page, DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("La banque a refusé cette carte")
    pay(page, CONFIRMED)
    page.get_by_role("button", name="Oui, je confirme").click()
    expect_promise(page, guest)
    call_off(page)


@pytest.mark.long
def test_the_bank_is_told_no_and_the_card_is_refused(page, guest):
    come_to_the_payment(page, guest)
    go_on_to_stripe(page)
    pay(page, CONFIRMED)
    page.get_by_role("button", name=re.compile("Non")).click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    pay(page, VISA)
    expect_promise(page, guest)
    call_off(page)


@pytest.mark.long
def test_it_is_given_up_and_taken_again(page, guest):
    come_to_the_payment(page, guest)
    go_on_to_stripe(page)
    page.get_by_role("link", name=re.compile("Renoncer")).click()
    go_on_to_stripe(page)
    pay(page, VISA)
    expect_promise(page, guest)
    call_off(page)


# --- too slow ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def application(live_house):
    return create_app(read_configuration({**live_house.environ, "LOG_LEVEL": "ERROR"}))


def is_closed(receivable_id) -> bool:
    db.session.rollback()
    checkouts = db.session.scalars(sa.select(Checkout).where(Checkout.receivable_id == receivable_id))
    return all(each.state is CheckoutState.EXPIRED for each in checkouts)


@pytest.fixture
def run_out(application):
    """`run_out(guest)`: the time this guest had to pay is over, in the house that runs."""

    def let(guest: Guest) -> None:
        with clock.at(datetime.now(UTC)), application.app_context():
            with transaction() as session:
                of_guest = sa.select(Guarantee).join(Reservation, Guarantee.reservation_id == Reservation.id)
                asked = session.scalars(of_guest.where(Reservation.email == guest.email)).unique().one()
                asked.receivable.expires_at = clock.now() - timedelta(seconds=1)
                service.keep_until(asked.reservation, asked.receivable.expires_at)
            booking_jobs.expire_holds()
            payment_jobs.expire_receivables()
            eventually("the house closed its page at Stripe", lambda: is_closed(asked.receivable_id))
            db.session.remove()
            db.engine.dispose()

    return let


@pytest.mark.long
def test_the_hold_runs_out_before_the_card_is_typed_and_nothing_typed_is_lost(page, guest, run_out):
    come_to_the_payment(page, guest)
    go_on_to_stripe(page)
    run_out(guest)
    pay(page, VISA)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ce paiement n’attend plus")
    page.get_by_role("link", name="Revenir en arrière").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("plus rien à payer")
    page.get_by_role("link", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("La table n’est plus gardée")
    expect(page.get_by_text("Ce que vous aviez tapé est conservé.")).to_be_visible()
    page.get_by_role("button", name="Reprendre cette table").click()
    go_on_to_stripe(page)
    pay(page, VISA)
    expect_promise(page, guest)
    call_off(page)


@pytest.mark.long
def test_the_hold_runs_out_on_the_house_s_own_page(page, guest, run_out):
    come_to_the_payment(page, guest)
    run_out(guest)
    page.get_by_role("button", name=re.compile("Payer")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("plus rien à payer")
    page.get_by_role("link", name="Continuer").click()
    page.get_by_role("button", name="Reprendre cette table").click()
    go_on_to_stripe(page)
    pay(page, VISA)
    expect_promise(page, guest)
    call_off(page)
