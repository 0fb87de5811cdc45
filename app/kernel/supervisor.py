"""The supervisor: one command that starts Valkey, web, worker and scheduler, keeps them running, and stops them.

It loads the application once, brings the database to the present, and forks the parts, which share its memory. It has
one thread and waits for signals only.
"""

import errno
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import structlog
from flask import Flask
from sqlalchemy.orm import configure_mappers

from app.config import Configuration
from app.kernel import embedded_valkey, migrations, schedules, seeds, web_server, worker
from app.kernel.broker import broker
from app.kernel.companions import companions_of
from app.kernel.db import db
from app.kernel.languages import _
from app.kernel.processes import WATCHED, fork, reap, signal_group, spare_memory

STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
AT_ONCE = 5.0  # a part that lived less has died "at once"
A_MOMENT = 3.0
LIVES = 5  # times in a row a part may die at once before the supervisor gives up
log = structlog.get_logger()


class StartRefused(Exception):
    """Guichet cannot start here now; the message says why, in one line."""


@dataclass
class Part:
    """One kind of child process. `patience` is how long it may take to stop before it is killed."""

    name: str
    run: Callable[[], None]
    patience: float
    is_open: Callable[[], bool] = lambda: True
    announcement: str = ""
    pid: int = 0
    started: float = 0.0
    due: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        """Fork it, and give it a moment to open what the next parts need."""
        self.pid, self.started = fork(self.name, self.run), time.monotonic()
        while not self.is_open() and time.monotonic() < self.started + A_MOMENT:
            time.sleep(0.01)

    def note_death(self) -> None:
        """Count a death, and wait longer before each new try while it dies at once."""
        now = time.monotonic()
        lived = now - self.started
        self.pid = 0
        self.deaths = self.deaths + 1 if lived < AT_ONCE else 0
        self.due = now + min(0.2 * 2**self.deaths, 10.0)


def start(app: Flask) -> int:
    """Prepare the installation and run it until told to stop; give the exit code. Raises StartRefused."""
    configuration: Configuration = app.config["CONFIGURATION"]
    with _alone(configuration.data_dir):
        _refuse_taken_port(configuration)
        broker().rest(600)  # Valkey is not started yet; what is promised meanwhile is swept up
        _prepare_apart(app)
        broker().rest_is_over()
        configure_mappers()  # before forking, so that it is done and kept once
        return Supervisor(configuration, parts_of(app)).run()


def _prepare_apart(app: Flask) -> None:
    """Prepare in a process of its own: what migrations and examples load is gone with it, and weighs on no part."""
    reading, writing = os.pipe()

    def run() -> None:
        try:
            prepare(app)
        except StartRefused as refusal:
            os.write(writing, str(refusal).encode())
            sys.exit(1)

    pid = fork("guichet-prepare", run)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        refusal = said.read()
    _pid, status = os.waitpid(pid, 0)
    if status:
        raise StartRefused(refusal or _("L’installation n’a pas pu être préparée ; voyez plus haut."))


def prepare(app: Flask) -> None:
    """Bring the database to the present, and plant what a new installation begins with. Raises StartRefused."""
    configuration: Configuration = app.config["CONFIGURATION"]
    try:
        migrations.upgrade(app)
    except migrations.DatabaseIsNewer as newer:
        raise StartRefused(str(newer)) from newer
    seeds.run_seeds(app, seeds.REFERENCE)
    if configuration.is_demo:
        seeds.run_seeds(app, seeds.DEMO)
    db.session.remove()
    db.engine.dispose()  # no connection may be shared with a child


def parts_of(app: Flask) -> list[Part]:
    """Give the parts in the order in which they start; they stop in the other order, Valkey last."""
    configuration: Configuration = app.config["CONFIGURATION"]
    holder = f"{socket.gethostname()}:{os.getpid()}"
    parts = [
        Part("guichet-sched", lambda: run_scheduler(app, holder), patience=15),
        Part("guichet-worker", lambda: run_worker(app), patience=configuration.job_lease_seconds),
        Part(web_server.NAME, lambda: web_server.serve(app), patience=15),
    ]
    parts[:0] = [Part(each.name, each.run, 15, announcement=each.announcement) for each in companions_of(app)]
    if embedded_valkey.is_wanted(configuration):
        valkey = Part("valkey-server", lambda: embedded_valkey.become(configuration), patience=10)
        valkey.is_open = lambda: embedded_valkey.is_open(configuration)
        parts.insert(0, valkey)
    return parts


def run_worker(app: Flask) -> None:
    """Carry jobs until told to stop."""
    worker.run(app, stopping_event())


def run_scheduler(app: Flask, holder: str = "") -> None:
    """Be the clock of jobs until told to stop."""
    with app.app_context():
        schedules.run(stopping_event(), holder)


def stopping_event() -> threading.Event:
    """Give an event that SIGTERM and SIGINT set."""
    spare_memory()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


