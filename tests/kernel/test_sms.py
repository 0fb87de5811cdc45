"""Text messages to a gateway of Twilio's shape, on a real socket."""

import base64

import jinja2
import pytest
import sqlalchemy as sa

from app.config import ConfigurationRefused, read_configuration
from app.kernel import sms
from app.kernel.db import db, transaction
from app.kernel.letters import Letter
from app.kernel.messages import Channel, Message, MessageState
from app.kernel.notices import Recipient, notice
from app.kernel.suppression import SuppressedAddress
from app.kernel.transports import is_open
from tests.factories import make_person
from tests.harness.mailbox import run_jobs

TABLE = notice("tests.table", "Table", category="tests", optional=False, written_for=(Channel.SMS,))


@TABLE.composed_by
def compose(person, _message):
    return Letter({"name": person.first_name}, "La Maison")


@pytest.fixture(autouse=True)
def texts(app, monkeypatch):
    written = jinja2.DictLoader({"emails/tests/table/sms.txt": "Bonjour {{ name }}, à l’été."})
    monkeypatch.setattr(app.jinja_env, "loader", jinja2.ChoiceLoader([written, app.jinja_env.loader]))


@pytest.fixture
def gateway(app, outside, monkeypatch):
    outside.usual = (201, '{"sid": "SM123"}')
    url = outside.url.replace("://", "://AC1:s%2Fcret@")
    monkeypatch.setitem(app.config, "SMS_URL", f"{url}/2010-04-01/Accounts/AC1/Messages.json")
    monkeypatch.setitem(app.config, "SMS_FROM", "Margot")
    return outside


def send(key="one"):
    person = make_person("Zoé", "Ndiaye")
    with transaction():
        to = Recipient("Zoé Ndiaye", "+33612345678", "fr", person.id, Channel.SMS)
        TABLE.send(to=to, about=person, key=key)
    return person


def message() -> Message:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Message)).one()


def test_it_reaches_the_gateway(gateway):
    send()
    run_jobs()
    (post,) = gateway.posts
    assert post.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert post.form == {"To": "+33612345678", "From": "Margot", "Body": "Bonjour Zoé, à l'été."}
    assert post.headers["authorization"] == f"Basic {base64.b64encode(b'AC1:s/cret').decode()}"
    kept = message()
    assert (kept.state, kept.attempts[0].answer) == (MessageState.SENT, "201 SM123")


def test_the_same_key_is_sent_once_by_each_channel(gateway):
    person = send()
    with transaction():
        to = Recipient("Zoé", "+33612345678", "fr", person.id, Channel.SMS)
        TABLE.send(to=to, about=person, key="one")
    run_jobs()
    assert len(gateway.posts) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 301])
def test_a_refusal_is_final_and_kept(gateway, status):
    gateway.answers = [(status, '{"code": 20003, "message": "Authenticate"}')]
    send()
    run_jobs()
    assert (message().state, message().attempts[0].answer) == (MessageState.REFUSED, f"{status} Authenticate")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SuppressedAddress)) == 0


@pytest.mark.parametrize("code", sorted(sms.NUMBER_GONE))
def test_a_number_that_is_gone_is_put_aside(gateway, code):
    gateway.answers = [(400, f'{{"code": {code}, "message": "gone"}}')]
    send()
    run_jobs()
    assert db.session.scalars(sa.select(SuppressedAddress.address)).all() == ["+33612345678"]
    send("two")
    run_jobs()
    assert len(gateway.posts) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_gateway_in_trouble_is_tried_again_as_mail_is(gateway, at, status):
    gateway.answers = [(status, "busy")]
    send()
    run_jobs(strict=False)
    assert message().state is MessageState.QUEUED
    at("2026-03-10 10:02")
    run_jobs(strict=False)
    assert (message().state, len(gateway.posts)) == (MessageState.SENT, 2)
    assert [attempt.accepted for attempt in message().attempts] == [False, True]


def test_neither_the_token_nor_the_address_is_kept_when_nobody_answers(gateway, monkeypatch, app):
    monkeypatch.setitem(app.config, "SMS_URL", "http://AC1:secret@127.0.0.1:1/x")
    send()
    run_jobs(strict=False)
    assert "secret" not in message().attempts[0].answer
    assert "secret" not in str(db.session.execute(sa.text("SELECT last_error FROM outbox")).all())


def test_without_a_gateway_there_are_no_text_messages(app):
    assert not is_open(Channel.SMS)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"SMS_URL": "https://a:b@gateway.example/"}, "SMS_FROM"),
        ({"SMS_URL": "ftp://gateway.example/", "SMS_FROM": "+33612345678"}, "SMS_URL"),
        ({"SMS_URL": "https://gateway.example/", "SMS_FROM": "Un nom bien trop long"}, "SMS_FROM"),
        ({"OUTBOUND_ALLOWED": "10.0.0.0/8, maison"}, "OUTBOUND_ALLOWED"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(tmp_path, environ, named):
    with pytest.raises(ConfigurationRefused, match=named):
        read_configuration({"DATA_DIR": str(tmp_path), **environ})


def test_the_token_is_never_shown(tmp_path):
    read = read_configuration(
        {"DATA_DIR": str(tmp_path), "SMS_URL": "https://AC1:secret@gateway.example/", "SMS_FROM": "Margot"}
    )
    assert "secret" not in str(read.shown())
