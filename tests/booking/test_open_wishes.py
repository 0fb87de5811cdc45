"""What the engine cannot decide in time is no refusal: it is counted, looked at again, and the guest is told yes or no."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.booking import queries, service
from app.booking.models import FunnelStep, OpenWish, RefusedSearch, Reservation, WishState
from app.booking.open_wishes.jobs import answer_open_wish, forget_answered_wishes
from app.booking.queries import seaters
from app.booking.seating import Placement, feasible
from app.booking.seating.cases import Limits
from app.kernel import audit, privacy
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, steps_counted, tables, typed, wish
from tests.booking.soundness import unsound
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

ROOM = {
    **SMALL["room"],
    "tables": [
        {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4},
    ],
    "combinations": [],
}
LATER = f"{SATURDAY} 20:45"
NO_TIME = Limits(programmes=0, seconds=0.0)


@pytest.fixture
def house(app):
    """Two tables. A couple chose the small one at 19:00; the other came at 19:45 and has the large one.

    Only a linear programme shows that four cannot sit down at 20:45.
    """
    house = open_house(room=ROOM, booking={**SMALL["booking"], "policy": "exact"})
    promise(house, f"{SATURDAY} 19:00", unit=tables(house)["1"], email="un@example.org")
    promise(house, f"{SATURDAY} 19:45", email="deux@example.org")
    return house


@pytest.fixture
def no_time(monkeypatch):
    """An engine that may solve no programme while somebody waits."""
    monkeypatch.setattr(seaters, "WHILE_WRITING", NO_TIME)
    monkeypatch.setattr(seaters, "WHILE_READING", NO_TIME)


def free_the_large_table():
    other = db.session.scalars(sa.select(Reservation).where(Reservation.email == "deux@example.org")).one()
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, other.id), actor=TESTS, reason="")


def asked(visit, **changed):
    """Ask as a guest does, and give the page where the answer will be."""
    guest = visit()
    sent = typed(time="20:45", covers="4", **changed)
    return guest, guest.arrive("/reserver", guest.post("/reserver", data=sent))


def the_wish():
    db.session.rollback()
    return db.session.scalars(sa.select(OpenWish)).one()


def facts_of(wish_):
    return [entry.fact for entry in audit.entries_on("OpenWish", wish_.id)]


def test_with_time_it_is_a_refusal_with_a_proof(house):
    with pytest.raises(service.TimeTaken):
        promise(house, LATER, 4)


def test_without_it_is_none_and_is_counted(house, no_time):
    with pytest.raises(service.LeftOpen):
        promise(house, LATER, 4)
    assert steps_counted()[FunnelStep.UNDECIDED] == 1
    assert db.session.scalars(sa.select(RefusedSearch)).all() == []
    assert unsound() == []


def test_the_listing_shows_as_possible_what_nobody_could_decide(house, no_time, visit):
    day = queries.day_of(queries.house_of(house), wish(LATER).service_date)
    assert isinstance(feasible(day, wish(LATER).local_time, 4), Placement)
    page = visit().see(f"/reserver?date={SATURDAY}&covers=4&time=20:45")
    assert page.status == 200
    assert page.first("input[name=time][checked]")["value"] == "20:45"


def test_who_chooses_the_time_is_told_that_it_must_be_checked(house, no_time, visit):
    guest = visit()
    page = guest.arrive("/reserver", guest.post("/reserver", data={"date": SATURDAY, "time": "20:45", "covers": "4"}))
    assert "demande une vérification" in page.text
    assert page.has("input[name=email]")


@on_both
def test_the_guest_waits_on_a_page_and_is_told_yes(house, no_time, visit, outbox):
    guest, page = asked(visit)
    assert (page.status, "Nous vérifions" in page.text) == (200, True)
    free_the_large_table()
    run_jobs()
    kept = the_wish()
    assert (kept.state, kept.reservation.email) == (WishState.GRANTED, "alice@example.org")
    assert "C’est oui" in guest.see(page.url).text
    assert [letter.subject.split(" :")[0] for letter in outbox.to("alice@example.org")] == ["Votre table est réservée"]
    assert facts_of(kept)[0] == "booking.wish_granted"
    assert unsound() == []


@on_both
def test_a_no_is_proved_written_and_told(house, no_time, visit, outbox):
    guest, page = asked(visit)
    run_jobs()
    assert the_wish().state is WishState.REFUSED
    assert "aucune disposition de la salle" in guest.see(page.url).text
    (letter,) = outbox.to("alice@example.org")
    assert "aucune disposition de la salle" in letter.text
    assert letter.html
    assert [search.reason for search in db.session.scalars(sa.select(RefusedSearch))] == ["no_table"]


def test_what_stays_open_is_asked_again_and_in_the_end_said_so(house, no_time, visit, outbox, monkeypatch, at):
    monkeypatch.setattr(queries.open_wishes, "AT_LENGTH", NO_TIME)
    guest, page = asked(visit)
    run_jobs()
    assert the_wish().state is WishState.CHECKING
    assert "Nous vérifions" in guest.see(page.url).text
    at("2026-03-10 10:11")
    run_jobs()
    assert the_wish().state is WishState.UNANSWERED
    assert "n’est pas un refus" in guest.see(page.url).text
    assert "n’est pas un refus" in outbox.to("alice@example.org")[0].text
    assert db.session.scalars(sa.select(RefusedSearch)).all() == []


def test_an_answer_found_at_length_counts_only_while_nothing_has_changed(house, no_time, visit):
    asked(visit)
    found = queries.open_wishes.foreseen(the_wish())
    free_the_large_table()
    with transaction():
        service.grant_open_wish(the_wish(), actor=TESTS, foreseen=found)
    assert the_wish().state is WishState.GRANTED


def test_it_is_answered_once(house, no_time, visit):
    asked(visit)
    free_the_large_table()
    run_jobs()
    assert answer_open_wish(wish_id=str(the_wish().id)) is False
    assert db.session.scalar(sa.select(sa.func.count()).where(Reservation.email == "alice@example.org")) == 1


def test_asked_twice_it_is_kept_once(house, no_time, visit):
    guest, _page = asked(visit)
    guest.post("/reserver", data=typed(time="20:45", covers="4"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OpenWish)) == 1


@pytest.mark.parametrize("part", ["", "/_reponse"])
def test_the_answer_is_shown_to_nobody_else(house, no_time, visit, part):
    asked(visit)
    assert visit().get(f"/reserver/verification/{the_wish().id}{part}").status_code == 404
    assert visit().get(f"/reserver/verification/{uuid4()}{part}").status_code == 404


def test_the_part_is_polled_only_while_the_answer_is_to_come(house, no_time, visit):
    guest, page = asked(visit)
    assert page.first("#open-wish")["data-poll"].endswith("/_reponse")
    run_jobs()
    assert "data-poll" not in guest.see(f"{page.url}/_reponse").first("#open-wish").attributes


def test_staff_are_told_that_it_is_no_refusal(house, no_time, visit, cast):
    sent = typed(time="20:45", covers="4", consent=None)
    answer = visit(cast.chloe).post("/admin/reservations", data=sent)
    assert answer.status_code == 409
    assert "pas un refus" in answer.text


def test_a_move_left_open_leaves_the_reservation_where_it_was(house, no_time, visit, cast):
    made = promise(house, f"{SATURDAY} 12:00", 4)
    url = f"/admin/service/frise/{made.id}/deplacement"
    answer = visit(cast.chloe).post(url, data={"date": SATURDAY, "time": "20:45", "unit": "", "seen": ""})
    assert (answer.status_code, "pas un refus" in answer.text) == (409, True)
    assert unsound() == []


def test_what_it_holds_of_a_person_is_in_the_archive_and_goes_on_demand(house, no_time, visit):
    asked(visit)
    (declared,) = [each for each in privacy.all_personal_data() if each.code == "booking.open_wishes"]
    addresses = frozenset({"alice@example.org"})
    known = privacy.Known(uuid4(), frozenset(), frozenset(), frozenset(), addresses)
    assert [row["Au nom de"] for row in declared.export(known)] == ["Alice Durand"]
    with transaction():
        declared.erase(known)
    assert db.session.scalars(sa.select(OpenWish)).all() == []


def test_the_wish_is_forgotten_days_after_its_answer(house, no_time, visit, at):
    asked(visit)
    run_jobs()
    assert forget_answered_wishes() == 0
    at("2026-03-13 10:00")
    assert forget_answered_wishes() == 1