class Supervisor:
    """Keeps the parts running until a signal stops it."""

    def __init__(self, configuration: Configuration, parts: list[Part]) -> None:
        """Take charge of parts, none of which runs yet."""
        self.configuration = configuration
        self.parts = parts
        self.announced = False

    def run(self) -> int:
        """Start everything, wait, and stop everything; give the exit code."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            self._start_due()
            received = signal.sigtimedwait(WATCHED, self._pause())
            if received is not None and received.si_signo in STOPPING:
                return self._stop(0)
            hopeless = self._bury_the_dead()
            if hopeless:
                click.echo(_why_given_up(hopeless), err=True)
                return self._stop(1)
            self._announce_once_open()

    def _start_due(self) -> None:
        for part in self.parts:
            if not part.pid and part.due <= time.monotonic():
                part.start()

    def _pause(self) -> float:
        if not self.announced:
            return 0.05
        waits = [part.due - time.monotonic() for part in self.parts if not part.pid]
        return max(0.0, min(waits, default=60.0))

    def _bury_the_dead(self) -> Part | None:
        """Note which parts died; give one that dies at once again and again."""
        for part in self.parts:
            code = reap(part.pid) if part.pid else None
            if code is not None:
                signal_group(part.pid, signal.SIGKILL)  # what it had started goes with it
                part.note_death()
                log.error("part_died", part=part.name, code=code, deaths=part.deaths)
                if part.deaths >= LIVES:
                    return part
        return None

    def _announce_once_open(self) -> None:
        if self.announced or not _answers(self.configuration):
            return
        self.announced = True
        url = self.configuration.public_url
        lines = [_("Guichet est ouvert : %(url)s", url=url)]
        if self.configuration.is_demo:
            lines += [f"  {login.label} : {login.login} / {login.password}" for login in seeds.announcements()]
            lines += [f"  {label} : {url}{path}" for label, path in seeds.announced_pages()]
        lines += [f"  {part.announcement}" for part in self.parts if part.announcement]
        lines.append(_("Ctrl-C arrête tout."))
        click.echo("\n".join(lines))

    def _stop(self, code: int) -> int:
        """Stop the parts one after the other, the web first; a second signal stops them all at once."""
        for part in reversed(self.parts):
            if part.pid:
                os.kill(part.pid, signal.SIGTERM)
                if not self._left_in_time(part):
                    code = 1
        return code

    def _left_in_time(self, part: Part) -> bool:
        end = time.monotonic() + part.patience
        patient = True
        while reap(part.pid) is None:
            received = signal.sigtimedwait(WATCHED, max(0.0, end - time.monotonic()))
            forced = received is not None and received.si_signo in STOPPING
            if forced:
                for other in self.parts:
                    if other.pid:
                        signal_group(other.pid, signal.SIGKILL)
            if forced or (received is None and patient):
                signal_group(part.pid, signal.SIGKILL)
                patient, end = False, time.monotonic() + 5
        signal_group(part.pid, signal.SIGKILL)
        part.pid = 0
        return patient


def _why_given_up(part: Part) -> str:
    return _(
        "« %(part)s » s’arrête à peine lancé, %(times)s fois de suite : voyez le journal ci-dessus.",
        part=part.name,
        times=LIVES,
    )


def _answers(configuration: Configuration) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(configuration.bind, configuration.bind)  # noqa: S104 - compared only
    try:
        socket.create_connection((host, configuration.port), timeout=1).close()
    except OSError:
        return False
    return True


def _refuse_taken_port(configuration: Configuration) -> None:
    family = socket.AF_INET6 if ":" in configuration.bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((configuration.bind, configuration.port))
        except OSError as error:
            raise StartRefused(_why_not_bound(configuration, error)) from error


def _why_not_bound(configuration: Configuration, error: OSError) -> str:
    address = {"bind": configuration.bind, "port": configuration.port}
    if error.errno == errno.EADDRINUSE:
        return _("Le port %(port)s est déjà pris : choisissez-en un autre, par exemple PORT=8001 make run.", **address)
    if error.errno == errno.EACCES:
        return _("Le port %(port)s est réservé à l’administrateur : choisissez PORT au-dessus de 1024.", **address)
    return _("Impossible d’écouter sur %(bind)s:%(port)s (BIND, PORT).", **address)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Hold the data folder: two supervisors on one folder would run everything twice."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / "supervisor.lock"
    with path.open("a+", encoding="ascii") as file:
        _take(file.fileno(), path)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _take(descriptor: int, path: Path) -> None:
    """Take the lock. The parts of a supervisor that was killed hold it until they have left: they get some seconds."""
    end = time.monotonic() + 10
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = path.read_text(encoding="ascii").strip()
            if time.monotonic() > end or (holder.isdigit() and Path(f"/proc/{holder}").exists()):
                told = {"folder": path.parent, "holder": holder}
                raise StartRefused(_("Guichet tourne déjà sur %(folder)s (processus %(holder)s).", **told)) from None
            time.sleep(0.1)
        else:
            return


def exit_politely(refusal: StartRefused) -> None:
    """Say in one line why nothing starts, and leave."""
    click.echo(str(refusal), err=True)
    sys.exit(1)
