"""A mail server that is slow, tired or refuses: every try is kept, told to the team, and made again when that helps."""

from datetime import datetime

import pytest

from tests.faults.evening import GUEST, Evening, Visitor, open_house, read, write
from tests.harness.live import eventually, free_port
from tests.harness.servers import MailServer

pytestmark = pytest.mark.long
SAID_AWAY = [
    ("degraded", ["mail_down"]),
    ("degraded", ["mail_failing"]),
]  # as soon as it is asked; once three letters came back
CHLOE = {"email": "chloe@chez-margot.example", "password": "une-table-pour-deux"}


@pytest.fixture
def slow_mail_server():
    server = MailServer()
    server.seconds = 2.0
    server.controller.start()
    yield server
    server.controller.stop()


def attempts(house, email):
    return read(
        house,
        "SELECT a.accepted, a.answer FROM message_attempts a JOIN messages m ON m.id = a.message_id "
        "WHERE m.to_address = ? ORDER BY a.at", email,
    )  # fmt: skip


def state(house, email):
    return read(house, "SELECT state FROM messages WHERE to_address = ?", email)[0][0]


def let_the_minute_pass(house, email):
    """What failed is to be tried again within a minute of the first try, not at once; that minute is over now."""
    failed = (
        "SELECT o.id, o.due_at, a.at FROM outbox o, messages m JOIN message_attempts a ON a.message_id = m.id "
        "WHERE m.to_address = ? AND replace(o.natural_key, '-', '') = 'message:' || m.id "
        "AND o.state = 'waiting' AND o.attempts = 1 AND o.last_error <> ''"
    )
    ((id_, due_at, tried_at),) = eventually("a try to come", lambda: read(house, failed, email))
    away = (datetime.fromisoformat(due_at) - datetime.fromisoformat(tried_at)).total_seconds()
    assert 0 < away <= 70, away  # counted from the end of the try, which takes a moment
    write(house, "UPDATE outbox SET due_at = '2026-01-01 00:00:00.000000' WHERE id = ?", [(id_,)])


def team_reads(house, path):
    visitor = Visitor(house)
    token = visitor.ask("GET", "/connexion")[2].partition('name="csrf_token" value="')[2].partition('"')[0]
    assert visitor.ask("POST", "/connexion", {"csrf_token": token, **CHLOE})[0] == 303
    status, _where, text = visitor.ask("GET", path)
    assert status == 200
    return text


def test_a_refusal_is_kept_and_a_passing_trouble_is_tried_again(make_house, mail_server):
    mail_server.forget()
    house = open_house(make_house, SMTP_URL=mail_server.url)
    evening = Evening(house)

    mail_server.answer("550 5.1.1 nobody of that name", only_to=GUEST)
    assert evening.one_books(), evening.failed
    refused = evening.promised[-1]
    eventually("the refusal", lambda: state(house, refused) == "refused")
    assert attempts(house, refused) == [(0, "550 5.1.1 nobody of that name")]

    mail_server.answer("451 4.3.0 try again later", only_to=GUEST)
    assert evening.one_books(), evening.failed
    tired = evening.promised[-1]
    eventually("the first try", lambda: len(attempts(house, tired)) == 1)
    assert state(house, tired) == "queued"
    let_the_minute_pass(house, tired)
    eventually("the second try", lambda: state(house, tired) == "sent")
    assert [accepted for accepted, _answer in attempts(house, tired)] == [0, 1]
    assert "451" in attempts(house, tired)[0][1]
    assert mail_server.addresses(GUEST) == [tired]

    told = team_reads(house, "/admin/messages")
    assert refused in told
    assert "nobody of that name" in told


def test_a_slow_server_gets_each_letter_once(make_house, slow_mail_server):
    house = open_house(make_house, SMTP_URL=slow_mail_server.url)
    evening = Evening(house)
    for _guest in range(4):
        assert evening.one_books(), evening.failed
    eventually("all letters", lambda: set(slow_mail_server.addresses(GUEST)) >= set(evening.promised))
    eventually("all marked", lambda: {state(house, email) for email in evening.promised} == {"sent"})
    assert sorted(slow_mail_server.addresses(GUEST)) == sorted(evening.promised)


def test_a_server_that_is_away_degrades_the_house_and_keeps_the_letters(make_house):
    port = free_port()
    house = open_house(make_house, SMTP_URL=f"smtp://127.0.0.1:{port}")
    evening = Evening(house)
    assert evening.one_books(), evening.failed
    eventually("a try", lambda: attempts(house, evening.promised[0]))
    eventually("it says so", lambda: house.state() in SAID_AWAY)
    server = MailServer(port)
    server.controller.start()
    try:
        let_the_minute_pass(house, evening.promised[0])
        eventually("the letter", lambda: server.addresses(GUEST) == evening.promised)
        eventually("ready again", lambda: house.state()[0] == "ready")
    finally:
        server.controller.stop()
