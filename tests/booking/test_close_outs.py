"""Closing times, tables or an area while the house is open: previewed, refused in words, shown, taken away."""

from datetime import date, time

import pytest

from app.booking import queries, service
from app.booking.impact import Plan, Promise, Why, breaks
from app.booking.models import CloseOut
from app.booking.opening import CloseOut as Closing
from app.booking.opening import Opening, Scope, Shift, closed_tables, instant_of, quarter_of
from app.booking.presentation.closings import closed_on
from app.booking.queries.floor import who_sits_at
from app.booking.seating import FORCE, GUEST, STAFF, Reason, Refusal, Room, Table, feasible
from app.booking.service import room
from app.kernel import audit
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise, tables
from tests.booking.settings_pages import ROOT, house_now, one
from tests.booking.soundness import unsound

DAY = date.fromisoformat(SATURDAY)
PATH = f"{ROOT}/fermetures/partielles"
SHUT = {"from": SATURDAY, "to": SATURDAY}
EVENING = {**SHUT, "since": "19:00", "until": "20:00"}


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


def why(house, at="19:30", covers=2, **asked):
    house = queries.house_of(house)
    answer = feasible(queries.day_of(house, DAY), time.fromisoformat(at), covers, **asked)
    return answer.reason if isinstance(answer, Refusal) else None


def closing(**changed):
    return open_house(close_outs=[{**SHUT, **changed}])


# --- what is refused ------------------------------------------------------------------------------------------


def test_closed_times_are_half_open_and_bind_everybody_but_who_forces(app):
    house = open_house(close_outs=[EVENING])
    assert [why(house, at) for at in ("19:00", "19:45", "20:00")] == [Reason.CLOSED_OUT, Reason.CLOSED_OUT, None]
    assert why(house, permit=STAFF) is Reason.CLOSED_OUT
    assert promise(house, permit=FORCE, actor=TESTS).overridden == ["close_out"]
    assert why(house, "12:00") is None


def test_a_closed_table_is_not_given_while_it_is_closed(app):
    house = open_house(close_outs=[{**EVENING, "tables": ["1", "2"]}])
    assert why(house, "19:30") is Reason.TABLE_CLOSED
    assert why(house, "20:00") is None
    assert why(house, "12:30") is None
    assert why(house, "19:30", 4) is None


def test_a_stay_that_would_run_into_a_closing_is_refused(app):
    house = closing(since="20:30", until="22:00", tables=["1", "2"])
    assert [why(house, at) for at in ("19:00", "19:15")] == [None, Reason.TABLE_CLOSED]


def test_a_closed_table_that_is_asked_for_is_named(app):
    house = open_house(close_outs=[{**EVENING, "tables": ["1"]}])
    unit = tables(house)["1"]
    assert why(house, lock=unit, permit=STAFF) is Reason.TABLE_CLOSED
    made = promise(house, permit=FORCE, actor=TESTS, unit=unit)
    assert (made.table_codes(), made.overridden) == ("1", ["close_out"])
    assert why(house, lock=unit, permit=FORCE) is Reason.UNIT_TAKEN
    assert unsound() == []


def test_a_closed_area_is_all_its_tables(app):
    house = closing(area="salle")
    assert why(house, "12:00") is Reason.TABLE_CLOSED
    assert why(house, "21:45", permit=STAFF) is Reason.TABLE_CLOSED


def test_a_closing_past_midnight_belongs_to_the_evening(app):
    night = {"name": "Nuit", "weekdays": [6, 7], "first": "20:00", "last": "01:00"}
    house = open_house(shifts=[night], close_outs=[{**SHUT, "since": "23:30", "until": "01:00"}])
    closed = [at for at in ("23:15", "23:30", "00:30", "01:00") if why(house, at) is Reason.CLOSED_OUT]
    assert closed == ["23:30", "00:30"]


def test_a_whole_day_ends_at_five_in_the_morning(app):
    friday = {"from": "2026-03-13", "to": "2026-03-13", "tables": ["1", "2"]}
    night = {"name": "Nuit", "weekdays": [5, 6], "first": "20:00", "last": "04:00"}
    house = open_house(shifts=[night], close_outs=[friday])
    day = queries.day_of(queries.house_of(house), date(2026, 3, 13))
    assert isinstance(feasible(day, time(3), 2), Refusal)
    assert why(house, "20:00") is None


