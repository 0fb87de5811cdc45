"""The room, live: who sees it, what each table says, one tap for each act, and two people on two screens."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import Reservation, ReservationState, SeatingCell, Stage, Table
from app.booking.seating import FORCE, STAFF
from app.booking.views.acts import ACTS
from app.kernel import audit, clock, topics
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, TESTS, fresh, promise, tables
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

ROOM = "/admin/service"
S = ReservationState


@pytest.fixture
def tonight(reservation, at):
    """Saturday at 19:35: Alice's table was promised for 19:30."""
    at(f"{SATURDAY} 19:35")
    return reservation


def do(visitor, reservation, act, **more):
    if act == "stage":
        return note(visitor, reservation, more["etape"])
    return visitor.post(f"{ROOM}/reservations/{reservation.id}", data={"acte": act, **more})


def note(visitor, reservation, stage):
    return visitor.post(f"{ROOM}/reservations/{reservation.id}/etape", data={"etape": stage})


def said_of(link):
    return link.first("title").text


def table_link(page, code):
    return next(link for link in page.all("a.table-mark") if re.match(rf"Table {code}\b", said_of(link)))


def give(visitor, reservation, *ids, **more):
    chosen = [str(UUID(id)) for id in ids]
    return visitor.post(f"{ROOM}/reservations/{reservation.id}/tables", data={"tables": chosen, **more})


def facts_of(reservation):
    return [entry.fact.removeprefix("booking.") for entry in reversed(audit.entries_on("Reservation", reservation.id))]


# --- seeing ---------------------------------------------------------------------------------------------------


def test_the_room_says_of_each_table_what_it_is(visit, cast, house, tonight):
    promise(house, f"{SATURDAY} 20:00", 4, permit=STAFF, email="bientot@example.org")
    page = visit(cast.diane).see(ROOM)
    assert page.status == 200
    said = {said_of(link).split(",")[0]: said_of(link) for link in page.all("a.table-mark")}
    assert said["Table 1"] == "Table 1, Attendue, Alice Durand, 2 couverts, jusqu’à 21:00"
    assert said["Table 2"] == "Table 2, Libre"
    assert said["Table 3"] == "Table 3, Bientôt attendue, attendue à 20:00"


def test_each_stage_is_seen_on_the_table(visit, cast, house, tonight):
    visitor = visit(cast.diane)
    for act, more, look in [
        ("arrive", {}, "arrived"),
        ("seat", {}, "seated"),
        ("stage", {"etape": "starter"}, "starter"),
        ("stage", {"etape": "main"}, "main"),
        ("stage", {"etape": "dessert"}, "dessert"),
        ("stage", {"etape": "bill"}, "bill"),
        ("finish", {}, "free"),
    ]:
        assert do(visitor, tonight, act, **more).status_code == 303
        assert f"look--{look}" in table_link(visitor.see(ROOM), 1)["class"]
    assert facts_of(tonight)[-7:] == [
        "party_arrived", "party_seated", "stage_noted", "stage_noted", "stage_noted", "stage_noted",
        "reservation_finished",
    ]  # fmt: skip


def test_who_is_late_is_said_first(visit, cast, house, tonight, at):
    at(f"{SATURDAY} 19:46")
    assert "attendu depuis 16 min" in visit(cast.diane).see(ROOM).first(".alerts").text
    do(visit(cast.diane), tonight, "seat")
    assert not visit(cast.diane).see(ROOM).has(".alerts")
    at(f"{SATURDAY} 21:12")
    page = visit(cast.diane).see(ROOM)
    assert "devait partir il y a 12 min" in page.first(".alerts").text
    assert "is-late" in table_link(page, 1)["class"]


def test_the_house_says_what_late_means(visit, cast, house, tonight, at):
    form = visit(cast.chloe).see("/admin/reglages/service-en-salle")
    assert "est réglé" in form.submit("main form", late_arrival="30").text
    at(f"{SATURDAY} 19:50")
    assert not visit(cast.diane).see(ROOM).has(".alerts")


@pytest.mark.parametrize(("typed", "said"), [({"late_table": "999"}, "0 à 240"), ({"sheet_address": "ici"}, "adresse")])
def test_a_patience_that_makes_no_sense_is_refused(visit, cast, house, typed, said):
    page = visit(cast.chloe).see("/admin/reglages/service-en-salle").submit("main form", **typed)
    assert page.status == 422
    assert said in page.text


