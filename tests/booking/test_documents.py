"""The confirmation on paper: what it says, when it is drawn, and what becomes of it when the promise changes."""

from datetime import time
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.booking import service
from app.booking.documents import CONFIRMATION
from app.booking.models import ReservationState as S
from app.booking.service import Wish
from app.booking.settings import CONFIRMATION as ANSWER
from app.kernel import documents, files, settings
from app.kernel.db import transaction
from tests.booking.houses import fresh
from tests.booking.promises import HOUSE, THURSDAY, book, open_house
from tests.harness.mailbox import run_jobs


@pytest.fixture
def house(app):
    return open_house()


def paper(reservation) -> str:
    """The newest confirmation's text, in plain spaces."""
    run_jobs()
    drawn = documents.latest(CONFIRMATION.code, reservation)
    (page,) = PdfReader(BytesIO(files.content_of(drawn.file))).pages
    return " ".join(page.extract_text().replace("\xa0", " ").split())


def test_it_says_what_where_and_when(house):
    reservation = book(house, special_requests="Une chaise haute")
    text = paper(reservation)
    for words in (
        "Chez Margot",
        "Jeudi 12 mars 2026",
        "à 20 h 15",
        "4 couverts",
        "Alice Durand",
        "Une chaise haute",
        reservation.reference,
        "12 rue des Halles, 45000 Orléans",
        "02 38 00 00 00",
        "jusqu’à 2 heures avant",
    ):
        assert words in text


def test_it_speaks_the_language_of_the_guest(house):
    assert "Thursday 12 March 2026" in paper(book(house, language="en"))


def test_it_is_one_small_page_whatever_was_typed(house):
    reservation = book(house, first_name="A" * 80, last_name="B" * 80, special_requests="très longue demande " * 50)
    text = paper(reservation)
    assert reservation.reference in text
    page = PdfReader(BytesIO(files.content_of(documents.latest(CONFIRMATION.code, reservation).file))).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (420, 595)  # A5, in points


def test_what_was_typed_is_text_and_nothing_else(house):
    text = paper(book(house, special_requests='<img src="file:///etc/passwd"> & <b>merci</b>'))
    assert '<img src="file:///etc/passwd"> & <b>merci</b>' in text


def test_past_midnight_it_names_the_real_day(app):
    reservation = book(open_house("bar-de-nuit"), at=time(0, 30), covers=2)
    text = paper(reservation)
    assert "Vendredi 13 mars 2026 à 0 h 30" in text
    assert "dans la nuit du jeudi 12 mars 2026" in text


def test_a_move_draws_it_anew(house):
    reservation = book(house)
    with transaction():
        service.move_reservation(fresh(reservation), Wish(THURSDAY, time(19, 0), 2), actor=HOUSE)
    text = paper(reservation)
    assert "à 19 h" in text
    assert "2 couverts" in text


def test_a_corrected_name_draws_it_anew(house):
    reservation = book(house)
    run_jobs()
    corrected = service.Details("Alix", "Durand", "alice@example.org", "+33612345678")
    with transaction():
        service.change_details(fresh(reservation), corrected, actor=HOUSE)
    assert "Alix Durand" in paper(reservation)
    assert len(documents.documents_about(reservation)) == 1


def test_a_request_has_none_until_the_house_says_yes(house):
    with transaction():
        settings.change(ANSWER, "manual")
    reservation = book(house)
    run_jobs()
    assert fresh(reservation).state is S.REQUESTED
    assert documents.documents_about(reservation) == []
    with transaction():
        service.confirm_reservation(fresh(reservation), actor=HOUSE)
    assert reservation.reference in paper(reservation)


def test_one_cancelled_before_it_was_drawn_is_forgotten(house):
    reservation = book(house)
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=HOUSE, reason="fuite")
    run_jobs()
    assert documents.documents_about(reservation) == []
