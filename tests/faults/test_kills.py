"""Web and worker are killed at random while guests book: whoever was promised a table gets the letter."""

import contextlib
import random
import signal
import threading

import psutil
import pytest

from tests.faults.evening import Evening, open_house
from tests.harness.live import eventually

pytestmark = pytest.mark.long
BOOKINGS = 50


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
    begun = iter(range(BOOKINGS))
    lock = threading.Lock()

    def book_or_wait():
        with lock:
            if next(begun, None) is None:
                evening.over.set()
                return
        eventually("the house answers", lambda: house.answers("/health"))
        evening.one_books()

    evening.keep(book_or_wait, book_or_wait, book_or_wait)
    killed = 0
    for victim in victims(house, dice):
        if evening.over.wait(dice.uniform(0.2, 1.2)):
            break
        with contextlib.suppress(psutil.NoSuchProcess):
            if victim is not None:
                victim.send_signal(signal.SIGKILL)
                killed += 1
    evening.finish()
    assert killed >= 5, "the evening was over before anything was killed"
    assert len(evening.promised) >= BOOKINGS / 2, evening.failed
    eventually("ready again", lambda: house.json("/ready")["status"] == "ready")
    evening.expect_letters(doubled=1)
    evening.expect_order()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stop_in_full_service_loses_nothing_and_leaves_nobody(make_house, number):
    house = open_house(make_house)
    evening = Evening(house)
    evening.keep(evening.one_books, evening.one_books)
    evening.more_promises(5)
    below = house.processes()
    house.process.send_signal(number)
    code = house.process.wait(60)
    evening.finish()
    assert psutil.wait_procs(below, 30)[1] == [], "left behind"
    assert code == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    house.start()
    evening.expect_letters(doubled=1)
    evening.expect_order()
