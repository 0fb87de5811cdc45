"""The books: what comes in settles what was asked, what is wrong is corrected by a line, and nothing is ever changed."""

import tracemalloc

import pytest
import sqlalchemy as sa

from app.accounts import service as accounts
from app.kernel import clock
from app.kernel.db import db, new_id, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.payments import queries, service
from app.payments.models import Allocation, DailyClosing, Method, Movement, Payable, ReceivableState
from tests.factories import TESTS
from tests.harness.databases import on_both


def lines() -> list[tuple]:
    db.session.rollback()
    db.session.expire_all()
    query = sa.select(Movement).order_by(Movement.number)
    return [(each.number, each.nature.value, each.amount) for each in db.session.scalars(query)]


def test_what_is_paid_settles_what_was_asked(house, asked, paid):
    receivable = asked(3000)
    payment = paid(receivable)
    balance = queries.balance_of(Payable.of(house))
    assert (balance.asked, balance.held, balance.due) == (3000, 3000, 0)
    assert receivable.state is ReceivableState.SETTLED
    assert queries.allocated_of(payment) == queries.paid_on(receivable) == 3000


def test_it_is_settled_only_when_all_is_there(house, asked, paid):
    receivable = asked(3000)
    paid(receivable, 1000, key="a")
    assert receivable.state is ReceivableState.OPEN
    assert queries.balance_of(Payable.of(house)).due == 2000
    paid(receivable, 2000, key="b")
    assert receivable.state is ReceivableState.SETTLED


def test_the_same_fact_told_twice_is_one_line(asked, paid):
    receivable = asked()
    assert paid(receivable).id == paid(receivable).id
    assert lines() == [(1, "payment", 3000)]


def test_what_is_paid_too_much_is_kept_apart(house, asked, paid):
    payment = paid(asked(3000), 5000)
    assert (queries.allocated_of(payment), queries.remaining_of(payment)) == (3000, 5000)
    assert queries.balance_of(Payable.of(house)).due == 0


@pytest.mark.parametrize("end", ["release", "forgive", "expire"])
def test_money_that_comes_too_late_is_booked_told_and_settles_nothing(house, asked, paid, at, end):
    receivable = asked(3000, expires_at=clock.now().replace(hour=12))
    at("2026-03-10 14:00")
    with transaction():
        {
            "release": lambda: service.release(receivable, actor=TESTS),
            "forgive": lambda: service.forgive(receivable, reason="Geste", actor=TESTS),
            "expire": lambda: service.expire(receivable.id, actor=TESTS),
        }[end]()
    payment = paid(receivable)
    assert receivable.state in (ReceivableState.RELEASED, ReceivableState.FORGIVEN, ReceivableState.EXPIRED)
    assert queries.allocated_of(payment) == 0
    assert queries.balance_of(Payable.of(house)).held == 3000


def test_late_money_is_accepted_when_the_place_can_still_be_given(asked, paid, at):
    receivable = asked(3000, expires_at=clock.now().replace(hour=12))
    at("2026-03-10 14:00")
    with transaction():
        assert service.expire(receivable.id, actor=TESTS)
        assert not service.expire(receivable.id, actor=TESTS)
    payment = paid(receivable)
    with transaction():
        service.accept_late(payment, receivable, actor=TESTS)
    assert receivable.state is ReceivableState.SETTLED


def test_cash_is_noted_once_and_never_above_what_is_owed(asked, cast):
    receivable, diane = asked(3000), accounts.actor_for(cast.diane)
    hand = {"method": Method.CASH, "reference": "", "actor": diane}
    with transaction():
        first = service.record_payment(receivable, amount=1000, key="k", **hand)
        assert service.record_payment(receivable, amount=1000, key="k", **hand).id == first.id
    for amount in (0, -100, 2001, 10**9):
        with pytest.raises(RuleBroken), transaction():
            service.record_payment(receivable, amount=amount, key=f"k{amount}", **hand)
    assert lines() == [(1, "payment", 1000)]


def test_a_waiter_notes_no_money(asked, cast):
    with pytest.raises(NotAllowed), transaction():
        service.record_payment(
            asked(), amount=1, method=Method.CASH, reference="", key="k", actor=accounts.actor_for(cast.bruno)
        )


@pytest.mark.parametrize("amount", [0, -1, 10**9])
def test_no_impossible_sum_is_asked(asked, amount):
    with pytest.raises(RuleBroken):
        asked(amount)


