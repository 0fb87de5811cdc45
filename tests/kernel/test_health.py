"""Health: alive, ready, degraded with its reasons, or unable to serve."""

import json

import pytest
import sqlalchemy as sa

from app.kernel import clock, schedules
from app.kernel.db import db, new_id, transaction
from app.kernel.health import Unhealthy, health_check
from app.kernel.messages import Message, MessageAttempt, MessageState
from tests.harness.databases import on_both


@pytest.fixture(autouse=True)
def fresh(app):
    """Nothing found before is remembered, and a scheduler leads."""
    app.extensions["guichet_findings"].clear()
    schedules.take_lease("scheduler", "tests")


def ask(visitor, path="/ready"):
    visitor.client.application.extensions["guichet_findings"].clear()
    answer = visitor.get(path)
    return answer.status_code, json.loads(answer.text)


@on_both
def test_a_whole_house_is_ready(visit):
    assert ask(visit()) == (200, {"status": "ready", "reasons": []})


def test_alive_is_said_without_asking_anybody(visit, max_queries):
    with max_queries(0):
        assert ask(visit(), "/health") == (200, {"status": "alive"})


def test_the_version_is_the_changelogs(visit):
    status, said = ask(visit(), "/version")
    assert status == 200
    assert said["version"].count(".") == 2


def test_without_valkey_it_serves_and_says_so(visit, valkey_server, app):
    valkey_server.stop()
    try:
        assert ask(visit()) == (200, {"status": "degraded", "reasons": ["valkey_down"]})
    finally:
        valkey_server.start()
        app.extensions["guichet_broker"].rest_is_over()
    assert ask(visit())[1]["status"] == "ready"


def test_a_stale_scheduler_is_told(visit, at):
    at("2026-03-10 10:05")
    assert ask(visit()) == (200, {"status": "degraded", "reasons": ["scheduler_stale"]})


def test_a_scheduler_that_never_came_is_told(visit):
    schedules.release_lease("scheduler", "tests")
    assert ask(visit())[1]["reasons"] == ["scheduler_missing"]


def test_a_mail_server_that_is_away_is_told(visit, app, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")
    assert ask(visit())[1]["reasons"] == ["mail_down"]


def note_attempts(*outcomes):
    with transaction() as session:
        message = Message(
            notice="x",
            natural_key="x",
            to_name="",
            to_address="a@b",
            language="fr",
            subject_kind="Person",
            subject_id=new_id(),
            details={},
            state=MessageState.QUEUED,
            created_at=clock.now(),
        )
        session.add(message)
        session.flush()
        session.add_all(
            MessageAttempt(message_id=message.id, at=clock.now(), accepted=outcome == "accepted", answer=outcome)
            for outcome in outcomes
        )


def test_letters_that_fail_one_after_the_other_are_told(visit):
    note_attempts("refused", "refused", "refused")
    assert ask(visit())[1]["reasons"] == ["mail_failing"]


def test_one_refused_letter_is_no_trouble(visit):
    note_attempts("accepted", "refused")
    assert ask(visit())[1]["reasons"] == []


def test_missing_migrations_stop_it(visit):
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    assert ask(visit()) == (503, {"status": "unavailable", "reasons": ["migrations_missing"]})


def test_a_newer_database_stops_it(visit):
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'from_tomorrow'"))
    assert ask(visit()) == (503, {"status": "unavailable", "reasons": ["database_newer"]})


def test_a_database_that_is_away_stops_it(make_app, visitor_of):
    app = make_app(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    answer = app.test_client().get("/ready")
    assert answer.status_code == 503
    assert answer.json["reasons"][0] == "database_down"
    assert answer.headers["Retry-After"] == "10"
    assert app.test_client().get("/health").status_code == 200


def test_details_are_for_staff(visit, cast):
    assert "details" not in ask(visit())[1]
    assert ask(visit(cast.chloe))[1]["details"]["database"] == "ok"


def test_a_check_is_declared_and_may_break(visit, monkeypatch):
    from app.kernel import health  # noqa: PLC0415 - its registry is put back afterwards

    monkeypatch.setattr(health, "_checks", dict(health._checks))

    @health_check("cellar")
    def cellar():
        raise Unhealthy("cellar_flooded", "ten centimetres")

    @health_check("attic")
    def attic():
        raise ZeroDivisionError

    assert sorted(ask(visit())[1]["reasons"]) == ["attic_unknown", "cellar_flooded"]
