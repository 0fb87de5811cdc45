"""Guests who did not come: noted, taken back when it was a mistake, and written to kindly where the house wants it."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import Reservation, Table
from app.booking.models import ReservationState as S
from app.booking.seating import FORCE
from app.booking.service.room.furniture import TableLine, change_tables
from app.booking.settings import NO_SHOW_LETTER
from app.kernel import settings
from app.kernel.audit import entries_on
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from tests.booking.houses import SATURDAY, TESTS, bearer, fill, fresh, open_house, promise, tables
from tests.booking.settings_pages import ROOT
from tests.booking.soundness import unsound
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

NOTED = f"{SATURDAY} 20:00"
TEN_MINUTES_LATER = f"{SATURDAY} 20:10:01"


@pytest.fixture
def wanted(house):
    """The house wants the letter."""
    with transaction():
        settings.change(NO_SHOW_LETTER, "True", level="establishment", holder=str(house.id))


def miss(reservation):
    with transaction():
        service.note_missed_party(fresh(reservation), actor=TESTS)


def withdraw(reservation, actor=TESTS):
    with transaction():
        return service.withdraw_absence(fresh(reservation), actor=actor)


@pytest.fixture
def missed(reservation, at):
    """Alice's reservation, noted as missed at 20:00."""
    at(NOTED)
    miss(reservation)
    return reservation


# --- the letter -----------------------------------------------------------------------------------------------------


def test_it_leaves_after_ten_minutes(wanted, missed, outbox, at):
    at(f"{SATURDAY} 20:09")
    assert len(outbox) == 0
    at(TEN_MINUTES_LATER)
    (letter,) = outbox
    assert letter.address == "alice@example.org"
    assert letter.subject == "Votre table vous attendait : samedi 14 mars 2026 à 19 h 30"
    assert "Nous espérons que tout va bien." in letter.text
    assert letter.text.index("Choisir un autre jour") < letter.text.index("Si vous étiez des nôtres")
    assert "ReservationCancelled" in letter.html
    assert letter.raw["List-Unsubscribe"]


def test_by_default_nobody_is_written_to(missed, outbox, at):
    at(TEN_MINUTES_LATER)
    assert len(outbox) == 0


def test_an_absence_withdrawn_in_time_is_never_regretted(wanted, missed, outbox, at):
    at(f"{SATURDAY} 20:05")
    withdraw(missed)
    at(TEN_MINUTES_LATER)
    assert len(outbox) == 0


def test_noted_again_the_ten_minutes_begin_again_and_one_letter_leaves(wanted, missed, outbox, at):
    at(f"{SATURDAY} 20:05")
    withdraw(missed)
    at(f"{SATURDAY} 20:08")
    miss(missed)
    at(f"{SATURDAY} 20:11")
    assert len(outbox) == 0
    at(f"{SATURDAY} 20:18:01")
    assert len(outbox) == 1
    withdraw(missed)
    miss(missed)
    at(f"{SATURDAY} 20:40")
    assert len(outbox) == 1


def test_withdrawn_while_the_letter_waits_it_is_dropped(wanted, missed, outbox, mail_server, at):
    mail_server.answer("451 later")
    at(TEN_MINUTES_LATER)

    run_jobs(strict=False)
    withdraw(missed)
    at(f"{SATURDAY} 20:30")
    run_jobs(strict=False)
    assert mail_server.letters == []


def test_an_absence_noted_days_later_is_no_news(wanted, reservation, outbox, at):
    at("2026-03-18 10:00")
    miss(reservation)
    at("2026-03-18 10:20")
    assert len(outbox) == 0


def test_a_guest_without_an_address_is_not_written_to(house, wanted, outbox, at):
    nameless = promise(house, email="")
    outbox.forget()
    at(NOTED)
    miss(nameless)
    at(TEN_MINUTES_LATER)
    assert len(outbox) == 0


def test_a_manager_asks_for_it_on_the_page_of_rules(visit, cast, house):
    page = visit(cast.chloe).see(f"{ROOT}/regles")
    assert "no_show_letter" not in page.fields("#edit-form")
    page.submit("#edit-form", no_show_letter="y")
    settings.forget_kept()
    assert NO_SHOW_LETTER.value(establishment=str(house.id)) is True
    entry = entries_on("Establishment", house.id)[0]
    assert entry.changes == {"booking.no_show_letter": ["False", "True"]}


