"""Valkey is flushed, hung and killed while guests book: no promise is lost, and whoever only reads is answered."""

import signal

import pytest
import redis

from app.config import read_configuration
from tests.faults.evening import Evening, open_house
from tests.harness.live import eventually

pytestmark = [pytest.mark.long, pytest.mark.alone]
LONGEST_WAIT = 6.0  # seconds, on a machine that does all of this at once


def test_no_promise_is_lost_while_valkey_fails(make_house):
    house = open_house(make_house)
    evening = Evening(house)
    evening.keep(evening.one_reads)
    evening.books(5)

    with redis.Redis.from_url(read_configuration(house.environ).broker_url) as client:
        client.flushall()
    evening.books(5)

    house.kill("valkey-server", signal.SIGSTOP)
    eventually("it says that Valkey is down", lambda: house.state() == ("degraded", ["valkey_down"]))
    before = len(evening.waited)
    evening.books(5)
    evening.expect_letters()
    assert len(evening.waited) - before >= 5
    house.kill("valkey-server", signal.SIGCONT)
    eventually("ready again", lambda: house.state() == ("ready", []))

    house.kill("valkey-server")
    evening.books(5)
    eventually("ready again", lambda: house.state() == ("ready", []))
    evening.books(5)

    evening.finish()
    assert not evening.failed
    assert not evening.misread
    assert max(evening.waited) < LONGEST_WAIT, sorted(evening.waited)[-5:]
    evening.expect_letters()
    evening.expect_order()


def test_a_house_that_starts_without_valkey_serves(make_house):
    house = open_house(make_house, EMBEDDED_VALKEY="no")
    evening = Evening(house)
    eventually("it says that Valkey is down", lambda: house.state() == ("degraded", ["valkey_down"]))
    for _guest in range(3):
        assert evening.one_books(), evening.failed
    evening.one_reads()
    assert not evening.misread
    assert evening.waited[0] < LONGEST_WAIT
    evening.expect_letters(patience=60)
