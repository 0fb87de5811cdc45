"""Late bounces: letters accepted at first, that a report says were not delivered after all."""

from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.db import db
from app.kernel.messages import Message, MessageState
from app.kernel.suppression import SuppressedAddress
from app.notifications.bounces import jobs
from app.notifications.bounces.models import BounceReading
from app.notifications.bounces.reports import Unreadable, read_report
from tests.booking.promises import book
from tests.harness.mailbox import run_jobs

REPORT = """From: MAILER-DAEMON@mx.example.org
To: guichet@localhost.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain; charset=utf-8

Désolé.
--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Tue, 10 Mar 2026 10:00:00 +0100

Original-Recipient: rfc822; {address}
Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such mailbox

--limit
Content-Type: {part}

Message-ID: {message_id}
From: guichet@localhost.example
Subject: Votre table

--limit--
"""
HEADERS, WHOLE = "text/rfc822-headers", "message/rfc822"


def report(
    message_id="<01234567-89ab-7def-8000-0123456789ab@localhost>",
    address="alice@example.org",
    status="5.1.1",
    action="failed",
    part=HEADERS,
) -> bytes:
    text = REPORT.format(message_id=message_id, address=address, status=status, action=action, part=part)
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def letter(house, mail_server):
    """Alice's confirmation, which her server accepted."""
    book(house)
    run_jobs()
    return mail_server.letters[0]


@pytest.fixture
def read(app, imap_server, monkeypatch):
    """`read()`: the job runs, on the double."""
    monkeypatch.setitem(app.config, "BOUNCE_MAILBOX", imap_server.url)

    def run() -> int:
        noted = jobs.read_bounces()
        db.session.rollback()
        db.session.expire_all()
        return noted

    return run


def confirmation():
    return db.session.scalars(sa.select(Message).where(Message.notice == "booking.confirmed")).one()


def suppressed():
    return list(db.session.scalars(sa.select(SuppressedAddress.address)))


def reading():
    return db.session.scalars(sa.select(BounceReading)).one()


# --- what is noted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [HEADERS, WHOLE])
def test_the_letter_is_refused_with_the_servers_words_and_the_address_put_aside(letter, read, imap_server, part):
    imap_server.receive(report(letter["Message-ID"], address="ALICE@example.org", part=part))
    assert read() == 1
    assert confirmation().state is MessageState.REFUSED
    assert confirmation().attempts[-1].answer == "5.1.1 550 5.1.1 no such mailbox"
    assert suppressed() == ["alice@example.org"]
    assert imap_server.flags == [{"\\Seen", "GuichetRead"}]
    assert imap_server.folder == "Retours du jour"


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7", "5.10.1"])
def test_what_says_nothing_of_the_address_keeps_it(letter, read, imap_server, status):
    imap_server.receive(report(letter["Message-ID"], status=status))
    assert read() == 1
    assert confirmation().state is MessageState.REFUSED
    assert suppressed() == []


def test_it_is_read_once_and_said_twice_changes_nothing_more(letter, read, imap_server):
    imap_server.receive(report(letter["Message-ID"]))
    read()
    imap_server.receive(report(letter["Message-ID"]))
    assert (read(), read()) == (0, 0)
    assert len(confirmation().attempts) == 2
    assert (reading().noted, reading().known) == (1, 1)


def test_it_stands_in_the_log_and_beside_the_addresses(letter, read, imap_server, visit, cast):
    imap_server.receive(report(letter["Message-ID"]))
    imap_server.receive(report(letter["Message-ID"].replace("localhost", "elsewhere")))
    read()
    assert "no such mailbox" in visit(cast.chloe).see("/admin/messages").text
    page = visit(cast.chloe).see("/admin/messages/adresses-ecartees")
    assert "1 retour de courrier a été reconnu. 1 autre, illisible ou sans rapport, est resté sans effet." in page.text


