"""The whole house as it runs: `flask start` in its own processes, on a free port and in a folder of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.config import ROOT
from tests.harness.pace import turn

PATIENCE = 120.0
STOPPING = 150.0  # a worker may finish the job in hand, for the length of a lease
PORTS = range(10_000, 30_000)
"""Below those a kernel lends to whoever connects (from 32768): what is free stays so until it is taken by name."""


def free_port() -> int:
    """Give a port that nobody has, for a server that will only start in a while."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free on this machine")


def eventually(told: str, ask, patience: float = PATIENCE):
    """Ask again until the answer is true, and give it; fails, saying what was waited for."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    pytest.fail(f"waited {patience:.0f} s in vain: {told}")


class LiveHouse:
    """A running installation. Parts are named as in `ps`: guichet-web, guichet-worker, guichet-sched, valkey-server."""

    def __init__(self, data_dir: Path, *command: str, **environ: str) -> None:
        self.data_dir, self.port = data_dir, int(environ.get("PORT") or free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / "output.log"
        data_dir.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("COV")}
        self.environ = {
            **kept,
            "DATA_DIR": str(data_dir),
            "ENVIRONMENT": "demo",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "SWEEP_SECONDS": "1",
            "PYTHONUNBUFFERED": "1",
            **environ,
        }
        self.command = [sys.executable, "-m", "flask", "--app", "wsgi", *(command or ("start",))]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, ready: bool = True) -> LiveHouse:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        if ready:
            try:
                self.wait_until_ready()
            except BaseException:  # nobody else will stop what never came to be used
                self.stop()
                raise
        return self

    def wait_until_ready(self) -> None:
        eventually(f"{self.url}/ready\n{self.log.read_text()[-3000:]}", lambda: self.ended() or self.answers())
        assert not self.ended(), f"it stopped with {self.process.returncode}:\n{self.log.read_text()[-3000:]}"

    def ended(self) -> bool:
        return self.process.poll() is not None

    def answers(self, path: str = "/ready") -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, http.client.HTTPException):
            return False

    def state(self) -> tuple[str, list[str]]:
        """Give what it says of itself at /ready: its status, and what is missing; `away` while nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=10) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                said = json.load(error)
        except (OSError, http.client.HTTPException):
            return "away", []
        return said["status"], said["reasons"]

    def processes(self, name: str = "") -> list[psutil.Process]:
        """The processes below the supervisor, or those of one name."""
        if self.ended():
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            below = psutil.Process(self.process.pid).children(recursive=True)
            return [process for process in below if not name or _name(process) == name]
        return []

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to every process of this name; whoever is killed is dead on return."""
        found = self.processes(name)
        assert found, f"no process {name} among {[_name(process) for process in self.processes()]}"
        for process in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        if number == signal.SIGKILL:
            eventually(f"{name} is dead", lambda: all(_is_dead(process) for process in found))

    def stop(self, number: int = signal.SIGTERM, patience: float = STOPPING) -> int:
        """Stop it and give its exit code; nothing is left behind."""
        if self.process is None:
            return 0
        below = self.processes()
        if not self.ended():
            self.process.send_signal(number)
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its parts follow it
            raise
        _gone, alive = psutil.wait_procs(below, 20)
        for process in alive:
            process.kill()
        assert not alive, f"left behind: {[_name(process) for process in alive]}"
        return code

    def flask(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a `flask` command on this installation."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def proportional_memory(self) -> dict[str, float]:
        """Megabytes of each process, shared pages divided among those who share them."""
        every = [psutil.Process(self.process.pid), *self.processes()]
        return {f"{_name(process)}:{process.pid}": process.memory_full_info().pss / 1e6 for process in every}


KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "GUICHET_BROWSER"}


def _name(process: psutil.Process) -> str:
    try:
        return Path(f"/proc/{process.pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):  # it left before the file was opened, or while it was read
        return "gone"


def _is_dead(process: psutil.Process) -> bool:
    try:
        return process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return True


@pytest.fixture(scope="session")
def prepared(places) -> Path:
    """The folder of a demonstration that was prepared and never started: made once by all processes, then copied."""
    folder = places.shared / "prepared"
    with turn(places.shared / "prepared.lock"):
        if not folder.exists():
            draft = places.shared / "prepared-draft"
            done = LiveHouse(draft).flask("prepare")
            assert done.returncode == 0, done.stderr
            draft.rename(folder)
    return folder


@pytest.fixture
def make_house(tmp_path, request) -> Iterator:
    """`make_house()` is an installation in a folder of its own, `is_prepared` already if asked; all are stopped at the end."""
    with contextlib.ExitStack() as stops:  # one that cannot be stopped is told, and the others are stopped all the same

        def make(*command: str, folder: str = "house", is_prepared: bool = False, **environ: str) -> LiveHouse:
            if is_prepared:
                shutil.copytree(request.getfixturevalue("prepared"), tmp_path / folder)
            made = LiveHouse(tmp_path / folder, *command, **environ)
            stops.callback(made.stop)
            return made

        yield make


@pytest.fixture(scope="session")
def live_house(tmp_path_factory) -> Iterator[LiveHouse]:
    """One running installation with the demo restaurant, shared by the tests that only visit it."""
    house = LiveHouse(tmp_path_factory.mktemp("live"), SWEEP_SECONDS="2", LOG_LEVEL="WARNING")
    house.start()
    yield house
    house.stop()


@pytest.fixture
def live_server(live_house) -> LiveHouse:
    """The shared installation: `live_server.url`."""
    return live_house
