"""A full disk: it is said in the reader's language, what was typed is given back, what stood is still read."""

import errno
import sqlite3
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from app.booking.models import Reservation
from app.kernel import audit, capture
from app.kernel.db import db
from app.kernel.disk import says_full, whole_file
from app.kernel.files import storage
from app.kernel.messages import Message, MessageState
from tests.booking.houses import open_house, promise, typed
from tests.harness.disks import files_no_longer_than
from tests.harness.mailbox import run_jobs
from tests.harness.pages import Page


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def full(app):
    """The database can grow no more."""

    def fill():
        db.engine.connect().close()  # what waits beside it is there once it is open
        return files_no_longer_than(Path(f"{db.engine.url.database}-wal").stat().st_size)

    return fill


def book(guest):
    """Choose a table, then type one's details; gives what is left to send."""
    wish = {name: typed()[name] for name in ("date", "time", "covers")}
    assert guest.post("/reserver", data=wish).status_code == 303
    return typed(special_requests="Une table au calme & « près » du <poêle>")


def made():
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(Reservation.email == "alice@example.org"))


# --- pages ------------------------------------------------------------------------------------------------------


def test_a_guest_is_told_and_sends_the_same_again_later(house, visit, full):
    guest = visit()
    details = book(guest)
    with full():
        page = Page(guest, "/reserver", guest.post("/reserver", data=details))
    assert page.status == 507
    assert "Rien ne peut être enregistré" in page.text
    assert made() == 0
    kept = page.fields("main form")
    assert {name: kept[name] for name in details} == details
    assert guest.post("/reserver", data=kept).status_code == 303
    assert made() == 1


def test_it_is_said_in_english_too(house, visit, full):
    guest = visit()
    details = book(guest)
    with full():
        text = guest.post("/reserver", data=details, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Nothing can be saved for now" in text


def test_no_secret_is_given_back(cast, visit, full):
    with full():
        page = visit().post("/connexion", data={"email": "chloe@example.org", "password": "un-secret-bien-garde"})
    assert page.status_code == 507
    assert "un-secret-bien-garde" not in page.get_data(as_text=True)


def test_what_stands_is_read_all_the_same(house, cast, visit, full, at):
    reservation = promise(house)
    chloe = visit(cast.chloe)
    at("2026-03-10 11:00")  # by now, the use of the session would be noted
    with full():
        assert chloe.get(f"/admin/reservations/{reservation.id}").status_code == 200
        assert visit().get("/reserver").status_code == 200


def test_what_is_committed_stays_so_when_the_head_of_the_trail_cannot_be_kept(house, app, cast, visit, tmp_path):
    before, app.config["AUDIT_HEAD_FILE"] = app.config["AUDIT_HEAD_FILE"], str(tmp_path)
    try:
        promise(house)
    finally:
        app.config["AUDIT_HEAD_FILE"] = before
    promise(house, "2026-03-14 20:00")
    assert audit.verify().problems == []


# --- files ------------------------------------------------------------------------------------------------------


def test_a_letter_that_finds_no_room_waits_and_leaves_no_half(house, app, monkeypatch, at):
    monkeypatch.setitem(app.config, "SMTP_URL", "")
    promise(house)
    before = set(capture.capture_box().glob("*"))
    run_jobs(strict=False)
    letters = set(capture.capture_box().glob("*")) - before
    (letter,) = letters
    size = letter.stat().st_size
    letter.unlink()
    promise(house, "2026-03-14 20:00")
    monkeypatch.setattr(capture, "whole_file", lambda final: _cramped(final, size))
    run_jobs(strict=False)
    assert set(capture.capture_box().glob("*")) == before
    newest = sa.select(Message).order_by(Message.created_at.desc()).limit(1)
    message = db.session.scalars(newest).one()
    assert message.state is MessageState.QUEUED
    assert "OSError" in message.last_answer


class _cramped:  # noqa: N801 - reads as the function it stands beside
    """The real thing, on a disk without room for half a letter; the database keeps its own."""

    def __init__(self, final, size):
        self.file, self.limit = whole_file(final), files_no_longer_than(size // 2)

    def __enter__(self):
        draft = self.file.__enter__()
        self.limit.__enter__()
        return draft

    def __exit__(self, *error):
        self.limit.__exit__(*error)
        return self.file.__exit__(*error)


def test_a_document_that_finds_no_room_leaves_no_half(app):
    with files_no_longer_than(100), pytest.raises(OSError, match="File too large"):
        storage().put(b"x" * 1000)
    assert not list(storage().folder.glob("*/*.part"))
    assert storage().get(storage().put(b"x" * 1000)) == b"x" * 1000


def test_a_file_takes_its_name_when_it_is_whole(tmp_path):
    final = tmp_path / "final"
    with whole_file(final) as draft:
        draft.write_text("tout")
        assert not final.exists()
    assert final.read_text() == "tout"
    assert final.stat().st_mode & 0o077 == 0
    with pytest.raises(ZeroDivisionError), whole_file(final) as draft:
        draft.write_text("à moitié")
        raise ZeroDivisionError
    assert [path.read_text() for path in tmp_path.iterdir()] == ["tout"]


# --- who says so ------------------------------------------------------------------------------------------------


def said_by_sqlite(code):
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    return sa.exc.OperationalError("INSERT", {}, error)


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Quota exceeded"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (said_by_sqlite(sqlite3.SQLITE_FULL), True),
        (said_by_sqlite(sqlite3.SQLITE_BUSY), False),
        (sa.exc.OperationalError("INSERT", {}, psycopg.errors.DiskFull()), True),
        (sa.exc.OperationalError("INSERT", {}, psycopg.errors.AdminShutdown()), False),
        (ValueError("x"), False),
    ],
)
def test_who_says_that_there_is_no_room(error, full):
    assert says_full(error) is full


def test_it_is_noticed_before_it_is_too_late(app, visit, monkeypatch):
    monkeypatch.setattr("app.kernel.disk.ENOUGH", 2**62)
    app.extensions["guichet_findings"].clear()
    assert "disk_full" in visit().get("/ready").get_json()["reasons"]
    app.extensions["guichet_findings"].clear()
