"""What the house keeps from online bookings: a quota by shift, tables, the next hour. The team is bound by none of it."""

from datetime import date, time

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.booking import queries, service
from app.booking.models import ArrivalCount, Reservation, ReservationOrigin, Seating, SeatingCell, Shift, Table
from app.booking.refusals import explained
from app.booking.seating import GUEST, STAFF, Reason, Refusal, feasible, times_on
from app.booking.service import room
from app.kernel import audit
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed
from tests.booking.houses import SATURDAY, SMALL, TESTS, bearer, details, open_house, promise, wish
from tests.booking.settings_pages import ROOT, one
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

DAY = date.fromisoformat(SATURDAY)
LUNCH, DINNER = SMALL["shifts"]
FOR_THE_HOUSE = {
    **SMALL["room"],
    "tables": [{**table, "kept": table["id"] in ("2", "4")} for table in SMALL["room"]["tables"]],
}
FREE_DINNER = {**DINNER, "pacing_covers": None}


def with_quota(covers, **more):
    return open_house(shifts=[LUNCH, {**FREE_DINNER, "online_covers": covers}], **more)


def why(house, at="19:30", covers=2, permit=GUEST):
    answer = feasible(queries.day_of(queries.house_of(house), DAY), time.fromisoformat(at), covers, permit=permit)
    return answer.reason if isinstance(answer, Refusal) else None


# --- the quota ------------------------------------------------------------------------------------------------


@on_both
def test_the_quota_counts_the_whole_shift_and_only_what_came_online(app):
    house = with_quota(4)
    promise(house, f"{SATURDAY} 19:00", permit=STAFF, actor=TESTS, email="a@example.org")
    promise(house, f"{SATURDAY} 19:00", email="b@example.org")
    assert why(house, "21:00", 3) is Reason.ONLINE_QUOTA
    promise(house, f"{SATURDAY} 21:30", email="c@example.org")
    assert why(house, "20:00", 1) is Reason.ONLINE_QUOTA
    assert why(house, "20:00", 3, permit=STAFF) is None
    assert why(house, "12:30") is None
    with pytest.raises(service.TimeTaken) as refusal:
        promise(house, f"{SATURDAY} 20:30", email="d@example.org")
    assert refusal.value.reason is Reason.ONLINE_QUOTA
    assert unsound() == []


def test_the_team_is_not_said_to_set_a_rule_aside(app):
    house = with_quota(0)
    assert promise(house, permit=STAFF, actor=TESTS).overridden == []


def test_a_hold_counts_and_one_that_ran_out_does_not(app, at):
    house = with_quota(2)
    with transaction():
        service.hold_table(house, wish(), visitor="v", network="n")
    assert why(house) is Reason.ONLINE_QUOTA
    at("2026-03-10 10:06")
    assert why(house) is None


def test_a_cancelled_reservation_gives_its_covers_back(app):
    house = with_quota(2)
    made = promise(house)
    assert why(house) is Reason.ONLINE_QUOTA
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, made.id), actor=TESTS, reason="")
    assert why(house) is None


def test_a_guest_moves_within_a_full_quota(app):
    house = with_quota(2)
    made = promise(house)
    with transaction():
        service.move_reservation(
            db.session.get_one(Reservation, made.id), wish(f"{SATURDAY} 20:30"), actor=bearer(made), permit=GUEST
        )
    with pytest.raises(service.TimeTaken), transaction():
        service.move_reservation(
            db.session.get_one(Reservation, made.id), wish(f"{SATURDAY} 20:30", 3), actor=bearer(made), permit=GUEST
        )


def test_the_page_says_what_is_true_and_offers_to_be_called(app, visit):
    with_quota(0)
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2&time=19:30")
    assert "Plus de table en ligne à 19:30" in page.text
    assert "02 38 00 00 00" in page.text
    assert "par téléphone" in page.text


def test_a_house_that_cannot_be_called_offers_no_call(app):
    house = with_quota(0, phone=None)
    said = explained(Refusal(Reason.ONLINE_QUOTA, 0), queries.house_of(house))
    assert said == "Toutes les places proposées en ligne pour ce service sont prises."

    for reason in Reason:
        assert explained(Refusal(reason, 2), queries.house_of(house))


# --- tables kept for the house --------------------------------------------------------------------------------


