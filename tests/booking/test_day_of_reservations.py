"""A day of reservations, played at random by hypothesis: whatever happens, the guarantee stands."""

from contextlib import ExitStack
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import settings as tuning
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from app.booking import queries, service
from app.booking.models import (
    ArrivalCount,
    FunnelCount,
    RefusedSearch,
    Reservation,
    ReservationNote,
    ReservationState,
    Seating,
    SeatingCell,
    ServiceDay,
    Table,
)
from app.booking.seating import FORCE, GUEST, STAFF, Placement, feasible
from app.kernel import clock
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.kernel.messages import Message
from app.kernel.outbox import OutboxRow
from tests.booking.houses import SATURDAY, TESTS, details, open_house, wish
from tests.booking.soundness import unsound
from tests.harness.databases import BOTH

MORNING = datetime(2026, 3, 14, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
ROWS = (
    SeatingCell,
    Seating,
    ArrivalCount,
    ReservationNote,
    Message,
    Reservation,
    FunnelCount,
    RefusedSearch,
    OutboxRow,
)
TIMES = st.sampled_from(
    ["12:00", "12:15", "13:00", "13:30", "19:00", "19:15", "19:30", "20:00", "20:30", "21:00", "21:45"]
)
COVERS = st.integers(1, 8)
VISITORS = st.sampled_from("abcd")


class DayOfReservations(RuleBasedStateMachine):
    """Guests hold, book, move and cancel; the team seats, finishes, misses and forces; time passes."""

    taken = Bundle("taken")

    def __init__(self):
        super().__init__()
        with transaction() as session:
            for model in ROWS:
                session.execute(sa.delete(model))
            # Kept books go by the version of their day, and a version never comes back.
            session.execute(sa.update(ServiceDay).values(version=ServiceDay.version + 1))
        self.house = open_house()
        self.time = ExitStack()
        self.now = MORNING
        self.time.enter_context(clock.at(MORNING))

    def teardown(self):
        self.time.close()

    def attempt(self, act):
        """Do something in a transaction; a refusal undoes it whole."""
        try:
            with transaction():
                return act()
        except RuleBroken:
            return None

    def record(self, id_):
        return db.session.get_one(Reservation, id_)

    def wish(self, at, covers):
        return wish(f"{SATURDAY} {at}", covers)

    @rule(visitor=VISITORS, at=TIMES, covers=COVERS)
    def hold(self, visitor, at, covers):
        self.attempt(lambda: service.hold_table(self.house, self.wish(at, covers), visitor=visitor, network="n"))

    @rule(target=taken, visitor=st.one_of(st.none(), VISITORS), at=TIMES, covers=COVERS)
    def book(self, visitor, at, covers):
        made = self.attempt(
            lambda: (
                service.reserve(
                    self.house,
                    self.wish(at, covers),
                    details(email=f"{visitor}@example.org"),
                    actor=ANONYMOUS,
                    visitor=visitor,
                ).id
            )
        )
        return multiple(made) if made else multiple()

    @rule(target=taken, at=TIMES, covers=COVERS)
    def book_by_force(self, at, covers):
        made = self.attempt(
            lambda: service.reserve(self.house, self.wish(at, covers), details(), actor=TESTS, permit=FORCE).id
        )
        return multiple(made) if made else multiple()

    @rule(target=taken, visitor=VISITORS)
    def confirm_the_hold(self, visitor):
        held = queries.hold_of(visitor, clock.now())
        if held is None:
            return multiple()
        asked = wish(f"{held.service_date} {held.local_time:%H:%M}", held.covers)
        made = self.attempt(
            lambda: (
                service.reserve(
                    self.house, asked, details(email=f"{visitor}@example.org"), actor=ANONYMOUS, visitor=visitor
                ).id
            )
        )
        assert made is not None, "a live hold is a promise"
        return multiple(made)

    @rule(id_=taken, at=TIMES, covers=COVERS)
    def move(self, id_, at, covers):
        self.attempt(
            lambda: service.move_reservation(self.record(id_), self.wish(at, covers), actor=TESTS, permit=STAFF)
        )

    @rule(id_=consumes(taken))
    def cancel(self, id_):
        self.attempt(lambda: service.cancel_reservation(self.record(id_), actor=TESTS, reason="x"))

    @rule(id_=taken)
    def seat(self, id_):
        self.attempt(lambda: service.seat_party(self.record(id_), actor=TESTS))

    @rule(id_=taken)
    def finish(self, id_):
        self.attempt(lambda: service.finish_reservation(self.record(id_), actor=TESTS))

    @rule(id_=taken)
    def miss(self, id_):
        self.attempt(lambda: service.note_missed_party(self.record(id_), actor=TESTS))

    @rule(id_=taken)
    def withdraw(self, id_):
        left = self.record(id_).seats_left
        why = self.attempt(lambda: service.withdraw_absence(self.record(id_), actor=TESTS))
        if why == "":
            assert self.tables_of(id_) == left["tables"]

    @rule(id_=taken, numbers=st.sets(st.integers(0, 3), min_size=1, max_size=3))
    def join_tables(self, id_, numbers):
        every = db.session.scalars(sa.select(Table.id).order_by(Table.position)).all()
        chosen = [every[number] for number in numbers]
        self.attempt(lambda: service.give_tables(self.record(id_), chosen, actor=TESTS, force=True))

    @rule(id_=taken)
    def a_slip_of_the_finger(self, id_):
        before = self.tables_of(id_)
        self.attempt(lambda: service.note_missed_party(self.record(id_), actor=TESTS))
        if before and self.record(id_).state is ReservationState.NO_SHOW:
            assert self.attempt(lambda: service.withdraw_absence(self.record(id_), actor=TESTS)) == ""
            assert self.tables_of(id_) == before

    def tables_of(self, id_):
        held = db.session.scalars(sa.select(Seating.table_id).where(Seating.reservation_id == id_))
        return sorted(table.hex for table in held)

    @rule(minutes=st.sampled_from([1, 4, 6, 20, 90]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes, seconds=7)  # never upon the very second at which a hold runs out
        self.time.close()
        self.time.enter_context(clock.at(self.now))

    @rule()
    def holds_run_out(self):
        self.attempt(service.expire_holds)

    @rule(at=TIMES, covers=COVERS)
    def what_is_listed_is_what_is_written(self, at, covers):
        asked = self.wish(at, covers)
        day = queries.day_of(queries.house_of(self.house), asked.service_date)
        listed = isinstance(feasible(day, time.fromisoformat(at), covers, permit=GUEST), Placement)
        try:
            with transaction():
                service.reserve(self.house, asked, details(), actor=ANONYMOUS)
                raise Undone
        except Undone:
            written = True
        except service.TimeTaken:
            written = False
        assert listed == written

    @invariant()
    def no_table_is_given_twice(self):
        assert unsound() == []

    @invariant()
    def terminal_states_hold_nothing_to_come(self):
        over = (
            sa.select(sa.func.count())
            .select_from(Reservation)
            .join(Seating)
            .where(
                Reservation.state.in_((ReservationState.CANCELLED, ReservationState.EXPIRED, ReservationState.NO_SHOW))
            )
        )
        assert db.session.scalar(over) == 0


class Undone(Exception):
    """Raised to undo what was only tried."""


def play(examples, steps):
    run_state_machine_as_test(
        DayOfReservations,
        settings=tuning(tuning.get_profile("usual"), max_examples=examples, stateful_step_count=steps),
    )


def test_a_day_of_reservations(app):
    play(12, 25)


@pytest.mark.parametrize("database_kind", BOTH[1:], indirect=True)
def test_a_day_of_reservations_on_postgresql(app):
    play(4, 20)


@pytest.mark.long
@pytest.mark.parametrize("database_kind", BOTH, indirect=True)
def test_many_days_of_reservations(app):
    play(20, 30)
