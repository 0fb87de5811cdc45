"""The doors of documents and of files sent in: they open by the right on the record, and to nobody else."""

import pytest

from app.booking.documents import CONFIRMATION
from app.kernel import documents, files
from app.kernel.audit import entries_on
from app.kernel.db import db, new_id
from tests.booking.promises import book, open_house
from tests.harness.mailbox import run_jobs


@pytest.fixture
def reservation(app):
    return book(open_house())


@pytest.fixture
def drawn(reservation):
    run_jobs()
    return documents.latest(CONFIRMATION.code, reservation)


def test_the_page_of_a_record_lists_its_documents(visit, cast, reservation, drawn):
    page = visit(cast.chloe).see(f"/admin/reservations/{reservation.id}")
    assert page.links()["Confirmation de réservation"] == f"/documents/{drawn.id}"
    assert "version 1 · Français" in page.text


def test_who_may_read_the_record_opens_them(visit, cast, drawn):
    answer = visit(cast.chloe).get(f"/documents/{drawn.id}")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("stranger", ["alice", "eve"])
def test_others_do_not(visit, cast, drawn, stranger):
    assert visit(getattr(cast, stranger)).get(f"/documents/{drawn.id}").status_code == 302
    assert visit(getattr(cast, stranger)).post(f"/documents/{drawn.id}/version").status_code == 403


def test_one_that_does_not_exist_is_not_found(visit, cast, drawn):
    chloe = visit(cast.chloe)
    assert chloe.get(f"/documents/{new_id()}").status_code == 404
    assert chloe.get(f"/fichiers/{new_id()}").status_code == 404


def test_one_that_is_being_drawn_says_so(visit, cast, reservation):
    promised = documents.latest(CONFIRMATION.code, reservation)
    answer = visit(cast.chloe).get(f"/documents/{promised.id}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_made_again_it_is_a_new_version_with_who_asked_for_it(visit, cast, reservation, drawn):
    chloe = visit(cast.chloe)
    page = chloe.see(f"/admin/reservations/{reservation.id}")
    page = page.submit(f"form[action='/documents/{drawn.id}/version']", javascript=False)
    assert "Une nouvelle version se prépare." in page.text
    assert "En préparation" in page.text
    run_jobs()
    page = chloe.see(f"/admin/reservations/{reservation.id}")
    assert "version 2" in page.text
    assert cast.chloe.person.full_name in page.text
    assert entries_on(reservation.kind(), reservation.id)[0].fact == "documents.renewed"
    assert chloe.get(f"/documents/{drawn.id}").status_code == 200  # what was given out stays


def test_only_the_newest_is_made_again(visit, cast, reservation, drawn):
    chloe = visit(cast.chloe)
    chloe.post(f"/documents/{drawn.id}/version")
    run_jobs()
    db.session.expire_all()
    page = chloe.see(f"/admin/reservations/{reservation.id}")
    newest = documents.latest(CONFIRMATION.code, reservation)
    assert [form["action"] for form in page.all("form[action$='/version']")] == [f"/documents/{newest.id}/version"]
    assert chloe.post(f"/documents/{drawn.id}/version").status_code == 409


def test_a_storage_that_is_away_is_said_and_one_comes_back(app, visit, cast, drawn, monkeypatch, s3_server):
    url = s3_server.url()
    monkeypatch.setitem(app.config, "STORAGE_URL", url)
    s3_server.answers = [403]
    answer = visit(cast.chloe).get(f"/documents/{drawn.id}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_a_file_that_is_lost_is_said_to_be_gone(visit, cast, drawn):
    files.storage().remove(drawn.file_digest)
    assert visit(cast.chloe).get(f"/documents/{drawn.id}").status_code == 410
