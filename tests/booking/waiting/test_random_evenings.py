"""Whatever happens on an evening, in any order: no place offered twice, nobody lost, the order kept among who fits."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.booking import service
from app.booking.models import (
    ArrivalCount,
    Reservation,
    ReservationState,
    Seating,
    SeatingCell,
    WaitingEntry,
    WaitingOffer,
    WaitingState,
)
from app.booking.queries import day_of, house_of
from app.booking.waiting.jobs import tend_waiting_list
from app.booking.waiting.joining import first_fit
from app.booking.waiting.offering import accept_offer, take_offer_back, withdraw_entry
from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, TESTS, fill, promise
from tests.booking.soundness import unsound
from tests.booking.waiting.lists import DAY, amiss, look, offers, waits

S = WaitingState
ENDED = (S.ACCEPTED, S.EXPIRED, S.WITHDRAWN, S.CLOSED)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["join", "join", "cancel", "cancel", "book", "accept", "leave", "take back", "look", "later"]),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=16,
)


@pytest.fixture
def begin(house, at):
    """`begin()` empties the evening, then fills it again."""

    def begin():
        at("2026-03-10 10:00")
        with transaction() as session:
            for model in (WaitingOffer, WaitingEntry, SeatingCell, Seating, ArrivalCount, Reservation):
                session.execute(sa.delete(model))
        db.session.expire_all()
        return [*fill(house), *fill(house, f"{SATURDAY} 19:15", 4)]

    return begin


@settings(max_examples=25)
@given(acts=ACTS)
def test_the_list_holds_whatever_comes(house, at, begin, acts):
    begin()
    ended, joined = {}, 0
    for act, which in acts:
        before = {each.id: each.state for each in everybody()}
        try:
            do(house, at, act, which, joined)
        except RuleBroken:
            db.session.rollback()
        joined += act == "join"
        assert unsound() == amiss() == []
        stands = {each.id: each.state for each in everybody()}
        assert before.keys() <= stands.keys(), "an entry is lost"
        ended |= {id_: state for id_, state in stands.items() if state in ENDED}
        assert all(stands[id_] is state for id_, state in ended.items()), "what has ended began again"
    settle(house, at)


def settle(house, at):
    """Once all has been looked at, nobody waits whom a free place would fit, and nothing more is offered."""
    at(clock.now() + timedelta(minutes=11))  # what the team took back is offered again
    tend_waiting_list()
    db.session.expire_all()
    day, earliest = day_of(house_of(house), DAY), clock.now() + timedelta(minutes=60)
    assert not [each for each in everybody() if each.state is S.WAITING and first_fit(day, each, earliest)]
    assert tend_waiting_list() == 0
    assert unsound() == amiss() == []


def do(house, at, act, which, joined):
    """One act, on the party or reservation that a number chooses."""
    if act == "join":
        waits(house, f"Guest{joined}", covers=4 if which % 3 == 0 else 2, last=("19:30", "20:00")[which % 2])
    elif act == "cancel":
        with transaction():
            service.cancel_reservation(chosen(promised(), which), actor=TESTS, reason="x")
        in_order(house)
    elif act == "book":
        promise(house, covers=2 + 2 * (which % 2), email=f"b{joined}{which}@example.org")
    elif act == "look":
        in_order(house)
    elif act == "later":
        at(clock.now() + timedelta(minutes=(5, 20, 46)[which % 3]))
        tend_waiting_list()
    else:
        verb = {"accept": accept_offer, "leave": withdraw_entry, "take back": take_offer_back}[act]
        live = [each for each in everybody() if each.state is S.OFFERED or act == "leave"]
        with transaction():
            verb(chosen(live, which), actor=TESTS)


def in_order(house):
    """Look at the evening; whoever is offered a place comes before all who could have had the very same one."""
    known = {each.id for each in offers()}
    look(house)
    new = [each for each in offers() if each.id not in known]
    waiting = [each for each in everybody() if each.state is S.WAITING]
    for offer in new:
        passed = [
            each
            for each in waiting
            if each.created_at < offer.entry.created_at
            and each.covers == offer.entry.covers
            and each.first_minutes <= offer.entry.first_minutes
            and each.last_minutes >= offer.entry.last_minutes
        ]
        assert not passed, "somebody was passed over"


def chosen(rows, which):
    if not rows:
        raise RuleBroken("nobody to do this to")
    return rows[which % len(rows)]


def everybody():
    return list(db.session.scalars(sa.select(WaitingEntry).order_by(WaitingEntry.created_at)))


def promised():
    coming = sa.select(Reservation).where(Reservation.state == ReservationState.CONFIRMED)
    return list(db.session.scalars(coming.order_by(Reservation.created_at)))
