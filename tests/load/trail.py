"""A trail of a million sealed entries: what its pages cost, and its verification."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel import audit
from tests.load.acts import cost_as
from tests.load.installations import Installation
from tests.load.million import LETTERS, Writer
from tests.load.people import at_browser, beside

FACTS = (
    "booking.reservation_made",
    "booking.reservation_moved",
    "booking.reservation_cancelled",
    "booking.note_written",
)
SOURCES = ("page", "page", "page", "job", "import")
QUESTIONS = {
    "first page": "",
    "by fact": "?fait=booking.note_written",
    "by kind of record": "?nature=Reservation",
    "by person, who did much": "?personne=bruno",
    "by person, who did nothing": "?personne=anne",
    "by source": "?source=import",
    "of one day": "?date=hier",
    "of one record, by reference": "?objet=P2222222",
    "of nobody known": "?objet=K7MN3PQ",
    "by fact and date": "?fait=booking.note_written&date=hier",
}


def fill_trail(installation: Installation, count: int) -> None:
    """Entries as years of acts would have left them, each sealed to the one before."""
    number, previous = installation.read("SELECT number, hash FROM audit_head WHERE id = 1")[0]
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=count * 60)
    users = [str(UUID(str(row[0]))) for row in installation.read("SELECT id FROM users WHERE login NOT LIKE 'admin@%'")]
    writer = Writer(installation)
    kept: list[dict[str, Any]] = []
    for turn in range(count):
        number += 1
        entry = _entry(number, began + timedelta(minutes=turn), turn, users, previous)
        previous = entry["hash"]
        kept.append(entry)
        if len(kept) == 20_000 or turn == count - 1:
            writer.put("audit_entries", iter(kept))
            kept = []
    installation.write("UPDATE audit_head SET number = ?, hash = ? WHERE id = 1", [(number, previous)])
    installation.settle()


def _entry(number: int, at: datetime, turn: int, users: list[str], previous: str) -> dict[str, Any]:
    reference = "P" + "".join(LETTERS[turn // len(LETTERS) ** place % len(LETTERS)] for place in range(7))
    values: dict[str, Any] = {
        "number": number, "at": at, "fact": FACTS[turn % len(FACTS)], "subject_kind": "Reservation",
        "subject_id": f"019f0000-0000-7000-8000-{turn:012x}", "subject_label": reference, "actor_kind": "user",
        "actor_id": users[turn % len(users)], "actor_label": "Chloé Martin", "on_behalf_id": "", "on_behalf_label": "",
        "details": {}, "changes": {}, "source": SOURCES[turn % len(SOURCES)], "request_id": "", "address": "",
        "salt": f"{turn:032x}", "previous_hash": previous, "forgotten_at": None,
    }  # fmt: skip
    values["digest"] = audit.content_digest(values)
    values["hash"] = audit.sealed_hash(values)
    return {**values, "details": "{}", "changes": "{}"}


def looks(installation: Installation) -> dict[str, float]:
    """Milliseconds of web CPU for each question."""
    anne = at_browser(installation, "administrator")
    return {name: cost_as(installation, anne, f"/admin/journal{asked}", 30) for name, asked in QUESTIONS.items()}


def verification(installation: Installation) -> tuple[float, int]:
    """Seconds of CPU for a hundred thousand entries of the walk over the whole chain."""
    with beside(installation):
        before = time.process_time()
        verdict = audit.verify()
        spent = time.process_time() - before
    if verdict.problems:
        raise AssertionError(f"the chain is broken: {verdict.problems[0]}")
    return spent / verdict.entries * 100_000, verdict.entries
