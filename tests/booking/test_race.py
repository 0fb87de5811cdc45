"""Many at once for the last tables, on both databases: as many promises as tables, and polite refusals."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import Reservation, ReservationState
from app.directory.models import Establishment
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, SMALL, TESTS, details, open_house, promise, wish
from tests.booking.soundness import unsound
from tests.harness.databases import on_both

pytestmark = on_both
CROWD = 16


def at_once(app, acts):
    """Do every act in a thread of its own, all let go together; give what each gave, or its refusal."""
    ready = threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    return act()
            except RuleBroken as refusal:
                return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in acts]]


def the_house():
    return db.session.scalars(sa.select(Establishment)).one()


def reserve(number, at=f"{SATURDAY} 19:30", covers=2, visitor=None):
    return lambda: (
        service.reserve(
            the_house(), wish(at, covers), details(email=f"h{number}@example.org"), actor=ANONYMOUS, visitor=visitor
        ).reference
    )


def test_the_last_two_tables(app, house):
    answers = at_once(app, [reserve(number) for number in range(CROWD)])
    assert sorted(type(answer) is str for answer in answers) == [False] * (CROWD - 2) + [True] * 2
    assert all(isinstance(answer, (str, service.TimeTaken)) for answer in answers)
    assert unsound() == []


def test_the_last_covers_of_a_quarter_hour(app, house):
    answers = at_once(app, [reserve(number, covers=3) for number in range(CROWD)])
    assert sum(type(answer) is str for answer in answers) == 2
    assert unsound() == []


def test_one_visitor_who_clicks_many_times_has_one_reservation(app, house):
    answers = at_once(app, [reserve(1, visitor="a") for _n in range(8)])
    assert len(set(answers)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reservation)) == 1
    assert unsound() == []


def test_one_address_given_many_times_at_once_is_one_person(app, house):
    at_once(app, [reserve(1, at=f"{SATURDAY} {time}") for time in ("12:00", "19:00", "20:30", "13:30")])
    guests = set(db.session.scalars(sa.select(Reservation.guest_id)))
    assert len(guests) == 1


def test_a_reservation_is_cancelled_once_and_never_seated_then(app, house, at):
    made = promise(house)
    at(f"{SATURDAY} 19:35")

    def upon(verb, **more):
        return lambda: verb(db.session.get_one(Reservation, made.id), actor=TESTS, **more)

    acts = [upon(service.cancel_reservation, reason="x"), upon(service.seat_party), upon(service.note_missed_party)]
    at_once(app, acts * 3)
    kept = db.session.get_one(Reservation, made.id, populate_existing=True)
    assert kept.state in (ReservationState.CANCELLED, ReservationState.SEATED, ReservationState.NO_SHOW)
    assert unsound() == []


def test_a_hold_is_confirmed_or_runs_out_and_never_both(app, house, at):
    with transaction():
        service.hold_table(house, wish(), visitor="a", network="n")
    at("2026-03-10 10:06")
    at_once(app, [reserve(1, visitor="a"), *[lambda: service.expire_holds()] * 5, *[reserve(n) for n in range(2, 6)]])
    assert unsound() == []


@pytest.mark.parametrize("dates", [(SATURDAY, "2026-03-13")])
def test_moves_across_two_evenings_never_wait_for_each_other_for_ever(app, house, dates):
    made = [promise(house, f"{dates[n % 2]} 19:00", email=f"h{n}@example.org") for n in range(4)]

    def move(id_, day, time):
        return lambda: service.move_reservation(
            db.session.get_one(Reservation, id_), wish(f"{day} {time}"), actor=TESTS
        )

    acts = [
        move(made[n % 4].id, dates[(n + turn) % 2], time)
        for turn in range(2)
        for n, time in enumerate(("19:00", "20:30", "21:00", "19:15"))
    ]
    answers = at_once(app, acts)
    assert all(isinstance(answer, (bool, RuleBroken)) for answer in answers)
    assert unsound() == []


def test_holds_that_change_their_mind_at_once(app, house):
    times = (f"{SATURDAY} 19:00", "2026-03-13 19:00", f"{SATURDAY} 21:00", "2026-03-12 12:00")

    def hold(number, turn):
        return lambda: (
            service.hold_table(the_house(), wish(times[(number + turn) % 4]), visitor=f"v{number % 4}", network="n").id
        )

    for turn in range(3):
        answers = at_once(app, [hold(number, turn) for number in range(8)])
        assert all(not isinstance(answer, Exception) or isinstance(answer, RuleBroken) for answer in answers)
        assert unsound() == []
    live = sa.select(Reservation.visitor, sa.func.count()).where(Reservation.state == ReservationState.HELD)
    assert all(count == 1 for _visitor, count in db.session.execute(live.group_by(Reservation.visitor)))


@pytest.mark.long
def test_a_crowd_for_everything(app, house):
    """A hundred and twenty acts of all kinds on two evenings, eight at a time."""
    made = [
        promise(house, f"{SATURDAY} 12:00", email="a@example.org"),
        promise(house, f"{SATURDAY} 19:00", email="b@example.org"),
    ]

    def upon(number, verb, **more):
        return lambda: verb(db.session.get_one(Reservation, made[number % 2].id), actor=TESTS, **more)

    for turn in range(15):
        day = (SATURDAY, "2026-03-13")[turn % 2]
        acts = [
            reserve(f"{turn}-{n}", f"{day} {time}", covers)
            for n, (time, covers) in enumerate((("19:00", 2), ("19:30", 3), ("20:00", 6)))
        ]
        acts += [reserve(f"{turn}-v", f"{day} 21:00", 2, visitor="a"), lambda: service.expire_holds()]
        acts += [
            upon(turn, service.move_reservation, wish=wish(f"{day} 20:30", 2)),
            upon(turn + 1, service.move_reservation, wish=wish(f"{day} 12:30", 3)),
            lambda day=day: service.hold_table(the_house(), wish(f"{day} 21:30"), visitor="b", network="n").id,
        ]
        answers = at_once(app, acts)
        assert all(not isinstance(answer, Exception) or isinstance(answer, RuleBroken) for answer in answers)
        assert unsound() == []


def test_the_last_covers_of_an_online_quota(app):
    """A shift gives four covers online: guests at different times of it are two couples, never three."""
    lunch, dinner = SMALL["shifts"]
    open_house(shifts=[lunch, {**dinner, "pacing_covers": None, "online_covers": 4}])
    times = ["19:00", "19:45", "20:30", "21:15"]
    answers = at_once(app, [reserve(number, f"{SATURDAY} {times[number % 4]}") for number in range(CROWD)])
    assert sum(type(answer) is str for answer in answers) == 2
    assert unsound() == []