def test_a_bounce_is_no_failing_mail_server(letter, house, read, imap_server, visit, mail_server):
    for number in range(2):
        book(house, email=f"n{number}@example.org", covers=2)
    run_jobs()
    for sent in mail_server.letters:
        imap_server.receive(report(sent["Message-ID"], address=str(sent["To"].addresses[0].addr_spec)))
    assert read() == 3
    assert "mail_failing" not in visit().get("/ready").json["reasons"]


# --- what changes nothing ---------------------------------------------------------------------------------------


def strange(letter) -> dict[str, bytes]:
    ours = letter["Message-ID"]
    return {
        "another address": report(ours, address="eve@example.org"),
        "another house": report(ours.replace("localhost", "evil.example")),
        "no letter of ours": report(),
        "no message id": report("<whatever@localhost>"),
        "no status": report(ours, status="oui"),
        "no address": report(ours, address=""),
        "no recipient": report(ours).replace(b"Action: failed", b"Inaction: failed"),
        "cut short": report(ours)[:420],
    }


@pytest.mark.parametrize("which", sorted(strange({"Message-ID": "<x@localhost>"})))
def test_forged_and_malformed_reports_change_nothing_and_are_counted(letter, read, imap_server, which):
    imap_server.receive(strange(letter)[which])
    assert read() == 0
    assert confirmation().state is MessageState.SENT
    assert suppressed() == []
    assert reading().refused == 1
    assert imap_server.flags == [{"\\Seen", "GuichetRead"}]


def test_a_letter_from_a_guest_stays_unread_for_people(letter, read, imap_server):
    mail = EmailMessage()
    mail["Subject"], mail["In-Reply-To"] = "Re: Votre table", letter["Message-ID"]
    mail.set_content("Nous serons trois.")
    imap_server.receive(mail.as_bytes())
    imap_server.receive(report(letter["Message-ID"], action="delayed", status="4.4.1"))
    assert (read(), read()) == (0, 0)
    assert imap_server.flags == [{"GuichetRead"}, {"GuichetRead"}]
    assert confirmation().state is MessageState.SENT
    assert reading().others == 2


def test_a_letter_not_yet_accepted_cannot_have_come_back(house, read, imap_server, mail_server):
    mail_server.answer("451 later")
    book(house)
    run_jobs(strict=False)
    imap_server.receive(report(f"<{confirmation().id}@localhost>"))
    assert read() == 0
    assert confirmation().state is MessageState.QUEUED


@given(st.binary(max_size=600), st.integers(0, 900), st.integers(0, 400))
def test_no_mail_breaks_the_reader(noise, place, length):
    """Neither noise, nor a report with noise in it, does more than be unreadable."""
    for raw in (noise, report()[:place] + noise + report()[place + length :]):
        try:
            read_report(raw)
        except Unreadable:
            continue


# --- the mailbox ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_mailbox_that_refuses_is_told_and_read_again(letter, read, imap_server, visit, command):
    imap_server.receive(report(letter["Message-ID"]))
    imap_server.refuses = {command}
    read()
    assert reading().failures == 1
    assert "bounces_unread" in visit().get("/ready").json["reasons"]
    imap_server.refuses = set()
    read()
    assert confirmation().state is MessageState.REFUSED
    assert reading().last_error == ""
    assert len(confirmation().attempts) == 2


def test_a_mailbox_nobody_answers_at_is_told(letter, read, app, monkeypatch):
    monkeypatch.setitem(app.config, "BOUNCE_MAILBOX", "imap://a:b@127.0.0.1:9/INBOX")
    assert read() == 0
    assert reading().last_error == "ConnectionRefusedError"


def test_without_a_mailbox_nothing_is_read(app, visit):
    assert jobs.read_bounces() == 0
    assert db.session.scalars(sa.select(BounceReading)).all() == []
    assert "bounces_unread" not in visit().get("/ready").json["reasons"]