def test_an_hour_to_come_shows_who_will_sit_where(visit, cast, house, tonight):
    page = visit(cast.diane).see(f"{ROOM}?heure=20:30")
    assert "look--expected" in table_link(page, 1)["class"]
    assert "look--free" in table_link(visit(cast.diane).see(f"{ROOM}?heure=21:00"), 1)["class"]
    for nonsense in ("99:99", "abc", "19:00", "20:30+05:00"):
        assert visit(cast.diane).see(f"{ROOM}?heure={nonsense}").status == 200


def test_without_javascript_the_hours_are_links(visit, cast, house, tonight):
    links = visit(cast.diane).see(ROOM).links()
    assert links["20:30"] == "/admin/service?heure=20:30"
    assert links["maintenant"] == "/admin/service"


def test_the_service_goes_on_after_midnight(visit, cast, house, tonight, at):
    do(visit(cast.diane), tonight, "seat")
    at("2026-03-15 00:30")
    page = visit(cast.diane).see(ROOM)
    assert "Samedi 14 mars" in page.text
    assert "Alice Durand" in page.text


def test_once_the_evening_is_over_the_next_one_is_named(visit, cast, house, tonight, at):
    visitor = visit(cast.diane)
    assert "Prochain service" not in visitor.see(ROOM).text
    do(visitor, tonight, "seat")
    at("2026-03-15 00:30")
    page = visitor.see(ROOM)
    assert page.links()["Prochain service : dimanche 15 mars 2026 à 19 h"] == "/admin/service/frise?date=2026-03-15"


def test_a_waiter_reads_and_touches_nothing(visit, cast, house, tonight):
    waiter = visit(cast.bruno)
    page = waiter.see(f"{ROOM}/reservations/{tonight.id}")
    assert "Alice Durand" in page.first("#room-panel").text
    assert not page.has("#room-panel form")
    assert not page.has("#room form")
    assert do(waiter, tonight, "arrive").status_code == 403
    assert give(waiter, tonight, tables(house)["2"]).status_code == 403
    assert waiter.get(f"{ROOM}/sans-reservation").status_code == 403
    assert fresh(tonight).state is S.CONFIRMED


def test_a_waiter_notes_the_courses_and_nothing_else(visit, cast, house, tonight):
    waiter = visit(cast.bruno)
    do(visit(cast.diane), tonight, "seat")
    page = waiter.see(f"{ROOM}/reservations/{tonight.id}")
    assert len(page.all("#room-panel form")) == 1
    page.submit("#room-panel form.stages", button="etape=main")
    assert fresh(tonight).stage is Stage.MAIN
    assert note(waiter, tonight, "").status_code == 303
    assert fresh(tonight).stage is None
    assert do(waiter, tonight, "finish").status_code == 403
    assert do(waiter, tonight, "covers").status_code == 403
    assert fresh(tonight).state is S.SEATED


def test_a_waiter_notes_no_course_of_another_day(visit, cast, house, tonight, at):
    do(visit(cast.diane), tonight, "seat")
    at("2026-03-16 12:00")
    assert note(visit(cast.bruno), tonight, "main").status_code == 403
    assert note(visit(cast.diane), tonight, "main").status_code == 303


def test_guests_and_strangers_see_no_room(visit, cast, house, tonight):
    bearer = visit()
    bearer.bear("booking.manage", tonight)
    for path in (ROOM, f"{ROOM}/_salle", f"{ROOM}/reservations/{tonight.id}", f"{ROOM}/feuille", f"{ROOM}/feuille.pdf"):
        assert bearer.get(path).status_code in (302, 403)
        assert visit().get(path).status_code in (302, 403)


# --- acting ---------------------------------------------------------------------------------------------------


def test_an_act_swaps_the_panel_and_the_room(visit, cast, house, tonight):
    visitor = visit(cast.diane)
    page = visitor.see(f"{ROOM}/reservations/{tonight.id}")
    page.submit("#room-panel .room__acts form")
    again = visitor.see(f"{ROOM}/reservations/{tonight.id}")
    assert "Arrivée" in page.first("#room-panel").text
    assert [said_of(link) for link in page.all("a.table-mark")] == [said_of(link) for link in again.all("a.table-mark")]
    assert "look--arrived" in table_link(page, 1)["class"]


