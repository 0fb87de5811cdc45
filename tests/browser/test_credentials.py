"""A passkey is made and used in a real browser; the pages between a password and a session are looked over."""

import re
import sqlite3
from contextlib import closing

import pyotp
import pytest
from playwright.sync_api import expect

from tests.accounts.provider_server import ProviderServer
from tests.browser.walking import PASSWORD, log_in
from tests.harness.live import LiveHouse, free_port


@pytest.fixture(scope="module")
def provider():
    server = ProviderServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def named_house(tmp_path_factory, provider):
    """A house with a name, as passkeys need one, and a provider; whoever serves there must have a second factor."""
    port = free_port()
    house = LiveHouse(
        tmp_path_factory.mktemp("named"),
        PORT=str(port),
        PUBLIC_URL=f"http://localhost:{port}",
        LOG_LEVEL="WARNING",
        AUTHLIB_INSECURE_TRANSPORT="1",
        OIDC_MAIRIE_ISSUER=provider.url,
        OIDC_MAIRIE_CLIENT_ID="guichet",
        OIDC_MAIRIE_CLIENT_SECRET="secret",
    )
    house.start()
    house.url = f"http://localhost:{port}"
    with closing(sqlite3.connect(house.data_dir / "guichet.sqlite3")) as connection, connection:
        row = ("accounts.second_factor_roles", "installation", "", "waiter", "2026-01-01 00:00:00")
        connection.execute("INSERT INTO setting_values VALUES (?, ?, ?, ?, ?)", row)
    yield house
    house.stop()


@pytest.fixture
def live_server(named_house):
    return named_house


@pytest.fixture
def device(page):
    """A device that keeps passkeys and recognises its holder, as Chromium plays it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": kind})

    def recognises(*, its_holder: bool) -> None:
        told = {"authenticatorId": added["authenticatorId"], "isUserVerified": its_holder}
        session.send("WebAuthn.setUserVerified", told)

    return recognises


def log_out(page):
    page.context.clear_cookies()
    page.goto("/connexion")


def add_key(page, name):
    page.goto("/espace/securite")
    page.get_by_role("link", name="Ajouter une clé").click()
    page.get_by_label("Nom de la clé").fill(name)
    page.get_by_role("button", name="Créer la clé").click()


def test_a_passkey_is_made_and_opens_a_session(page, device, axe):
    log_in(page, "chloe")
    add_key(page, "Ordinateur")
    expect(page).to_have_url(re.compile("/espace/securite$"))
    expect(page.get_by_text("La clé d’accès est ajoutée.")).to_be_visible()
    axe()
    add_key(page, "Encore lui")
    expect(page.get_by_role("alert")).to_have_text("Cet appareil garde déjà une clé de votre compte.")
    axe()
    log_out(page)
    axe()
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page).to_have_url(re.compile("/admin$"))


def test_a_device_that_recognises_nobody_opens_nothing(page, device, axe):
    log_in(page, "anne")
    add_key(page, "Téléphone")
    expect(page.get_by_text("La clé d’accès est ajoutée.")).to_be_visible()
    log_out(page)
    device(its_holder=False)
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("Aucune clé n’a été présentée.")
    expect(page).to_have_url(re.compile("/connexion$"))


def test_a_demanded_factor_is_set_up_and_asked(page, axe):
    page.goto("/connexion")
    give_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mettre en place la double vérification")
    axe()
    secret = page.locator("main li code").text_content().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Vérifier le code").click()
    expect(page.locator("main li code")).to_have_count(10)
    axe()
    codes = page.locator("main li code").all_text_contents()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger en texte").click()
    assert download.value.path().read_text().split("\n")[1:11] == codes
    page.get_by_role("link", name="Je les ai gardés").click()
    expect(page).to_have_url(re.compile("/admin$"))
    log_out(page)
    give_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une vérification")
    axe()
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.get_by_role("button", name="Vérifier").click()
    expect(page).to_have_url(re.compile("/admin$"))


def give_password(page):
    page.get_by_label("Adresse e-mail").fill("bruno@chez-margot.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def test_an_account_elsewhere_opens_one_here(page, axe):
    page.goto("/connexion")
    page.get_by_role("link", name="Continuer avec Mairie").click()
    page.get_by_role("button", name="anne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une preuve")
    axe()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Rattacher et se connecter").click()
    expect(page).to_have_url(re.compile("/admin$"))
    page.goto("/espace/securite")
    axe()
    page.get_by_role("link", name="Détacher").click()
    axe()
