"""The reminder of the day before, and what the house clears by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from app.booking import jobs, service
from app.booking.models import FunnelCount, FunnelStep, Reservation, SeatingCell
from app.booking.models import ReservationState as S
from app.booking.opening import quarter_of
from app.booking.service import Wish
from app.booking.service.funnel import FUNNEL, count_step
from app.kernel import clock
from app.kernel.db import db, transaction
from app.kernel.messages import Message
from tests.booking.houses import fresh
from tests.booking.promises import HOUSE, THURSDAY, book, book_and_tell, open_house
from tests.harness.databases import on_both
from tests.harness.visitors import forget_readings

EVE = "2026-03-11 10:00"


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def promised(house, outbox):
    """A reservation for Thursday at 20:15, its confirmation already read."""
    reservation = book_and_tell(house)
    outbox.forget()
    return reservation


def remind() -> int:
    return jobs.send_due_reminders()


# --- reminders ------------------------------------------------------------------------------------------------------


def test_it_leaves_the_day_before_with_a_link_to_cancel(promised, outbox, at):
    at("2026-03-11 09:59")
    assert remind() == 0
    at(EVE)
    assert remind() == 1
    (letter,) = outbox
    assert letter.subject == "C’est demain : 4 couverts à 20 h 15"
    assert [link for link in letter.links if link.endswith("?suite=annulation")]


def test_its_link_asks_before_cancelling(promised, outbox, at, visit):
    at(EVE)
    remind()
    url = next(link for link in outbox[0].links if link.endswith("?suite=annulation"))
    page = visit().see(url.removeprefix("http://localhost"))
    assert page.status == 200
    assert "annul" in page.text.lower()
    assert fresh(promised).state is S.CONFIRMED


def test_it_leaves_once(promised, outbox, at):
    at(EVE)
    assert (remind(), remind()) == (1, 0)
    assert fresh(promised).reminder_due_at is None
    assert len(outbox) == 1


def test_one_cancelled_is_not_reminded(promised, outbox, at):
    with transaction():
        service.cancel_reservation(fresh(promised), actor=HOUSE, reason="fuite")
    outbox.forget()
    at(EVE)
    assert remind() == 0
    assert len(outbox) == 0


def test_one_cancelled_after_the_reminder_was_promised_drops_it(promised, outbox, at):
    at(EVE)
    remind()
    with transaction():
        service.cancel_reservation(fresh(promised), actor=HOUSE, reason="fuite")
    assert [letter.subject[:29] for letter in outbox] == ["Votre réservation est annulée"]


def test_one_moved_is_reminded_of_its_new_day(promised, outbox, at):
    with transaction():
        service.move_reservation(fresh(promised), Wish(date(2026, 3, 14), time(20, 0), 4), actor=HOUSE)
    outbox.forget()
    at(EVE)
    assert remind() == 0
    at("2026-03-13 10:00")
    assert remind() == 1
    assert outbox[0].subject.endswith("à 20 h")


def test_a_worker_that_slept_does_not_remind_of_the_past(promised, outbox, at):
    at("2026-03-12 20:30")
    assert remind() == 0
    assert len(outbox) == 0


def test_one_booked_after_the_hour_is_not_reminded(house, outbox, at):
    at("2026-03-11 11:00")
    book(house)
    outbox.forget()
    assert remind() == 0
    assert len(outbox) == 0


def test_nobody_is_reminded_without_an_email(house, at):
    book(house, email="", by_phone=True)
    at(EVE)
    assert remind() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


@on_both
def test_two_workers_at_once_remind_once(app, promised, outbox, at):
    at(EVE)

    def work(_n):
        with app.app_context():
            return jobs.send_due_reminders()

    db.session.rollback()
    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 1
    assert len(outbox) == 1


# --- what is cleared ------------------------------------------------------------------------------------------------


def hold(house, at_=time(20, 15), visitor="v1"):
    with transaction():
        return service.hold_table(house, Wish(THURSDAY, at_, 2), visitor=visitor, network="192.0.2.1")


def cells() -> int:
    forget_readings()
    return db.session.scalar(sa.select(sa.func.count()).select_from(SeatingCell))


def test_holds_that_ran_out_are_given_back(house, at):
    hold(house)
    assert jobs.expire_holds() == 0
    at("2026-03-10 10:05:01")
    assert jobs.expire_holds() == 1
    assert cells() == 0


def test_old_holds_are_forgotten_and_promises_are_not(house, at):
    kept, old_id = book(house), hold(house).id
    at("2026-03-10 10:06")
    jobs.expire_holds()
    at("2026-03-17 09:00")
    assert jobs.forget_old_holds() == 0
    at("2026-03-17 10:07")
    assert jobs.forget_old_holds() == 1
    forget_readings()
    assert db.session.get(Reservation, old_id) is None
    assert fresh(kept).state is S.CONFIRMED


def test_past_occupation_is_forgotten_and_coming_occupation_is_not(house, at):
    book(house)
    book(house, date(2026, 5, 14))
    both = cells()
    at("2026-03-14 23:00")
    past = jobs.forget_past_cells()
    assert past > 0
    assert cells() == both - past
    assert jobs.forget_past_cells() == 0
    oldest = db.session.scalar(sa.select(sa.func.min(SeatingCell.quarter)))
    assert oldest > quarter_of(clock.now())


def test_months_of_past_occupation_go_week_by_week(house, at):
    for week in range(5):
        book(house, THURSDAY + timedelta(weeks=week))
    everything = cells()
    at("2026-06-01 04:00")
    assert jobs.forget_past_cells() == everything
    assert cells() == 0


# --- how many looked ------------------------------------------------------------------------------------------------


def seen(house) -> dict[date, int]:
    forget_readings()
    rows = db.session.scalars(sa.select(FunnelCount).where(FunnelCount.step == FunnelStep.SEEN))
    return {row.day: row.count for row in rows if row.establishment_id == house.id}


def test_what_was_seen_is_counted_in_its_day(house, valkey, at):
    for _look in range(3):
        count_step(house, FunnelStep.SEEN)
    at("2026-03-11 08:00")
    count_step(house, FunnelStep.SEEN)
    jobs.collect_funnel()
    jobs.collect_funnel()
    assert seen(house) == {date(2026, 3, 10): 3, date(2026, 3, 11): 1}
    count_step(house, FunnelStep.SEEN)
    jobs.collect_funnel()
    assert seen(house)[date(2026, 3, 11)] == 2
    assert valkey.keys("guichet:funnel*") == []


def test_a_batch_left_by_a_worker_that_died_is_collected_later(house, valkey, at):
    count_step(house, FunnelStep.SEEN)
    valkey.rename(FUNNEL, f"{FUNNEL}:{int(clock.now().timestamp())}:dead")
    jobs.collect_funnel()
    assert seen(house) == {}
    at("2026-03-10 10:11")
    jobs.collect_funnel()
    assert seen(house) == {date(2026, 3, 10): 1}


def test_two_workers_at_once_count_once(app, house, valkey):
    for _look in range(20):
        count_step(house, FunnelStep.SEEN)

    def work(_n):
        with app.app_context():
            jobs.collect_funnel()

    db.session.rollback()
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    assert seen(house) == {date(2026, 3, 10): 20}


def test_without_valkey_pages_answer_and_nothing_is_written(app, house, monkeypatch):
    monkeypatch.setitem(app.extensions, "guichet_broker", type(app.extensions["guichet_broker"])("unix:///nowhere"))
    count_step(house, FunnelStep.SEEN)
    assert jobs.collect_funnel() == 0