@on_both
def test_every_act_can_be_taken_back(visit, cast, house, tonight, at):
    visitor = visit(cast.diane)
    for act, back, state in [
        ("arrive", "withdraw_arrival", S.CONFIRMED),
        ("seat", "withdraw_seating", S.ARRIVED),
        ("seat", None, S.SEATED),
        ("finish", "resume", S.SEATED),
    ]:
        do(visitor, tonight, act)
        if back:
            assert do(visitor, tonight, back).status_code == 303
        assert fresh(tonight).state is state
    assert unsound() == []
    kept = fresh(tonight)
    assert (kept.left_at, kept.seated_at is not None) == (None, True)


def test_times_are_kept_for_what_the_evening_teaches(visit, cast, house, tonight, at):
    visitor = visit(cast.diane)
    for instant, act in (("19:40", "arrive"), ("19:50", "seat"), ("21:20", "finish")):
        at(f"{SATURDAY} {instant}")
        do(visitor, tonight, act)
    kept = fresh(tonight)
    assert [moment.strftime("%H:%M") for moment in (kept.arrived_at, kept.seated_at, kept.left_at)] == [
        "18:40", "18:50", "20:20",
    ]  # fmt: skip


def test_a_table_given_to_others_is_not_taken_back(house, tonight, at):
    with transaction():
        service.seat_party(tonight, actor=TESTS)
    at(f"{SATURDAY} 19:50")
    with transaction():
        service.finish_reservation(tonight, actor=TESTS)
    at(f"{SATURDAY} 20:00")
    with transaction():
        service.seat_walk_in(house, 2, tables=[UUID(tables(house)["1"])], actor=TESTS)
    with pytest.raises(RuleBroken, match="a été donnée à d’autres"), transaction():
        service.resume_party(tonight, actor=TESTS)
    assert unsound() == []


def test_a_leaving_grows_old(house, tonight, at):
    with transaction():
        service.seat_party(tonight, actor=TESTS)
        service.finish_reservation(tonight, actor=TESTS)
    at(f"{SATURDAY} 20:30")
    with pytest.raises(RuleBroken, match="depuis trop longtemps"), transaction():
        service.resume_party(tonight, actor=TESTS)


def test_nobody_arrives_on_another_day(visit, cast, house, reservation):
    assert do(visit(cast.diane), reservation, "arrive").status_code == 409
    assert fresh(reservation).state is S.CONFIRMED


@pytest.mark.parametrize(
    ("act", "more", "status"),
    [
        ("eat", {}, 422),
        ("", {}, 422),
        ("cancel", {}, 422),
        ("stage", {"etape": "cheese"}, 422),
        ("stage", {"etape": "main"}, 409),
        ("finish", {}, 409),
    ],
)
def test_what_makes_no_sense_is_refused(visit, cast, house, tonight, act, more, status):
    assert do(visit(cast.diane), tonight, act, **more).status_code == status
    assert (fresh(tonight).state, fresh(tonight).stage) == (S.CONFIRMED, None)


def test_an_act_without_its_token_is_refused(visit, cast, house, tonight):
    visitor = visit(cast.diane)
    visitor.csrf = False
    assert do(visitor, tonight, "arrive").status_code == 400


# --- two screens ----------------------------------------------------------------------------------------------


def test_two_screens_stay_in_step(visit, cast, house, tonight):
    first, second = visit(cast.diane), visit(cast.chloe)
    second.see(ROOM)
    tag = second.get(f"{ROOM}/_salle").headers["ETag"]
    assert second.get(f"{ROOM}/_salle", headers={"If-None-Match": tag}).status_code == 304
    do(first, tonight, "arrive")
    seen = second.get(f"{ROOM}/_salle", headers={"If-None-Match": tag})
    assert seen.status_code == 200
    assert "look--arrived" in seen.get_data(as_text=True)


def test_the_second_to_tap_is_told_what_happened(visit, cast, house, tonight):
    second = visit(cast.chloe).see(f"{ROOM}/reservations/{tonight.id}")
    do(visit(cast.diane), tonight, "seat")
    second.submit("#room-panel .room__acts form")
    assert second.status == 409
    panel = second.first("#room-panel").text
    assert "n’est plus possible : l’état est « Installée »" in panel
    assert "Diane Martin a installé les convives" in panel
    assert fresh(tonight).state is S.SEATED


