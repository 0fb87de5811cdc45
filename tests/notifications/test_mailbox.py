"""The capture box: it exists in the demonstration only, and shows letters without trusting them."""

from email.message import EmailMessage

import pytest

from app.kernel import capture, mail
from tests.booking.promises import book, open_house
from tests.harness.mailbox import run_jobs
from tests.harness.visitors import Visitor


@pytest.fixture
def demo(make_app, tmp_path):
    """A demonstration: letters stop in its box."""
    app = make_app(ENVIRONMENT="demo", SMTP_URL="", DATA_DIR=str(tmp_path))
    with app.app_context():
        yield app


@pytest.fixture
def visitor(demo):
    return Visitor(demo.test_client())


@pytest.fixture
def letter(demo):
    """The address of the page of a captured confirmation."""
    reservation = book(open_house())
    run_jobs()
    (path,) = capture.capture_box().glob("*.eml")
    return reservation, f"/demo/courrier/{path.stem}"


def captured(html: str, subject: str = "Bonjour") -> str:
    """Capture a letter that says this."""
    mime = EmailMessage()
    mime["From"], mime["To"], mime["Subject"] = "a@example.org", "b@example.org", subject
    mime["Message-ID"] = "<0-0@localhost>"
    mime.set_content("texte")
    mime.add_alternative(html, subtype="html")
    mail.hand_to_server(mime)
    (path,) = capture.capture_box().glob("*.eml")
    return f"/demo/courrier/{path.stem}"


@pytest.mark.parametrize("path", ["", "/20260310T090000000000-x", "/20260310T090000000000-x/mise-en-page"])
def test_outside_the_demonstration_it_does_not_exist(app, visit, path):
    assert visit().get(f"/demo/courrier{path}").status_code == 404


def test_an_empty_box_says_how_to_begin(visitor):
    page = visitor.see("/demo/courrier")
    assert page.status == 200
    assert "Aucun message pour l’instant" in page.text


def test_what_stopped_here_is_said_in_words_where_a_server_would_have_answered(demo):
    open_house()
    mime = EmailMessage()
    mime["Message-ID"] = "<0-0@localhost>"
    kept = capture.answer_in_words(mail.hand_to_server(mime))
    assert kept.endswith("lisible dans le courrier capturé")
    assert capture.answer_in_words("250 accepted") == "250 accepted"


def test_it_shows_the_newest_letter(letter, visitor):
    reservation, url = letter
    page = visitor.see("/demo/courrier")
    for words in ("Votre table est réservée", "alice@example.org", reservation.reference, "Bonjour Alice,"):
        assert words in page.text
    assert page.first("iframe")["src"] == f"{url}/mise-en-page"
    assert visitor.see(url).status == 200


def test_its_links_can_be_followed(letter, visitor):
    _reservation, url = letter
    link = next(link for link in visitor.see(url).links().values() if "/reservations/" in link)
    assert visitor.see(link.removeprefix("http://localhost")).status == 200


def test_its_files_are_given_as_attachments(letter, visitor):
    reservation, url = letter
    answers = [visitor.get(link) for link in visitor.see(url).links().values() if "/fichiers/" in link]
    names = {answer.headers["Content-Disposition"] for answer in answers}
    assert names == {f"attachment; filename=reservation-{reservation.reference}.{kind}" for kind in ("ics", "pdf")}
    assert all("sandbox" in answer.headers["Content-Security-Policy"] for answer in answers)


def test_its_layout_runs_nothing_and_fetches_nothing(visitor):
    url = captured("<html><head></head><body><script>alert(1)</script><img src='https://example.org/x'></body></html>")
    answer = visitor.get(f"{url}/mise-en-page")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy


def test_a_subject_is_text_and_nothing_else(visitor):
    page = visitor.see(captured("<p>x</p>", subject="<script>alert(1)</script>"))
    assert "<script>alert(1)</script>" in page.text
    assert not page.all(".panel script")


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "secret-key", "20260310T090000000000-..", "x", "%00"])
def test_only_letters_of_the_box_are_read(visitor, name):
    assert visitor.get(f"/demo/courrier/{name}").status_code == 404


def test_a_file_that_is_not_there_is_404(letter, visitor):
    assert visitor.get(f"{letter[1]}/fichiers/9").status_code == 404


def test_a_text_message_is_read_in_the_same_box(demo, visitor):
    book(open_house(), by_phone=True, email="")
    run_jobs()
    page = visitor.see("/demo/courrier")
    assert "Chez Margot : votre table est réservée" in page.text
    assert "SMS" in page.text
    assert "+33612345678" in page.text
