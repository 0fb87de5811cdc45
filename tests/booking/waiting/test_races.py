"""Many at once on a waiting list, on both databases: one offer for one place, and every party in one state."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import (
    OfferState,
    Reservation,
    ReservationState,
    WaitingEntry,
    WaitingState,
)
from app.booking.seating import FORCE
from app.booking.waiting.jobs import offer_places_on, tend_waiting_list
from app.booking.waiting.offering import accept_offer, offer_places, take_offer_back, withdraw_entry
from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, TESTS, details, fill, wish
from tests.booking.soundness import unsound
from tests.booking.test_race import at_once, reserve, the_house
from tests.booking.waiting.lists import DAY, amiss, look, offers, waits
from tests.harness.databases import on_both
from tests.harness.visitors import forget_readings

pytestmark = on_both
S = WaitingState


@pytest.fixture
def taken(house):
    return fill(house)


def cancel(reservation):
    reservation_id = reservation.id
    return lambda: service.cancel_reservation(db.session.get_one(Reservation, reservation_id), actor=TESTS, reason="x")


def upon(entry, verb):
    entry_id = entry.id
    return lambda: verb(db.session.get_one(WaitingEntry, entry_id), actor=TESTS)


def offer_now():
    return offer_places(the_house(), DAY)


def states():
    forget_readings()
    return sorted(state.value for state in db.session.scalars(sa.select(WaitingEntry.state)))


def test_two_cancellations_at_once_are_two_offers(app, house, taken):
    for name in ("Eve", "Luc", "Zoé"):
        waits(house, name)
    at_once(app, [cancel(taken[0]), cancel(taken[1]), *[offer_now] * 4])
    look(house)
    assert states() == ["offered", "offered", "waiting"]
    assert unsound() == amiss() == []


def test_the_job_many_times_at_once_makes_one_offer(app, house, taken):
    for name in ("Eve", "Luc"):
        waits(house, name)
    with transaction():
        cancel(taken[0])()
    assert sum(at_once(app, [offer_now] * 6)) == 1
    assert states() == ["offered", "waiting"]
    assert unsound() == amiss() == []


def test_many_taps_on_accept_are_one_reservation(app, house, taken):
    entry = waits(house)
    with transaction():
        cancel(taken[0])()
    look(house)
    made = at_once(app, [upon(entry, lambda it, actor: accept_offer(it, actor=actor).id)] * 6)
    assert len(set(made)) == 1
    assert unsound() == amiss() == []


def test_accepting_as_it_runs_out_is_one_or_the_other(app, house, taken, at):
    """At the very second: guest, sweep, another guest and the holds' own job, all at once."""
    entry, following = waits(house, "Eve"), waits(house, "Luc")
    with transaction():
        cancel(taken[0])()
    look(house)
    at(offers()[0].expires_at - timedelta(milliseconds=150))
    answers = at_once(
        app,
        [upon(entry, accept_offer), offer_now, offer_now, lambda: service.expire_holds(), reserve(7), reserve(8)],
    )
    assert all(isinstance(answer, RuleBroken) or answer is not None for answer in answers)
    at(offers()[0].expires_at + timedelta(minutes=1))
    tend_waiting_list()
    forget_readings()
    assert entry.state in (S.ACCEPTED, S.EXPIRED)
    assert following.state in (S.WAITING, S.OFFERED)
    assert unsound() == amiss() == []


def test_accepting_declining_and_taking_back_at_once(app, house, taken):
    entry = waits(house)
    with transaction():
        cancel(taken[0])()
    look(house)
    at_once(app, [upon(entry, verb) for verb in (accept_offer, withdraw_entry, take_offer_back) * 2])
    forget_readings()
    assert entry.state in (S.ACCEPTED, S.WITHDRAWN, S.WAITING)
    assert unsound() == amiss() == []


def test_the_team_forcing_its_way_never_gets_the_place_that_is_held(app, house, taken):
    entry = waits(house)
    with transaction():
        cancel(taken[0])()
    look(house)

    def force():
        return service.reserve(
            the_house(), wish(), details(email="force@example.org"), actor=system("tests"), permit=FORCE
        ).reference

    answers = at_once(app, [force, force, upon(entry, lambda it, actor: accept_offer(it, actor=actor).id)])
    assert all(isinstance(answer, RuleBroken) for answer in answers[:2])
    assert states() == ["accepted"]
    assert unsound() == amiss() == []


def test_a_job_killed_half_way_leaves_nothing_behind(app, house, taken, monkeypatch):
    waits(house)
    with transaction():
        cancel(taken[0])()

    def killed(*_arguments, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("app.booking.waiting.offering.publish", killed)
    with pytest.raises(KeyboardInterrupt):
        offer_places_on(establishment_id=str(house.id), service_date=SATURDAY)
    monkeypatch.undo()
    assert (states(), offers()) == (["waiting"], [])
    held = sa.select(sa.func.count()).where(Reservation.state == ReservationState.HELD)
    assert db.session.scalar(held) == 0
    assert look(house) == 1
    assert offers()[0].state is OfferState.OPEN
    assert unsound() == amiss() == []