def test_a_line_is_undone_by_another_once(house, asked, paid):
    receivable = asked(3000)
    payment = paid(receivable, method=Method.CASH)
    with transaction():
        service.reverse_movement(payment, reason="Noté deux fois", actor=TESTS)
    assert lines() == [(1, "payment", 3000), (2, "reversal", -3000)]
    assert queries.paid_on(receivable) == queries.balance_of(Payable.of(house)).held == 0
    with pytest.raises(RuleBroken), transaction():
        service.reverse_movement(payment, reason="Encore", actor=TESTS)


# --- what the database itself refuses ---------------------------------------------------------------------------

ACTS = [
    sa.update(Movement).values(amount=1), sa.delete(Movement), sa.update(Allocation).values(amount=1),
    sa.delete(Allocation), sa.update(DailyClosing).values(total=1), sa.delete(DailyClosing),
]  # fmt: skip


@on_both
def test_no_line_is_changed_or_deleted_by_anybody(app, house, asked, paid, at):
    paid(asked())
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    for act in ACTS:
        with pytest.raises(sa.exc.IntegrityError, match="never changed"), transaction() as session:
            session.execute(act)
    assert lines() == [(1, "payment", 3000)]


@on_both
def test_nothing_is_booked_on_a_closed_day(app, house, asked, paid):
    paid(asked(), key="first")
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    later = paid(asked(), key="second")
    assert (later.booked_on - house.today()).days == 1
    row = {column.name: getattr(later, column.name) for column in Movement.__table__.columns}
    row |= {"id": house.id, "number": 9, "natural_key": "third", "booked_on": house.today()}
    with pytest.raises(sa.exc.IntegrityError, match="closed"), transaction() as session:
        session.execute(sa.insert(Movement.__table__).values(**row))


@on_both
def test_the_numbers_of_a_journal_are_read_without_holding_their_rows(app, house, asked, paid):
    """A rank in the accounting file reads every line of its house: eight bytes each are kept, not rows."""
    first = paid(asked())
    row = {column.name: getattr(first, column.name) for column in Movement.__table__.columns}
    many = [row | {"id": new_id(), "number": number, "natural_key": f"n{number}"} for number in range(2, 20_001)]
    with transaction() as session:
        session.execute(sa.insert(Movement.__table__), many)
    del many
    tracemalloc.start()
    numbers = queries.numbers_of(house.id)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert list(numbers) == list(range(1, 20_001))
    assert most < 1_000_000


# --- days -------------------------------------------------------------------------------------------------------


def test_a_day_is_closed_once_with_its_totals(house, asked, paid, at):
    paid(asked(3000), key="a")
    paid(asked(1250), method=Method.CASH, key="b")
    with transaction():
        closing = service.close_day(house, house.today(), actor=TESTS)
    assert (closing.number, closing.lines, closing.total) == (1, 2, 4250)
    assert closing.totals == {"card": {"in": 3000, "out": 0}, "cash": {"in": 1250, "out": 0}}
    with pytest.raises(RuleBroken), transaction():
        service.close_day(house, house.today(), actor=TESTS)
    at("2026-03-11 10:00")
    with transaction():
        assert service.close_day(house, house.today(), actor=TESTS).previous_hash == closing.hash
    assert service.verify_closings() == []


def test_no_day_to_come_is_closed_and_not_by_a_waiter(house, cast):
    with pytest.raises(RuleBroken), transaction():
        service.close_day(house, clock.now().date().replace(day=11), actor=TESTS)
    with pytest.raises(NotAllowed), transaction():
        service.close_day(house, house.today(), actor=accounts.actor_for(cast.bruno))


def test_a_line_changed_behind_the_house_is_found(house, asked, paid):
    payment = paid(asked())
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    with transaction() as session:
        session.execute(sa.text("DROP TRIGGER money_movements_update"))
        session.execute(sa.update(Movement).where(Movement.id == payment.id).values(amount=1))
    db.session.expire_all()
    assert len(service.verify_closings()) == 1


def test_the_closed_days_are_verified_from_the_command_line(app, house, asked, paid):
    paid(asked())
    with transaction():
        service.close_day(house, house.today(), actor=TESTS)
    answer = app.test_cli_runner().invoke(args=["books", "verify"])
    assert (answer.exit_code, answer.output) == (0, "1 journée(s) arrêtée(s), tout concorde.\n")
