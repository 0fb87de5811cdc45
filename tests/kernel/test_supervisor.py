"""The one command: starts everything, keeps it running, stops it cleanly, and says why when it cannot."""

import contextlib
import signal
import socket
import sqlite3
from uuid import uuid4

import psutil
import pytest

from tests.harness.live import PATIENCE, LiveHouse, eventually, free_port

LONG_AGO = "2026-01-01 00:00:00"
PARTS = {"valkey-server", "stripe-double", "guichet-sched", "guichet-worker", "guichet-web"}


def names(house):
    return {eventually_name(process) for process in house.processes()}


def eventually_name(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.name()
    return "gone"


def promise(house, word):
    """Write a promise into the database, as a web process that died before handing it over would leave it."""
    with contextlib.closing(sqlite3.connect(house.data_dir / "guichet.sqlite3")) as connection:
        connection.execute(
            "INSERT INTO outbox (id, job, arguments, natural_key, state, due_at, attempts, last_error, created_at) "
            "VALUES (?, 'kernel.purge_outbox', '{}', ?, 'waiting', ?, 0, '', ?)",
            (uuid4().hex, word, LONG_AGO, LONG_AGO),
        )
        connection.commit()


def state_of(house, word):
    with contextlib.closing(sqlite3.connect(house.data_dir / "guichet.sqlite3")) as connection:
        row = connection.execute("SELECT state FROM outbox WHERE natural_key = ?", (word,)).fetchone()
    return row and row[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = LiveHouse(tmp_path_factory.mktemp("supervised") / "house", WEB_PROCESSES="2", JOB_LEASE_SECONDS="5")
    house.start()
    yield house
    house.stop()


def test_it_starts_every_part_and_says_where(house):
    eventually("all parts", lambda: names(house) >= PARTS)
    told = eventually("the address", lambda: house.url in house.log.read_text() and house.log.read_text())
    assert "Chloé" in told


def test_it_is_ready(house):
    eventually("ready without reasons", lambda: house.state()[0] == "ready")


@pytest.mark.parametrize("part", ["guichet-worker", "guichet-sched", "guichet-web", "valkey-server"])
def test_a_part_that_is_killed_comes_back(house, part):
    before = {process.pid for process in house.processes(part)}
    house.kill(part)
    eventually(f"{part} again", lambda: {process.pid for process in house.processes(part)} - before)
    eventually("it answers", lambda: house.answers("/health"))
    eventually("ready again", lambda: house.state()[0] == "ready")


def test_one_killed_web_process_is_replaced_by_its_parent(house):
    parent = next(process for process in house.processes("guichet-web") if process.parent().pid == house.process.pid)
    victim = eventually("web workers", parent.children)[0]
    victim.kill()
    eventually("another", lambda: len(parent.children()) == 2 and victim not in parent.children())
    eventually("it answers", lambda: house.answers("/health"))


@pytest.mark.long
def test_a_promise_left_behind_is_kept(house):
    promise(house, "left")
    eventually("the promise is kept", lambda: state_of(house, "left") == "done")


@pytest.mark.long
def test_promises_are_kept_while_valkey_hangs(house):
    house.kill("valkey-server", signal.SIGSTOP)
    try:
        promise(house, "hung")
        eventually("the promise is kept", lambda: state_of(house, "hung") == "done")
        assert house.answers("/ready")
        eventually("it says so", lambda: house.state()[1] == ["valkey_down"])
    finally:
        house.kill("valkey-server", signal.SIGCONT)
    eventually("ready again", lambda: house.state()[0] == "ready")


def test_a_second_start_on_the_same_folder_is_refused(house, make_house):
    second = make_house(folder="elsewhere", DATA_DIR=str(house.data_dir))
    second.start(ready=False)
    assert second.process.wait(PATIENCE) == 1
    assert "tourne déjà" in second.log.read_text()
    assert house.answers("/health")


def test_a_taken_port_is_told_in_one_line(make_house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        house = make_house(PORT=str(port))
        house.start(ready=False)
        assert house.process.wait(PATIENCE) == 1
    assert house.log.read_text().strip().replace("\u202f", " ") == (
        f"Le port {port} est déjà pris : choisissez-en un autre, par exemple PORT=8001 make run."
    )


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.long),
        pytest.param(signal.SIGHUP, marks=pytest.mark.long),
    ],
)
def test_a_signal_stops_everything_cleanly_and_it_starts_again(make_house, number):
    house = make_house()
    for times, signal_sent in enumerate((number, signal.SIGTERM), start=1):
        house.start()
        eventually(
            f"opening told {times} times",
            lambda times=times: house.log.read_text().count("Guichet est ouvert") == times,
        )
        assert house.stop(signal_sent) == 0
    written = house.log.read_text()
    assert ('"level": "error"' in written, "Traceback" in written) == (False, False)


