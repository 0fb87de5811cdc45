"""Exports: exactly what the screen shows, flat in memory, harmless to a spreadsheet, told to the audit trail."""

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree as ET

import psutil
import pytest
import sqlalchemy as sa

from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.datasets import exports
from app.kernel.datasets.models import DatasetExport, ExportState
from app.kernel.db import db, transaction
from app.kernel.jobs import perform
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.spreadsheets import Euros, Workbook, csv_lines, neutralised
from tests.harness.pages import HTMX
from tests.kernel.people_dataset import LIST, PEOPLE, STAFF, add_people, show_people, state

DATA = "/admin/donnees/tests.people"
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DANGEROUS = ["=1+1", "+33612", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "＝1+1"]


@pytest.fixture
def people(app, monkeypatch):
    return show_people(app, monkeypatch)


@pytest.fixture
def chloe(visit, cast):
    return visit(cast.chloe)


def read_csv(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content):
    """The rows of a workbook written in constant memory (inline strings), and whether it holds a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    tree = ET.fromstring(sheet)  # noqa: S314 - written here
    rows = [["".join(cell.itertext()) for cell in row.iter(f"{NAMESPACE}c")] for row in tree.iter(f"{NAMESPACE}row")]
    return rows, b"<f>" in sheet


def screen(page):
    heads = [head.text for head in page.all("thead th")]
    return [
        heads,
        *[
            [cell.text for cell in row.all("th, td") if "list__check" not in cell.get("class", "")]
            for row in page.all("tbody tr")
        ],
    ]


ASKED = "?nom=X&tri=-prenom&colonnes=nom,prenom,tel,langue,longueur"


def test_both_formats_equal_the_screen(people, chloe):
    add_people([{"last_name": f"X{n}", "first_name": "é" * (n + 1), "phone": f"0{n}" if n % 2 else None,
                 "language": ["fr", "de", "en"][n % 3]} for n in range(7)] + [{"last_name": "Y"}])  # fmt: skip
    shown = screen(chloe.see(LIST + ASKED))
    assert len(shown) == 8
    assert read_csv(chloe.post(f"{DATA}/export.csv{ASKED}").get_data()) == shown
    rows, _formula = read_xlsx(chloe.post(f"{DATA}/export.xlsx{ASKED}").get_data())
    assert rows == [[text for text in row if text] for row in shown]


def test_the_list_s_own_buttons_export_what_they_stand_on(people, chloe):
    add_people([{"last_name": "X"}, {"last_name": "Y"}])
    page = chloe.see(f"{LIST}?nom=X")
    form = page.first("form[action*='export.csv']")
    assert len(read_csv(chloe.post(form["action"]).get_data())) == 2
    assert "export.xlsx" in form.first("[formaction]")["formaction"]


def test_csv_is_a_download_nobody_keeps(people, chloe):
    answer = chloe.post(f"{DATA}/export.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tests-people-2026-03-10.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(people, chloe, text):
    add_people([{"last_name": f"X{text}"[1:], "first_name": "Xavier"}])
    url = "?tri=nom&colonnes=nom,prenom"
    written = [row[0] for row in read_csv(chloe.post(f"{DATA}/export.csv{url}").get_data()) if row[1:] == ["Xavier"]]
    assert written == [f"'{text}"]
    rows, formula = read_xlsx(chloe.post(f"{DATA}/export.xlsx{url}").get_data())
    assert not formula
    assert any("Xavier" in row for row in rows)


def test_what_is_harmless_is_left_alone():
    for text in ("", "Martin", "a=b", "12", "l’été"):
        assert neutralised(text) == text


def test_each_kind_of_cell_is_written_as_french_spreadsheets_read_it():
    moment = datetime(2026, 3, 14, 19, 30)  # noqa: DTZ001 - a spreadsheet knows no zone
    row = [None, 12, Euros(-123456), moment.date(), time(19, 30), moment, 'a;b\n"c"', 1.5, True]
    content = b"".join(csv_lines(["A"] * len(row), [[row]]))
    assert read_csv(content)[1] == [
        "", "12", "-1234,56", "14/03/2026", "19:30", "14/03/2026 19:30", 'a;b\n"c"', "1,5", "True",
    ]  # fmt: skip
    buffer = io.BytesIO()
    book = Workbook(buffer, "Une/liste : [trop] longue pour le nom d’une feuille", ["A"] * len(row))
    book.add([[*row, date(1850, 1, 1), "x" * 40_000]])
    book.close()
    cells = read_xlsx(buffer.getvalue())[0][1]
    assert cells[:3] == ["12", "-1234.56", "46095"]
    assert cells[-2] == "1850-01-01"
    assert len(cells[-1]) == 32_767


def test_what_one_may_not_see_is_not_exported(people, visit, cast):
    add_people([{"last_name": "X", "email": "secret@example.org"}])
    answer = visit(cast.bruno).post(f"{DATA}/export.csv?nom=X&colonnes=nom,email")
    assert b"secret" not in answer.get_data()


def test_an_export_is_told_to_the_audit_trail(people, chloe, cast):
    add_people([{"last_name": "X"}, {"last_name": "X"}])
    chloe.post(f"{DATA}/export.csv?nom=X&colonnes=nom").get_data()
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact == "datasets.exported")).one()
    assert (entry.subject_id, entry.actor_id) == ("tests.people", str(cast.chloe.id))
    assert entry.details == {"rows": 2, "format": "csv", "columns": ["nom"], "filters": {"nom": ["X"]}}


# --- long ones ------------------------------------------------------------------------------------------------


@pytest.fixture
def long_after(monkeypatch):
    """A workbook is long from the third row on."""
    monkeypatch.setattr(exports, "XLSX_AT_ONCE", 2)


def ask(visitor):
    answer = visitor.post(f"{DATA}/export.xlsx?nom=X&colonnes=nom")
    assert answer.status_code == 303
    return answer.headers["Location"]


def run_job():
    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "datasets.write_export")).one()
    perform(row.id)
    db.session.expire_all()
    return db.session.get_one(OutboxRow, row.id)


def test_a_long_workbook_is_prepared_and_fetched(people, chloe, long_after):
    add_people([{"last_name": f"X{number}"} for number in range(5)])
    url = ask(chloe)
    waiting = chloe.see(url)
    assert "0 lignes sur 5" in waiting.text
    part = chloe.get(waiting.first("main [data-poll]")["data-poll"], headers=HTMX).get_data(as_text=True)
    assert part.lstrip().startswith('<section class="card')
    assert run_job().state is JobState.DONE
    ready = chloe.see(url)
    assert "5 lignes" in ready.text
    assert not ready.has("main [data-poll]")
    with chloe.get(ready.links()["Télécharger le classeur"]) as answer:
        content = answer.get_data()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert read_xlsx(content)[0] == [["Nom"], *[[f"X{number}"] for number in range(5)]]


def test_it_is_for_its_owner_alone(people, chloe, visit, cast, long_after):
    add_people([{"last_name": "X"}] * 3)
    url = ask(chloe)
    run_job()
    for stranger in (visit(cast.diane), visit(cast.admin)):
        for path in (url, f"{url}/fichier", f"{url}/_avancement"):
            assert stranger.get(path).status_code == 404
    assert visit().get(url).status_code == 302
    assert visit(cast.alice).get(f"{url}/fichier").status_code in (302, 403)


def test_it_is_refused_once_the_right_is_gone(people, chloe, cast, long_after):
    add_people([{"last_name": "X"}] * 3)
    url = ask(chloe)
    run_job()
    with transaction() as session:
        session.delete(session.merge(cast.chloe).grants[0])
    assert chloe.get(f"{url}/fichier").status_code == 404


def test_it_holds_what_the_screen_showed_to_its_owner(people, visit, cast, long_after):
    """The job has no session: rights are those of the moment it was asked."""
    add_people([{"last_name": "X", "email": "secret@example.org"}] * 3)
    bruno = visit(cast.bruno)
    bruno.post(f"{DATA}/export.xlsx?nom=X&colonnes=nom,email")
    run_job()
    export = db.session.scalars(sa.select(DatasetExport)).one()
    assert read_xlsx(exports.file_of(export).read_bytes())[0][0] == ["Nom"]


def test_writing_twice_gives_one_file(people, chloe, long_after):
    add_people([{"last_name": "X"}] * 3)
    ask(chloe)
    export = db.session.scalars(sa.select(DatasetExport)).one()
    assert exports.write_export(export_id=str(export.id)) == 3
    assert exports.write_export(export_id=str(export.id)) == 0
    assert [path.name for path in exports.folder().glob(f"{export.id.hex}*")] == [f"{export.id.hex}.xlsx"]


def test_a_job_given_up_is_told(people, chloe, long_after):
    add_people([{"last_name": "X"}] * 3)
    url = ask(chloe)
    export = db.session.scalars(sa.select(DatasetExport)).one()
    with transaction():
        exports.tell_failure(export_id=str(export.id))
    assert "n’a pas pu être préparé" in chloe.see(url).text
    assert chloe.get(f"{url}/fichier").status_code == 404


def test_after_a_week_it_is_gone(people, chloe, long_after, at):
    add_people([{"last_name": "X"}] * 3)
    url = ask(chloe)
    run_job()
    export = db.session.scalars(sa.select(DatasetExport)).one()
    export_id, path = export.id, exports.file_of(export)
    at(clock.now() + timedelta(days=6))
    assert exports.purge_exports() == 0
    at(clock.now() + timedelta(days=2))
    assert exports.purge_exports() == 1
    assert not path.exists()
    assert "n’est plus gardé" in chloe.see(url).text
    at(clock.now() + timedelta(days=100))
    exports.purge_exports()
    assert db.session.get(DatasetExport, export_id) is None


def test_too_long_for_a_workbook_is_told(people, chloe, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_MOST", 2)
    add_people([{"last_name": "X"}] * 3)
    page = chloe.arrive(DATA, chloe.post(f"{DATA}/export.xlsx?nom=X"))
    assert "choisissez le format CSV" in page.text


def resident():
    """What this process holds, in megabytes."""
    return psutil.Process().memory_info().rss / 1e6


def test_csv_memory_stays_flat(people):
    add_people(20_000)
    held = [resident() for _line in exports.write_csv(PEOPLE, state(), STAFF)]
    assert len(held) > 40
    assert max(held) - held[4] < 8


def test_xlsx_memory_stays_flat(people, monkeypatch):
    held, add = [], Workbook.add
    monkeypatch.setattr(Workbook, "add", lambda book, rows: (add(book, rows), held.append(resident())))
    add_people(20_000)
    with transaction() as session:
        export = DatasetExport(
            dataset=PEOPLE.code, owner_id="u1", owner_label="x", rights={"booking.view": [["installation", ""]]},
            arguments={}, language="fr", rows_total=20_000, created_at=clock.now(), expires_at=clock.now(),
            state=ExportState.WAITING,
        )  # fmt: skip
        session.add(export)
    assert exports.write_export(export_id=str(export.id)) == 20_000
    assert len(held) == 40
    assert max(held) - held[4] < 8
