"""Coming in by a letter: to register, for another password, to change address, invited."""

from playwright.sync_api import Page, expect

from tests.browser.walking import Guest, log_in, open_letter

GOOD_PASSWORD = "rivière lampe nuage"


def register(page: Page, guest: Guest) -> None:
    """Open an account on the guest's address, by the letter."""
    _ask(page, "/inscription", guest)
    opened = _follow(page, guest, "ouvrir", "Ouvrir mon compte")
    opened.get_by_label("Prénom").fill(guest.first_name)
    opened.get_by_label("Nom", exact=True).fill(guest.last_name)
    opened.get_by_label("Nouveau mot de passe").fill(GOOD_PASSWORD)
    opened.get_by_role("button", name="Ouvrir mon compte").click()
    expect(opened.get_by_role("heading", name=f"Bonjour {guest.first_name}")).to_be_visible()
    opened.close()


def gather_links(page: Page, member: Guest) -> None:
    """Bear, in this browser, a link of every kind that waits for an answer."""
    newcomer = Guest()
    _ask(page, "/inscription", newcomer)
    _follow(page, newcomer, "ouvrir", "Ouvrir mon compte").close()
    _ask(page, "/mot-de-passe", member)
    _follow(page, member, "mot de passe", "Choisir un mot de passe").close()
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").fill(member.email)
    page.get_by_label("Mot de passe").fill(GOOD_PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.goto("/espace/adresse")
    page.get_by_label("Nouvelle adresse e-mail").fill(newcomer.email)
    page.get_by_label("Mot de passe actuel").fill(GOOD_PASSWORD)
    page.get_by_role("button", name="Envoyer les deux liens").click()
    _follow(page, member, "changer d’adresse", "Donner mon accord").close()


def invite(page: Page, guest: Guest) -> str:
    """Be Anne, and invite a guest: gives the path of the invitation."""
    log_in(page, "anne")
    page.goto("/admin/personnes/invitations/nouvelle")
    page.get_by_label("Adresse e-mail").fill(guest.email)
    page.get_by_role("button", name="Envoyer l’invitation").click()
    return str(page.get_by_role("link", name=guest.email).get_attribute("href"))


def accept(page: Page, guest: Guest) -> None:
    """Follow the invitation as far as its page."""
    _follow(page, guest, "invite", "Accepter l’invitation").close()


def _ask(page: Page, path: str, guest: Guest) -> None:
    page.goto(path)
    page.get_by_label("Adresse e-mail").fill(guest.email)
    page.get_by_role("button", name="Recevoir le lien").click()


def _follow(page: Page, guest: Guest, subject: str, button: str) -> Page:
    link = open_letter(page, guest, subject).get_by_role("link", name=button)
    with page.expect_popup() as opened:
        link.click()
    opened.value.wait_for_load_state()
    return opened.value
