"""A place becomes free: it is held for the first whom it fits, until an instant, then for the next."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import OfferState, Reservation, ReservationOrigin, ReservationState, WaitingState
from app.booking.seating import FORCE, STAFF
from app.booking.waiting.jobs import tend_waiting_list
from app.booking.waiting.offering import (
    accept_offer,
    offer_by_hand,
    offer_expiry,
    take_offer_back,
    withdraw_entry,
)
from app.booking.waiting.settings import LEAD_MINUTES, OFFER_MINUTES
from app.kernel import clock, settings
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from tests.booking.houses import SATURDAY, TESTS, fill, open_house, promise, wish
from tests.booking.soundness import unsound
from tests.booking.waiting.lists import amiss, bearer, look, offers, waits

S = WaitingState


@pytest.fixture
def taken(house):
    """Every table for two of Saturday at 19:30 is promised."""
    return fill(house)


def cancel(reservation):
    with transaction():
        service.cancel_reservation(reservation, actor=TESTS, reason="x")


def accept(entry):
    with transaction():
        return accept_offer(entry, actor=bearer(entry))


def withdraw(entry):
    with transaction():
        return withdraw_entry(entry, actor=bearer(entry))


def take_back(entry):
    with transaction():
        take_offer_back(entry, actor=TESTS)


def test_a_freed_place_is_held_for_the_first(house, taken):
    first, second = waits(house, "Eve"), waits(house, "Luc")
    cancel(taken[0])
    assert look(house) == 1
    (offer,) = offers()
    assert (offer.entry_id, first.state, second.state) == (first.id, S.OFFERED, S.WAITING)
    assert offer.reservation.state is ReservationState.HELD
    assert offer.reservation.held_until == offer.expires_at == offer.made_at + timedelta(minutes=45)
    assert unsound() == amiss() == []


def test_nobody_else_can_have_it_meanwhile(house, taken):
    waits(house)
    cancel(taken[0])
    look(house)
    with pytest.raises(service.TimeTaken):
        promise(house, email="pressé@example.org")
    with pytest.raises(service.TimeTaken):
        promise(house, actor=TESTS, permit=FORCE, email="force@example.org")


def test_it_is_looked_at_again_as_soon_as_somebody_cancels(house, taken, outbox):
    entry = waits(house)
    outbox.forget()
    cancel(taken[0])
    assert [letter.address for letter in outbox if "s’est libérée" in letter.subject] == ["eve@example.org"]
    assert entry.state is S.OFFERED


@pytest.mark.parametrize("how", ["miss", "move", "covers"])
def test_whatever_frees_a_place_is_enough(house, at, how):
    at(f"{SATURDAY} 17:00")
    made = promise(house, f"{SATURDAY} 19:00", 6, actor=TESTS, permit=STAFF)
    entry = waits(house, "Eve", first="19:30", last="20:30", covers=6, actor=TESTS, permit=STAFF)
    if how == "miss":
        at(f"{SATURDAY} 19:10")
        with transaction():
            service.note_missed_party(made, actor=TESTS)
    else:
        new = wish("2026-03-15 19:00", 6) if how == "move" else wish(f"{SATURDAY} 19:00", 2)
        with transaction():
            service.move_reservation(made, new, actor=TESTS, permit=STAFF)
    assert look(house) == 1
    assert entry.state is S.OFFERED


def test_the_first_whom_it_fits_comes_before_the_first_in_line(house, taken):
    fill(house, f"{SATURDAY} 19:15", 4)
    many, few = waits(house, "Luc", covers=4), waits(house, "Eve", covers=2)
    cancel(taken[0])
    look(house)
    assert (many.state, few.state) == (S.WAITING, S.OFFERED)


def test_the_earliest_hour_accepted_is_offered(house, taken):
    entry = waits(house, first="19:15", last="20:15")
    cancel(taken[0])
    look(house)
    assert entry.offers[0].reservation.local_time.strftime("%H:%M") == "19:15"


def test_accepting_makes_a_reservation(house, taken, outbox):
    entry = waits(house)
    cancel(taken[0])
    look(house)
    outbox.forget()
    made = accept(entry)
    assert (made.state, made.origin, made.guest_name) == (
        ReservationState.CONFIRMED,
        ReservationOrigin.ONLINE,
        "Eve Durand",
    )
    assert (made.guest_id, made.consent_at) == (entry.guest_id, entry.consent_at)
    assert (entry.state, entry.offers[0].state) == (S.ACCEPTED, OfferState.ACCEPTED)
    assert [letter.subject.split(" :")[0] for letter in outbox] == ["Votre table est réservée"]
    assert unsound() == amiss() == []


def test_accepting_twice_gives_the_same_reservation(house, taken):
    entry = waits(house)
    cancel(taken[0])
    look(house)
    assert accept(entry).id == accept(entry).id
    assert len(offers()) == 1


def test_at_the_second_it_runs_out_it_is_too_late(house, taken, at):
    entry, following = waits(house, "Eve"), waits(house, "Luc")
    cancel(taken[0])
    look(house)
    at(entry.offers[0].expires_at)
    with pytest.raises(RuleBroken, match="plus gardée"):
        accept(entry)
    look(house)
    assert (entry.state, following.state) == (S.EXPIRED, S.OFFERED)
    with pytest.raises(RuleBroken):
        accept(entry)
    assert unsound() == amiss() == []


def test_a_second_before_it_is_not(house, taken, at, stopped):
    entry = waits(house)
    cancel(taken[0])
    look(house)
    at(entry.offers[0].expires_at - timedelta(seconds=1))
    assert accept(entry).state is ReservationState.CONFIRMED


def test_an_offer_runs_out_for_whoever_asks_before_any_job(house, taken, at):
    entry = waits(house)
    cancel(taken[0])
    look(house)
    at(entry.offers[0].expires_at)
    promise(house, email="prompt@example.org")
    look(house)
    assert entry.state is S.EXPIRED
    assert unsound() == amiss() == []


def test_a_house_that_closed_meanwhile_is_not_bound(house, taken):
    entry = waits(house)
    cancel(taken[0])
    look(house)
    open_house(closures=[{"from": SATURDAY, "to": SATURDAY, "reason": "Fuite d’eau"}])
    with pytest.raises(RuleBroken, match="plus gardée"):
        accept(entry)
    assert unsound() == amiss() == []


def test_declining_gives_it_to_the_next(house, taken):
    entry, following = waits(house, "Eve"), waits(house, "Luc")
    cancel(taken[0])
    look(house)
    assert withdraw(entry)
    look(house)
    assert (entry.state, entry.offers[0].state, following.state) == (S.WITHDRAWN, OfferState.DECLINED, S.OFFERED)
    assert not withdraw(entry)
    assert unsound() == amiss() == []


def test_the_job_repeated_or_late_offers_nothing_twice(house, taken):
    waits(house, "Eve")
    waits(house, "Luc")
    cancel(taken[0])
    assert [look(house) for _n in range(3)] == [1, 0, 0]
    assert tend_waiting_list() == 0
    assert len(offers()) == 1


def test_the_sweep_finds_what_no_fact_told(house, taken, at):
    """A visitor's hold that ran out frees a table without a word."""
    cancel(taken[0])
    with transaction():
        service.hold_table(house, wish(), visitor="a", network="n")
    entry = waits(house)
    assert tend_waiting_list() == 0
    at("2026-03-10 10:06")
    assert tend_waiting_list() == 1
    assert entry.state is S.OFFERED
    at(entry.offers[0].expires_at)
    tend_waiting_list()
    assert entry.state is S.EXPIRED


