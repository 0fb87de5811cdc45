"""`python -m app.payments.double` starts with test keys only, answers, ends when told to, and survives being killed."""

import os
import re
import signal
import subprocess
import sys

import pytest
import requests
from click.testing import CliRunner

from app.payments.double.__main__ import main
from tests.architecture.tree import ROOT


@pytest.mark.parametrize("key", ["sk_live_51Real", "rk_live_51Real", "whatever"])
def test_it_refuses_to_start_beside_real_money(key):
    answer = CliRunner().invoke(main, ["--port", "0"], env={"STRIPE_SECRET_KEY": key})
    assert answer.exit_code == 1
    assert "ne démarre jamais à côté d’argent réel" in answer.output
    assert key not in answer.output


@pytest.fixture
def run(tmp_path):
    """Start the command as a process of its own; give it, and a way to speak to it."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "app.payments.double", "--port", "0", "--file", str(tmp_path / "double.db")],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "STRIPE_SECRET_KEY": "sk_test_process"},
        )  # fmt: skip
        started.append(process)
        url = re.search(r"http://[\w.:]+", process.stdout.readline())[0]

        def ask(key):
            headers = {"Idempotency-Key": key}
            return requests.post(f"{url}/v1/customers", auth=("sk_test_process", ""), headers=headers, timeout=9)

        return process, ask

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.long
def test_it_ends_when_told_to(run):
    process, _ask = run()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


@pytest.mark.long
def test_what_was_answered_survives_a_kill(run):
    process, ask = run()
    customer = ask("k").json()
    process.kill()
    process.wait()
    _process, ask = run()
    again = ask("k")
    assert again.json() == customer
    assert again.headers["Idempotent-Replayed"] == "true"
