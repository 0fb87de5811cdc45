"""The web server: Granian, its workers forked from this process so that they share what is loaded."""

import multiprocessing
from typing import Any

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from app.config import Configuration
from app.kernel.processes import follow_parent, spare_memory

NAME = "guichet-web"
# Granian's own lines go where all others go, through the root logger.
LOGGERS: dict[str, Any] = {"_granian": {"handlers": [], "propagate": True}, "granian.access": {"handlers": []}}


def serve(app: Flask) -> None:
    """Answer requests until told to stop. Requests begun are finished, for up to ten seconds."""
    configuration: Configuration = app.config["CONFIGURATION"]
    multiprocessing.set_start_method("fork", force=True)
    spare_memory()

    def load() -> Flask:
        follow_parent(NAME)
        return app

    server = Server(
        target="wsgi:app",
        address=configuration.bind,
        port=configuration.port,
        interface=Interfaces.WSGI,
        workers=configuration.web_processes,
        blocking_threads=configuration.web_threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        log_dictconfig={"loggers": LOGGERS},
    )
    server.serve(target_loader=load, wrap_loader=False)