def test_tables_ticked_on_a_stale_screen_are_kept(visit, cast, house, tonight):
    other = promise(house, f"{SATURDAY} 19:30", 2, permit=FORCE, email="autre@example.org")
    page = visit(cast.chloe).see(f"{ROOM}/reservations/{tonight.id}")
    ids = tables(house)
    response = give(page.visitor, tonight, ids["2"])
    assert response.status_code == 409
    shown = page.visitor.arrive("/", response)
    assert "La table 2 est à Alice Durand de 19:30 à 21:00." in shown.text
    assert [UUID(box["value"]).hex for box in shown.all("#room-panel input[name=tables][checked]")] == [ids["2"]]
    assert fresh(tonight).table_codes() == "1"
    assert fresh(other).table_codes() == "2"


# --- tables by hand -------------------------------------------------------------------------------------------


def test_a_party_is_given_another_table(visit, cast, house, tonight, outbox):
    ids = tables(house)
    assert give(visit(cast.diane), tonight, ids["2"]).status_code == 303
    assert fresh(tonight).table_codes() == "2"
    assert facts_of(tonight)[-1] == "tables_given"
    assert list(outbox) == []
    assert unsound() == []


@pytest.mark.parametrize("left_at", ["19:50", "20:05"])
def test_a_late_party_is_given_the_table_others_have_just_left(house, tonight, at, left_at):
    late = promise(house, f"{SATURDAY} 19:45", unit=tables(house)["2"], permit=STAFF, email="tard@example.org")
    with transaction():
        service.seat_party(tonight, actor=TESTS)
    at(f"{SATURDAY} {left_at}")
    with transaction():
        service.finish_reservation(tonight, actor=TESTS)
        service.give_tables(late, [tonight.seatings[0].table_id], actor=TESTS)
        service.seat_party(late, actor=TESTS)
    assert (fresh(late).table_codes(), unsound()) == ("1", [])


def test_tables_are_joined_and_parted_by_hand(visit, cast, house, tonight):
    ids = tables(house)
    give(visit(cast.diane), tonight, ids["1"], ids["2"])
    assert fresh(tonight).table_codes() == "1 + 2"
    give(visit(cast.diane), tonight, ids["1"])
    assert fresh(tonight).table_codes() == "1"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SeatingCell)) == 6


@on_both
def test_a_seated_party_moves_for_the_rest_of_its_time(visit, cast, house, tonight, at):
    do(visit(cast.diane), tonight, "seat")
    at(f"{SATURDAY} 20:20")
    give(visit(cast.diane), tonight, tables(house)["2"])
    quarters = db.session.scalars(sa.select(SeatingCell.quarter)).all()
    assert len(quarters) == 3  # from 20:15 to 21:00


def test_a_table_too_large_needs_somebody_to_say_so(visit, cast, house, tonight):
    four = tables(house)["3"]
    refused = give(visit(cast.diane), tonight, four)
    assert refused.status_code == 409
    assert give(visit(cast.diane), tonight, four, force="1").status_code == 403
    assert give(visit(cast.chloe), tonight, four, force="1").status_code == 303
    kept = fresh(tonight)
    assert (kept.table_codes(), kept.overridden) == ("3", ["fit"])
    page = visit(cast.chloe).see(f"/admin/reservations/{tonight.id}")
    assert "Règle de la maison laissée de côté : taille ou espace de la table" in page.text


def test_force_never_opens_a_table_that_is_taken(visit, cast, house, tonight):
    other = promise(house, f"{SATURDAY} 19:30", 2, permit=FORCE, email="autre@example.org")
    assert give(visit(cast.chloe), tonight, tables(house)["2"], force="1").status_code == 409
    assert (fresh(tonight).table_codes(), fresh(other).table_codes()) == ("1", "2")


@pytest.mark.parametrize("chosen", [[], ["00000000-0000-0000-0000-000000000000"], ["x"]])
def test_no_table_or_a_forged_one_is_refused(visit, cast, house, tonight, chosen):
    answer = visit(cast.chloe).post(f"{ROOM}/reservations/{tonight.id}/tables", data={"tables": chosen, "force": "1"})
    assert answer.status_code in (409, 422)
    assert fresh(tonight).table_codes() == "1"


# --- speed ----------------------------------------------------------------------------------------------------


def test_a_stage_noted_twice_is_one_fact(house, tonight):
    with transaction():
        service.seat_party(tonight, actor=TESTS)
        assert service.note_stage(tonight, Stage.MAIN, actor=TESTS)
        assert not service.note_stage(tonight, Stage.MAIN, actor=TESTS)
    assert facts_of(tonight).count("stage_noted") == 1


