"""What leaves the house: jobs are run, and the letters the mail server received are read."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from app.kernel import clock, jobs
from app.kernel.db import db
from app.kernel.outbox import JobState, OutboxRow
from tests.harness.markup import read
from tests.harness.visitors import forget_readings


@dataclass(frozen=True)
class Letter:
    """A letter as its receiver has it."""

    raw: EmailMessage

    @property
    def address(self) -> str:
        return str(self.raw["To"].addresses[0].addr_spec)

    @property
    def subject(self) -> str:
        return _plain_spaces(str(self.raw["Subject"]))

    @property
    def text(self) -> str:
        return _plain_spaces(self._part("plain"))

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def attachments(self) -> dict[str, bytes]:
        """The files that came with it, by name."""
        return {part.get_filename(): _bytes(part.get_content()) for part in self.raw.iter_attachments()}

    @property
    def links(self) -> list[str]:
        """Every address in it, in the order of the text."""
        return re.findall(r"https?://[^\s<>\"')]+", self._part("plain"))

    @property
    def html_links(self) -> list[str]:
        return [link["href"] for link in read(self.html).all("a[href]")]

    def _part(self, subtype: str) -> str:
        body = self.raw.get_body((subtype,))
        assert body is not None, f"the letter {self.subject!r} has no {subtype} part"
        return str(body.get_content())


def _bytes(content: str | bytes | EmailMessage) -> bytes:
    return content if isinstance(content, bytes) else str(content).encode()


def _plain_spaces(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def run_jobs(*, strict: bool = True) -> int:
    """Do everything that is promised for now, and what that promises in turn; give how many runs.

    A job that raises makes the test fail; with ``strict=False`` it stays on its row, as in an installation.
    """
    ran, app = 0, current_app._get_current_object()
    while due := _due():
        for row_id in due:
            ran += contextvars.Context().run(_perform, app, row_id)
        assert ran < 10_000, "jobs promise each other without end"
        forget_readings()
        if strict:
            failed = list(db.session.scalars(sa.select(OutboxRow).where(OutboxRow.last_error != "")))
            assert not failed, [f"{row.job}: {row.last_error}" for row in failed]
    return ran


def _due() -> list[UUID]:
    forget_readings()
    query = sa.select(OutboxRow.id).where(OutboxRow.state == JobState.WAITING, OutboxRow.due_at <= clock.now())
    return list(db.session.scalars(query.order_by(OutboxRow.due_at, OutboxRow.created_at)))


def _perform(app: Flask, row_id: UUID) -> bool:
    with app.app_context():
        return jobs.perform(row_id)


class Outbox:
    """The letters sent so far; looking at it first runs what is due."""

    def __init__(self, mail_server) -> None:
        self.server = mail_server

    def letters(self) -> list[Letter]:
        run_jobs()
        return [Letter(raw) for raw in self.server.letters]

    def __iter__(self) -> Iterator[Letter]:
        return iter(self.letters())

    def __len__(self) -> int:
        return len(self.letters())

    def __bool__(self) -> bool:
        return bool(self.letters())

    def __getitem__(self, place: int) -> Letter:
        return self.letters()[place]

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters() if letter.address == address]

    def forget(self) -> None:
        """Send what is due and look no more at what was sent until now."""
        run_jobs()
        self.server.letters.clear()


@pytest.fixture
def outbox(app, mail_server):
    """Real letters, as a real mail server received them."""
    return Outbox(mail_server)
