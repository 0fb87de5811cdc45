"""Two thousand letters due at once: they leave at their pace, and a guest who books meanwhile is written to at once."""

import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.faults.evening import GUEST, Evening, open_house, read, write
from tests.harness.live import eventually

pytestmark = [pytest.mark.long, pytest.mark.alone]
CROWD, PACE = 2000, 240
CROWDED = "crowd-"
FEW = 20
"""Letters of the crowd that may leave between a promise and its letter: those of five seconds. Behind it, there were hundreds."""


def promise_crowd(house):
    """As many letters about one reservation, each promised in bulk."""
    (subject,) = read(house, "SELECT id FROM reservations ORDER BY created_at DESC LIMIT 1")[0]
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    ids = [uuid4() for _number in range(CROWD)]
    write(
        house, "INSERT INTO setting_values VALUES ('outbox.bulk_per_minute', 'installation', '', ?, ?)", [(PACE, now)]
    )
    write(
        house,
        "INSERT INTO messages (id, channel, notice, natural_key, to_name, to_address, language, subject_kind, subject_id, "
        "details, state, created_at) VALUES (?, 'email', 'booking.confirmed', ?, 'Foule', ?, 'fr', 'Reservation', ?, "
        "'{}', 'queued', ?)",
        [(id_.hex, f"crowd:{id_}", f"{CROWDED}{number}@example.org", subject, now) for number, id_ in enumerate(ids)],
    )
    write(
        house,
        "INSERT INTO outbox (id, job, arguments, natural_key, state, in_bulk, due_at, attempts, last_error, created_at) "
        "VALUES (?, 'kernel.deliver_message', ?, ?, 'waiting', 1, ?, 0, '', ?)",
        [(uuid4().hex, f'{{"message_id": "{id_}"}}', f"message:{id_}", now, now) for id_ in ids],
    )  # fmt: skip


def test_a_crowd_leaves_at_its_pace_and_keeps_no_guest_waiting(make_house, mail_server):
    mail_server.forget()
    house = open_house(make_house, SMTP_URL=mail_server.url)
    evening = Evening(house)
    assert evening.one_books(), evening.failed
    eventually("the first confirmation", lambda: evening.promised[0] in mail_server.addresses(GUEST))
    promise_crowd(house)
    eventually("the crowd moves", lambda: len(mail_server.addresses(CROWDED)) > 20)
    started, left = time.monotonic(), len(mail_server.addresses(CROWDED))
    passed = []
    for _guest in range(5):
        assert evening.one_books(), evening.failed
        before = len(mail_server.addresses())
        eventually("the confirmation", lambda: evening.promised[-1] in mail_server.addresses(GUEST))
        meanwhile = mail_server.addresses()[before:]
        own = meanwhile.index(evening.promised[-1]) if evening.promised[-1] in meanwhile else 0
        passed.append(sum(address.startswith(CROWDED) for address in meanwhile[:own]))
    eventually("twenty seconds of it", lambda: time.monotonic() - started > 20)
    gone = len(mail_server.addresses(CROWDED)) - left
    a_minute = gone / (time.monotonic() - started) * 60
    assert max(passed) <= FEW, passed
    assert a_minute < PACE * 1.5
    for whose in (CROWDED, GUEST):
        told = mail_server.addresses(whose)  # read once: the crowd is still leaving
        assert len(told) == len(set(told))
    assert read(house, "SELECT COUNT(*) FROM outbox WHERE in_bulk AND state = 'waiting'")[0][0] > CROWD / 2
