"""What a guest reads of their guarantee on the page of their reservation."""

import pytest

from app.booking import service
from app.booking.models import ReservationState
from app.kernel.db import transaction
from tests.booking.guarantees.conftest import reservation
from tests.booking.houses import TESTS


@pytest.fixture
def own_page(paid, ruled, stripe):
    """`own_page()`: the page of a table for six whose guarantee is paid."""
    ruled()
    guest, _address = paid()
    guest.bear("booking.manage", reservation(), reservation().guest)
    return lambda: guest.see(f"/reservations/{reservation().id}")


def test_a_limit_is_a_day_and_an_hour_in_words(own_page):
    assert "Annulation sans frais jusqu’au jeudi 12 mars 2026 à 19 h 30" in own_page().text
    assert "Tout vous est rendu jusqu’au jeudi 12 mars 2026 à 19 h 30" in own_page().text


def test_what_is_given_back_is_said_with_the_cancellation(own_page):
    with transaction():
        service.cancel_reservation(reservation(), actor=TESTS, reason="Panne")
    (said,) = own_page().all(".notice")
    assert "Cette réservation est annulée." in said.text
    assert "vous sont rendus" in said.text


@pytest.mark.parametrize(
    ("state", "offered"),
    [(ReservationState.CONFIRMED, ["Ajouter à mon agenda"]), (ReservationState.NO_SHOW, [])],
)
def test_a_meal_that_is_over_is_not_offered_to_a_calendar(own_page, state, offered):
    with transaction():
        reservation().state = state
    assert [text for text in own_page().links() if "agenda" in text] == offered
