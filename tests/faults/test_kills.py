"""Web and worker are killed at random while guests book: whoever was promised a table gets the letter."""

import contextlib
import random
import signal

import psutil
import pytest

from tests.faults.evening import Evening, open_house
from tests.harness.live import eventually

pytestmark = pytest.mark.long
BOOKINGS = 50
KILLS = 8


def victims(house, dice):
    """Who is killed, in which order: each part less often than the supervisor would lose patience with it."""
    order = ["worker"] * 4 + ["web"] * 3 + ["web process"] * 8
    dice.shuffle(order)
    for name in order:
        web = house.processes("guichet-web")
        parents = [process for process in web if process.ppid() == house.process.pid]
        found = {"worker": house.processes("guichet-worker"), "web": parents}.get(
            name, [process for process in web if process not in parents]
        )
        yield dice.choice(found) if found else None


def test_every_promise_survives_kills_at_random(make_house):
    dice = random.Random(20261121)
    house = open_house(make_house)
    evening = Evening(house)
    killed = []

    def book_when_open():
        if len(evening.promised) >= BOOKINGS and len(killed) >= KILLS:
            evening.over.set()
        else:
            eventually("the house answers", lambda: house.answers("/health"))
            evening.one_books()

    evening.keep(*[book_when_open] * 3)
    for victim in victims(house, dice):
        if evening.over.wait(dice.uniform(0.3, 1.8)):
            break
        with contextlib.suppress(psutil.NoSuchProcess):
            if victim is not None:
                victim.send_signal(signal.SIGKILL)
                killed.append(victim.pid)
    eventually(f"{BOOKINGS} promises", evening.over.is_set, patience=120)
    evening.finish()
    assert len(evening.promised) >= BOOKINGS, evening.failed
    eventually("ready again", lambda: house.json("/ready")["status"] == "ready")
    evening.expect_letters(doubled=1)
    evening.expect_order()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stop_in_full_service_loses_nothing_and_leaves_nobody(make_house, number):
    house = open_house(make_house)
    evening = Evening(house)
    evening.keep(evening.one_books, evening.one_books)
    eventually("some promises", lambda: len(evening.promised) >= 5)
    below = house.processes()
    house.process.send_signal(number)
    code = house.process.wait(60)
    evening.finish()
    assert psutil.wait_procs(below, 30)[1] == [], "left behind"
    assert code == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    house.start()
    evening.expect_letters(doubled=1)
    evening.expect_order()
