"""A scenario sent through the service and the database is answered as by the engine alone, and leaves nothing behind."""

import json
import random

import pytest
import sqlalchemy as sa

from app.booking.models import Reservation
from app.booking.replaying import replay
from app.booking.scenario import drive
from app.booking.seating import Policy, PolicyName
from app.directory.models import Establishment
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from tests.booking.test_scenario import ROOM, book

POLICIES = ["best_fit", "guarded", "exact"]


def stream(seed, length=40):
    """Guests who book, change their mind and cancel, in a small room that is soon full."""
    chance, messages, known = random.Random(seed), [], []
    for number in range(length):
        act = chance.choice(["book"] * 5 + ["modify", "cancel"]) if known else "book"
        start, party = chance.choice(range(1140, 1260, 15)), chance.choice([1, 2, 2, 2, 3, 4, 5])
        wish = {"area": chance.choice([None] * 5 + ["indoor"]), "lock": chance.choice([None] * 7 + ["b"])}
        if act == "book":
            known.append(number)
            messages.append(book(number, start, party, **wish))
        elif act == "modify":
            messages.append(book(chance.choice(known), start + 15, party, op="modify"))
        else:
            messages.append({"op": "cancel", "id": chance.choice(known)})
    return [*messages, {"op": "grid", "parties": [1, 2, 4, 6], "area": None}]


def lines_of(*messages, room=ROOM):
    return [json.dumps(message) for message in ({"op": "room", "room": room}, *messages)]


def both(lines, policy):
    """The answers of the engine alone, and of the service."""
    alone = [json.loads(answer) for answer in drive(lines, Policy(PolicyName(policy)))]
    return alone, [json.loads(answer) for answer in replay(lines, PolicyName(policy))]


def count(model):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(8))
def test_seeded_streams_are_answered_alike(app, policy, seed):
    alone, served = both(lines_of(*stream(seed)), policy)
    assert served == alone


@pytest.mark.parametrize("policy", POLICIES)
def test_refusals_and_what_is_unknown_are_answered_alike(app, policy):
    room = ROOM | {"pacing": {"dinner": 4}}
    lines = lines_of(
        book("r1", 1141, 2), book("r1", 1140, 9), book("r1", 1140, 0), book("r1", 1140, 4, area="terrace"),
        book("r1", 1140, 4, lock="a"), book("r1", 1140, 3), book("r2", 1140, 2), book("r1", 1140, 3),
        book("r9", 1140, 2, op="modify"), {"op": "cancel", "id": "r9"}, {"op": "fly"}, book("r1", 1500, 6, op="modify"),
        room=room,
    )  # fmt: skip
    alone, served = both(["nonsense", *lines, ""], policy)
    assert served == alone


def test_nothing_is_left_behind(app):
    before = [count(model) for model in (Establishment, Reservation, AuditEntry)]
    replay(lines_of(*stream(1)), PolicyName.GUARDED)
    assert [count(model) for model in (Establishment, Reservation, AuditEntry)] == before


def test_the_command_reads_a_file(app, tmp_path):
    scenario = tmp_path / "scenario.jsonl"
    scenario.write_text("\n".join(lines_of(book("r", 1140, 2))))
    result = app.test_cli_runner().invoke(args=["booking", "replay", str(scenario), "--policy", "exact"])
    assert result.exit_code == 0
    assert json.loads(result.output.splitlines()[1])["plan"] == {"r": "a"}


def test_the_command_reads_a_whole_scenario(app, tmp_path):
    events = [book("r1", 1140, 2), book("r2", 1140, 2), {"op": "cancel", "id": "r1"}]
    written = {
        "format": "seating-scenario/1",
        "id": "x",
        "room": ROOM,
        "events": [{"seq": 1} | each for each in events],
    }
    scenario = tmp_path / "scenario.json"
    scenario.write_text(json.dumps(written, indent=2))
    result = app.test_cli_runner().invoke(args=["booking", "replay", str(scenario)])
    assert result.exit_code == 0
    assert result.output.splitlines() == list(drive(lines_of(*events)))


def test_a_file_that_is_not_utf_8_is_answered_where_it_is_not(app, tmp_path):
    first, second = (line.encode() for line in lines_of(book("r", 1140, 2)))
    scenario = tmp_path / "scenario.jsonl"
    scenario.write_bytes(b"\r\n".join([first, b'{"op": "cancel", "id": "\xe9"}', b"", second]))
    result = app.test_cli_runner().invoke(args=["booking", "replay", str(scenario)])
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert "UTF-8" in answers[1]["error"]
    assert answers[2]["plan"] == {"r": "a"}
