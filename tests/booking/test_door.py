"""A party at the door: a table now, or a wait that says how it is computed, or a plain no."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.booking import service
from app.booking.models import RefusedSearch, Reservation, ReservationOrigin, ReservationState
from app.booking.seating import FORCE, Reason
from app.booking.service import TimeTaken
from app.kernel import audit
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, tables
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

DOOR = "/admin/service/sans-reservation"
S = ReservationState


@pytest.fixture
def evening(house, at):
    """Saturday at 20:07."""
    at(f"{SATURDAY} 20:07")
    return house


def walk_in(house, covers=2, **more):
    with transaction():
        made = service.seat_walk_in(house, covers, actor=TESTS, **more)
    return db.session.get_one(Reservation, made.id, populate_existing=True)


def taken(house, at, covers=2, unit=None):
    return promise(house, f"{SATURDAY} {at}", covers, permit=FORCE, unit=unit, email=f"h{at}{covers}{unit}@example.org")


# --- the answer -----------------------------------------------------------------------------------------------


def test_a_free_table_is_given_at_once(evening):
    answer = service.answer_at_door(evening, 2)
    assert (answer.is_now, answer.wait_minutes) == (True, 0)
    party = walk_in(evening)
    assert (party.state, party.origin, party.guest_id) == (S.SEATED, ReservationOrigin.WALK_IN, None)
    assert party.local_time.strftime("%H:%M") == "20:00"
    assert party.guest_name == "De passage"
    assert party.table_codes() == "1"
    assert party.overridden == []
    assert unsound() == []


def test_the_wait_is_until_the_first_table_that_is_free_long_enough(evening):
    ids = tables(evening)
    for code in ("1", "2"):
        taken(evening, "19:30", unit=ids[code])
    answer = service.answer_at_door(evening, 2)
    assert not answer.is_now
    assert answer.slot.local_time.strftime("%H:%M") == "21:00"
    assert answer.wait_minutes == 55
    assert [(code, party.local_time.strftime("%H:%M")) for code, party in answer.after] == [("1", "19:30")]


@on_both
def test_the_page_says_how_the_wait_is_computed(visit, cast, evening):
    ids = tables(evening)
    for code in ("1", "2"):
        taken(evening, "19:30", unit=ids[code])
    page = visit(cast.diane).see(f"{DOOR}?covers=2")
    assert "Environ 55 min d’attente" in page.text
    assert "La table 1 est à Alice Durand de 19:30 à 21:00." in page.text
    assert "Calculé sur les durées prévues" in page.text


def test_a_table_whose_guests_overstay_is_not_given(evening, at):
    ids = tables(evening)
    for code in ("1", "2"):
        party = taken(evening, "20:15", unit=ids[code])
        with transaction():
            service.seat_party(party, actor=TESTS)
    at(f"{SATURDAY} 21:50")
    answer = service.answer_at_door(evening, 2)
    assert not answer.is_now
    assert answer.slot.local_time.strftime("%H:%M") == "22:15"


def test_the_kitchen_s_rhythm_is_a_reason_to_wait(evening):
    taken(evening, "20:00", 4)
    taken(evening, "20:00", 4)
    answer = service.answer_at_door(evening, 2)
    assert answer.is_now
    taken(evening, "20:00", 2)
    answer = service.answer_at_door(evening, 2)
    assert answer.refusal.reason is Reason.PACING
    assert answer.slot.local_time.strftime("%H:%M") == "20:15"


@pytest.mark.parametrize(
    ("instant", "open_"),
    [("17:59", False), ("18:00", True), ("22:44", True), ("22:46", False), ("15:00", False), ("11:00", True)],
)
def test_the_door_opens_an_hour_around_a_shift(house, at, instant, open_):
    at(f"{SATURDAY} {instant}")
    answer = service.answer_at_door(house, 2)
    assert (answer.slot is not None) is open_
    if not open_:
        assert answer.refusal.reason is Reason.CLOSED


def test_a_closed_day_has_no_door(house, at):
    at("2026-03-16 20:00")  # a Monday
    assert service.answer_at_door(house, 2).refusal.reason is Reason.CLOSED
    with pytest.raises(TimeTaken):
        walk_in(house)


def test_after_midnight_it_is_still_the_evening_before(at, app):
    late = [{**SMALL["shifts"][1], "last": "01:00"}]
    house = open_house(shifts=late)
    at("2026-03-15 00:40")
    party = walk_in(house)
    assert party.service_date.isoformat() == SATURDAY
    assert party.local_time.strftime("%H:%M") == "00:30"
    assert unsound() == []


# --- seating --------------------------------------------------------------------------------------------------


@on_both
def test_a_party_is_seated_from_the_page(visit, cast, evening):
    page = visit(cast.diane).see(f"{DOOR}?covers=2")
    assert "Tout de suite, à la table 1" in page.text
    seen = page.submit("main form.form", name="Lucie")
    assert "2 couverts à la table 1." in seen.text
    party = db.session.scalars(sa.select(Reservation)).one()
    assert party.guest_name == "Lucie"
    entry = audit.entries_on("Reservation", party.id)[0]
    assert (entry.fact, entry.details["tables"], entry.actor_label) == ("booking.walk_in_seated", "1", "Diane Martin")


def test_chosen_tables_are_joined_for_the_evening(evening):
    ids = tables(evening)
    party = walk_in(evening, 3, tables=[UUID(ids["1"]), UUID(ids["2"])])
    assert party.table_codes() == "1 + 2"
    assert unsound() == []


def test_a_chosen_table_that_is_promised_is_refused_by_name(visit, cast, evening):
    ids = tables(evening)
    taken(evening, "21:00", unit=ids["1"])
    with pytest.raises(RuleBroken, match="La table 1 est à Alice Durand de 21:00 à 22:30"):
        walk_in(evening, 2, tables=[UUID(ids["1"])])
    answer = visit(cast.diane).post(DOOR, data={"covers": "2", "tables": [str(UUID(ids["1"]))], "name": "Lucie"})
    assert answer.status_code == 409
    assert 'value="Lucie"' in answer.get_data(as_text=True)


def test_force_is_named_and_logged(visit, cast, evening):
    four = str(UUID(tables(evening)["3"]))
    asked = {"covers": "2", "tables": [four], "force": "y"}
    assert visit(cast.diane).post(DOOR, data=asked).status_code == 403
    assert visit(cast.chloe).post(DOOR, data={**asked, "force": ""}).status_code == 409
    db.session.rollback()
    assert visit(cast.chloe).post(DOOR, data=asked).status_code == 303
    party = db.session.scalars(sa.select(Reservation)).one()
    assert party.overridden == ["pacing", "fit"]
    assert unsound() == []


def test_force_never_opens_a_table_that_is_taken(evening):
    ids = tables(evening)
    taken(evening, "20:00", unit=ids["1"])
    with pytest.raises(RuleBroken):
        walk_in(evening, 2, tables=[UUID(ids["1"])], force=True)
    assert unsound() == []


def test_nobody_takes_the_last_table_twice(evening):
    walk_in(evening)
    walk_in(evening)
    with pytest.raises(TimeTaken):
        walk_in(evening)
    assert unsound() == []


@pytest.mark.parametrize("covers", ["", "0", "-2", "201", "deux", "2.5"])
def test_an_impossible_number_is_refused(visit, cast, evening, covers):
    assert visit(cast.diane).post(DOOR, data={"covers": covers}).status_code == 422
    assert visit(cast.diane).get(f"{DOOR}?covers={covers}").status_code == 200
    assert db.session.scalars(sa.select(Reservation)).all() == []


def test_a_walk_in_lives_like_any_party(visit, cast, evening):
    party = walk_in(evening, name="Lucie")
    visitor = visit(cast.diane)
    assert "Sans réservation" in visitor.see(f"/admin/reservations/{party.id}").text
    for act in ("finish", "resume", "withdraw_seating", "seat", "finish"):
        assert visitor.post(f"/admin/service/reservations/{party.id}", data={"acte": act}).status_code == 303
    assert unsound() == []


@given(data=st.data())
def test_what_the_door_says_is_what_the_room_does(evening, data):
    """Asked and seated at once: the answer and the writing agree, and nobody ever sits on anybody."""
    for covers in data.draw(st.lists(st.integers(1, 8), max_size=3)):
        answer = service.answer_at_door(evening, covers)
        if answer.is_now:
            assert walk_in(evening, covers).covers == covers
        else:
            with pytest.raises(TimeTaken):
                walk_in(evening, covers)
    assert unsound() == []
    if data.draw(st.booleans()):
        for party in db.session.scalars(sa.select(Reservation).where(Reservation.state == S.SEATED)).all():
            with transaction():
                service.finish_reservation(party, actor=TESTS)


# --- those who are quoted a wait ------------------------------------------------------------------------------


@pytest.fixture
def full_until_nine(evening):
    """Both tables for two are taken until 21:00."""
    ids = tables(evening)
    for code in ("1", "2"):
        taken(evening, "19:30", unit=ids[code])
    return evening


def ask_to_wait(visitor, **more):
    return visitor.post(f"{DOOR}/attente", data={"covers": "2", "name": "Lina", **more})


def quoted_on(page):
    return page.first("input[name=quoted]")["value"]


def last_party():
    db.session.rollback()
    return db.session.scalars(sa.select(Reservation).order_by(Reservation.id.desc())).first()


def refused_demand():
    db.session.rollback()
    return [(row.covers, row.reason) for row in db.session.scalars(sa.select(RefusedSearch))]


@on_both
def test_who_agrees_to_wait_keeps_the_table_quoted(visit, cast, full_until_nine):
    visitor = visit(cast.diane)
    at = quoted_on(visitor.see(f"{DOOR}?covers=2"))
    assert ask_to_wait(visitor, quoted=at).status_code == 303
    party = last_party()
    assert (party.state, party.origin, party.guest_name) == (S.ARRIVED, ReservationOrigin.WALK_IN, "Lina")
    assert (f"{party.local_time:%H:%M}", party.seated_at) == (at, None)
    assert "Lina" in visitor.see("/admin/service").first(".room__lists").text
    assert unsound() == []


def test_a_quote_that_no_longer_holds_is_said_again(visit, cast, full_until_nine):
    visitor = visit(cast.diane)
    page = visitor.arrive(DOOR, ask_to_wait(visitor, quoted="20:15"))
    assert page.status == 409
    assert "La salle a changé entre-temps" in page.text
    assert quoted_on(page) > "20:15"


def test_a_wait_without_its_hour_is_refused(visit, cast, full_until_nine):
    for nonsense in ({}, {"quoted": "tantôt"}, {"quoted": "21:00", "covers": "0"}):
        assert ask_to_wait(visit(cast.diane), **nonsense).status_code == 422


def test_who_does_not_wait_counts_among_the_refused(visit, cast, full_until_nine):
    assert visit(cast.diane).post(f"{DOOR}/renoncement", data={"covers": "2"}).status_code == 303
    assert refused_demand() == [(2, "no_table")]


def test_a_waiter_neither_keeps_a_table_nor_writes_who_left(visit, cast, full_until_nine):
    assert ask_to_wait(visit(cast.bruno), quoted="21:00").status_code == 403
    assert visit(cast.bruno).post(f"{DOOR}/renoncement", data={"covers": "2"}).status_code == 403
    assert refused_demand() == []


# --- sooner than the wait -------------------------------------------------------------------------------------


@pytest.fixture
def free_until_nine(evening):
    """Table 1 is free now and promised at 21:00; table 2 is taken since 19:30 by a party that has not come."""
    ids = tables(evening)
    return taken(evening, "21:00", unit=ids["1"]), taken(evening, "19:30", unit=ids["2"])


def brief_button(page):
    return next(iter(page.all("button[name=until]")), None)


@on_both
def test_who_gives_the_table_back_in_time_sits_at_once(visit, cast, evening, free_until_nine):
    visitor = visit(cast.diane)
    button = brief_button(visitor.see(f"{DOOR}?covers=2"))
    assert " ".join(button.text.split()) == "Tout de suite à la 1, à rendre à 21:00 (50 min)"
    assert visitor.post(DOOR, data={"covers": "2", "until": "21:00"}).status_code == 303
    party = last_party()
    assert (party.state, party.table_codes(), party.duration_minutes) == (S.SEATED, "1", 60)
    assert unsound() == []


def test_a_short_meal_that_is_no_longer_possible_is_refused(visit, cast, evening, free_until_nine):
    for until in ("20:30", "21:15"):
        assert visit(cast.diane).post(DOOR, data={"covers": "2", "until": until}).status_code == 409
    assert visit(cast.diane).post(DOOR, data={"covers": "2", "until": "bientôt"}).status_code == 422


def test_nobody_is_asked_to_swallow_a_meal(visit, cast, evening, free_until_nine, at):
    at(f"{SATURDAY} 20:31")
    assert brief_button(visit(cast.diane).see(f"{DOOR}?covers=2")) is None


def test_a_table_kept_for_a_late_party_is_named(visit, cast, evening, free_until_nine):
    page = visit(cast.diane).see(f"{DOOR}?covers=2")
    late = page.first(f"a[href='/admin/service/reservations/{free_until_nine[1].id}']")
    assert late.text == "La table 2 est gardée pour Alice Durand, attendu depuis 37 min."
    assert "attendu depuis" not in visit(cast.diane).see(f"{DOOR}?covers=4").text