def test_an_offer_is_shorter_when_the_seating_is_near(app):
    now = clock.now()
    usual = timedelta(minutes=45)
    assert offer_expiry(now, now + timedelta(days=2), usual) - now == usual
    assert offer_expiry(now, now + timedelta(minutes=90), usual) - now == timedelta(minutes=30)
    assert offer_expiry(now, now + timedelta(minutes=16), usual) - now == timedelta(minutes=10)


def test_the_house_says_how_long_an_offer_lasts(house, taken):
    with transaction():
        settings.change(OFFER_MINUTES, "20", level="establishment", holder=str(house.id))
    entry = waits(house)
    cancel(taken[0])
    look(house)
    assert entry.offers[0].expires_at == entry.offers[0].made_at + timedelta(minutes=20)


def test_nothing_is_offered_at_night(house, taken, at):
    entry = waits(house)
    at("2026-03-12 22:30")
    cancel(taken[0])
    assert look(house) == 0
    at("2026-03-13 07:59")
    assert look(house) == 0
    at("2026-03-13 08:00")
    assert look(house) == 1
    assert entry.state is S.OFFERED


def test_nothing_is_offered_for_a_time_too_near_and_the_entry_is_closed(house, taken, at, outbox):
    with transaction():
        settings.change(LEAD_MINUTES, "120", level="establishment", holder=str(house.id))
    entry = waits(house)
    outbox.forget()
    at(f"{SATURDAY} 17:31")
    cancel(taken[0])
    look(house)
    assert entry.state is S.CLOSED
    assert any("Aucune place" in letter.subject for letter in outbox)
    assert not offers()


