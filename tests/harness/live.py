"""The whole house as it runs: `flask start` in its own processes, on a free port and in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.config import ROOT
from tests.harness.pace import turn

PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        except OSError:
            return False

    def json(self, path: str) -> dict[str, object]:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return dict(json.load(answer))

    def processes(self, name: str = "") -> list[psutil.Process]:
        """The processes below the supervisor, or those of one name."""
        if self.ended():
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            below = psutil.Process(self.process.pid).children(recursive=True)
            return [process for process in below if not name or _name(process) == name]
        return []

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to every process of this name."""
        found = self.processes(name)
        assert found, f"no process {name} among {[_name(process) for process in self.processes()]}"
        for process in found:
            process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM, patience: float = 40) -> int:
        """Stop it and give its exit code; nothing is left behind."""
        if self.process is None:
            return 0
        below = self.processes()
        if not self.ended():
            self.process.send_signal(number)
        code = self.process.wait(patience)
        _gone, alive = psutil.wait_procs(below, 10)
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
            timeout=120,
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
    except FileNotFoundError:
        return "gone"


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
    made: list[LiveHouse] = []

    def make(*command: str, folder: str = "house", is_prepared: bool = False, **environ: str) -> LiveHouse:
        if is_prepared:
            shutil.copytree(request.getfixturevalue("prepared"), tmp_path / folder)
        made.append(LiveHouse(tmp_path / folder, *command, **environ))
        return made[-1]

    yield make
    for house in made:
        if house.process is not None and not house.ended():
            house.stop()


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
