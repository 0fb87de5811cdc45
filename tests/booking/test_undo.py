"""Tables the engine changed are shown, and put back in one click; what is no longer possible says why."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import FunnelStep, Rearrangement, Reservation, ReservationState, Seating
from app.kernel import audit
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, SMALL, TESTS, fresh, open_house, promise, steps_counted
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

ROOM = {
    **SMALL["room"],
    "tables": [
        {"id": "1", "area": "salle", "min_covers": 1, "max_covers": 2},
        {"id": "2", "area": "salle", "min_covers": 1, "max_covers": 4},
        {"id": "3", "area": "terrasse", "min_covers": 1, "max_covers": 4},
    ],
    "areas": ["salle", "terrasse"],
    "combinations": [],
}


@pytest.fixture
def house(app):
    return open_house(room=ROOM, booking={**SMALL["booking"], "policy": "guarded"})


def table_of(reservation):
    return fresh(reservation).table_codes()


def cancel(reservation):
    with transaction():
        service.cancel_reservation(db.session.get_one(Reservation, reservation.id), actor=TESTS, reason="")


@pytest.fixture
def moved(house):
    """A couple sat at the table for four; they went to the small one so that four could come."""
    small, couple = promise(house, email="un@example.org"), promise(house, email="deux@example.org", last_name="Petit")
    terrace = promise(house, covers=4, email="trois@example.org")
    cancel(small)
    four = promise(house, covers=4, email="quatre@example.org", last_name="Martin")
    assert (table_of(couple), table_of(terrace), table_of(four)) == ("1", "3", "2")
    return couple, terrace, four


def the_rearrangement():
    db.session.rollback()
    return db.session.scalars(sa.select(Rearrangement)).one()


def undo():
    with transaction():
        return service.undo_rearrangement(the_rearrangement(), actor=TESTS)


@on_both
def test_the_newcomer_sits_elsewhere_and_who_moved_is_back(moved):
    couple, terrace, four = moved
    cancel(terrace)
    assert undo() is True
    assert (table_of(couple), table_of(four)) == ("2", "3")
    assert unsound() == []


@on_both
def test_a_newcomer_who_left_stands_in_nobody_s_way(moved):
    couple, _terrace, four = moved
    cancel(four)
    assert undo() is True
    assert table_of(couple) == "2"
    assert unsound() == []


def test_twice_is_once(moved):
    cancel(moved[2])
    assert (undo(), undo()) == (True, False)


def test_the_facts_say_who_and_what(moved):
    couple, _terrace, four = moved
    cancel(four)
    undo()
    kept = the_rearrangement()
    assert audit.entries_on("Rearrangement", kept.id)[0].fact == "booking.rearrangement_undone"
    entry = audit.entries_on("Reservation", couple.id)[0]
    assert (entry.fact, entry.details["before"], entry.details["after"]) == ("booking.party_put_back", "1", "2")


def test_a_newcomer_without_another_table_keeps_it(moved):
    with pytest.raises(RuleBroken, match="Martin n’aurait plus de table"):
        undo()
    assert [table_of(each) for each in moved] == ["1", "3", "2"]
    assert unsound() == []


def test_who_has_moved_since_is_not_moved_again(moved):
    couple, terrace, _four = moved
    cancel(terrace)
    with transaction():
        moved_by_hand = db.session.get_one(Reservation, couple.id)
        service.give_tables(moved_by_hand, [table_id(terrace_table := "3")], actor=TESTS)
    assert terrace_table == table_of(couple)
    with pytest.raises(RuleBroken, match="Petit a changé de table depuis"):
        undo()


def table_id(code):
    return db.session.scalar(sa.text("SELECT id FROM tables WHERE code = :code").columns(id=sa.Uuid), {"code": code})


@pytest.mark.parametrize("state", [ReservationState.ARRIVED, ReservationState.SEATED])
def test_who_is_in_the_house_stays_where_they_are(moved, state):
    couple, terrace, _four = moved
    cancel(terrace)
    with transaction():
        db.session.execute(sa.update(Reservation).where(Reservation.id == couple.id).values(state=state))
    with pytest.raises(RuleBroken, match="Petit.: déjà dans la maison"):
        undo()
    assert table_of(couple) == "1"


def test_who_called_off_is_not_said_to_be_in_the_house(moved):
    cancel(moved[0])
    with pytest.raises(RuleBroken, match="Petit n’est plus à venir"):
        undo()


def test_a_newcomer_at_table_stays_there(moved):
    _couple, terrace, four = moved
    cancel(terrace)
    with transaction():
        seated = {"state": ReservationState.SEATED}
        db.session.execute(sa.update(Reservation).where(Reservation.id == four.id).values(seated))
    with pytest.raises(RuleBroken, match="La table 2 est à .*Martin"):
        undo()


def test_a_table_given_to_others_since_is_named(moved, house):
    couple, _terrace, four = moved
    cancel(four)
    promise(house, covers=3, email="cinq@example.org", last_name="Leroy")
    with pytest.raises(RuleBroken, match="La table 2 est à .*Leroy"):
        undo()
    assert table_of(couple) == "1"


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def saturday(moved, at):
    at(f"{SATURDAY} 12:00")
    return moved


def test_the_room_says_who_moved_for_whom_and_puts_them_back(saturday, visit, cast):
    couple, terrace, _four = saturday
    cancel(terrace)
    host = visit(cast.diane)
    page = host.see("/admin/service")
    assert "1 table déplacée pour dire oui à Alice Martin" in page.text
    assert "Alice Petit : table 2 → 1" in page.text
    page.submit("#rearrangements form")
    assert table_of(couple) == "2"
    assert "déplacée pour dire oui" not in host.see("/admin/service").text


def test_what_can_no_longer_be_taken_back_is_not_offered(saturday, visit, cast):
    couple, terrace, four = saturday
    cancel(terrace)
    host = visit(cast.diane)
    assert host.see("/admin/service").has("#rearrangements form")
    with transaction():
        service.note_arrival(db.session.get_one(Reservation, couple.id), actor=TESTS)
    assert "déplacée pour dire oui" not in host.see("/admin/service").first("#rearrangements").text
    record = host.see(f"/admin/reservations/{four.id}")
    assert "1 table déplacée pour dire oui" in record.text
    assert not record.has("form[action$='/retrait'][action*='/deplacements/']")


def test_what_is_refused_is_said_in_the_room(saturday, visit, cast):
    refused = visit(cast.diane).see("/admin/service").submit("#rearrangements form")
    assert (refused.status, "Alice Martin n’aurait plus de table" in refused.text) == (409, True)


def test_the_second_of_two_clicks_finds_it_done(saturday, visit, cast):
    cancel(saturday[2])
    host, url = visit(cast.diane), f"/admin/service/deplacements/{the_rearrangement().id}/retrait"
    assert [host.post(url).status_code for _click in range(2)] == [303, 303]


@pytest.mark.parametrize("who", ["bruno", None])
def test_others_may_not(saturday, visit, cast, who):
    cancel(saturday[2])
    url = f"/admin/service/deplacements/{the_rearrangement().id}/retrait"
    visitor = visit(getattr(cast, who)) if who else visit()
    assert visitor.post(url).status_code in (302, 303, 401, 403)
    assert table_of(saturday[0]) == "1"


def test_the_waiter_reads_it_without_the_button(saturday, visit, cast):
    page = visit(cast.bruno).see("/admin/service")
    assert "déplacée pour dire oui" in page.text
    assert not page.has("#rearrangements form")


def test_both_reservations_show_it(moved, visit, cast):
    for reservation in (moved[0], moved[2]):
        page = visit(cast.diane).see(f"/admin/reservations/{reservation.id}")
        assert "1 table déplacée pour dire oui à Alice Martin" in page.text
    assert "déplacée" not in visit(cast.diane).see(f"/admin/reservations/{moved[1].id}").text


def test_a_plan_that_does_not_hold_is_not_written(house):
    """Two parties at one table of the terrace, by a fault of the rows: whatever is moved elsewhere, the plan is wrong."""
    small, couple = promise(house, email="un@example.org"), promise(house, email="deux@example.org")
    terrace = promise(house, covers=4, email="trois@example.org")
    cancel(small)
    lunch = promise(house, f"{SATURDAY} 12:00", email="quatre@example.org")
    with transaction():
        held = db.session.get_one(Reservation, terrace.id).seatings[0]
        same = {"table_id": held.table_id, "first_quarter": held.first_quarter, "end_quarter": held.end_quarter}
        db.session.execute(sa.update(Seating).where(Seating.reservation_id == lunch.id).values(same))
    with pytest.raises(service.PlanRefused):
        promise(house, covers=4, email="cinq@example.org")
    assert table_of(couple) == "2"
    assert steps_counted()[FunnelStep.UNSOUND] == 1


def test_days_before_it_is_taken_back_from_the_record_of_either(moved, visit, cast):
    couple, _terrace, four = moved
    host = visit(cast.diane)
    form = f"form[action='/admin/service/deplacements/{the_rearrangement().id}/retrait']"
    refused = host.see(f"/admin/reservations/{four.id}").submit(form, javascript=False)
    assert (refused.status, "Alice Martin n’aurait plus de table" in refused.text) == (409, True)
    assert "Disposition de la salle" in refused.text
    cancel(four)
    back = host.see(f"/admin/reservations/{couple.id}").submit(form, javascript=False)
    assert back.url == f"/admin/service/disposition?date={SATURDAY}"
    assert "Les tables sont remises comme avant" in back.text
    assert table_of(couple) == "2"


def test_the_last_change_is_undone_in_one_click(saturday, visit, cast):
    cancel(saturday[2])
    page = visit(cast.diane).see("/admin/service")
    assert page.first("#rearrangements .moved form button").text == "Remettre comme avant"
    assert not page.has("#rearrangements details")


def test_a_move_on_the_timeline_says_who_sits_elsewhere_for_it(moved, visit, cast, house):
    couple, terrace, four = moved
    cancel(four)
    cancel(terrace)
    undo()
    room = promise(house, f"{SATURDAY} 21:30", covers=4, unit=str(table_id("3").hex), email="cinq@example.org")
    blocked = promise(house, unit=str(table_id("3").hex), email="six@example.org", last_name="Bloc")
    assert (table_of(couple), table_of(blocked), table_of(room)) == ("2", "3", "3")
    sent = {"date": SATURDAY, "time": "19:30", "unit": "", "seen": str(fresh(room).sequence)}
    answer = visit(cast.diane).post(
        f"/admin/service/frise/{room.id}/deplacement", data=sent, headers={"HX-Request-Type": "partial"}
    )
    assert "Alice Petit : table 2 → 1" in answer.text.replace("\u202f", " ")
