"""Documents: drawn once, from nothing but our own memory, kept by hash, given out as attachments."""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
import sqlalchemy as sa
from jinja2 import ChoiceLoader, DictLoader
from pypdf import PdfReader

from app.accounts.service import actor_for
from app.kernel import documents, files, press, printing
from app.kernel.db import db, transaction
from app.kernel.documents import Document, DocumentState, document
from app.kernel.files import StoredFile
from app.kernel.languages import speaking
from app.kernel.letters import Letter
from app.kernel.outbox import OutboxRow
from app.kernel.storage import FileMissing
from app.kernel.wordings import Tag, Texts, wording, wordings
from tests.factories import make_establishment
from tests.harness.live import eventually
from tests.harness.mailbox import run_jobs

CARD = """{% extends "documents/_base/document.html" %}
{% block title %}t{% endblock %}
{% block content %}{{ text }}{% endblock %}"""


@pytest.fixture
def says():
    """What the test's document says; None when it has lost its object."""
    return SimpleNamespace(context={"text": "Table gardée : 4 couverts, près de l’âtre", "issuer": "Margot"})


@pytest.fixture
def card(app, says):
    usual = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"tests/card.html": CARD}), usual])
    yield document(
        "tests.card",
        "Carte",
        filename=lambda house: f"carte-{house.slug}.pdf",
        template="tests/card.html",
        context=lambda _house: says.context,
        keep_years=1,
    )
    app.jinja_env.loader = usual
    documents.documents().pop("tests.card")


@pytest.fixture
def house(app):
    return make_establishment()


def request(card, house, **options):
    with transaction():
        card.request(house, language="fr", **options)
    return documents.latest("tests.card", house)


def text_of(pdf: bytes) -> str:
    return " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().replace("\xa0", " ").split())


# --- one document -------------------------------------------------------------------------------------------------


def test_it_is_promised_then_drawn_by_a_job(card, house):
    assert request(card, house).state is DocumentState.WAITING
    run_jobs()
    drawn = documents.latest("tests.card", house)
    assert drawn.is_ready
    assert drawn.filename == "carte-maison.pdf"
    assert text_of(files.content_of(drawn.file)) == "Table gardée : 4 couverts, près de l’âtre"


def test_a_rolled_back_transaction_promises_nothing(card, house):
    with pytest.raises(ZeroDivisionError), transaction():
        card.request(house, language="fr")
        raise ZeroDivisionError
    assert documents.latest("tests.card", house) is None
    assert db.session.scalar(sa.select(OutboxRow.id)) is None


def test_the_same_version_is_drawn_once(card, house):
    first = request(card, house)
    assert request(card, house).id == first.id
    assert run_jobs() == 1
    assert documents.ensure(first.id).ready_at == documents.ensure(first.id).ready_at


def test_each_version_is_a_document(card, house):
    request(card, house)
    newest = request(card, house, sequence=1)
    assert newest.sequence == 1
    assert len(documents.documents_about(house)) == 2


def test_what_has_changed_is_drawn_again(card, house, says):
    request(card, house)
    run_jobs()
    says.context = {**says.context, "text": "Six couverts"}
    with transaction():
        card.renew(house, language="fr")
    run_jobs()
    (drawn,) = documents.documents_about(house)
    assert text_of(files.content_of(drawn.file)) == "Six couverts"


def test_what_was_given_out_stays_beside_what_replaces_it(card, house, says, cast):
    request(card, house, actor=actor_for(cast.bruno))
    run_jobs()
    says.context = {**says.context, "text": "Six couverts"}
    with transaction():
        card.renew(house, language="fr", actor=actor_for(cast.chloe))
    run_jobs()
    newest, first = documents.versions_about(house)
    assert [(each.version, each.made_by) for each in (newest, first)] == [
        (2, cast.chloe.person.full_name), (1, cast.bruno.person.full_name),
    ]  # fmt: skip
    assert "4 couverts" in text_of(files.content_of(first.file))
    assert documents.latest("tests.card", house).id == newest.id
    assert documents.documents_about(house) == [newest]


def test_one_that_was_never_drawn_gives_its_place(card, house):
    promised = request(card, house)
    with transaction():
        card.renew(house, language="fr")
    (standing,) = documents.versions_about(house)
    assert (standing.version, standing.id != promised.id) == (1, True)


def test_asking_again_after_a_new_version_changes_nothing(card, house):
    request(card, house)
    run_jobs()
    with transaction():
        card.renew(house, language="fr")
    assert request(card, house).version == 2
    assert len(documents.versions_about(house)) == 2


def test_it_is_drawn_at_need_before_its_job(card, house):
    request(card, house)
    assert card.ensured(house).is_ready


