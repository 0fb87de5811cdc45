"""Tells a container's supervisor whether its process is alive: `python deploy/healthcheck.py web|worker|scheduler`.

Says why on the error stream, and exits with 1, when it is not.
"""

import os
import socket
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

TIMEOUT = 8
SILENCE = timedelta(minutes=3)  # a worker says it is there at least every minute


def web() -> None:
    """Ask for the page that needs neither database nor Valkey."""
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health"
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
        answer.read()


def worker() -> None:
    """Find a worker of this container that spoke lately."""
    import redis  # noqa: PLC0415 - the web check runs every 30 s and stays light
    from rq import Worker  # noqa: PLC0415

    connection = redis.Redis.from_url(setting("REDIS_URL"), socket_timeout=TIMEOUT)
    here = [worker for worker in Worker.all(connection=connection) if worker.hostname == socket.gethostname()]
    beats = [beat.replace(tzinfo=beat.tzinfo or UTC) for worker in here if (beat := worker.last_heartbeat)]
    if not any(datetime.now(UTC) - beat < SILENCE for beat in beats):
        raise RuntimeError(f"no worker of {socket.gethostname()} was heard in the last {SILENCE}")


def scheduler() -> None:
    """Find that one scheduler leads, this one or another that stands in."""
    import psycopg  # noqa: PLC0415

    url = setting("DATABASE_URL").replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, connect_timeout=TIMEOUT) as connection:
        query = "SELECT 1 FROM leases WHERE role = 'scheduler' AND expires_at > now()"
        if connection.execute(query).fetchone() is None:
            raise RuntimeError("no scheduler holds the lease")


def setting(variable: str) -> str:
    """Read a setting as Guichet does: from the environment, or from the file it names."""
    path = os.environ.get(f"{variable}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ[variable]


if __name__ == "__main__":
    try:
        {"web": web, "worker": worker, "scheduler": scheduler}[sys.argv[1]]()
    except Exception as error:  # noqa: BLE001 - whatever it is, the process is not healthy and the reason is told
        sys.exit(f"{type(error).__name__}: {error}")