# --- taking it back -------------------------------------------------------------------------------------------------


def test_the_promise_stands_again_with_a_table(visit, cast, missed):
    url = f"/admin/reservations/{missed.id}"
    page = visit(cast.diane).see(url)
    assert page.submit(f"[action='{url}/absence/retrait']").status == 200
    again = fresh(missed)
    assert again.state is S.CONFIRMED
    assert again.table_codes()
    assert unsound() == []
    assert entries_on("Reservation", missed.id)[0].fact == "booking.absence_withdrawn"


def test_without_a_table_left_it_stays_an_absence_and_says_so(house, reservation, at):
    fill(house)
    at(NOTED)
    miss(reservation)
    late = fill_again(house)
    with pytest.raises(RuleBroken, match="plus de table"):
        withdraw(reservation)
    assert late
    assert fresh(reservation).state is S.NO_SHOW
    assert unsound() == []


def fill_again(house):
    """Give the freed table to somebody who walks in at the same time."""

    return promise(house, actor=TESTS, permit=FORCE, email="marche@example.org")


def test_a_guest_cannot_take_it_back(missed):
    with pytest.raises(NotAllowed):
        withdraw(missed, actor=bearer(missed))


def test_who_came_has_no_absence_to_withdraw(reservation, at):
    at(NOTED)
    with pytest.raises(RuleBroken, match="n’est plus possible"):
        withdraw(reservation)


@pytest.fixture
def at_three(house, at):
    """A party for two whom the team gave table 3, larger than they need, noted as missed at 20:00."""
    chosen = promise(house, unit=tables(house)["3"], permit=FORCE, email="trois@example.org")
    at(NOTED)
    miss(chosen)
    return chosen


def test_a_slip_of_the_finger_gives_back_the_very_table_that_was_chosen(at_three):
    withdraw(at_three)
    assert fresh(at_three).table_codes() == "3"
    assert fresh(at_three).locked_unit == tables(at_three.establishment)["3"]


def test_where_it_was_given_to_others_meanwhile_it_is_no_longer_theirs(house, at_three):
    promise(house, f"{SATURDAY} 20:15", 4, unit=tables(house)["3"], permit=FORCE, email="autres@example.org")
    withdraw(at_three)
    assert fresh(at_three).table_codes() in ("1", "2")
    assert fresh(at_three).locked_unit is None
    assert unsound() == []


# --- tables joined for the evening ----------------------------------------------------------------------------------


@pytest.fixture
def joined(house, at):
    """A party for three at tables 1 and 2, which the house never joins; noted as missed at 20:00."""
    party = promise(house, covers=3, permit=FORCE, email="joints@example.org")
    give(party, "1", "2")
    at(NOTED)
    miss(party)
    return party


def give(party, *codes, force=False):
    named = tables(party.establishment)
    with transaction():
        service.give_tables(fresh(party), [UUID(named[code]) for code in codes], actor=TESTS, force=force)


def held_by(reservation):
    return {(seating.table.code, seating.first_quarter, seating.end_quarter) for seating in reservation.seatings}


def told_on_the_plan(visit, cast, reservation):
    diane = visit(cast.diane)
    answer = diane.post(f"/admin/service/reservations/{reservation.id}", data={"acte": "withdraw"})
    return diane.arrive("/admin/service", answer)


@on_both
def test_joined_tables_are_given_back_as_they_were(house, at):
    party = promise(house, covers=3, permit=FORCE, email="joints@example.org")
    give(party, "1", "2")
    had = held_by(fresh(party))
    at(NOTED)
    miss(party)
    assert fresh(party).table_codes() == ""
    withdraw(party)
    assert (fresh(party).state, held_by(fresh(party))) == (S.CONFIRMED, had)
    assert fresh(party).seats_left is None
    assert unsound() == []


def test_a_table_too_small_that_the_team_insisted_upon_is_given_back_too(house, at):
    party = promise(house, covers=3, permit=FORCE, email="serres@example.org")
    give(party, "1", force=True)
    at(NOTED)
    miss(party)
    withdraw(party)
    assert (fresh(party).table_codes(), fresh(party).overridden) == ("1", ["fit"])


