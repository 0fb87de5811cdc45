"""A mail server that is slow, tired or refuses: every try is kept, told to the team, and made again when that helps."""

from datetime import UTC, datetime

import pytest

from tests.faults.evening import Evening, Visitor, open_house, read, write
from tests.harness.live import eventually, free_port
from tests.harness.servers import MailServer

pytestmark = pytest.mark.long
CHLOE = {"email": "chloe@chez-margot.example", "password": "une-table-pour-deux"}


@pytest.fixture
def slow_mail_server():
    server = MailServer()
    server.seconds = 2.0
    server.controller.start()
    yield server
    server.controller.stop()


def addresses(server):
    """Whom it has letters for, the team apart: the demonstration tells it of the payments it begins with."""
    found = [str(letter["To"].addresses[0].addr_spec) for letter in server.letters]
    return [address for address in found if not address.endswith("@chez-margot.example")]


def attempts(house, email):
    return read(
        house,
        "SELECT a.accepted, a.answer FROM message_attempts a JOIN messages m ON m.id = a.message_id "
        "WHERE m.to_address = ? ORDER BY a.at", email,
    )  # fmt: skip


def state(house, email):
    return read(house, "SELECT state FROM messages WHERE to_address = ?", email)[0][0]


def let_the_minute_pass(house):
    """What failed is to be tried again within a minute, not at once; that minute is over now."""
    failed = (
        "SELECT id, due_at FROM outbox WHERE job = 'kernel.deliver_message' AND state = 'waiting' AND last_error <> ''"
    )
    tries = eventually("a try to come", lambda: read(house, failed))
    away = [(datetime.fromisoformat(at).replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds() for _id, at in tries]
    assert all(0 < seconds <= 60 for seconds in away), away
    write(house, "UPDATE outbox SET due_at = '2026-01-01 00:00:00.000000' WHERE id = ?", [(id_,) for id_, _at in tries])


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

    mail_server.answer("550 5.1.1 nobody of that name")
    assert evening.one_books(), evening.failed
    refused = evening.promised[-1]
    eventually("the refusal", lambda: state(house, refused) == "refused")
    assert attempts(house, refused) == [(0, "550 5.1.1 nobody of that name")]

    mail_server.answer("451 4.3.0 try again later")
    assert evening.one_books(), evening.failed
    tired = evening.promised[-1]
    eventually("the first try", lambda: len(attempts(house, tired)) == 1)
    assert state(house, tired) == "queued"
    let_the_minute_pass(house)
    eventually("the second try", lambda: state(house, tired) == "sent")
    assert [accepted for accepted, _answer in attempts(house, tired)] == [0, 1]
    assert "451" in attempts(house, tired)[0][1]
    assert addresses(mail_server) == [tired]

    told = team_reads(house, "/admin/messages")
    assert refused in told
    assert "nobody of that name" in told


def test_a_slow_server_gets_each_letter_once(make_house, slow_mail_server):
    house = open_house(make_house, SMTP_URL=slow_mail_server.url)
    evening = Evening(house)
    for _guest in range(4):
        assert evening.one_books(), evening.failed
    eventually("all letters", lambda: set(addresses(slow_mail_server)) >= set(evening.promised))
    eventually("all marked", lambda: {state(house, email) for email in evening.promised} == {"sent"})
    assert sorted(addresses(slow_mail_server)) == sorted(evening.promised)


def test_a_server_that_is_away_degrades_the_house_and_keeps_the_letters(make_house):
    port = free_port()
    house = open_house(make_house, SMTP_URL=f"smtp://127.0.0.1:{port}")
    evening = Evening(house)
    assert evening.one_books(), evening.failed
    eventually("a try", lambda: attempts(house, evening.promised[0]))
    eventually("it says so", lambda: "mail_down" in house.json("/ready")["reasons"])
    assert house.json("/ready")["status"] == "degraded"
    server = MailServer(port)
    server.controller.start()
    try:
        let_the_minute_pass(house)
        eventually("the letter", lambda: addresses(server) == evening.promised)
        eventually("ready again", lambda: house.json("/ready")["status"] == "ready")
    finally:
        server.controller.stop()