def test_one_whose_job_was_lost_is_promised_again(card, house, at):
    request(card, house)
    with transaction() as session:
        session.execute(sa.delete(OutboxRow))
    documents.draw_left_documents()
    assert run_jobs() == 0
    at("2026-03-10 10:11")
    documents.draw_left_documents()
    assert run_jobs() == 1
    assert documents.latest("tests.card", house).is_ready


def test_it_disappears_when_it_has_lost_its_object(card, house, says):
    promised = request(card, house)
    says.context = None
    assert documents.ensure(promised.id) is None
    assert documents.latest("tests.card", house) is None


def test_without_the_libraries_it_fails_and_says_why(card, house, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    promised = request(card, house)
    run_jobs()
    failed = documents.ensure(promised.id)
    assert failed.state is DocumentState.FAILED
    assert "weasyprint" in failed.reason
    assert failed.file is None


def test_it_is_given_as_an_attachment_under_its_own_policy(app, card, house):
    request(card, house)
    with app.test_request_context():
        answer = documents.send(card.ensured(house))
    assert answer.headers["Content-Disposition"] == "attachment; filename=carte-maison.pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/pdf"


# --- what a document may fetch --------------------------------------------------------------------------------------

PLACES = (
    '<img src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<style>@font-face {{ font-family: x; src: url("{}") }} p {{ font-family: x }}</style><p>a',
    '<p style="background: url({})">a',
)


@pytest.mark.parametrize(
    "outside",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "app:secret-key",
        "app:../../etc/passwd",
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_it_fetches_nothing_from_outside(app, outside, place):
    with pytest.raises(printing.OutsideResource):
        printing.pdf(f"<html><body>{place.format(outside)}</body></html>")


def test_an_address_without_a_scheme_is_no_address(app):
    assert printing.pdf('<img src="//example.org/x.png"><img src="../../etc/passwd">').startswith(b"%PDF-")


def test_our_own_resources_and_what_the_text_carries_are_welcome(app):
    dot = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    assert printing.pdf(f'<img src="app:logo"><img src="{dot}">').startswith(b"%PDF-")


def test_the_fonts_are_our_own(app):
    reader = PdfReader(BytesIO(printing.pdf('<h1 class="display">Œuf à 19 h 30</h1><p>Łódź, naïve : 12 €</p>')))
    embedded = reader.pages[0]["/Resources"]["/Font"].values()
    fonts = [font.get_object()["/BaseFont"].partition("+")[2] for font in embedded]
    assert fonts
    assert all(name.startswith(("Bricolage", "Source")) for name in fonts), fonts


# --- the words of a house --------------------------------------------------------------------------------------------

WORDED = """{% extends "documents/_base/document.html" %}
{% block title %}t{% endblock %}
{% block content %}<h1>{{ wording.subject }}</h1>{% for text in wording.closing %}<p>{{ text }}</p>{% endfor %}{% endblock %}"""


@pytest.fixture
def worded(card, app):
    """The card in words that a house may change; it cannot do without an address."""
    app.jinja_env.loader.loaders[0].mapping["tests/card.html"] = WORDED
    address = Tag("adresse", "Adresse", lambda words: words.get("address", ""), needed=True)
    text = Tag("texte", "Texte", lambda words: words["text"])
    wording(
        "tests.card", "Carte", subject="Carte", opening=(), closing=("{texte}",), tags=(address, text),
        sample=lambda house: Letter({}, house.name), is_paper=True,
    )  # fmt: skip
    yield card
    wordings().pop("tests.card")


def test_a_paper_says_the_words_of_the_house(worded, app):
    context = {"text": "<b>{adresse}</b>", "address": "12 rue des Halles", "issuer": "Margot"}
    with speaking("fr"):
        html = documents.written(worded, context, Texts("Chez nous : {adresse}", "", "Dit : {texte}"))
    assert "<h1>Chez nous : 12 rue des Halles</h1>" in html
    assert "Dit\u202f: &lt;b&gt;{adresse}&lt;/b&gt;" in html  # what a tag brings in is text, and no tag


def test_a_paper_that_lacks_what_it_needs_is_refused_and_says_what(worded, house, says):
    request(worded, house)
    run_jobs()
    refused = documents.latest("tests.card", house)
    assert refused.state is DocumentState.FAILED
    assert refused.reason == "Il manque\u202f: Adresse."
    says.context = {**says.context, "address": "12 rue des Halles"}
    with transaction():
        worded.renew(house, language="fr")
    run_jobs()
    assert documents.latest("tests.card", house).is_ready


WAYS = (
    '<img src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<a rel="attachment" href="{}">a</a>',
    '<style>@import url("{}");</style>',
    '<p style="background: url({})">a',
    '<object data="{}"></object>',
    '<base href="{}"><img src="x.png">',
    '<svg width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
    (
        '<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<image href="{}" width="9" height="9"/></svg>\'>'
    ),
)


class Canary(BaseHTTPRequestHandler):
    """Sings when somebody asks it anything."""

    heard: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"CANARY")

    def log_message(self, *_said) -> None:
        """Say nothing else."""


@pytest.fixture
def canaries(tmp_path):
    """An address of the private network, and a file of the machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    file = tmp_path / "canary.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>CANARY</text></svg>')
    yield f"http://127.0.0.1:{server.server_port}/x.svg", file.as_uri()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("way", WAYS)
def test_the_press_fetches_nothing_from_outside(app, canaries, way):
    for outside in canaries:
        try:
            drawn = press.pdf(way.format(outside))
        except printing.OutsideResource:
            continue
        assert b"CANARY" not in drawn
        assert list(PdfReader(BytesIO(drawn)).attachments) == []
        assert "CANARY" not in text_of(drawn)
    assert Canary.heard == []


def test_the_press_is_told_nothing_of_the_house(app):
    press.pdf("<p>a")
    environ = Path(f"/proc/{press._presses[os.getpid()]._process.pid}/environ").read_bytes()
    told = {line.partition(b"=")[0].decode() for line in environ.split(b"\0") if line}
    assert told <= {*press.KNOWN_VARIABLES, "TMPDIR", "LC_CTYPE"} | {
        name for name in told if name.startswith("COVERAGE")
    }


def test_a_paper_without_end_is_stopped_and_the_next_is_drawn(app):
    hurried = press.Press()
    hurried.pdf("<p>warm")
    hurried.seconds = 0.5
    with pytest.raises(press.DrawingStopped, match="trop de temps"):
        hurried.pdf("<p>" + "<b>x</b> " * 300_000)
    hurried.seconds = press.SECONDS
    assert hurried.pdf("<p>next").startswith(b"%PDF-")
    hurried.stop()


def test_who_cannot_wait_is_told_so_and_the_paper_is_drawn_for_the_next(app):
    press.pdf("<p>warm")
    with press.waiting_at_most(0), pytest.raises(press.NotInTime):
        press.pdf("<p>" + "<b>x</b> " * 20_000)
    with press.waiting_at_most(300):
        assert press.pdf("<p>next").startswith(b"%PDF-")


@pytest.mark.long
def test_a_paper_without_measure_is_stopped_and_the_next_is_drawn(app):
    narrow = press.Press(seconds=300, memory=350 * 2**20)
    with pytest.raises(press.DrawingStopped, match="mémoire"):
        narrow.pdf("<p>" + "<b>x</b> " * 300_000)
    assert narrow.pdf("<p>next").startswith(b"%PDF-")
    narrow.stop()


@pytest.mark.long
def test_a_press_without_papers_goes_and_comes_back(app):
    seldom = press.Press(idle=0.2)
    seldom.pdf("<p>first")
    assert seldom._process.wait(60) == 0
    assert seldom.pdf("<p>second").startswith(b"%PDF-")
    seldom.stop()


@pytest.mark.long
def test_a_press_that_went_is_no_process_any_more(app):
    idle = press.Press(idle=0.2)
    idle.pdf("<p>only")
    process = idle._process
    eventually("the press is gone", lambda: process.returncode is not None)
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    idle.stop()


@pytest.mark.long
def test_a_press_that_was_killed_is_started_again(app):
    killed = press.Press()
    killed.pdf("<p>first")
    killed._process.kill()
    killed._process.wait()
    assert killed.pdf("<p>second").startswith(b"%PDF-")
    killed.stop()


def test_a_paper_that_is_stopped_fails_with_its_reason(card, house, monkeypatch):
    def stops(_html, _archive):
        raise press.DrawingStopped("trop long")

    monkeypatch.setattr(press, "pdf", stops)
    request(card, house)
    run_jobs()
    assert documents.latest("tests.card", house).reason == "trop long"


# --- files ----------------------------------------------------------------------------------------------------------


def test_the_same_content_is_kept_once(app):
    with transaction():
        first, second = files.keep(b"abc", "text/plain"), files.keep(b"abc", "text/plain")
    assert first.digest == second.digest
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1


def test_a_file_stands_outside_the_web_root_under_its_hash(app):
    with transaction():
        kept = files.keep(b"abc", "text/plain")
    path = app.config["DATA_DIR"] / "files" / kept.digest[:2] / kept.digest
    assert path.read_bytes() == b"abc"
    assert not path.is_relative_to(app.config["STATIC_DIR"])


def test_a_file_that_changed_is_not_given(app):
    with transaction():
        kept = files.keep(b"precious", "text/plain")
    path = app.config["DATA_DIR"] / "files" / kept.digest[:2] / kept.digest
    path.write_bytes(b"tampered")
    with pytest.raises(FileMissing):
        files.content_of(kept)
    path.unlink()
    with pytest.raises(FileMissing):
        files.content_of(kept)


def test_the_database_refuses_a_ready_document_without_a_file(card, house):
    promised = request(card, house)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.update(Document).where(Document.id == promised.id).values(state="ready"))