def test_the_team_takes_a_place_back_and_has_ten_minutes_for_it(house, taken, at):
    entry = waits(house)
    cancel(taken[0])
    look(house)
    take_back(entry)
    assert (entry.state, entry.offers[0].state) == (S.WAITING, OfferState.TAKEN_BACK)
    assert look(house) == 0
    promise(house, actor=TESTS, permit=STAFF, email="habitue@example.org")
    with pytest.raises(RuleBroken, match="plus gardée"):
        accept(entry)
    at("2026-03-10 10:11")
    assert look(house) == 0
    assert unsound() == amiss() == []


def test_unless_it_uses_the_place_the_party_is_offered_it_again(house, taken, at):
    entry = waits(house)
    cancel(taken[0])
    look(house)
    take_back(entry)
    at("2026-03-10 10:11")
    assert look(house) == 1
    assert entry.state is S.OFFERED


def test_the_team_offers_by_hand_out_of_turn(house, taken):
    waits(house, "Eve")
    second = waits(house, "Luc", first="19:30", last="20:30")
    cancel(taken[0])
    with transaction():
        made = offer_by_hand(second, wish().local_time, actor=TESTS)
    assert (second.state, made.reservation.local_time) == (S.OFFERED, wish().local_time)
    assert unsound() == amiss() == []


def test_by_hand_too_no_table_is_given_twice(house, taken):
    entry = waits(house)
    with pytest.raises(service.TimeTaken), transaction():
        offer_by_hand(entry, wish().local_time, actor=TESTS)
    db.session.expire_all()
    assert entry.state is S.WAITING
    assert unsound() == amiss() == []


def test_a_stranger_and_another_guest_may_do_nothing(house, taken):
    entry, other = waits(house, "Eve"), waits(house, "Luc")
    cancel(taken[0])
    look(house)
    for act in (accept_offer, withdraw_entry, take_offer_back):
        with pytest.raises(NotAllowed), transaction():
            act(entry, actor=bearer(other))
    with pytest.raises(NotAllowed), transaction():
        offer_by_hand(other, wish().local_time, actor=bearer(other))
    with pytest.raises(NotAllowed), transaction():
        take_offer_back(entry, actor=bearer(entry))


def test_whoever_no_message_reaches_is_to_be_called(house, taken, cast):
    from app.kernel.outbox import OutboxRow  # noqa: PLC0415

    entry = waits(house, "Eve", actor=TESTS, permit=STAFF, email="", phone="+33612000009")
    cancel(taken[0])
    look(house)
    assert entry.state is S.OFFERED
    told = sa.select(OutboxRow).where(OutboxRow.job == "kernel.tell_people")
    assert [row.arguments["notice"] for row in db.session.scalars(told)].count("booking.waiting_team_calls") == 1


def test_the_hold_forgotten_after_a_week_leaves_the_offer(house, taken, at):
    from app.booking.jobs import forget_old_holds  # noqa: PLC0415

    entry = waits(house)
    cancel(taken[0])
    look(house)
    at(entry.offers[0].expires_at)
    look(house)
    at("2026-03-20 10:00")
    assert forget_old_holds() == 1
    (offer,) = offers()
    assert (offer.state, offer.reservation_id) == (OfferState.EXPIRED, None)
    assert db.session.scalar(sa.select(sa.func.count()).where(Reservation.state == "expired")) == 0
