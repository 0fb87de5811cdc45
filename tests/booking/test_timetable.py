"""The timeline: tables as rows, who sits there when, and parties moved between tables and times."""

import copy
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import time

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.booking import agenda, service
from app.booking.models import Reservation
from app.booking.presentation.timetable import nearest_moves, wish_of
from app.booking.queries import unit_choices
from app.booking.seating import STAFF, Placement, feasible
from app.directory.queries import establishment_by_slug
from app.kernel.agenda import Move
from app.kernel.db import db, transaction
from app.kernel.formats import number_range
from app.kernel.lifecycle import RuleBroken
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, tables
from tests.factories import make_user
from tests.harness.databases import on_both
from tests.harness.visitors import forget_readings

PART = {"HX-Request-Type": "partial"}
SHOWN = f"/admin/service/frise?date={SATURDAY}"


@pytest.fixture
def units(house):
    return tables(house)


def url_of(reservation):
    return f"/admin/service/frise/{reservation.id}/deplacement"


def sent(at="19:30", unit="", seen="0"):
    return {"date": SATURDAY, "time": at, "unit": unit, "seen": seen}


def stands(reservation):
    forget_readings()
    found = db.session.get_one(Reservation, reservation.id)
    return found.local_time, found.table_codes()


def test_each_table_says_who_sits_there_and_when(visit, cast, reservation, units):
    page = visit(cast.chloe).see(SHOWN)
    rows = page.all("[data-resource]")
    assert [row["data-label"] for row in rows] == ["1 (1–2)", "2 (1–2)", "3 (3–4)", "4 (3–4)"]
    assert [group["data-group"] for group in page.all("[data-group]")] == ["Salle"]
    (line,) = page.all("[data-entry]")
    assert (line["data-starts"], line["data-unit"]) == (f"{SATURDAY}T19:30", units["1"])
    assert [row.text.count("Libre") for row in rows] == [0, 1, 1, 1]


def test_a_retired_table_that_is_still_promised_says_so(visit, cast, reservation, units):
    before = visit(cast.diane).see(SHOWN)
    with transaction():
        reservation.seatings[0].table.is_active = False
    page = visit(cast.diane).see(SHOWN)
    marked = [row for row in page.all("[data-resource]") if "retirée" in row["data-label"]]
    assert [row.has("[data-entry]") for row in marked] == [True]
    assert "retirée" in marked[0].first("h4").text
    assert "retirée" not in before.text


def test_joined_tables_show_their_party_on_each(visit, cast, house, units):
    party = promise(house, covers=6)
    lines = visit(cast.chloe).see(SHOWN).all("[data-entry]")
    assert [line["data-entry"] for line in lines] == [str(party.id)] * 2
    assert {line["data-unit"] for line in lines} == {units["3+4"]}


def test_a_drag_to_another_table_moves_it_and_writes_to_nobody(visit, cast, reservation, units, outbox):
    answer = visit(cast.chloe).post(url_of(reservation), data=sent(unit=units["2"]), headers=PART)
    assert answer.status_code == 200
    assert stands(reservation) == (time(19, 30), "2")
    assert not list(outbox), "which table it is concerns the house alone"


def test_a_drag_in_time_moves_it_and_tells_the_guest(visit, cast, reservation, units, outbox):
    visit(cast.chloe).post(url_of(reservation), data=sent("20:15", units["1"]), headers=PART)
    assert stands(reservation) == (time(20, 15), "1")
    assert [letter.address for letter in outbox] == ["alice@example.org"]


def test_the_form_does_the_same_without_javascript(visit, cast, reservation, units):
    page = visit(cast.chloe).see(SHOWN).click("Déplacer")
    after = page.submit("main form", javascript=False, time="20:00", unit=units["2"])
    assert stands(reservation) == (time(20), "2")
    assert after.url == SHOWN
    assert "Alice Durand : 20:00, table 2" in after.text


def test_a_move_is_taken_back_in_one_act(visit, cast, reservation, units):
    chloe = visit(cast.chloe)
    answer = chloe.post(url_of(reservation), data=sent("20:00", units["2"]), headers=PART)
    page = chloe.see(SHOWN)
    page.swap(answer.get_data(as_text=True).replace('id="seating-moved"', 'id="told"'), page.first("#told"))
    page.submit(f"form[action='{url_of(reservation)}']", javascript=False)
    assert stands(reservation) == (time(19, 30), "1")


