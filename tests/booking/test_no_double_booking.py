"""No table is ever given twice: the database itself refuses, whatever the code above it does."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.booking import queries, service
from app.booking.models import ArrivalCount, Reservation, Seating, SeatingCell
from app.booking.seating import DayBook, feasible, times_on
from app.booking.service import seats
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from tests.booking.houses import SATURDAY, details, fill, promise, tables, wish
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

pytestmark = on_both


def test_the_unique_key_refuses_a_second_party(house):
    promise(house)
    cell = db.session.scalars(sa.select(SeatingCell)).first()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            sa.insert(SeatingCell),
            {"table_id": cell.table_id, "quarter": cell.quarter, "reservation_id": cell.reservation_id},
        )
    assert unsound() == []


def test_a_writer_who_read_an_old_book_is_refused_by_the_key(house, monkeypatch):
    """Even an engine that saw an empty room cannot give a table that is taken."""
    fill(house)
    blind = lambda house_, day, leaving_out=None: DayBook.empty_on(day)  # noqa: E731
    monkeypatch.setattr(queries, "book_in_transaction", blind)
    with pytest.raises(service.TimeTaken), transaction():
        service.reserve(house, wish(), details(), actor=ANONYMOUS)
    monkeypatch.undo()
    assert unsound() == []


def test_the_pacing_is_refused_by_the_count_itself(house, monkeypatch):
    promise(house, covers=4, email="a@example.org")
    promise(house, covers=4, email="b@example.org")
    blind = lambda house_, day, leaving_out=None: DayBook.empty_on(day)  # noqa: E731
    monkeypatch.setattr(queries, "book_in_transaction", blind)
    with pytest.raises(service.TimeTaken), transaction():
        service.reserve(house, wish(covers=4), details(), actor=ANONYMOUS)
    monkeypatch.undo()
    assert db.session.scalar(sa.select(sa.func.sum(ArrivalCount.covers))) == 8
    assert unsound() == []


def test_counts_never_fall_below_zero(house):
    made = promise(house)
    with pytest.raises(IntegrityError), transaction():
        seats.uncount_arrival(house.id, made.quarter, 3)
    assert unsound() == []


def test_a_table_that_served_cannot_be_deleted_under_its_guests(house):
    table = promise(house).seatings[0].table_id
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(sa.text("DELETE FROM tables WHERE id = :id"), {"id": table.hex if is_lite() else str(table)})
    assert unsound() == []


def is_lite():
    return db.engine.dialect.name == "sqlite"


def test_a_combination_takes_all_its_tables(house):
    made = promise(house, covers=6)
    units = tables(house)
    assert {seating.table_id for seating in made.seatings} == {UUID(units["3"]), UUID(units["4"])}
    with pytest.raises(service.TimeTaken):
        promise(house, covers=3, email="b@example.org")


def test_half_open_spans_touch_and_do_not_meet(house):
    unit = tables(house)["1"]
    promise(house, f"{SATURDAY} 19:00", unit=unit, email="a@example.org")
    promise(house, f"{SATURDAY} 20:30", unit=unit, email="b@example.org")
    with pytest.raises(service.TimeTaken):
        promise(house, f"{SATURDAY} 20:15", unit=unit, email="c@example.org")
    assert unsound() == []


PARTIES = st.lists(
    st.tuples(st.sampled_from(["19:00", "19:30", "20:00", "20:30", "21:00", "21:30"]), st.integers(1, 6)), max_size=14
)


@given(PARTIES)
def test_listing_and_writing_agree_all_evening(house, parties):
    with transaction() as session:
        for model in (SeatingCell, Seating, ArrivalCount):
            session.execute(sa.delete(model))
        session.execute(sa.update(Reservation).values(state="finished"))
        queries.lock_day(house.id, wish().service_date)
    db.session.expire_all()
    for number, (at, covers) in enumerate(parties):
        asked = wish(f"{SATURDAY} {at}", covers)
        day = queries.day_of(queries.house_of(house), asked.service_date)
        offered = {offer.slot.local_time: offer.is_free for offer in times_on(day, covers)}
        try:
            promise(house, f"{SATURDAY} {at}", covers, email=f"h{number}@example.org")
        except service.TimeTaken as refusal:
            assert not offered[asked.local_time]
            assert refusal.reason == feasible(day, asked.local_time, covers).reason
        else:
            assert offered[asked.local_time]
    assert [problem for problem in unsound() if "table" in problem] == []