def test_the_same_table_comes_back_though_the_engine_would_choose_another(house, at):
    """Table 3 was the best left when they booked; table 1 has become free since."""
    first, second = (promise(house, email=f"{name}@example.org") for name in ("un", "deux"))
    late = promise(house, covers=2, unit=tables(house)["3"], permit=FORCE, email="trois@example.org")
    with transaction():
        service.unlock_table(fresh(late), actor=TESTS)
        service.cancel_reservation(fresh(first), actor=TESTS, reason="")
    at(NOTED)
    miss(late)
    withdraw(late)
    assert (fresh(late).table_codes(), fresh(second).table_codes()) == ("3", "2")


def test_one_of_them_given_to_others_they_sit_elsewhere_and_the_team_reads_why(visit, cast, house, joined):
    promise(house, f"{SATURDAY} 20:15", unit=tables(house)["2"], permit=FORCE, last_name="Martin")
    why = withdraw(joined)
    assert why == "La table 2 est à Alice Martin de 20:15 à 21:45."
    assert fresh(joined).table_codes() in ("3", "4")
    entry = entries_on("Reservation", joined.id)[0]
    assert (entry.details["before"], entry.details["after"]) == ("1 + 2", fresh(joined).table_codes())
    page = visit(cast.chloe).see(f"/admin/reservations/{joined.id}")
    assert f"la table change : 1 + 2 → {fresh(joined).table_codes()}" in page.text
    assert unsound() == []


def test_the_plan_and_the_record_say_it_to_who_taps(visit, cast, house, joined):
    promise(house, f"{SATURDAY} 20:15", unit=tables(house)["2"], permit=FORCE, last_name="Martin")
    assert "La table 2 est à Alice Martin de 20:15 à 21:45" in told_on_the_plan(visit, cast, joined).text
    miss(joined)
    url = f"/admin/reservations/{joined.id}"
    page = visit(cast.diane).see(url).submit(f"[action='{url}/absence/retrait']")
    assert f"la table {fresh(joined).table_codes()} est gardée de nouveau" in page.text


def test_with_nowhere_else_to_sit_the_refusal_names_who_has_their_table(house, joined):
    promise(house, f"{SATURDAY} 20:15", unit=tables(house)["2"], permit=FORCE, last_name="Martin")
    for code in ("3", "4"):
        promise(house, f"{SATURDAY} 20:15", 4, unit=tables(house)[code], permit=FORCE, email=f"{code}@example.org")
    with pytest.raises(RuleBroken, match=r"La table 2 est à Alice Martin de 20:15 à 21:45\. .*plus de table"):
        withdraw(joined)
    assert (fresh(joined).state, fresh(joined).seats_left["tables"]) == (S.NO_SHOW, sorted(ids(house, "1", "2")))
    assert unsound() == []


def ids(house, *codes):
    return [UUID(tables(house)[code]).hex for code in codes]


def test_others_who_sat_there_meanwhile_and_left_leave_them_the_rest_of_their_time(house, joined, at):
    with transaction():
        passing = service.seat_walk_in(house, 2, actor=TESTS, tables=[UUID(tables(house)["1"])], force=True)
    at(f"{SATURDAY} 20:20")
    with transaction():
        service.finish_reservation(fresh(passing), actor=TESTS)
    withdraw(joined)
    assert fresh(joined).table_codes() == "1 + 2"
    assert unsound() == []


def test_a_table_taken_out_of_service_meanwhile_is_not_given_back(house, joined):
    gone = db.session.get_one(Table, UUID(tables(house)["2"]))
    line = TableLine(gone.id, gone.code, gone.area_id, gone.min_covers, gone.max_covers, is_active=False)
    with transaction():
        change_tables(house, [line], actor=TESTS)
    assert withdraw(joined) == "La table 1 + 2 n’est plus libre."
    assert fresh(joined).table_codes() in ("3", "4")


def test_tables_closed_meanwhile_are_not_given_back(house, joined):
    open_house(close_outs=[{"from": SATURDAY, "to": SATURDAY, "tables": ["2"]}])
    assert withdraw(joined) == "La table 1 + 2 n’est plus libre."
    assert fresh(joined).table_codes() in ("3", "4")


def test_an_absence_noted_before_tables_were_remembered_finds_the_best_still_free(house, joined):
    with transaction() as session:
        session.execute(sa.update(Reservation).values(seats_left=sa.null()))
    db.session.expire_all()
    assert withdraw(joined) == ""
    assert fresh(joined).table_codes() in ("3", "4")
    assert unsound() == []
