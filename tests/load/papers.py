"""Papers: what one page costs in a press that is warm, and how much memory a thousand invoices take in one job."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import sqlalchemy as sa
from flask import Flask

from app.application import create_app
from app.booking.documents import CONFIRMATION
from app.config import read_configuration
from app.directory.queries import establishments
from app.invoices.documents import INVOICE
from app.invoices.models import Invoice
from app.invoices.seeds import example_invoices
from app.kernel import documents, files
from app.kernel.db import db, transaction
from app.kernel.languages import speaking
from app.kernel.wordings import wordings
from tests.load.installations import Installation

WARM, MANY = 20, 1000


def figures(installation: Installation) -> dict[str, float]:
    """Milliseconds of CPU for a page in the press; megabytes at most while a thousand invoices are drawn and kept."""
    app = _app(installation)
    with app.app_context(), speaking("fr"):
        card = wordings()[CONFIRMATION.code].sample(establishments()[0]).context
        invoice = INVOICE.context(_issued())
        found = {
            "one confirmation, in the press": _cost(lambda: documents.drawn(CONFIRMATION, card)),
            "one invoice with its Factur-X, in the press": _cost(lambda: documents.drawn(INVOICE, invoice)),
        }
        started, most, own = _seconds(), 0.0, 0.0
        for number in range(MANY):
            content = documents.drawn(INVOICE, {**invoice, "title": f"Facture {number}"})
            with transaction():
                files.keep(content, documents.PDF)
            most, own = max(most, _memory()), max(own, _memory(with_press=False))
        found["each of a thousand invoices, kept"] = (_seconds() - started) / MANY * 1000
        found["memory at most, MB"] = most
        found["of which the job, MB"] = own
    assert "weasyprint" not in sys.modules, "the job has loaded what belongs to the press"
    return found


def _issued() -> Invoice:
    issued = sa.select(Invoice).where(Invoice.xml.is_not(None)).limit(1)
    if db.session.scalars(issued).first() is None:
        with transaction():
            example_invoices()
    return db.session.scalars(issued).one()


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


def _memory(*, with_press: bool = True) -> float:
    own = psutil.Process(os.getpid())
    processes = (own, *own.children()) if with_press else (own,)
    return sum(int(Path(f"/proc/{each.pid}/statm").read_text().split()[1]) * 4096 for each in processes) / 2**20
