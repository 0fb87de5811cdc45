"""A guest gives their name: the table is promised."""

import re

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import FunnelStep, RefusedSearch, Reservation, ReservationState, Seating
from app.booking.seating import Reason
from app.booking.settings import CONFIRMATION
from app.directory.models import Person
from app.kernel import audit, settings
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, fill, promise, steps_counted, typed, wish
from tests.booking.soundness import unsound

WISH = {"date": SATURDAY, "time": "19:30", "covers": "2"}
WHO = {name: value for name, value in typed().items() if name not in WISH}


def the_reservation():
    return db.session.scalars(sa.select(Reservation).where(Reservation.state != ReservationState.EXPIRED)).one()


def test_the_whole_way_with_htmx(visit, house, outbox):
    guest = visit()
    details = guest.see(f"/reserver?date={SATURDAY}&covers=2").submit("#choice form[method=post]", time="19:30")
    page = details.submit("#details form", **WHO)
    assert page.url.endswith("/confirmation")
    assert "À bientôt, Alice" in page.text
    made = the_reservation()
    assert made.state is ReservationState.CONFIRMED
    assert made.reference in page.text
    assert (made.first_name, made.phone, made.special_requests) == ("Alice", "+33612345678", "Une chaise haute")
    assert (made.held_until, made.network) == (None, None)
    assert made.consent_at is not None
    assert [letter.address for letter in outbox] == ["alice@example.org"]
    assert unsound() == []


def test_the_whole_way_without_javascript(visit, house):
    guest = visit()
    page = guest.see("/reserver").submit("#choice form", javascript=False, covers="3")
    page = guest.see(f"{page.url}?date={SATURDAY}&covers=3").submit(
        "#choice form[method=post]", javascript=False, time="20:00"
    )
    page = page.submit("#details form", javascript=False, **WHO)
    assert page.url.endswith("/confirmation")
    assert the_reservation().covers == 3


def test_in_one_post_without_a_hold(visit, house):
    answer = visit().post("/reserver", data=typed())
    assert answer.status_code == 303
    assert the_reservation().state is ReservationState.CONFIRMED
    assert unsound() == []


def test_the_fact_is_in_the_trail(house):
    made = promise(house)
    entry = audit.entries_on("Reservation", made.id)[0]
    assert entry.fact == "booking.reservation_made"
    assert entry.details == {"service_date": SATURDAY, "local_time": "19:30", "covers": 2, "overridden": []}
    assert audit.verify().problems == []


def test_the_mail_tells_the_promise(visit, house, outbox):
    visit().post("/reserver", data=typed())
    (letter,) = outbox.to("alice@example.org")
    made = the_reservation()
    assert made.reference in letter.text
    assert "samedi 14 mars 2026" in letter.text
    assert re.search(r"19 ?h ?30|19:30", letter.text)
    assert any(name.endswith(".ics") for name in letter.attachments)


def test_its_link_opens_the_reservation(visit, house, outbox):
    visit().post("/reserver", data=typed())
    link = next(link for link in outbox[0].links if re.search(r"/reservations/[\w-]{43}", link))
    page = visit().see(link.removeprefix("http://localhost"))
    assert page.url == f"/reservations/{the_reservation().id}"
    assert the_reservation().reference in page.text


def test_the_language_of_the_guest_is_kept(visit, house, outbox):
    visit().post("/reserver", data=typed(), headers={"Accept-Language": "en"})
    assert the_reservation().language == "en"
    assert "samedi" not in outbox[0].text


# --- sent again -----------------------------------------------------------------------------------------------


def test_the_same_form_sent_again_gives_the_same_reservation(visit, house, outbox):
    guest = visit()
    first = guest.post("/reserver", data=typed())
    again = guest.post("/reserver", data=typed())
    assert first.headers["Location"] == again.headers["Location"]
    assert the_reservation()
    assert len(outbox) == 1


def test_a_double_click_gives_one_reservation(visit, house, app):
    """Both posts leave with the cookies of the page, before the first answer comes back."""
    guest, twin = visit(), visit()
    guest.see(f"/reserver?date={SATURDAY}&covers=2")
    with guest.session() as seen, twin.session() as same:
        same.update(seen)
    guest.post("/reserver", data=typed())
    twin.post("/reserver", data=typed())
    assert the_reservation()


def test_another_time_is_another_reservation(visit, house):
    guest = visit()
    guest.post("/reserver", data=typed())
    guest.post("/reserver", data=typed(time="12:00"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reservation)) == 2


def test_the_same_guest_may_book_again_from_elsewhere(visit, house):
    visit().post("/reserver", data=typed())
    visit().post("/reserver", data=typed())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reservation)) == 2


