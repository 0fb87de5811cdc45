"""Mail: a row, then a letter to a real server, and the server's answer kept."""

import email
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import jinja2
import pytest
import sqlalchemy as sa

from app.kernel import capture, mail
from app.kernel.db import db, transaction
from app.kernel.letters import Attachment, Letter
from app.kernel.messages import Message, MessageState
from app.kernel.notices import Recipient, notice
from app.kernel.outbox import JobState, OutboxRow
from tests.factories import make_person
from tests.harness.mailbox import run_jobs

HELLO = notice("tests.hello", "Bonjour", category="tests", optional=False)
TEMPLATES = {
    "emails/tests/hello/subject.txt": "Bonjour\n{{ name }}",
    "emails/tests/hello/body.txt": "Bonjour {{ name }}, à bientôt.",
    "emails/tests/hello/body.html": "<p>Bonjour <b>{{ name }}</b></p>",
}


@HELLO.composed_by
def compose(person, message):
    if message.details.get("gone"):
        return None
    ticket = Attachment("billet.txt", "text/plain", b"ticket")
    return Letter({"name": person.first_name}, "La Maison", reply_to="salle@example.org", attachments=[ticket])


@pytest.fixture(autouse=True)
def templates(app, monkeypatch):
    loader = jinja2.ChoiceLoader([jinja2.DictLoader(TEMPLATES), app.jinja_env.loader])
    monkeypatch.setattr(app.jinja_env, "loader", loader)


@pytest.fixture
def person(app):
    return make_person("Zoé", "Ndiaye")


def send(person, *, key="hello", **details):
    with transaction():
        HELLO.send(to=Recipient(person.full_name, "zoe@example.org"), about=person, key=key, **details)


def message() -> Message:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Message)).one()


def test_a_server_that_is_slow_to_accept_a_letter_gets_it_once(person, outbox, mail_server, monkeypatch):
    monkeypatch.setattr(mail, "STEP_SECONDS", 1.0)
    mail_server.seconds = 1.5
    send(person)
    assert len(outbox) == 1
    assert message().state is MessageState.SENT
    assert [attempt.accepted for attempt in message().attempts] == [True]


def test_a_letter_reaches_a_real_server(person, outbox):
    send(person)
    letter = outbox[0]
    assert (letter.address, letter.subject) == ("zoe@example.org", "Bonjour Zoé")
    assert letter.text.strip() == "Bonjour Zoé, à bientôt."
    assert "<b>Zoé</b>" in letter.html
    assert letter.attachments == {"billet.txt": b"ticket"}
    assert "La Maison" in str(letter.raw["From"])
    assert letter.raw["Auto-Submitted"] == "auto-generated"


def test_the_answer_is_kept_on_its_row(person, outbox):
    send(person)
    assert len(outbox) == 1
    kept = message()
    assert kept.state is MessageState.SENT
    assert kept.sent_at is not None
    assert [(attempt.accepted, attempt.answer) for attempt in kept.attempts] == [(True, "250 accepted")]


def test_the_same_key_is_written_once(person, outbox):
    send(person)
    send(person)
    assert len(outbox) == 1


def test_a_final_refusal_is_kept_and_not_tried_again(person, mail_server, at):
    mail_server.answer("550 5.1.1 no such mailbox")
    send(person)
    run_jobs(strict=False)
    kept = message()
    assert kept.state is MessageState.REFUSED
    assert kept.attempts[0].answer.startswith("550")
    at("2026-03-12 10:00")
    assert run_jobs(strict=False) == 0
    assert mail_server.letters == []


def test_a_passing_trouble_is_tried_again(person, mail_server, at):
    mail_server.answer("451 4.3.0 try again later")
    send(person)
    run_jobs(strict=False)
    assert message().state is MessageState.QUEUED
    at("2026-03-10 10:02")
    run_jobs(strict=False)
    kept = message()
    assert kept.state is MessageState.SENT
    assert [attempt.accepted for attempt in kept.attempts] == [False, True]
    assert len(mail_server.letters) == 1


def test_after_the_last_try_it_has_failed(person, mail_server, at):
    mail_server.answer(*["451 later"] * 10)
    send(person)
    for instant in ("10 10:00:01", "10 10:02", "10 10:10", "10 11:00", "10 18:00", "12 10:00"):
        at(f"2026-03-{instant}")
        run_jobs(strict=False)
    kept = message()
    assert kept.state is MessageState.FAILED
    assert len(kept.attempts) == 6
    assert db.session.scalars(sa.select(OutboxRow.state)).all() == [JobState.FAILED]


def test_without_a_server_it_is_tried_again(person, app, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")
    send(person)
    run_jobs(strict=False)
    kept = message()
    assert kept.state is MessageState.QUEUED
    assert "ConnectionRefusedError" in kept.attempts[0].answer


def test_what_lost_its_object_is_dropped(person, outbox):
    send(person, gone=True)
    assert len(outbox) == 0
    assert message().state is MessageState.DROPPED


def test_without_smtp_it_is_captured(person, app, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", "")
    send(person)
    run_jobs()
    files = list(capture.capture_box().glob("*.eml"))
    letters = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [str(letter["To"]) for letter in letters] == ["Zoé Ndiaye <zoe@example.org>"]
    assert message().attempts[0].answer.startswith("250")
    for file in files:
        file.unlink()


@pytest.mark.parametrize(
    "subject",
    [
        "Absence, réservation Q7JC72U : 50,00 € à régler",
        "Été après été, " * 12 + "fin",
        "Bonjour",
        "Réponse\u202f: c’est oui",
    ],
)
def test_a_subject_keeps_its_spaces_whatever_its_length(subject):
    letter = EmailMessage()
    letter["Subject"] = subject
    read = message_from_bytes(letter.as_bytes(policy=mail.WIRE))
    assert str(make_header(decode_header(read["Subject"]))) == subject