def test_a_kept_table_is_for_the_team(app):
    house = open_house(room=FOR_THE_HOUSE)
    assert promise(house, email="a@example.org").table_codes() == "1"
    assert why(house) is Reason.KEPT_TABLES
    assert promise(house, permit=STAFF, actor=TESTS, email="b@example.org").table_codes() == "2"
    assert why(house) is Reason.NO_TABLE


def test_a_combination_with_a_kept_table_is_kept(app):
    house = open_house(room=FOR_THE_HOUSE)
    assert why(house, covers=6) is Reason.PARTY_TOO_LARGE
    assert why(house, covers=6, permit=STAFF) is None


def test_nobody_is_moved_to_a_kept_table_for_a_guest_online(app):
    tables = [
        {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2, "kept": True},
        {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4},
    ]
    plan = {**SMALL["room"], "tables": tables, "combinations": []}
    house = open_house(room=plan, booking={**SMALL["booking"], "policy": "guarded"})
    couple = promise(house)
    assert couple.table_codes() == "2"
    assert why(house, covers=4) is Reason.NO_TABLE
    promise(house, covers=4, permit=STAFF, actor=TESTS, email="b@example.org")
    db.session.rollback()
    assert db.session.get_one(Reservation, couple.id, populate_existing=True).table_codes() == "1"
    assert unsound() == []


def test_keeping_a_table_breaks_no_promise(visit, cast, house):
    promise(house)
    manager = visit(cast.chloe)
    page = manager.see(f"{ROOT}/salle")
    page.submit("#tables-form", **{"tables-0-is_kept": "y"})
    assert one(Table, code="1").is_kept
    assert "⌂" in str(audit.entries_on("Establishment", house.id)[0].changes)


def test_the_quota_is_typed_and_taken_away(visit, cast, house):
    manager, dinner = visit(cast.chloe), one(Shift, name="Dîner").id
    page = manager.see(f"{ROOT}/services/{dinner}").submit("#edit-form", online_covers="0")
    assert "0 couvert en ligne" in page.text
    assert one(Shift, id=dinner).online_covers == 0
    assert manager.see(f"{ROOT}/services/{dinner}").submit("#edit-form", online_covers="-3").status == 422
    manager.see(f"{ROOT}/services/{dinner}").submit("#edit-form", online_covers="")
    assert one(Shift, id=dinner).online_covers is None


# --- listing and writing --------------------------------------------------------------------------------------


PARTIES = st.lists(
    st.tuples(st.sampled_from(["19:00", "19:30", "20:30", "21:30"]), st.integers(1, 5), st.booleans()), max_size=10
)


@pytest.fixture(params=["best_fit", "guarded"])
def limited_house(app, request):
    closed = {"from": SATURDAY, "to": SATURDAY, "since": "20:30", "until": "21:00"}
    table = {**closed, "since": "21:00", "until": "23:00", "tables": ["3"]}
    return with_quota(
        8, room=FOR_THE_HOUSE, booking={**SMALL["booking"], "policy": request.param}, close_outs=[closed, table]
    )


@given(parties=PARTIES)
def test_listing_and_writing_agree_under_every_limit(limited_house, parties):
    house = limited_house
    with transaction() as session:
        for model in (SeatingCell, Seating, ArrivalCount):
            session.execute(sa.delete(model))
        session.execute(sa.update(Reservation).values(state="cancelled", cancelled_at=Reservation.created_at))
        queries.lock_day(house.id, DAY)
    db.session.expire_all()
    for number, (at, covers, is_online) in enumerate(parties):
        permit = GUEST if is_online else STAFF
        day = queries.day_of(queries.house_of(house), DAY)
        offers = {offer.slot.local_time: offer.verdict for offer in times_on(day, covers, permit=permit)}
        offered = offers[time.fromisoformat(at)]
        try:
            promise(house, f"{SATURDAY} {at}", covers, permit=permit, actor=TESTS, email=f"h{number}@example.org")
        except service.TimeTaken as refusal:
            assert isinstance(offered, Refusal)
            assert refusal.reason == offered.reason
        else:
            assert not isinstance(offered, Refusal)
    booked = sa.select(sa.func.sum(Reservation.covers)).where(
        Reservation.origin == ReservationOrigin.ONLINE, Reservation.state == "confirmed"
    )
    assert (db.session.scalar(booked) or 0) <= 8
    assert [problem for problem in unsound() if "table" in problem] == []


