"""The commands of booking: an establishment from its file and back, and the engine driven from outside."""

import contextvars
import copy
import json

import pytest
import sqlalchemy as sa

from app.booking.exchange import dump, parse
from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.booking.service.room import establishment_file
from app.config import ROOT
from app.directory.queries import establishment_by_slug, establishments
from app.kernel import audit, clock, seeds
from app.kernel.db import db
from tests.booking.houses import SMALL, open_house, promise


@pytest.fixture
def flask(app):
    """Run a command as `flask …` does; gives what it answered."""

    def run(*words, given=None):
        runner = app.test_cli_runner()
        result = contextvars.Context().run(runner.invoke, args=[str(word) for word in words], input=given)
        db.session.rollback()
        db.session.expire_all()
        return result

    return run


@pytest.fixture
def file(tmp_path):
    """Write the small house's file, changed."""

    def write(**changes):
        path = tmp_path / "house.json"
        path.write_text(json.dumps({**copy.deepcopy(SMALL), **changes}))
        return path

    return write


def test_it_imports_and_exports_the_same(flask, tmp_path):
    example = ROOT / "examples" / "chez-margot.json"
    read = flask("establishment", "import", example)
    assert (read.exit_code, "14 tables" in read.output) == (0, True)
    assert flask("establishment", "export", "chez-margot").output == example.read_text()
    flask("establishment", "export", "chez-margot", tmp_path / "out.json")
    assert (tmp_path / "out.json").read_text() == example.read_text()


def test_it_reads_standard_input(flask, file):
    assert flask("establishment", "import", "-", given=file().read_text()).exit_code == 0
    assert establishment_by_slug("petit-quai") is not None


def test_a_wrong_file_gets_every_error_with_its_place_and_changes_nothing(flask, file):
    wrong = copy.deepcopy(SMALL["room"])
    wrong["tables"][3]["max_covers"] = 0
    wrong["tables"][2]["area"] = "cave"
    refused = flask("establishment", "import", file(room=wrong, phone="allo"))
    assert refused.exit_code == 1
    for place in ("room.tables[3].max_covers : ", "room.tables[2].area : ", "phone : "):
        assert place in refused.output
    assert establishments() == []


def test_an_update_that_breaks_promises_is_refused_by_name(flask, file):
    house = open_house()
    made = promise(house)
    before = dump(establishment_file(house))
    changed = file(closures=[{"from": "2026-03-14", "to": "2026-03-14", "reason": "Travaux"}])
    refused = flask("establishment", "import", changed)
    assert refused.exit_code == 1
    for words in (made.reference, "2026-03-14 19:30", "Alice Durand", "Travaux", "--force"):
        assert words in refused.output
    assert dump(establishment_file(house)) == before
    forced = flask("establishment", "import", changed, "--force")
    assert (forced.exit_code, made.reference in forced.output) == (0, True)
    assert establishment_file(house) == parse(changed.read_text())


def test_an_unknown_establishment_is_told_with_the_known_ones(flask, house):
    refused = flask("establishment", "export", "chez-personne")
    assert (refused.exit_code, "petit-quai" in refused.output) == (1, True)


def test_a_missing_file_is_told(flask):
    assert flask("establishment", "import", "nowhere.json").exit_code == 2


def test_the_engine_is_driven_line_by_line(flask):
    room = {
        "slot_minutes": 15, "turnover_minutes": 0, "durations": [{"up_to": None, "minutes": 90}], "areas": ["indoor"],
        "tables": [{"id": "1", "area": "indoor", "min_covers": 1, "max_covers": 2}], "combinations": [],
        "services": [{"name": "dinner", "first": 1140, "last": 1200}], "pacing": None,
    }  # fmt: skip
    lines = [
        {"op": "room", "room": room},
        {"op": "book", "id": "a", "start": 1140, "party": 2, "area": None, "lock": None},
        {"op": "book", "id": "b", "start": 1155, "party": 2, "area": None, "lock": None},
        {"op": "cancel", "id": "a"},
    ]
    answers = [
        json.loads(line)
        for line in flask("seating", "drive", given="\n".join(map(json.dumps, lines))).output.splitlines()
    ]
    assert answers[0] == {"ok": True}
    assert (answers[1]["answer"], answers[1]["plan"]) == ("accepted", {"a": "1"})
    assert [answer.get("answer") for answer in answers[2:]] == ["refused", "ok"]


def test_the_demo_is_a_house_in_full_swing_from_which_no_letter_leaves(app, outbox, at):
    at("2026-03-13 20:40")
    seeds.run_seeds(app, seeds.REFERENCE)
    assert seeds.run_seeds(app, seeds.DEMO)
    count = sa.select(Reservation.state, sa.func.count()).group_by(Reservation.state)
    states = dict(db.session.execute(count).all())
    assert states[S.CONFIRMED] > 50
    assert min(states[S.FINISHED], states[S.NO_SHOW], states[S.CANCELLED]) >= 1
    tonight = sa.select(Reservation).where(Reservation.service_date == clock.today("Europe/Paris"))
    parties = db.session.scalars(tonight).all()
    assert sum(party.state in (S.ARRIVED, S.SEATED) for party in parties) >= 3, "the room is empty in the evening"
    assert any(party.stage for party in parties)
    assert any(party.state is S.CONFIRMED for party in parties), "nobody is expected any more"
    assert list(outbox) == []
    assert audit.verify().problems == []
    assert seeds.run_seeds(app, seeds.DEMO) == []