@on_both
def test_a_taken_table_is_refused_with_what_is_possible(visit, cast, house, reservation, units):
    promise(house, unit=units["2"], permit=STAFF, email="deux@example.org")
    chloe = visit(cast.chloe)
    answer = chloe.post(url_of(reservation), data=sent("20:00", units["2"]))
    assert answer.status_code == 409
    assert "déjà prise" in answer.text
    assert stands(reservation) == (time(19, 30), "1")
    page = chloe.arrive(url_of(reservation), answer)
    offers = {form.first("button").text: form for form in page.all(".notice form")}
    assert "20 h, table 1" in [offer.replace("\u00a0", " ") for offer in offers]
    page.submit(".notice form", javascript=False)
    assert stands(reservation) == (time(20), "1")


def test_a_table_of_the_wrong_size_is_refused(visit, cast, reservation, units):
    answer = visit(cast.chloe).post(url_of(reservation), data=sent(unit=units["3"]), headers=PART)
    assert answer.status_code == 409
    assert "ne convient pas" in answer.text
    assert stands(reservation) == (time(19, 30), "1")


def test_the_second_of_two_who_drag_it_sees_what_happened(visit, cast, reservation, units):
    visit(cast.chloe).post(url_of(reservation), data=sent(unit=units["2"]), headers=PART)
    answer = visit(cast.diane).post(url_of(reservation), data=sent("21:00", units["1"]), headers=PART)
    assert answer.status_code == 409
    words = " ".join(answer.text.split())
    assert re.search(r"Chloé \w+ vient de déplacer cette réservation : samedi 14 mars à 19 h 30, table 2\.", words)
    assert stands(reservation) == (time(19, 30), "2")


@on_both
def test_of_two_hands_at_once_one_moves_it(visit, cast, reservation, units):
    """Whoever comes second is told, and what stands is one of the two moves, whole."""
    moves = [(visit(cast.chloe), sent("20:00", units["2"])), (visit(cast.diane), sent("21:00", units["1"]))]
    tokens = [{**PART, "X-CSRFToken": visitor.token(), "Referer": f"{visitor.base_url}/"} for visitor, _data in moves]

    url = url_of(reservation)

    def drag(place):
        visitor, data = moves[place]
        return visitor.post(url, data=data, headers=tokens[place]).status_code

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(drag, range(2))) == [200, 409]
    assert stands(reservation) in ((time(20), "2"), (time(21), "1"))


def test_a_seated_party_stays(visit, cast, house, units):
    tonight = promise(house, "2026-03-10 20:00")
    with transaction():
        service.seat_party(tonight, actor=TESTS)
    page = visit(cast.chloe).see("/admin/service/frise")
    assert page.all("[data-entry]")
    assert not page.all("[data-move]")
    asked = {"date": "2026-03-10", "time": "20:00", "unit": units["2"], "seen": "0"}
    assert visit(cast.chloe).post(url_of(tonight), data=asked, headers=PART).status_code == 409


def test_only_who_may_change_moves_anything(visit, cast, reservation, units):
    for somebody in (cast.bruno, cast.alice, None):
        assert visit(somebody).post(url_of(reservation), data=sent(unit=units["2"])).status_code == 403
    guest = visit(cast.alice)
    guest.bear("booking.manage", reservation)
    assert guest.post(url_of(reservation), data=sent(unit=units["2"])).status_code == 403
    assert guest.get(SHOWN).status_code == 403
    assert stands(reservation) == (time(19, 30), "1")


@pytest.mark.parametrize("wrong", [{"at": "25:00"}, {"unit": "f" * 32}, {"at": ""}])
def test_what_cannot_be_read_is_told(visit, cast, reservation, wrong):
    assert visit(cast.chloe).post(url_of(reservation), data=sent(**wrong), headers=PART).status_code == 422


def test_a_waiter_sees_the_evening_only(visit, cast, house):
    promise(house, "2026-03-10 20:00", email="ce-soir@example.org")
    promise(house)
    assert len(visit(cast.bruno).see("/admin/service/frise").all("[data-entry]")) == 1
    assert not visit(cast.bruno).see(SHOWN).all("[data-entry]")