@pytest.mark.parametrize("parties", [0, 3])
def test_the_room_costs_the_same_few_queries(visit, cast, house, tonight, max_queries, parties):
    for n in range(parties):
        promise(house, f"{SATURDAY} 21:00", 2 + 2 * (n > 1), permit=STAFF, email=f"hote{n}@example.org")
    visitor = visit(cast.diane)
    visitor.get(ROOM)
    with max_queries(12):
        assert visitor.get(f"{ROOM}/_salle").status_code == 200


# --- whatever is tapped ---------------------------------------------------------------------------------------

TAPS = [*ACTS, *ACTS, "stage", "tables", "tables", "walk_in", "walk_in", "later"]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_tapped_the_room_stays_sound(house, tonight, at, seed):
    """Any act on any party in any order: done or refused in words, and no table is ever given twice."""
    dice = random.Random(seed)
    tables_here = [UUID(unit) for code, unit in tables(house).items() if "+" not in code]
    done = 0
    for _tap in range(40):
        party = dice.choice(db.session.scalars(sa.select(Reservation).order_by(Reservation.id)).all())
        try:
            with transaction():
                tap(dice, house, party, dice.sample(tables_here, dice.choice([1, 1, 2])), at)
            done += 1
        except RuleBroken as refusal:
            assert refusal.message
        assert unsound() == []
    assert done > 5


def tap(dice, house, party, chosen, at):
    act = dice.choice(TAPS)
    if act == "stage":
        service.note_stage(party, dice.choice([None, *Stage]), actor=TESTS)
    elif act == "tables":
        service.give_tables(party, chosen, actor=TESTS, force=dice.random() < 0.5)
    elif act == "walk_in":
        service.seat_walk_in(house, dice.randint(1, 4), actor=TESTS, tables=chosen, force=True)
    elif act == "later":
        at(clock.now() + timedelta(minutes=dice.randint(1, 9)))
    else:
        ACTS[act](party, actor=TESTS)


# --- a table changes hands ------------------------------------------------------------------------------------


@pytest.fixture
def next_party(house, tonight, at):
    """Alice still sits at table 1 at 21:20; those who come after her are there."""
    with transaction():
        service.seat_party(tonight, actor=TESTS)
    following = promise(house, f"{SATURDAY} 21:15", 2, permit=STAFF, unit=tables(house)["1"], email="suite@example.org")
    at(f"{SATURDAY} 21:20")
    return following


def test_nobody_is_seated_where_others_still_sit(visit, cast, tonight, next_party):
    visitor = visit(cast.diane)
    page = visitor.arrive(f"{ROOM}/reservations/{next_party.id}", do(visitor, next_party, "seat"))
    assert page.status == 409
    assert "La table 1 est encore à Alice Durand." in page.text
    assert fresh(next_party).state is S.CONFIRMED


@on_both
def test_one_tap_says_that_they_have_left_and_seats_the_next(visit, cast, tonight, next_party):
    visitor = visit(cast.diane)
    page = visitor.arrive(f"{ROOM}/reservations/{next_party.id}", do(visitor, next_party, "seat"))
    assert "Noter leur départ et installer" in page.text
    assert do(visitor, next_party, "seat_in_turn").status_code == 303
    assert (fresh(tonight).state, fresh(next_party).state) == (S.FINISHED, S.SEATED)
    assert unsound() == []


def at_table_one(house, hour, **who):
    return promise(house, f"{SATURDAY} {hour}", 2, permit=STAFF, unit=tables(house)["1"], **who)


def noted(party, act):
    with transaction():
        act(fresh(party), actor=TESTS)


@on_both
def test_who_sits_before_their_hour_holds_the_table_from_then_on(house, at):
    early = at_table_one(house, "21:00")
    at(f"{SATURDAY} 19:05")
    noted(early, service.seat_party)
    with pytest.raises(service.TimeTaken):
        at_table_one(house, "19:15", email="autres@example.org")
    assert unsound() == []
    noted(early, service.withdraw_seating)
    at_table_one(house, "19:15", email="autres@example.org")
    assert unsound() == []


