"""What the list is worth: who waited and how it ended, the share of the places offered that were taken."""

from app.booking import service
from app.booking.waiting.offering import accept_offer, withdraw_entry
from app.kernel.db import transaction
from tests.booking.houses import SATURDAY, TESTS, fill
from tests.booking.waiting.lists import look, waits
from tests.harness.databases import on_both

MARCH = "du=2026-03-01&au=2026-03-31"


@on_both
def test_it_counts_who_waited_and_what_was_accepted(visit, cast, house):
    taken = fill(house)
    first, second, _third = (waits(house, name) for name in ("Eve", "Luc", "Zoé"))
    for reservation in taken:
        with transaction():
            service.cancel_reservation(reservation, actor=TESTS, reason="x")
    look(house)
    with transaction():
        accept_offer(first, actor=TESTS)
        withdraw_entry(second, actor=TESTS)
    manager = visit(cast.chloe)
    page = manager.see(f"/admin/chiffres/liste-attente?par=issue&{MARCH}")
    assert page.first(".whole__value").text == "3"
    assert page.first("a[href*='liste-attente?date=']").attributes["href"].startswith("/admin/liste-attente")
    assert "50" in manager.see(f"/admin/chiffres/places-acceptees?{MARCH}").first(".whole__value").text
    assert manager.see(f"/admin/chiffres/liste-attente?du={SATURDAY}&au={SATURDAY}&par=jour").status == 200