@pytest.mark.long
def test_a_second_signal_forces(make_house):
    house = make_house(is_prepared=True)
    house.start()
    house.kill("guichet-worker", signal.SIGSTOP)  # it will not stop by itself
    below = house.processes()
    house.process.send_signal(signal.SIGINT)
    eventually("the web has left", lambda: not house.processes("guichet-web"))
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(PATIENCE) == 1
    assert psutil.wait_procs(below, PATIENCE)[1] == []


@pytest.mark.long
def test_a_killed_supervisor_leaves_nothing_behind(make_house):
    house = make_house(is_prepared=True)
    house.start()
    below = house.processes()
    house.process.kill()
    house.process.wait(PATIENCE)
    assert psutil.wait_procs(below, PATIENCE)[1] == []
    house.start()
    assert house.stop() == 0


@pytest.mark.long
def test_it_gives_up_on_a_part_that_cannot_live(make_house, tmp_path):
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "valkey").write_text("in the way of the folder Valkey needs")
    house = make_house()
    house.start(ready=False)
    assert house.process.wait(PATIENCE) == 1
    assert "valkey-server" in house.log.read_text()
    assert "5 fois de suite" in house.log.read_text()


@pytest.mark.long
def test_a_newer_database_is_refused(make_house):
    house = make_house(is_prepared=True)
    with contextlib.closing(sqlite3.connect(house.data_dir / "guichet.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_tomorrow'")
        connection.commit()
    house.start(ready=False)
    assert house.process.wait(PATIENCE) == 1
    assert "version plus récente" in house.log.read_text()


def test_a_wrong_configuration_is_told_without_a_trace(make_house):
    house = make_house(SWEEP_SECONDS="soon", WEB_THREADS="0")
    house.start(ready=False)
    assert house.process.wait(PATIENCE) == 2
    told = house.log.read_text()
    assert "SWEEP_SECONDS :" in told
    assert "WEB_THREADS :" in told
    assert "Traceback" not in told


@pytest.mark.long
def test_each_part_runs_alone(make_house):
    """As in containers: the same code, one process group each, and a Valkey of somebody else's (here: none)."""
    shared = {"EMBEDDED_VALKEY": "no", "PORT": str(free_port())}
    web = make_house("web", is_prepared=True, **shared)
    web.start()
    assert web.state()[0] == "degraded"
    worker, scheduler = (make_house(part, **shared) for part in ("worker", "scheduler"))
    worker.start(ready=False)
    scheduler.start(ready=False)
    promise(web, "alone")
    eventually("the promise is kept", lambda: state_of(web, "alone") == "done")
    eventually("a scheduler leads", lambda: web.state()[1] == ["valkey_down"])
    assert [part.stop() for part in (web, worker, scheduler)] == [0, 0, 0]


@pytest.mark.long
@pytest.mark.alone
def test_the_whole_house_is_small(make_house):
    """Web, worker, scheduler, Valkey and supervisor: the budget of the project is 350 MB, without coverage's tracer."""
    house = make_house(WEB_PROCESSES="2")
    house.environ = {name: value for name, value in house.environ.items() if not name.startswith("COV")}
    house.start()
    for _visit in range(100):
        assert house.answers("/reserver")
    eventually("what drew the demonstration's papers is gone", lambda: not house.processes("python"))
    memory = house.proportional_memory()
    assert sum(memory.values()) < 350, memory
