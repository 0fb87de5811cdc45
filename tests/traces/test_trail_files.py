"""The trail on a file: written by a command, whole or in part, verified far from here, never over another file."""

import contextvars
import json

import pytest
import sqlalchemy as sa

from app.directory.models import Person
from app.kernel import audit
from app.kernel.access import system
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.traces import forgetting
from tests.booking.houses import open_house, promise
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.harness.disks import files_no_longer_than


@pytest.fixture
def command(app):
    def run(*words):
        return contextvars.Context().run(app.test_cli_runner().invoke, args=["audit", *map(str, words)])

    return run


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


@pytest.fixture
def three_days(app, at):
    """Three facts on each of three days."""
    house = open_house()
    for day in ("2026-03-11", "2026-03-12", "2026-03-13"):
        at(f"{day} 12:00")
        for _time in range(3):
            with transaction():
                audit.record("booking.note_written", house, TESTS, {})
    return house


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@on_both
def test_it_is_written_whole_and_verified(command, three_days, path):
    written = command("export", path)
    assert written.exit_code == 0, written.output
    count = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    assert f"{count} entrée(s) écrite(s)" in written.output
    verified = command("verify", path)
    assert (verified.exit_code, verified.output.splitlines()[0]) == (0, f"{count} entrée(s) lue(s), 0 anomalie(s).")
    assert path.stat().st_mode & 0o077 == 0


def test_it_is_what_the_page_gives(command, three_days, path, visit, cast):
    page = visit(cast.chloe).post("/admin/journal/export.jsonl").get_data(as_text=True)
    command("export", path)
    assert path.read_text().splitlines()[1 : page.count("\n")] == page.splitlines()[1:]


def test_the_export_is_a_fact(command, three_days, path):
    command("export", path)
    last = lines(path)[-1]
    assert (last["fact"], last["actor_id"]) == ("datasets.exported", "audit export")


@on_both
@pytest.mark.parametrize(
    ("period", "count"),
    [
        (["--since", "2026-03-12"], 6),
        (["--since", "2026-03-12", "--until", "2026-03-12"], 3),
        (["--since", "2026-03-11", "--until", "2026-03-12"], 6),
    ],
)
def test_an_extract_holds_its_days_and_is_verified(command, three_days, path, period, count):
    assert command("export", path, *period).exit_code == 0
    assert len(lines(path)) == count + 1
    verified = command("verify", path)
    assert (verified.exit_code, verified.output.splitlines()[0]) == (0, f"{count} entrée(s) lue(s), 0 anomalie(s).")


@pytest.mark.parametrize("tamper", ["edit", "cut", "remove", "start", "shift"])
def test_a_tampered_extract_is_found(command, three_days, path, tamper):
    command("export", path, "--since", "2026-03-12")
    head, *entries = path.read_text().splitlines()
    if tamper == "edit":
        entries[1] = entries[1].replace('"actor_label": "', '"actor_label": "X')
    elif tamper == "cut":
        entries.pop()
    elif tamper == "remove":
        del entries[1]
    elif tamper == "start":
        del entries[0]
    else:
        head = json.dumps({**json.loads(head), "after": 1})
    path.write_text("\n".join([head, *entries]))
    assert command("verify", path).exit_code == 1


@pytest.mark.parametrize("beginning", [{"after": "x"}, {"after": 1}, {"after": 1, "after_hash": None}])
def test_an_extract_that_does_not_say_where_it_begins_is_none(command, path, beginning):
    path.write_text(json.dumps({"format": "guichet-audit-1", "number": 1, "hash": "", **beginning}))
    assert command("verify", path).exit_code == 2


def test_an_extract_is_not_taken_for_the_whole(command, app, three_days, path):
    """Whoever asks for the kept head learns that it is not in an extract that ends before."""
    command("export", path, "--until", "2026-03-12")
    answer = command("verify", path, "--head-file", app.config["AUDIT_HEAD_FILE"])
    assert answer.exit_code == 1
    assert "n’est pas dans le journal" in answer.output


def test_an_extract_leaves_what_was_emptied_to_the_whole(command, app, at, path):
    at("2026-03-10 12:00")
    reservation = promise(open_house(), "2026-03-14 20:00")
    at("2026-03-20 12:00")
    with transaction():
        forgetting.erase_person(db.session.get_one(Person, reservation.guest_id), actor=system("tests"))
    command("export", path, "--until", "2026-03-10")
    answer = command("verify", path)
    assert answer.exit_code == 0, answer.output
    assert "vidée(s) : seul le journal entier" in answer.output
    whole = path.with_name("whole")
    command("export", whole)
    answer = command("verify", whole)
    assert answer.exit_code == 0, answer.output
    assert "vidée(s)" not in answer.output


# --- what goes wrong --------------------------------------------------------------------------------------------


def test_nothing_is_overwritten(command, three_days, path):
    path.write_text("ce que j’avais")
    answer = command("export", path)
    assert answer.exit_code == 1
    assert "existe déjà" in answer.output
    assert path.read_text() == "ce que j’avais"
    assert db.session.scalar(sa.select(AuditEntry).where(AuditEntry.fact == "datasets.exported")) is None


def test_a_folder_that_is_not_there_is_told(command, three_days, path):
    answer = command("export", path / "plus" / "loin")
    assert answer.exit_code == 1
    assert "Impossible d’écrire" in answer.output


@pytest.mark.parametrize("period", [["--since", "2027-01-01"], ["--since", "2026-03-13", "--until", "2026-03-11"]])
def test_a_period_without_facts_writes_nothing(command, three_days, path, period):
    answer = command("export", path, *period)
    assert answer.exit_code == 1
    assert "ne dit rien de cette période" in answer.output
    assert not path.exists()


@pytest.mark.parametrize("day", ["hier", "2026-02-30"])
def test_a_day_that_is_none_is_refused(command, path, day):
    assert command("export", path, "--since", day).exit_code == 2


def test_a_file_that_is_not_there_is_refused(command, path):
    assert command("verify", path).exit_code == 2


def test_a_full_disk_leaves_no_half_file(command, three_days, path):
    with transaction():
        for _time in range(200):
            audit.record("booking.note_written", three_days, TESTS, {"words": "x" * 500})
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # what the export itself writes stays small
    with files_no_longer_than(60_000):
        answer = command("export", path, "--since", "2026-03-11")
    assert answer.exit_code == 1
    assert "Impossible d’écrire" in answer.output
    assert not path.exists()