def test_two_screens_stay_in_step(visit, cast, reservation, units):
    diane = visit(cast.diane)
    address = diane.see(SHOWN).first("#timetable")["data-poll"]
    tag = {"If-None-Match": diane.get(address).headers["ETag"]}
    assert diane.get(address, headers=tag).status_code == 304
    visit(cast.chloe).post(url_of(reservation), data=sent(unit=units["2"]), headers=PART)
    assert f'data-unit="{units["2"]}"' in diane.get(address, headers=tag).text


def test_who_sees_two_houses_chooses_and_stays_there(visit, cast, house, reservation):
    there = open_house(slug="autre-rive", name="L’Autre Rive")
    moved = promise(there, f"{SATURDAY} 20:00", last_name="Rive", email="rive@example.org")
    chloe = visit(cast.chloe)
    page = chloe.see(f"{SHOWN}&maison=autre-rive")
    assert [line["data-label"][:10] for line in page.all("[data-entry]")] == ["Alice Rive"]
    assert page.first(".board-filters input[name=maison]")["value"] == "autre-rive"
    assert all("maison=autre-rive" in page.first(f"a[rel={way}]")["href"] for way in ("prev", "next"))
    assert "maison=autre-rive" in page.first("#timetable")["data-poll"]
    form = chloe.see(f"/admin/service/frise/{moved.id}/deplacement")
    assert "maison=autre-rive" in form.first(".crumbs a")["href"]


def test_who_sees_one_house_has_nothing_to_choose(visit, cast, house, reservation):
    open_house(slug="autre-rive", name="L’Autre Rive")
    host = make_user("Zoé", "host", scope=Scope("establishment", str(house.id)))
    assert visit(host).get(f"{SHOWN}&maison=autre-rive").status_code == 403
    assert "Alice Rive" not in visit(host).see(SHOWN).text


def test_forged_days_show_the_evening_under_way(visit, cast, house):
    for forged in ("x", "2026-02-30", "9999-12-31"):
        page = visit(cast.chloe).see(f"/admin/service/frise?date={forged}")
        assert page.first("[data-board]")["data-date"] == "2026-03-10"


def test_a_house_of_forty_tables_and_a_hundred_and_twenty_parties_costs_few_queries(visit, cast, app, max_queries):
    seats = [{"id": str(number), "area": "salle", "min_covers": 1, "max_covers": 4} for number in range(40)]
    rules = {"max_covers_online": 6, "min_notice_minutes": 0}
    house = open_house(room={"tables": seats, "combinations": []}, booking=rules, shifts=[UNPACED])
    for number in range(120):
        promise(house, f"{SATURDAY} {(12, 15, 18)[number // 40]}:00", email=f"h{number}@example.org")
    client = visit(cast.chloe)
    client.get(SHOWN)
    with max_queries(14):
        assert client.get(SHOWN).text.count("data-entry=") == 120


UNPACED = {
    "name": "Jour", "weekdays": [6], "first": "12:00", "last": "21:45",
    "pacing_covers": None, "pacing_reservations": None, "durations": None,
}  # fmt: skip


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["12:30", "19:00", "19:30", "20:15", "21:45", "23:00"]), st.integers(0, 5)),
        max_size=4,
    )
)
def test_what_is_offered_is_accepted(app, steps):
    """A party moved about a nearly full evening: each move is accepted, or each of its alternatives is feasible."""
    house = establishment_by_slug("petit-quai") or open_house()
    if not db.session.scalar(sa.select(sa.func.count()).select_from(Reservation)):
        for number in range(3):
            promise(house, covers=(2, 2, 4)[number], email=f"h{number}@example.org")
    reservation = db.session.scalars(sa.select(Reservation).order_by(Reservation.id)).first()
    choices = ["", *tables(house).values()]
    for at, place in steps:
        asked = Move(reservation.service_date, time.fromisoformat(at), choices[place])
        try:
            with transaction():
                service.move_seen_reservation(reservation, wish_of(reservation, asked), actor=TESTS, permit=STAFF)
        except RuleBroken:
            for offer in nearest_moves(reservation, asked):
                day = agenda.day_without(reservation, offer.move.day)
                found = feasible(day, offer.move.at, reservation.covers, lock=offer.move.resource, permit=STAFF)
                assert isinstance(found, Placement), offer


