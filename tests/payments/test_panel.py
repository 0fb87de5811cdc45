"""On the page of what is paid for: what was asked, what came, what went back, to the cent."""

from app.booking.models import Reservation
from app.kernel import navigation
from app.kernel.db import db, transaction
from app.payments import service
from app.payments.models import Method, Purpose
from app.payments.service import Payer, Terms, payable_kind
from tests.booking.houses import open_house, promise
from tests.factories import TESTS


def test_a_reservation_shows_its_story_in_money(app, cast, visit, monkeypatch):
    monkeypatch.setattr(navigation, "_panels", list(navigation._panels))
    payable_kind("Reservation", "Réservation")
    house = open_house()
    reservation = db.session.get_one(Reservation, promise(house, "2026-03-14 20:00").id)
    terms = Terms(3000, Purpose.PLEDGE, "Arrhes, table du 14 mars")
    with transaction():
        asked = service.ask(reservation, terms, Payer("Léa"), house=house, actor=TESTS)
        service.book_payment(asked, amount=3000, method=Method.CASH, reference="", natural_key="k", actor=TESTS)
        service.give_back(reservation, amount=1000, reason="", key="k", actor=TESTS)
    page = visit(cast.diane).see(f"/admin/reservations/{reservation.id}")
    for said in ("Arrhes, table du 14 mars", "30,00 €", "−10,00 €", "20,00 €"):
        assert said in page.text
    assert page.click("−10,00").status == 200