def test_recurring_weekdays_close_for_good(app):
    house = open_house(
        close_outs=[{"from": "2026-03-01", "to": None, "weekdays": [6], "since": "19:00", "until": "20:00"}]
    )
    assert why(house) is Reason.CLOSED_OUT
    sunday = queries.day_of(queries.house_of(house), date(2026, 3, 15))
    assert not isinstance(feasible(sunday, time(19, 30), 2), Refusal)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-14", 24)])
def test_closed_quarters_have_no_gap_when_clocks_change(day, hours):
    eve = date.fromordinal(date.fromisoformat(day).toordinal() - 1)
    opening = Opening("Europe/Paris", 15, (), close_outs=(Closing(eve, eve, tables=frozenset("1")),))
    first = quarter_of(instant_of("Europe/Paris", eve, 300))
    assert closed_tables(opening, eve, first)["1"] == (1 << hours * 4) - 1


def test_nobody_is_moved_to_a_closed_table(app):
    furniture = {
        **SMALL["room"],
        "tables": [
            {**SMALL["room"]["tables"][0], "id": "1"},
            {**SMALL["room"]["tables"][2], "id": "2", "min_covers": 1},
        ],
        "combinations": [],
    }
    house = open_house(
        room=furniture, booking={**SMALL["booking"], "policy": "guarded"}, close_outs=[{**EVENING, "tables": ["1"]}]
    )
    couple = promise(house)
    assert couple.table_codes() == "2"
    assert why(house, covers=4) is Reason.NO_TABLE
    with transaction():
        room.delete_close_out(house, one(CloseOut), actor=TESTS)
    assert why(house, covers=4) is None


def test_by_hand_a_closed_table_needs_the_right_to_force(app, cast):
    house = open_house(close_outs=[{**EVENING, "tables": ["2"]}])
    made = promise(house)
    table = next(row for row in queries.rooms.tables_of(house) if row.code == "2")
    with pytest.raises(service.TimeTaken) as refusal, transaction():
        service.give_tables(db.session.merge(made), [table.id], actor=TESTS)
    assert refusal.value.reason is Reason.TABLE_CLOSED
    with transaction():
        made = db.session.merge(made)
        service.give_tables(made, [table.id], actor=TESTS, force=True)
        assert made.overridden == ["close_out"]


def test_the_door_gives_no_closed_table(app, at):
    house = open_house(close_outs=[{**EVENING, "tables": ["1", "2"]}])
    at(f"{SATURDAY} 19:05")
    answer = service.answer_at_door(house, 2)
    assert not answer.is_now
    with pytest.raises(service.TimeTaken) as refusal, transaction():
        service.seat_walk_in(house, 2, actor=TESTS)
    assert refusal.value.reason is Reason.TABLE_CLOSED
    first = queries.rooms.tables_of(house)[0]
    with pytest.raises(service.TimeTaken), transaction():
        service.seat_walk_in(house, 2, actor=TESTS, tables=[first.id])
    with transaction():
        party = service.seat_walk_in(house, 2, actor=TESTS, tables=[first.id], force=True)
        assert "close_out" in party.overridden
    assert who_sits_at(house.id, [first.id.hex], range(party.quarter, party.quarter + 1))


def test_closed_times_are_not_closed_to_the_door(app, at):
    house = open_house(close_outs=[EVENING])
    at(f"{SATURDAY} 19:05")
    assert service.answer_at_door(house, 2).is_now


# --- what it would break --------------------------------------------------------------------------------------


def plan(*closed):
    hours = Opening(
        "Europe/Paris", 15, (Shift("d", "Dîner", frozenset(range(1, 8)), time(19), time(22)),), close_outs=closed
    )
    return Plan(hours, Room((Table("1", "salle", 1, 2),), (), ()))