def test_the_place_it_has_is_not_proposed_to_who_wants_it_moved(house, units, reservation):
    other = promise(house, f"{SATURDAY} 19:30", 2, permit=STAFF, unit=units["2"], email="autre@example.org")
    asked = Move(other.service_date, time(19, 30), units["2"], "0")
    proposed = [(offer.move.at, offer.move.resource) for offer in nearest_moves(reservation, asked)]
    assert (time(19, 30), units["1"]) not in proposed


# --- what is before the eyes ----------------------------------------------------------------------------------


def opens_at(visitor, day=SATURDAY):
    return visitor.see(f"/admin/service/frise?date={day}").first("[data-board]")["data-opens"]


def test_a_coming_day_opens_before_half_of_its_parties_come(visit, cast, house):
    promise(house, f"{SATURDAY} 12:00", 2, email="midi@example.org")
    for number in range(2):
        promise(house, f"{SATURDAY} 20:00", 2, permit=STAFF, email=f"soir{number}@example.org")
    assert opens_at(visit(cast.diane)) == "18:00"


def test_the_day_under_way_opens_before_the_present_hour(visit, cast, house, at):
    promise(house, f"{SATURDAY} 12:00", 2, email="midi@example.org")
    at(f"{SATURDAY} 21:10")
    assert opens_at(visit(cast.diane)) == "20:00"


def drawn(visitor, day):
    board = visitor.see(f"/admin/service/frise?date={day}").first("[data-board]")
    return board["data-from"], board["data-until"]


def test_it_is_drawn_for_its_own_shifts_and_for_whoever_sits_outside_them(visit, cast, at):
    lunch, dinner = copy.deepcopy(SMALL["shifts"])
    house = open_house(shifts=[{**lunch, "weekdays": [6, 7]}, {**dinner, "weekdays": [6]}])
    diane, sunday = visit(cast.diane), "2026-03-15"
    assert drawn(diane, SATURDAY) == ("12:00", "24:00")
    assert drawn(diane, sunday) == ("12:00", "16:00"), "the evening before is another service date"
    party = promise(house, f"{sunday} 13:30", 2, permit=STAFF)
    with transaction():
        party.duration_minutes = 200
    assert drawn(diane, sunday) == ("12:00", "17:00")
    assert drawn(diane, "2026-03-16") == ("18:00", "24:00"), "a day without a shift is drawn as an evening"


def test_who_sat_down_early_is_drawn_from_then_on_and_listed_at_the_hour_promised(visit, cast, house, at):
    early = promise(house, f"{SATURDAY} 20:00", 2, permit=STAFF)
    at(f"{SATURDAY} 19:20")
    with transaction():
        service.seat_party(early, actor=TESTS)
    line = visit(cast.diane).see(f"/admin/service/frise?date={SATURDAY}").first(f'[data-entry="{early.id}"]')
    assert (line["data-starts"], line["data-ends"]) == (f"{SATURDAY}T19:15", f"{SATURDAY}T21:30")
    assert line.first("time").text == "20:00"


def test_the_list_writes_hours_as_the_plan_does(visit, cast, house):
    promise(house, f"{SATURDAY} 12:00", 2)
    [line] = visit(cast.diane).see(SHOWN).all("[data-entry]")
    assert line.first("time").text == "12:00"


def test_the_menu_of_tables_writes_their_sizes_as_the_plan_does(house):
    assert [label for _unit, label in unit_choices(house)] == ["1 (1–2)", "2 (1–2)", "3 (3–4)", "4 (3–4)", "3+4 (5–8)"]
    assert number_range(4, 4) == "4"


def test_a_bar_says_how_many_and_who(visit, cast, house, reservation):
    [line] = visit(cast.diane).see(SHOWN).all("[data-entry]")
    assert line["data-short"] == "2 · Durand"


def test_who_is_late_is_said_on_the_bar_and_beside_it(visit, cast, house, reservation, at):
    at(f"{SATURDAY} 20:20")
    [line] = visit(cast.diane).see(SHOWN).all("[data-entry]")
    assert (line["data-short"], line["data-tone"]) == ("2 · Durand +50′", "danger")
    assert line.first(".badge").text == "En retard de 50 min"
