"""Papers: what one page costs in a process that is warm, and how much memory a thousand take in one job."""

import os
from dataclasses import replace
from pathlib import Path

import psutil
from flask import Flask

from app.application import create_app
from app.booking.documents import CONFIRMATION
from app.config import read_configuration
from app.directory.queries import establishments
from app.kernel import documents, files, press, printing
from app.kernel.db import transaction
from app.kernel.languages import speaking
from app.kernel.wordings import wordings
from tests.load.installations import Installation

WARM, MANY = 20, 1000


def figures(installation: Installation) -> dict[str, float]:
    """Milliseconds of CPU for a page, in the press and beside it; megabytes at most while a thousand are drawn."""
    app = _app(installation)
    with app.app_context(), speaking("fr"):
        sample = wordings()[CONFIRMATION.code].sample(establishments()[0]).context
        html = documents.written(CONFIRMATION, sample)
        found = {
            "one page, in the process": _cost(lambda: printing.pdf(html)),
            "one page, in the press": _cost(lambda: press.pdf(html)),
        }
        started, most = _seconds(), 0.0
        for number in range(MANY):
            sample["reservation"].first_name = f"Camille {number}"
            content = documents.drawn(CONFIRMATION, sample)
            with transaction():
                files.keep(content, documents.PDF)
            most = max(most, _memory())
        found["each of a thousand, kept"] = (_seconds() - started) / MANY * 1000
        found["memory at most, MB"] = most
    return found


def _app(installation: Installation) -> Flask:
    configuration = read_configuration({"DATA_DIR": str(installation.house.data_dir), "EMBEDDED_VALKEY": "no"})
    return create_app(replace(configuration, log_level="ERROR"))


def _cost(draw) -> float:
    for _n in range(WARM // 4):
        draw()
    before = _seconds()
    for _n in range(WARM):
        draw()
    return (_seconds() - before) / WARM * 1000


def _seconds() -> float:
    """CPU of this process, of its press, and of those that retired."""
    own = psutil.Process(os.getpid())
    return sum(own.cpu_times()[:4]) + sum(sum(each.cpu_times()[:2]) for each in own.children())


def _memory() -> float:
    own = psutil.Process(os.getpid())
    return (
        sum(int(Path(f"/proc/{each.pid}/statm").read_text().split()[1]) * 4096 for each in (own, *own.children()))
        / 2**20
    )
