"""How people walk through the pages: the same steps for every test."""

import re
import secrets
from dataclasses import dataclass, field

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.harness.live import eventually

PASSWORD = "une-table-pour-deux"
LOGINS = {
    "chloe": "chloe@chez-margot.example", "bruno": "bruno@chez-margot.example", "diane": "diane@chez-margot.example", "anne": "admin@chez-margot.example"
}  # fmt: skip


@dataclass
class Guest:
    """Who books."""

    first_name: str = "Alice"
    last_name: str = field(default_factory=lambda: f"Durand {secrets.token_hex(3)}")
    email: str = field(default_factory=lambda: f"alice.{secrets.token_hex(6)}@example.org")
    phone: str = "06 12 34 56 78"


def choose_day(page: Page, next_month: str = "Mois suivant") -> None:
    """Open one of the last days of next month: the demo has nobody there, and no hours of its own (New Year)."""
    turn_to_next_month(page, next_month)
    page.locator("a.day--open").nth(-2).click()
    expect(free_times(page).first).to_be_visible()


def turn_to_next_month(page: Page, words: str = "Mois suivant") -> None:
    """See the days of next month."""
    page.goto("/reserver")
    title = page.locator("#calendar-title").text_content()
    page.get_by_role("link", name=words).click()
    expect(page.locator("#calendar-title")).not_to_have_text(title)


def free_times(page: Page) -> Locator:
    """The times that can be chosen, as a guest sees them."""
    return page.locator("label.time", has=page.locator("input:enabled"))


def hold(page: Page) -> None:
    """Choose a free time and have it held."""
    choose_day(page)
    free_times(page).first.click()
    page.get_by_role("button", name="Garder cet horaire").click()
    expect(details_button(page)).to_be_visible()


def type_details(page: Page, guest: Guest) -> None:
    """Fill in who comes, and agree."""
    page.get_by_label("Prénom").fill(guest.first_name)
    page.get_by_label("Nom", exact=False).nth(1).fill(guest.last_name)
    page.get_by_label("Adresse e-mail").fill(guest.email)
    page.get_by_label("Téléphone").fill(guest.phone)
    page.get_by_label("J’accepte").check()


def details_button(page: Page) -> Locator:
    """The button that promises."""
    return page.locator("#details button.button--primary")


def expect_confirmation(page: Page, guest: Guest) -> str:
    """The table is promised: gives the reference."""
    expect(page.get_by_role("heading", name=f"À bientôt, {guest.first_name}")).to_be_visible()
    return page.locator("p.reference").inner_text().strip()


def book(page: Page, guest: Guest) -> str:
    """Reserve a table, from the first page to the confirmation: gives the reference."""
    hold(page)
    type_details(page, guest)
    details_button(page).click()
    return expect_confirmation(page, guest)


def letters_to(page: Page, guest: Guest) -> Locator:
    """The letters of the capture box to this guest, newest first."""
    page.goto("/demo/courrier")
    return page.locator(".letters a", has_text=guest.email)


def open_letter(page: Page, guest: Guest, subject: str) -> FrameLocator:
    """Wait for a letter, open it, and give what it looks like."""
    wanted = re.compile(subject, re.IGNORECASE)
    found = eventually(
        f"a letter « {subject} » to {guest.email}", lambda: letters_to(page, guest).filter(has_text=wanted).all()
    )
    page.goto(found[0].get_attribute("href"))
    return page.frame_locator("iframe")


def follow_management_link(page: Page, guest: Guest) -> Page:
    """Open the reservation from its confirmation, as a guest does from their mail: gives the new tab."""
    button = open_letter(page, guest, "réservé|confirm").get_by_role("link", name="Voir, changer ou annuler")
    with page.expect_popup() as opened:
        button.click()
    expect(opened.value.get_by_role("link", name="Annuler la réservation")).to_be_visible()
    return opened.value


def reservations_of(page: Page, guest: Guest) -> int:
    """How many reservations of this guest the team sees (the page belongs to somebody logged in)."""
    page.goto(f"/admin/reservations?q={guest.email}")
    return page.locator("[data-row]").count()


def log_in(page: Page, name: str = "chloe") -> None:
    """Enter the back office by its door."""
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").fill(LOGINS[name])
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.locator("nav.rail")).to_be_attached()