# --- the next hour --------------------------------------------------------------------------------------------


@pytest.fixture
def evening(house, at):
    """Saturday at 18:40, in a house that asks for no notice."""
    house = open_house(booking={"min_notice_minutes": 0})
    at(f"{SATURDAY} 18:40")
    return house


def pause(visit, who):
    return visit(who).see("/admin/service").submit("#pause-form")


@on_both
def test_a_pause_stops_what_would_begin_within_the_hour_and_nothing_else(evening, at):
    with transaction():
        service.pause_online(evening, actor=TESTS)
    assert [why(evening, slot) for slot in ("19:00", "19:30", "19:45", "20:00")] == [
        Reason.PAUSED,
        Reason.PAUSED,
        None,
        None,
    ]
    assert why(evening, "19:00", permit=STAFF) is None
    at(f"{SATURDAY} 19:20")
    assert why(evening, "19:30") is Reason.PAUSED
    assert queries.paused_until(evening, at(f"{SATURDAY} 19:41")) is None
    assert why(evening, "19:45") is None


def test_one_tap_on_the_room_pauses_and_another_resumes(visit, cast, evening):
    page = pause(visit, cast.diane)
    assert "Réservations en ligne suspendues jusqu’à 19 h 40" in page.text
    assert why(evening, "19:00") is Reason.PAUSED
    page = page.submit("#pause-form")
    assert "Suspendre l’heure qui vient" in page.text
    assert why(evening, "19:00") is None
    facts = [entry.fact for entry in audit.entries_on("Establishment", evening.id)][:2]
    assert facts == ["booking.online_bookings_resumed", "booking.online_bookings_paused"]


def test_the_other_screen_sees_the_pause(visit, cast, evening):
    other = visit(cast.chloe)
    before = other.get("/admin/service/_salle").headers["ETag"]
    pause(visit, cast.diane)
    seen = other.get("/admin/service/_salle", headers={"If-None-Match": before})
    assert (seen.status_code, "suspendues jusqu’à" in seen.text) == (200, True)


def test_the_length_of_a_pause_is_a_setting(visit, cast, evening):
    manager = visit(cast.chloe)
    manager.see(f"{ROOT}/service-en-salle").submit("form.form", pause="30")
    page = manager.see("/admin/service")
    assert "Suspendre la demi-heure qui vient" in page.text
    assert "19 h 10" in page.submit("#pause-form").text
    assert [why(evening, slot) for slot in ("19:00", "19:15")] == [Reason.PAUSED, None]
    assert manager.see(f"{ROOT}/service-en-salle").submit("form.form", pause="45").status == 422


def test_a_waiter_sees_the_pause_and_cannot_touch_it(visit, cast, evening):
    waiter = visit(cast.bruno)
    assert not waiter.see("/admin/service").has("#pause-form")
    pause(visit, cast.diane)
    assert "suspendues jusqu’à" in waiter.see("/admin/service").text
    for path in ("", "/reprise"):
        assert waiter.post(f"/admin/service/suspension{path}").status_code == 403
    assert why(evening, "19:00") is Reason.PAUSED
    with pytest.raises(NotAllowed), transaction():
        service.resume_online(evening, actor=bearer(promise(evening, f"{SATURDAY} 21:00")))


def test_resuming_what_is_not_paused_says_so(visit, cast, evening):
    assert (
        "Aucune suspension" in visit(cast.diane).post("/admin/service/suspension/reprise", follow_redirects=True).text
    )


def test_a_paused_time_is_refused_with_a_number_to_call(visit, evening):
    with transaction():
        service.pause_online(evening, actor=TESTS)
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2&time=19:00")
    assert "suspendu les réservations en ligne" in page.text
    assert "02 38 00 00 00" in page.text
    with pytest.raises(service.TimeTaken), transaction():
        service.reserve(evening, wish(f"{SATURDAY} 19:00"), details(), actor=TESTS)


def test_a_change_of_the_house_keeps_the_pause(evening):
    with transaction():
        service.pause_online(evening, actor=TESTS)
        room.change_areas(
            evening, [room.AreaLine(area.id, area.code) for area in queries.rooms.areas_of(evening)], actor=TESTS
        )
    assert why(evening, "19:00") is Reason.PAUSED
