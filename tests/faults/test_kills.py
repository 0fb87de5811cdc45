"""Web and worker are killed at random while guests book: whoever was promised a table gets the letter."""

import contextlib
import random
import re
import signal

import psutil
import pytest

from app.kernel.supervisor import LIVES
from tests.faults.evening import Evening, open_house
from tests.faults.knife import Knife
from tests.harness.live import STOPPING, eventually

pytestmark = pytest.mark.long
BOOKINGS = 50
KILLS = 8


WORKERS = 4
DIED = re.compile(r'"part": "(guichet-[a-z]+)".*"deaths": (\d+)')


def victims(house, dice):
    """Who is killed, in which order: each part less often than the supervisor would lose patience with it."""
    order = ["worker"] * WORKERS + ["web"] * 3 + ["web process"] * 8
    dice.shuffle(order)
    for name in order:
        part = "guichet-worker" if name == "worker" else "guichet-web"
        eventually(f"{name} to kill", lambda part=part, name=name: found(house, name) and may_die(house, part))
        yield dice.choice(found(house, name) or [None])


def found(house, name):
    """The processes of this kind: `web` is the parent of each `web process`."""
    with contextlib.suppress(psutil.NoSuchProcess):  # gone while it was looked at: there will be another
        if name == "worker":
            return house.processes("guichet-worker")
        web = house.processes("guichet-web")
        is_parent = [process.ppid() == house.process.pid for process in web]
        return [process for process, above in zip(web, is_parent, strict=True) if above == (name == "web")]
    return []


def may_die(house, part):
    """Tell whether the supervisor would bear another death at once: the fifth in a row is the last."""
    deaths = [int(told[1]) for told in DIED.findall(house.log.read_text()) if told[0] == part]
    return not deaths or deaths[-1] < LIVES - 2 or Knife(house).is_of_age(part)


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
    eventually(f"{BOOKINGS} promises", evening.over.is_set, patience=300)
    evening.finish()
    assert len(evening.promised) >= BOOKINGS, evening.failed
    eventually("ready again", lambda: house.state()[0] == "ready")
    evening.expect_letters(doubled=WORKERS)
    evening.expect_order()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stop_in_full_service_loses_nothing_and_leaves_nobody(make_house, number):
    house = open_house(make_house)
    evening = Evening(house)
    evening.keep(evening.one_books, evening.one_books)
    eventually("some promises", lambda: len(evening.promised) >= 5)
    below = house.processes()
    house.process.send_signal(number)
    code = house.process.wait(STOPPING)
    evening.finish()
    assert psutil.wait_procs(below, 30)[1] == [], "left behind"
    assert code == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    house.start()
    evening.expect_letters(doubled=1)
    evening.expect_order()
