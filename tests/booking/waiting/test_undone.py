"""The house changes after a place was offered: what can no longer be given is taken back, kindly, and comes first."""

import pytest
import sqlalchemy as sa

from app.booking import opening, service
from app.booking.models import OfferState, Table, WaitingState
from app.booking.seating import STAFF
from app.booking.service.room import TableLine, change_tables, save_close_out
from app.booking.waiting import queries
from app.booking.waiting.jobs import tend_waiting_list
from app.booking.waiting.offering import accept_offer
from app.kernel import audit
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, SMALL, TESTS, fill, open_house
from tests.booking.soundness import unsound
from tests.booking.waiting.lists import DAY, amiss, bearer, look, offers, waits
from tests.harness.databases import on_both

S = WaitingState


@pytest.fixture
def taken(house):
    return fill(house)


@pytest.fixture
def offered(house, taken, outbox):
    """Eve is offered table 1 for Saturday at 19:30; Luc waits behind her."""
    entry = waits(house, "Eve")
    waits(house, "Luc")
    cancel(taken[0])
    look(house)
    outbox.forget()
    return entry


def cancel(reservation):
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")


def close_the_day(house):
    open_house(closures=[{"from": SATURDAY, "to": SATURDAY, "reason": "Fuite d’eau"}])


def close_the_tables(house):
    closing = opening.CloseOut(DAY, DAY, scope=opening.Scope.AREA, tables=frozenset(), area="salle", reason="Orage")
    with transaction():
        save_close_out(house, closing, actor=TESTS, force=True)


def close_the_hour(house):
    closed = {**SMALL["shifts"][1], "last": "19:00"}
    open_house(shifts=[SMALL["shifts"][0], closed])


def change_table(house, **changed):
    table = db.session.scalars(sa.select(Table).where(Table.code == "1")).one()
    line = TableLine(table.id, table.code, table.area_id, table.min_covers, table.max_covers, **changed)
    with transaction():
        change_tables(house, [line], actor=TESTS, force=True)


def retire_the_table(house):
    change_table(house, is_active=False)


def keep_the_table(house):
    change_table(house, is_kept=True)


CHANGES = [close_the_day, close_the_tables, close_the_hour, retire_the_table, keep_the_table]


@on_both
@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_a_place_that_can_no_longer_be_given_is_taken_back(house, offered, outbox, change):
    change(house)
    look(house)
    assert offered.offers[0].state is OfferState.UNDONE
    assert [each.subject.split(" :")[0] for each in outbox if each.address == "eve@example.org"] == [
        "La place proposée n’est plus possible"
    ]
    with pytest.raises(RuleBroken), transaction():
        accept_offer(offered, actor=bearer(offered))
    assert unsound() == amiss() == []


def test_it_is_noted_in_the_trail(house, offered):
    retire_the_table(house)
    look(house)
    assert "booking.offer_undone" in [each.fact for each in audit.entries_on(offered.kind(), offered.id)]


def test_whoever_lost_a_place_comes_before_those_who_joined_earlier(house, taken):
    fill(house, f"{SATURDAY} 19:15", 4)
    first, second = waits(house, "Luc", covers=4), waits(house, "Eve")
    cancel(taken[0])
    look(house)
    assert (first.state, second.state) == (S.WAITING, S.OFFERED)
    keep_the_table(house)
    look(house)
    assert [each.first_name for each in queries.waiting_on(house.id, DAY)] == ["Eve", "Luc"]
    assert (queries.rank_of(second), queries.rank_of(first)) == (1, 2)


def test_the_next_place_is_offered_to_them_at_once(house, taken, offered, outbox):
    cancel(taken[1])
    keep_the_table(house)
    look(house)
    assert offered.state is S.OFFERED
    assert [offer.state for offer in offered.offers] == [OfferState.UNDONE, OfferState.OPEN]
    assert offered.offers[1].reservation.table_codes() == "2"


def test_a_letter_that_is_no_longer_true_is_not_sent(house, taken, offered, outbox):
    """Where another place is offered in the same breath, the letter that offers it is enough."""
    cancel(taken[1])
    keep_the_table(house)
    (letter,) = [each for each in outbox if each.address == "eve@example.org"]
    assert "s’est libérée" in letter.subject


def test_what_the_team_took_may_stay_on_a_kept_table(house, taken):
    entry = waits(house, "Eve", actor=TESTS, permit=STAFF)
    cancel(taken[0])
    look(house)
    keep_the_table(house)
    look(house)
    assert entry.state is S.OFFERED


def test_a_change_that_touches_nobody_takes_nothing_back(house, offered):
    open_house(closures=[{"from": "2026-04-07", "to": "2026-04-11", "reason": "Congés"}])
    look(house)
    assert offered.state is S.OFFERED


def test_the_sweep_sees_it_where_no_fact_was_heard(house, offered):
    with transaction():
        service.release_hold(offered.offers[0].reservation)
    tend_waiting_list()
    assert offered.offers[0].state is OfferState.UNDONE


def test_taking_back_twice_is_once(house, offered, outbox):
    retire_the_table(house)
    look(house)
    tend_waiting_list()
    undone = [each for each in offers() if each.state is OfferState.UNDONE]
    letters = [each for each in outbox if "plus possible" in each.subject]
    assert (len(undone), len(letters)) == (1, 1)


def test_what_ran_out_meanwhile_has_run_out(house, offered, at):
    at(offered.offers[0].expires_at)
    retire_the_table(house)
    look(house)
    assert (offered.state, offered.offers[0].state) == (S.EXPIRED, OfferState.EXPIRED)
