"""Files with feedback: announced, kept while the rest is typed again, read by the team, forgotten in time."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from app.kernel import attachments, clock, files
from app.kernel.attachments import Attachment, AttachmentState
from app.kernel.db import db, transaction
from app.kernel.files import StoredFile
from app.kernel.outbox import OutboxRow
from app.kernel.privacy import retention_rules
from app.site.feedback import service
from app.site.feedback.models import Feedback
from tests.booking.houses import open_house
from tests.harness.clamd import EICAR
from tests.harness.mailbox import run_jobs
from tests.kernel.test_uploads import picture

PAPER = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def house(app):
    return open_house()


def sent(*contents, name="capture.png", **typed):
    values = {"kind": "problem", "text": "Voyez vous-même", "page": "", "email": "", "website": "", **typed}
    return {**values, "files": [FileStorage(io.BytesIO(content), filename=name) for content in contents]}


def leave(visitor, *contents, **typed):
    page = visitor.see("/avis")
    body, _length, boundary = stream_encode_multipart(sent(*contents, **typed), threshold=10**8)  # no file left open
    answer = visitor.post("/avis", data=body.read(), content_type=f"multipart/form-data; boundary={boundary}")
    return visitor.arrive("/avis", answer), page


def held() -> list[Attachment]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Attachment).order_by(Attachment.created_at, Attachment.id)))


@pytest.fixture
def left(house, visit):
    """Feedback with a picture."""
    leave(visit(), picture("PNG"))
    (attachment,) = held()
    return attachment


# --- sending --------------------------------------------------------------------------------------------------------


def test_what_may_be_sent_is_said_beforehand(house, visit):
    page = visit().see("/avis")
    assert "JPEG, PNG, WebP, PDF. 3 fichiers au plus, 5 Mo chacun." in page.text
    assert page.first("main form")["enctype"] == "multipart/form-data"


def test_a_picture_goes_with_the_words(house, visit, left):
    (feedback,) = db.session.scalars(sa.select(Feedback))
    assert (left.subject_kind, left.subject_id) == ("Feedback", feedback.id)
    assert (left.filename, left.state, left.added_by) == ("capture.png", AttachmentState.READY, "")


def test_nothing_is_lost_while_the_rest_is_typed_again(house, visit):
    visitor = visit()
    page, _form = leave(visitor, picture("PNG"), text="")
    assert page.status == 422
    assert "capture.png" in page.text
    (waiting,) = held()
    assert waiting.subject_id is None
    page = page.submit("main form", javascript=False, text="Voilà")
    assert "Merci de votre avis" in page.text
    assert [each.subject_kind for each in held()] == ["Feedback"]


def test_one_that_is_taken_back_is_not_sent(house, visit):
    page, _form = leave(visit(), picture("PNG"), picture("PNG", (8, 8)), text="")
    boxes = page.all("input[name=files-removed]")
    assert len(boxes) == 2
    page = page.submit("main form", javascript=False, text="Voilà", **{"files-removed": boxes[0]["value"]})
    assert "Merci" in page.text
    assert sorted(each.subject_id is None for each in held()) == [False, True]


def test_a_fourth_is_refused_and_the_others_stay(house, visit):
    page, _form = leave(visit(), *[picture("PNG", (size, 1)) for size in (1, 2, 3, 4)])
    assert page.status == 422
    assert "« capture.png » est de trop." in page.text
    page, _form = leave(visit(), *[picture("PNG", (size, 1)) for size in (1, 2, 3, 4, 5)])
    assert page.first(".field__error").text.count("3 fichiers au plus") == 1
    assert len(page.all("input[name=files-removed]")) == 3


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"<html>", "photo.jpg", "n’est pas accepté"),
        (PAPER + bytes(6 * 2**20), "gros.pdf", "« gros.pdf » dépasse 5 Mo"),
        (b"MZ", "../../etc/\x00x.png", "« x.png » n’est pas accepté"),
    ],
)
def test_what_is_refused_is_told_and_the_words_stay(house, visit, content, name, told):
    page, _form = leave(visit(), content, name=name)
    assert page.status == 422
    assert told in page.text
    assert page.fields("main form")["text"] == "Voyez vous-même"
    assert held() == []


def test_more_than_a_form_may_weigh_is_not_read(house, visit):
    heavy = visit().post("/avis", data=bytes(16 * 2**20), content_type="multipart/form-data; boundary=b")
    assert heavy.status_code == 413


def test_other_forms_stay_small(house, visit):
    assert visit().post("/reserver", data={"x": "y" * 300_000}).status_code == 413


def test_a_forged_or_borrowed_name_is_nothing(house, visit, left):
    stolen = attachments.sealed(left)
    page = visit().arrive("/avis", visit().post("/avis", data={**sent(), "files-kept": [stolen, "forged", ""]}))
    assert "Merci" in page.text
    first, _second = db.session.scalars(sa.select(Feedback).order_by(Feedback.created_at))
    assert left.subject_id == first.id


def test_too_many_in_an_hour_are_refused(house, visit, monkeypatch):
    monkeypatch.setattr("app.kernel.file_fields.FILES_BY_HOUR", 2)
    page, _form = leave(visit(), *[picture("PNG", (size, 1)) for size in (1, 2, 3)])
    assert "Réessayez dans une heure" in page.text
    assert len(held()) == 2


# --- reading --------------------------------------------------------------------------------------------------------


def test_the_team_opens_it_as_an_attachment(house, visit, cast, left):
    chloe = visit(cast.chloe)
    page = chloe.see(f"/admin/avis/{left.subject_id}")
    answer = chloe.get(page.links()["capture.png"])
    assert answer.mimetype == "image/png"
    assert answer.headers["Content-Disposition"] == "attachment; filename=capture.png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("stranger", ["alice", "bruno"])
def test_others_do_not(visit, cast, left, stranger):
    visitor = visit(getattr(cast, stranger))
    assert visitor.get(f"/fichiers/{left.id}").status_code in (302, 403)
    assert visitor.post(f"/fichiers/{left.id}/retrait").status_code == 403


def test_one_that_waits_for_its_form_opens_to_nobody(house, visit, cast):
    leave(visit(), picture("PNG"), text="")
    (waiting,) = held()
    assert visit(cast.admin).get(f"/fichiers/{waiting.id}").status_code == 404


def test_the_team_removes_it(visit, cast, left):
    chloe = visit(cast.chloe)
    page = chloe.see(f"/admin/avis/{left.subject_id}")
    page = page.submit(f"form[action='/fichiers/{left.id}/retrait']", javascript=False)
    assert "Le fichier est retiré." in page.text
    assert "Aucun fichier joint." in page.text
    assert held() == []


# --- the antivirus --------------------------------------------------------------------------------------------------


def test_it_waits_until_the_antivirus_has_read_it(clamd, house, visit, cast):
    leave(visit(), picture("PNG"))
    (waiting,) = held()
    chloe = visit(cast.chloe)
    assert "En attente d’analyse" in chloe.see(f"/admin/avis/{waiting.subject_id}").text
    assert chloe.get(f"/fichiers/{waiting.id}").status_code == 503
    run_jobs()
    assert clamd.read == [files.content_of(waiting.file)]
    assert chloe.get(f"/fichiers/{waiting.id}").status_code == 200


def test_what_it_finds_is_set_aside_and_said(clamd, house, visit, cast):
    leave(visit(), PAPER + EICAR, name="facture.pdf")
    run_jobs()
    (refused,) = held()
    assert (refused.state, refused.file_digest) == (AttachmentState.REFUSED, None)
    chloe = visit(cast.chloe)
    assert "l’antivirus y a trouvé Eicar-Test-Signature" in chloe.see(f"/admin/avis/{refused.subject_id}").text
    assert chloe.get(f"/fichiers/{refused.id}").status_code == 410


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", ""])
def test_while_it_does_not_answer_the_file_waits(clamd, house, visit, answer):
    clamd.answers = [answer]
    leave(visit(), picture("PNG"))
    run_jobs(strict=False)
    (waiting,) = held()
    assert waiting.state is AttachmentState.SCANNING
    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "kernel.scan_attachment")).one()
    assert "AntivirusAway" in row.last_error


# --- forgetting -----------------------------------------------------------------------------------------------------


def test_one_whose_form_was_never_sent_is_forgotten_after_a_day(house, visit, at):
    leave(visit(), picture("PNG"), text="")
    rule = retention_rules()["kernel.attachments"]
    assert rule.run() == 0
    at("2026-03-11 10:01")
    assert rule.run() == 1
    assert db.session.scalar(sa.select(StoredFile.digest)) is None


def test_it_goes_with_what_it_showed(house, visit, left):
    with transaction():
        service.forget_feedback([left.subject_id])
    assert held() == []


def test_a_file_that_is_still_shown_is_kept(house, visit, left, at):
    at(clock.now() + timedelta(days=3))
    assert retention_rules()["kernel.files"].run() == 0
    assert files.content_of(held()[0].file)
