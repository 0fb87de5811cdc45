"""The demonstration brings its own Stripe, and nothing else ever does."""

import contextlib
import re
import socket
from dataclasses import replace

import pytest
import requests

from app.config import Configuration
from app.kernel.companions import companions_of
from app.payments.demonstration import PORTS, double_settings, is_wanted, stripe_double
from app.payments.double.parts import LiveKeyRefused
from tests.harness.live import eventually

DEMO = Configuration(environment="demo", public_url="http://localhost:8000", secret_key="s" * 40)


@pytest.fixture
def demo(app, monkeypatch, tmp_path):
    """The application of the tests as a demonstration without keys; what the double changes is put back."""
    configuration = replace(DEMO, data_dir=tmp_path)
    monkeypatch.setitem(app.config, "CONFIGURATION", configuration)
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_URL"):
        monkeypatch.setitem(app.config, name, "")
    return configuration


def test_a_demonstration_without_keys_wants_it():
    assert is_wanted(DEMO)


@pytest.mark.parametrize(
    "change",
    [
        {"environment": "production"},
        {"environment": "test"},
        {"stripe_secret_key": "sk_live_0123456789"},
        {"stripe_secret_key": "sk_test_0123456789"},
        {"public_url": "https://demo.example.org"},
    ],
)
def test_nothing_else_does(app, demo, monkeypatch, change):
    monkeypatch.setitem(app.config, "CONFIGURATION", replace(demo, **change))
    assert companions_of(app) == []
    assert app.config["STRIPE_SECRET_KEY"] == ""


def test_every_part_speaks_to_it_with_keys_of_its_own(app, demo):
    told = stripe_double(app).announcement
    settings = double_settings(demo)
    assert app.config["STRIPE_API_URL"] in told
    assert (
        app.config["STRIPE_SECRET_KEY"]
        == settings.secret_key
        != double_settings(replace(demo, secret_key="t")).secret_key
    )
    assert app.config["STRIPE_WEBHOOK_SECRET"] == settings.webhook_secret


def test_it_never_stands_beside_a_live_key(demo):
    with pytest.raises(LiveKeyRefused):
        replace(double_settings(demo), secret_key="sk_live_0123456789")


def test_a_port_that_is_taken_is_passed_over(app, demo):
    with contextlib.closing(socket.socket()) as taken:
        with contextlib.suppress(OSError):  # whoever has it, it is taken
            taken.bind(("127.0.0.1", PORTS[0]))
            taken.listen()
        stripe_double(app)
        assert not app.config["STRIPE_API_URL"].endswith(f":{PORTS[0]}")


def test_it_answers_beside_the_running_house_comes_back_and_leaves_with_it(live_server):
    told = eventually("its address", lambda: re.search(r"Stripe fictif.*?(http\S+)", live_server.log.read_text()))
    assert requests.get(told[1], timeout=9).ok
    live_server.kill("stripe-double")
    assert requests.get(told[1], timeout=9).ok
