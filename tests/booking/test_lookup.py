"""A guest finds a reservation again: by reference and e-mail, through a letter only; and what links are worth."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import ReservationState
from app.kernel import clock, links
from app.kernel.db import db, transaction
from app.kernel.links import Link
from tests.booking.houses import SATURDAY, TESTS, promise

SECRET = re.compile(r"/reservations/([\w-]{43})")


@pytest.fixture
def letter_link(reservation, outbox):
    """The link of a letter, as a path."""
    with transaction():
        service.request_link(reservation, actor=TESTS)
    return next(link for link in outbox[0].links if SECRET.search(link)).removeprefix("http://localhost").split("?")[0]


def ask(visitor, reference, email):
    return visitor.post("/reservations", data={"reference": reference, "email": email})


def test_the_link_comes_by_mail(visit, reservation, outbox):
    page = visit().see("/reservations").submit("form.form", reference=reservation.reference, email="alice@example.org")
    assert "le lien vient d'y être envoyé" in page.text.replace("’", "'")
    (letter,) = outbox
    assert letter.address == "alice@example.org"
    assert any(SECRET.search(link) for link in letter.links)
    assert not SECRET.search(page.response.get_data(as_text=True))


@pytest.mark.parametrize(
    ("reference", "email"),
    [("ZZZZZZZ", "alice@example.org"), ("same", "eve@example.org"), ("ZZZZZZZ", "eve@example.org")],
)
def test_the_answer_is_the_same_when_there_is_none(visit, reservation, outbox, reference, email):
    known, stranger = visit(), visit()
    right = known.arrive("/reservations", ask(known, reservation.reference, "alice@example.org"))
    outbox.forget()
    wrong = stranger.arrive(
        "/reservations", ask(stranger, reservation.reference if reference == "same" else reference, email)
    )
    assert right == wrong
    assert len(outbox) == 0


def test_spelling_is_forgiven(visit, reservation, outbox):
    typed = f" {reservation.reference[:3]} {reservation.reference[3:]} ".lower()
    ask(visit(), typed, " ALICE@example.ORG")
    assert len(outbox) == 1


def test_asked_twice_at_once_it_is_sent_once(visit, reservation, outbox):
    guest = visit()
    ask(guest, reservation.reference, "alice@example.org")
    ask(guest, reservation.reference, "alice@example.org")
    assert len(outbox) == 1


def test_nobody_asks_without_end(visit, reservation):
    guest = visit()
    answers = [ask(guest, "ZZZZZZZ", "alice@example.org").status_code for _n in range(4)]
    assert answers == [303, 303, 303, 429]


@pytest.mark.parametrize("typed", [{"reference": "", "email": ""}, {"reference": "A\x00B", "email": "a@b.fr"}])
def test_a_wrong_form_is_told(visit, house, typed):
    guest = visit()
    page = guest.arrive("/reservations", guest.post("/reservations", data=typed))
    assert page.status == 422
    assert page.has("#reference-error")


# --- links ----------------------------------------------------------------------------------------------------


def test_the_secret_is_traded_for_a_clean_address(visit, reservation, letter_link):
    guest = visit()
    answer = guest.get(letter_link)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/reservations/{reservation.id}")
    page = guest.see(answer.headers["Location"])
    assert page.status == 200
    assert letter_link.rpartition("/")[2] not in page.response.get_data(as_text=True)


def test_the_database_keeps_no_secret(reservation, letter_link):
    secret = letter_link.rpartition("/")[2]
    kept = [link.secret_hash for link in db.session.scalars(sa.select(Link))]
    assert kept
    assert secret not in kept


def test_a_link_works_again_and_elsewhere(visit, letter_link):
    assert visit().get(letter_link).status_code == 303
    assert visit().get(letter_link).status_code == 303


def test_a_link_ends(visit, letter_link, at):
    at("2026-05-01 12:00")
    assert "n’est plus valable" in assert_no_way_in(visit(), letter_link).text


def test_a_revoked_link_ends_at_once_for_who_bears_it(visit, reservation, letter_link):
    guest = visit()
    guest.get(letter_link)
    with transaction():
        for link in links.links_to(reservation):
            links.revoke(link)
    assert_no_way_in(visit(), letter_link)
    assert guest.get(f"/reservations/{reservation.id}").status_code in (302, 403)


@pytest.mark.parametrize("forged", ["A" * 43, "-" * 43])
def test_a_forged_link_leads_nowhere(visit, reservation, forged):
    assert_no_way_in(visit(), f"/reservations/{forged}")


def assert_no_way_in(guest, link):
    page = guest.see(link)
    assert page.status == 404
    return page


@pytest.mark.parametrize("length", [1, 42, 44, 500])
def test_a_secret_of_another_length_is_no_address(visit, house, length):
    assert visit().get(f"/reservations/{'a' * length}").status_code == 404


def test_a_link_of_another_scope_does_not_open_it(visit, reservation):
    guest = visit()
    guest.bear("booking.unsubscribe", reservation)
    assert guest.get(f"/reservations/{reservation.id}").status_code == 403


def test_a_link_opens_its_own_reservation_only(visit, house, reservation):
    guest = visit()
    guest.bear("booking.manage", promise(house, covers=3, email="eve@example.org"))
    assert guest.get(f"/reservations/{reservation.id}").status_code == 403


def test_the_id_alone_opens_nothing(visit, reservation):
    assert visit().get(f"/reservations/{reservation.id}").headers["Location"].startswith("/connexion")


def test_a_cancelled_reservation_is_still_shown(visit, reservation, letter_link):
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")
    page = visit().see(letter_link)
    assert "Cette réservation est annulée." in page.text
    assert reservation.state is ReservationState.CANCELLED


def test_a_link_outlives_the_evening_by_a_month(reservation):
    assert service.link_expiry(reservation) - reservation.ends_at == timedelta(days=30)
    assert service.link_expiry(reservation) > clock.now()
    assert str(reservation.service_date) == SATURDAY


# --- what hangs on the link -----------------------------------------------------------------------------------


def test_the_calendar_file_is_given_to_the_bearer(visit, reservation):
    guest = visit()
    guest.bear("booking.manage", reservation)
    answer = guest.get(f"/reservations/{reservation.id}/invitation.ics")
    assert answer.mimetype == "text/calendar"
    assert f"{reservation.id}@localhost" in answer.get_data(as_text=True).replace("\r\n ", "")
    assert visit().get(f"/reservations/{reservation.id}/invitation.ics").status_code == 302


def test_the_pdf_is_prepared_or_given(visit, reservation):
    guest = visit()
    guest.bear("booking.manage", reservation)
    answer = guest.get(f"/reservations/{reservation.id}/confirmation.pdf")
    assert answer.status_code in (200, 503)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]