def promised(at="19:30", quarters=6):
    instant = instant_of("Europe/Paris", DAY, time.fromisoformat(at).hour * 60 + time.fromisoformat(at).minute)
    first = quarter_of(instant)
    return Promise(
        id=None, reference="R", guest_name="Alice", service_date=DAY, local_time=time.fromisoformat(at), starts_at=instant,
        covers=2, tables=frozenset("1"), tables_named="1", quarters=range(first, first + quarters),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "scope", "harm"),
    [
        (time(19), time(20), Scope.HOUSE, Why.CLOSED_OUT),
        (time(20), time(21), Scope.HOUSE, None),
        (time(20), time(22), Scope.TABLES, Why.TABLE_CLOSED),
        (time(21), time(22), Scope.TABLES, None),
        (time(12), time(19, 30), Scope.TABLES, None),
    ],
)
def test_what_a_close_out_touches(since, until, scope, harm):
    closed = Closing(
        DAY, DAY, since=since, until=until, scope=scope, tables=frozenset("1" if scope is Scope.TABLES else "")
    )
    found = breaks(plan(), plan(closed), [promised()])
    assert [each.why for one_ in found for each in one_.harms] == ([harm] if harm else [])
    assert breaks(plan(closed), plan(closed), [promised()]) == []


def test_a_closing_lists_the_reservations_it_touches_and_cancels_none(manager, house):
    made = promise(house)
    typed = {
        "scope": "tables",
        "tables": [str(table.id) for table in queries.rooms.tables_of(house)][:2],
        "first": SATURDAY,
        "reason": "Pluie",
    }
    page = manager.see(f"{PATH}/nouvelle").submit("#edit-form", **typed)
    assert (page.status, f"{made.reference} : la table 1 est fermée à ce moment : Pluie" in page.text) == (409, True)
    assert page.has(f'#breaks a[href$="{made.id}"]')
    assert house_now(house).opening.close_outs == ()
    page.submit("#edit-form", button="force=1")
    db.session.rollback()
    assert db.session.merge(made).state.value == "confirmed"
    assert audit.entries_on("Establishment", house.id)[0].details["broken"] == [made.reference]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"scope": "area", "area": "salle"}, "la table 1 est fermée à ce moment."),
        ({"scope": "house"}, "cet horaire est fermé ce jour-là."),
    ],
)
def test_a_closing_without_a_reason_is_told_without_one(manager, reservation, typed, said):
    page = manager.see(f"{PATH}/nouvelle").submit("#edit-form", first=SATURDAY, **typed)
    assert f"{reservation.reference} : {said}" in page.first("#breaks").text


def test_a_long_list_of_what_breaks_is_folded_so_that_its_act_stays_in_sight(manager, house):
    days = [f"2026-03-{day}" for day in (14, 15, 17, 18, 19, 20, 21, 22, 24, 25)]
    made = [promise(house, f"{day} 19:30", email=f"{day}@example.org").reference for day in days]
    page = manager.see(f"{PATH}/nouvelle").submit("#edit-form", scope="house", first=days[0], last=days[-1])
    folded = page.first("#breaks details").text
    assert [reference for reference in made if reference in folded] == made[8:]
    assert "Et 2 autres." in folded
    assert "Enregistrer quand même" not in folded


# --- the pages ------------------------------------------------------------------------------------------------


def test_a_close_out_is_added_changed_and_taken_away(manager, house):
    page = manager.see(f"{PATH}/nouvelle").submit(
        "#edit-form",
        scope="house",
        first="2026-05-01",
        since="19 h",
        until="20:30",
        weekdays=["5", "6"],
        reason="Inventaire",
    )
    assert "vendredi, samedi, à partir du vendredi 1 mai 2026" in page.text.replace("1er", "1")
    assert "arrivées, de 19 h à 20 h 30 (Inventaire)" in page.text
    made = one(CloseOut)
    assert (made.last_day, made.weekdays) == (None, [5, 6])
    manager.see(f"{PATH}/{made.id}").submit("#edit-form", scope="area", area="salle", weekdays=[], last="2026-05-03")
    assert "espace salle, de 19 h à 20 h 30 (Inventaire)" in manager.see(f"{ROOT}/fermetures").text
    assert house_now(house).opening.close_outs[0].last == date(2026, 5, 3)
    manager.see(f"{PATH}/{made.id}").submit("#removal")
    assert house_now(house).opening.close_outs == ()


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"scope": ""}, 422, "Choisissez ce qui ferme"),
        ({"scope": "grenier"}, 422, "Choisissez ce qui ferme"),
        ({"scope": "tables"}, 422, "au moins une table"),
        ({"scope": "area", "area": "grenier"}, 422, "espace de la liste"),
        ({"first": ""}, 422, "nécessaire"),
        ({"last": "2026-04-30"}, 422, "La fin précède le début"),
        ({"since": "19:00"}, 422, "les deux heures"),
        ({"since": "19:00", "until": "19:00"}, 422, "la même que le début"),
        ({"since": "19:10", "until": "20:00"}, 422, "quart d’heure"),
        ({"last": "2026-05-01", "weekdays": ["1"]}, 409, "Aucun de ces jours"),
    ],
)
def test_a_wrong_close_out_keeps_what_was_typed(manager, house, typed, status, words):
    sent = {"scope": "house", "first": "2026-05-01", "reason": "Inventaire", **typed}
    page = manager.see(f"{PATH}/nouvelle")
    answer = manager.post(PATH, data={**sent, "csrf_token": page.fields("#edit-form")["csrf_token"]})
    assert (answer.status_code, words in answer.text, "Inventaire" in answer.text) == (status, True, True)
    assert house_now(house).opening.close_outs == ()