# --- too late for the hold ------------------------------------------------------------------------------------


def test_an_expired_hold_whose_table_is_free_becomes_a_promise(visit, house, at):
    guest = visit()
    guest.post("/reserver", data=WISH)
    at("2026-03-10 10:07")
    assert guest.post("/reserver", data=typed()).status_code == 303
    assert the_reservation().state is ReservationState.CONFIRMED
    assert unsound() == []


def test_an_expired_hold_whose_table_is_taken_is_told_with_everything_kept(visit, house, at):
    guest = visit()
    guest.post("/reserver", data=WISH)
    at("2026-03-10 10:07")
    fill(house)
    details = guest.post("/reserver", data=typed())
    assert details.status_code == 409
    page = guest.arrive("/reserver", details)
    assert "Cet horaire n’est plus libre" in page.text
    kept = page.fields("#details form")
    assert {name: kept.get(name) for name in typed()} == typed()
    assert page.has("button[name=instead]")


def test_one_click_takes_the_alternative(visit, house):
    fill(house)
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=typed()))
    instead = page.first("button[name=instead]")["value"]
    page = page.submit("#details form", button=f"instead={instead}")
    assert page.url.endswith("/confirmation")
    made = db.session.scalars(sa.select(Reservation).where(Reservation.email == "alice@example.org")).one()
    assert f"{made.service_date} {made.local_time:%H:%M}" == instead


def test_a_hold_for_another_time_is_given_back(visit, house):
    guest = visit()
    guest.post("/reserver", data={**WISH, "time": "12:00"})
    guest.post("/reserver", data=typed())
    assert the_reservation().local_time.hour == 19
    assert unsound() == []


def test_a_full_house_is_told_with_the_nearest_times(visit, house):
    fill(house)
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=WISH))
    assert page.status == 409
    assert page.all(".alternatives a")
    assert [row.reason for row in db.session.scalars(sa.select(RefusedSearch))] == [Reason.NO_TABLE.value]


# --- who it is ------------------------------------------------------------------------------------------------


def test_a_known_person_is_found_by_an_equal_address_and_nothing_is_overwritten(visit, cast, house):
    visit().post("/reserver", data=typed(first_name="Alicia", last_name="Autre", email=" ALICE@Example.org "))
    made = the_reservation()
    assert made.guest_id == cast.alice.id
    assert db.session.get_one(Person, cast.alice.id).full_name == "Alice Durand"
    assert (made.first_name, made.email) == ("Alicia", "ALICE@Example.org")


def test_nothing_of_a_known_person_is_revealed(visit, cast, house):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=typed(first_name="Zoé", last_name="Inconnue")))
    assert "Durand" not in page.text
    assert "Zoé" in page.text


def test_a_new_address_makes_a_new_person(visit, house):
    visit().post("/reserver", data=typed())
    assert the_reservation().guest.full_name == "Alice Durand"


# --- requests -------------------------------------------------------------------------------------------------


@pytest.fixture
def answered_by_hand(house):
    with transaction():
        settings.change(CONFIRMATION, "manual", level="establishment", holder=str(house.id))


def test_a_house_may_answer_by_hand(visit, house, answered_by_hand, outbox):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data=typed()))
    assert the_reservation().state is ReservationState.REQUESTED
    for words in ("Étape 3 sur 3 : la demande est envoyée", "Merci, Alice", "Votre demande est transmise"):
        assert words in page.text
    assert "PDF" not in page.text
    assert "confirm" not in outbox[0].subject.lower()
    assert unsound() == []


def test_the_funnel_counts_steps_and_no_one(visit, house):
    guest = visit()
    guest.post("/reserver", data=WISH)
    guest.post("/reserver", data=typed())
    assert steps_counted() == {FunnelStep.CHOSEN: 1, FunnelStep.TYPED: 1, FunnelStep.CONFIRMED: 1}


def test_the_smallest_table_that_fits_is_given(house):
    assert promise(house, covers=2).table_codes() in ("1", "2")
    assert promise(house, covers=3, email="b@example.org").table_codes() in ("3", "4")


def test_a_combination_is_given_last(house):
    assert promise(house, covers=6).table_codes() == "3 + 4"
    assert unsound() == []


def test_a_refused_reservation_leaves_nothing(house):
    fill(house)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Seating))
    with pytest.raises(service.TimeTaken), transaction():
        service.reserve(house, wish(), service.Details("A", "B", "a@b.fr", ""), actor=ANONYMOUS)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seating)) == before
    assert unsound() == []
