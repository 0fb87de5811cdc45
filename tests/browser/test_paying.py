"""Paying, as a guest does it, and reading it, as an accountant does: every width, light and dark, without JavaScript too."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.application import create_app
from app.booking.seeds import PASSWORD, TEAM
from app.config import read_configuration
from app.directory.models import Establishment
from app.kernel import clock, links
from app.kernel.db import db, transaction
from app.payments import service
from app.payments.models import Method, PayoutState, Purpose
from app.payments.permissions import PAY_LINK
from app.payments.service import Payer, Terms
from tests.browser.audit import assert_accessible, assert_no_sideways_scroll
from tests.factories import TESTS
from tests.payments.doubles import CONFIRMED, DECLINED

MANAGER = next(login for _first, _last, login, role, _label in TEAM if role == "manager")
WINDOWS = {
    "plain": {"viewport": {"width": 768, "height": 900}, "java_script_enabled": False},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "wide, dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}
SOME = ["plain", *(pytest.param(name, marks=pytest.mark.long) for name in WINDOWS if name != "plain")]


@pytest.fixture(params=SOME)
def window(browser, request, live_server):
    """A browser of each kind; what the content policy refuses fails the test."""
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce", **WINDOWS[request.param])
    refused = []
    context.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    yield context.new_page()
    context.close()
    assert not refused, refused


@pytest.fixture
def in_order(request):
    """Look a page over: it fits, and axe, which is a script, finds nothing."""

    def look(window):
        if "plain" not in request.node.name:
            assert_no_sideways_scroll(window)
            assert_accessible(window)

    return look


@pytest.fixture(scope="module")
def application(live_house):
    return create_app(read_configuration({**live_house.environ, "LOG_LEVEL": "ERROR"}))


@pytest.fixture
def beside(application):
    """The application of the running house, in this process and at its time: to ask for sums, to note payments."""
    with clock.at(datetime.now(UTC)), application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def asked(beside, live_server):
    """`asked(4000)`: Alice is asked for forty euros; gives the sum, and the link she was sent."""

    def ask(cents=4000, purpose=Purpose.PLEDGE, minutes=30):
        with transaction() as session:
            house = session.scalars(sa.select(Establishment).limit(1)).one()
            until = clock.now() + timedelta(minutes=minutes)
            terms = Terms(
                cents, purpose, "Table du 28 novembre, 4 couverts", "Rendus jusqu’à la veille.", until, "/reserver"
            )
            sum_asked = service.ask(house, terms, Payer("Alice Durand", "alice@example.org"), house=house, actor=TESTS)
            _link, secret = links.mint(PAY_LINK, sum_asked, person_id=None, expires_at=until + timedelta(days=1))
        return SimpleNamespace(receivable=sum_asked, url=f"{live_server.url}/paiement/{secret}")

    return ask


@pytest.fixture
def manager(window, live_server):
    """The manager, at the same browser."""
    window.goto(f"{live_server.url}/connexion")
    window.locator("[name=email]").fill(MANAGER)
    window.locator("[name=password]").fill(PASSWORD)
    window.locator("button.button--large").click()
    window.wait_for_url(re.compile("/admin"))
    return window


def pay(window, card=None):
    if card:
        window.get_by_label("Numéro de carte").fill(card)
    window.get_by_role("button", name=re.compile("Payer|Enregistrer")).click()


def test_a_guest_is_refused_then_pays_and_reads_that_it_is_paid(window, asked, in_order):
    own_url = asked().url
    window.goto(own_url)
    expect(window.get_by_role("heading", level=1)).to_contain_text("40,00")
    expect(window.get_by_text("Rendus jusqu’à la veille.")).to_be_visible()
    in_order(window)
    window.get_by_role("button", name=re.compile("Payer")).click()
    pay(window, DECLINED)
    expect(window.get_by_role("alert")).to_contain_text("La banque a refusé cette carte")
    pay(window, CONFIRMED)
    window.get_by_role("button", name="Oui, je confirme").click()
    expect(window).to_have_url(re.compile("/reserver"))
    window.goto(own_url)
    expect(window.get_by_role("heading", level=1)).to_contain_text("C’est payé")
    in_order(window)


def test_a_guest_who_gives_up_comes_back_to_what_is_asked(window, asked):
    window.goto(asked().url)
    window.get_by_role("button", name=re.compile("Payer")).click()
    window.get_by_role("link", name=re.compile("Renoncer")).click()
    expect(window.get_by_role("button", name=re.compile("Payer"))).to_be_visible()


def test_a_card_is_left_and_nothing_is_taken(window, asked, in_order):
    own_url = asked(12000, Purpose.IMPRINT).url
    window.goto(own_url)
    expect(window.get_by_text(re.compile("120,00.€ au plus")).first).to_be_visible()
    in_order(window)
    window.get_by_role("button", name="Enregistrer une carte").click()
    pay(window)
    expect(window).to_have_url(re.compile("/reserver"))
    window.goto(own_url)
    expect(window.get_by_role("heading", level=1)).to_contain_text("Votre carte est enregistrée")
    expect(window.get_by_text("Rien n’a été débité.")).to_be_visible()


def test_what_is_over_says_so(window, asked, in_order):
    window.goto(asked(minutes=-1).url)
    expect(window.get_by_role("heading", level=1)).to_contain_text("plus rien à payer")
    in_order(window)


def test_an_accountant_reads_the_pages_of_money(manager, asked, beside, live_server, in_order):
    receivable = asked(30000, minutes=600).receivable
    with transaction():
        payment = service.book_payment(
            receivable, amount=20000, method=Method.CARD, reference=f"browser_{receivable.id.hex}",
            natural_key=f"stripe:pi_{receivable.id.hex}", actor=TESTS,
        )  # fmt: skip
        service.book_fee(payment, amount=325, reference=f"txn_{receivable.id.hex}", actor=TESTS)
        request = service.refund_payment(
            payment, amount=5000, reason="Geste", key=f"browser:{receivable.id}", actor=TESTS
        )
        dispute = service.open_dispute(
            payment, reference=f"du_{receivable.id.hex}", amount=20000, reason="fraudulent", answer_by=clock.now(),
            actor=TESTS,
        )  # fmt: skip
        service.book_chargeback(dispute, amount=15000, actor=TESTS)
        carried = [service.Carried("txn_1", "charge", 20000, 325, payment, payment.establishment)]
        sent = service.Sent(f"po_{receivable.id.hex}", 19675, clock.now().date(), carried)
        (payout,) = service.follow_payout(sent, payment.establishment, actor=TESTS)
        service.note_payout(payout, PayoutState.FAILED, failure="account_closed", actor=TESTS)
        pages = {
            "": "Paiements",
            f"/{payment.id}": "Contesté",
            f"/contestations/{dispute.id}": "Paiement contesté",
            f"/remboursements/{request.id}": "Remboursement de",
            "/sommes": "Sommes demandées",
            f"/sommes/{receivable.id}": "Table du 28 novembre",
            "/journees": "Journées arrêtées",
            "/versements": "Versements à la banque",
            f"/versements/{payout.id}": "Ce qu’il contient",
        }
    for path, said in pages.items():
        manager.goto(f"{live_server.url}/admin/paiements{path}")
        expect(manager.locator("main")).to_contain_text(said)
        in_order(manager)
    manager.goto(f"{live_server.url}/admin/reglages/paiements/liaison")
    manager.get_by_role("button", name="Vérifier maintenant").click()
    expect(manager.locator("main")).to_contain_text("Stripe répond et connaît la clé.")
    in_order(manager)