def test_only_who_configures_closes(visit, cast, house):
    for path in (f"{PATH}/nouvelle", PATH):
        assert visit(cast.diane).get(path).status_code in (403, 405)
    assert visit(cast.diane).post(PATH, data={"scope": "house", "first": SATURDAY}).status_code == 403
    with pytest.raises(NotAllowed), transaction():
        room.delete_close_out(house, CloseOut(establishment_id=house.id), actor=ANONYMOUS)


def test_a_table_of_another_house_is_refused(app, house):
    other = open_house(slug="autre", name="Autre")
    theirs = queries.rooms.tables_of(other)[0].id.hex
    wanted = Closing(DAY, DAY, scope=Scope.TABLES, tables=frozenset([theirs]))
    with pytest.raises(RuleBroken, match="changé la salle"), transaction():
        room.save_close_out(house, wanted, actor=TESTS)


def test_a_table_that_goes_takes_no_closing_of_the_house_with_it(app):
    house = closing(tables=["1"])
    lines = [
        room.TableLine(
            table.id, table.code, table.area_id, table.min_covers, table.max_covers, is_active=table.code != "1"
        )
        for table in queries.rooms.tables_of(house)
    ]
    with transaction():
        room.change_tables(house, lines, actor=TESTS)
        room.delete_combination(house, queries.rooms.combinations_of(house)[0], actor=TESTS)
    assert why(house) is None


def test_the_room_and_the_public_page_say_what_is_closed(visit, cast, at):
    house = open_house(
        close_outs=[{**EVENING, "reason": "Inventaire"}, {**SHUT, "tables": ["1"], "reason": "Pied cassé"}]
    )
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2&time=19:30")
    assert "ne reçoit personne à cet horaire" in page.text
    assert "19:30fermé" in page.text.replace("\n", "").replace(" ", "")
    assert "Inventaire" not in page.text
    at(f"{SATURDAY} 18:00")
    seen = visit(cast.bruno).see("/admin/service").text
    assert "arrivées, de 19 h à 20 h (Inventaire)" in seen
    assert "table 1, toute la journée (Pied cassé)" in seen
    assert closed_on(house, date(2026, 3, 15)) == []
    assert why(house, permit=GUEST) is Reason.CLOSED_OUT


def test_the_desk_is_told_why_and_may_force(visit, cast, app):
    open_house(close_outs=[EVENING])
    typed = {
        "date": SATURDAY,
        "time": "19:30",
        "covers": "2",
        "first_name": "Paul",
        "last_name": "Roy",
        "phone": "0612345678",
    }
    answer = visit(cast.diane).post("/admin/reservations", data=typed)
    assert (answer.status_code, "ne reçoit personne à cet horaire" in answer.text) == (409, True)
    assert visit(cast.diane).post("/admin/reservations", data={**typed, "force": "1"}).status_code == 409
    manager = visit(cast.chloe)
    made = manager.post("/admin/reservations", data={**typed, "force": "1"})
    assert made.status_code == 303
    assert "fermeture partielle" in manager.see(made.headers["Location"]).text