def test_the_quarter_hour_of_those_who_have_just_left_stays_theirs(house, at):
    first, early = at_table_one(house, "19:00"), at_table_one(house, "21:00", email="apres@example.org")
    at(f"{SATURDAY} 19:05")
    for party, act in ((first, service.seat_party), (first, service.finish_reservation), (early, service.seat_party)):
        noted(party, act)
    with pytest.raises(service.TimeTaken):
        at_table_one(house, "19:15", email="autres@example.org")
    assert unsound() == []
    noted(early, service.finish_reservation)
    at_table_one(house, "19:30", email="autres@example.org")
    assert unsound() == []


@on_both
def test_who_is_promised_the_table_in_between_keeps_it(house, at):
    awaited, early = at_table_one(house, "19:30"), at_table_one(house, "21:15", email="tot@example.org")
    at(f"{SATURDAY} 19:05")
    noted(early, service.seat_party)
    assert (fresh(early).state, fresh(awaited).table_codes()) == (ReservationState.SEATED, "1")
    assert unsound() == []


def test_who_sits_before_their_hour_at_a_table_awaited_by_others_is_seen_by_all(visit, cast, house, tonight):
    mistaken = promise(house, f"{SATURDAY} 21:15", 2, permit=STAFF, unit=tables(house)["1"], last_name="Trop-Tôt")
    do(visit(cast.diane), mistaken, "seat")
    alerts = visit(cast.bruno).see(ROOM).first(".alerts")
    assert "1 Durand · Trop-Tôt y est déjà, avant son heure (21:15)" in alerts.text.replace(" ·", " · ").replace(
        "  ", " "
    )
    do(visit(cast.diane), mistaken, "withdraw_seating")
    do(visit(cast.diane), mistaken, "withdraw_arrival")
    assert not visit(cast.diane).see(ROOM).has(".alerts")


def test_a_table_that_changes_hands_in_turn_is_no_alert(visit, cast, tonight, next_party, at):
    at(f"{SATURDAY} 20:50")
    assert not visit(cast.diane).see(ROOM).has(".alerts")


def test_who_was_never_noted_as_gone_yesterday_keeps_no_table(visit, cast, house, reservation, at):
    at(f"{SATURDAY} 19:35")
    with transaction():
        service.seat_party(reservation, actor=TESTS)
    tomorrow = promise(house, "2026-03-15 19:30", 2, permit=STAFF, unit=tables(house)["1"], email="demain@example.org")
    at("2026-03-15 19:35")
    assert do(visit(cast.diane), tomorrow, "seat").status_code == 303


# --- what is read at a glance ---------------------------------------------------------------------------------


def test_joined_tables_are_tied_and_count_their_seats_together(visit, cast, house, tonight):
    with transaction():
        service.give_tables(
            tonight, [UUID(id) for code, id in tables(house).items() if code in ("1", "3")], actor=TESTS, force=True
        )
    page = visit(cast.diane).see(ROOM)
    assert [table_link(page, code).first(".table-covers").text for code in (1, 3)] == ["2/6", "2/6"]
    assert len(page.all(".joint")) == 1


def test_who_comes_and_has_no_table_is_said_in_words(visit, cast, house, tonight):
    with transaction():
        table = db.session.get_one(Table, UUID(tables(house)["1"]))
        table.is_active = False
    assert "sans table" in visit(cast.diane).see(ROOM).first(".room__lists").text


# --- what changes while a screen is being answered ------------------------------------------------------------


@on_both
def test_a_change_committed_while_a_screen_is_answered_is_on_it_or_makes_it_ask_again(
    app, visit, cast, tonight, monkeypatch
):
    """Who asks is looked up first; an arrival noted right then must not hide behind the tag of what was shown."""
    diane, known = visit(cast.diane), topics.version
    diane.get(ROOM)

    def arrive():
        with app.app_context(), transaction():
            service.note_arrival(db.session.get_one(Reservation, tonight.id), actor=TESTS)

    def noted_just_before(topic, asked=None):
        monkeypatch.setattr(topics, "version", known)
        with ThreadPoolExecutor(1) as another:
            another.submit(arrive).result()
        return known(topic, asked)

    monkeypatch.setattr(topics, "version", noted_just_before)
    answer = diane.get(f"{ROOM}/_salle")
    again = diane.get(f"{ROOM}/_salle", headers={"If-None-Match": answer.headers["ETag"]})
    shown = again.text if again.status_code == 200 else answer.text
    assert "Table 1, Attendue" not in shown
    assert "Table 1, " in shown
