"""Limits: counted in Valkey for all, in the process while Valkey is away; who is sent away is told until when."""

import os
import signal

import pytest
from flask import Blueprint

from app.kernel.db import transaction
from app.kernel.guards import public
from app.kernel.limits import WRITE_LIMIT, limiter, write_limit
from app.kernel.settings import change


@pytest.fixture
def limited(make_app):
    """An application with one limited page, three visits a minute, and one limited by a setting."""
    routes = Blueprint("tests", __name__)

    @routes.get("/essai")
    @public
    @limiter.limit("3 per minute")
    def trial_show():
        return "fait"

    @routes.post("/envoi")
    @public
    @limiter.limit(write_limit)
    def sending_create():
        return "fait"

    app = make_app()
    app.register_blueprint(routes)
    with app.app_context():
        yield app


def statuses(app, times, address="203.0.113.5", path="/essai"):
    client = app.test_client()
    return [client.get(path, environ_base={"REMOTE_ADDR": address}).status_code for _time in range(times)]


def test_the_fourth_visit_is_sent_away(limited):
    assert statuses(limited, 4) == [200, 200, 200, 429]


def test_another_address_is_counted_apart(limited):
    statuses(limited, 4)
    assert statuses(limited, 1, "203.0.113.6") == [200]


def test_a_household_in_ipv6_is_one_visitor(limited):
    assert statuses(limited, 3, "2001:db8:1:2::1") == [200] * 3
    assert statuses(limited, 1, "2001:db8:1:2:ffff::9") == [429]
    assert statuses(limited, 1, "2001:db8:1:3::1") == [200]


def test_every_answer_says_what_is_left(limited):
    answer = limited.test_client().get("/essai")
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("3", "2")
    assert "Retry-After" not in answer.headers


def test_who_is_sent_away_is_told_until_when(limited):
    statuses(limited, 3)
    answer = limited.test_client().get("/essai", environ_base={"REMOTE_ADDR": "203.0.113.5"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert "Attendez un instant" in answer.text


def test_a_limit_is_a_setting(limited, visitor_of):
    with transaction():
        change(WRITE_LIMIT, "2")
    visitor = visitor_of(limited)
    assert [visitor.post("/envoi").status_code for _time in range(3)] == [200, 200, 429]


def test_processes_share_their_counts(limited, make_app, valkey):
    statuses(limited, 3)
    assert valkey.keys("guichet:limits*")


def test_without_valkey_the_process_counts_alone(limited, valkey_server):
    valkey_server.stop()
    try:
        assert statuses(limited, 4, "203.0.113.77") == [200, 200, 200, 429]
    finally:
        valkey_server.start()


def test_a_hung_valkey_is_asked_once_and_then_left_alone(limited, valkey_server):
    broker = limited.extensions["guichet_broker"]
    pid = valkey_server._process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        assert statuses(limited, 1, "203.0.113.78") == [200]
        assert broker.is_resting
        assert statuses(limited, 3, "203.0.113.78") == [200, 200, 429]
    finally:
        os.kill(pid, signal.SIGCONT)
        broker.rest_is_over()
    assert statuses(limited, 1, "203.0.113.78") == [200]


def test_waiting_for_valkey_is_bounded(app):
    kept = app.extensions["guichet_broker"].client.connection_pool.connection_kwargs
    assert kept["socket_connect_timeout"] + kept["socket_timeout"] <= 1.0
    assert kept["retry"].get_retries() == 0
