"""The one way to write: transaction()."""

import contextvars
import threading

import pytest
import sqlalchemy as sa

from app.booking.models import ArrivalCount
from app.directory.models import Person
from app.kernel import clock
from app.kernel.db import add_up, after_commit, before_commit, db, insert_missing, new_id, transaction
from app.kernel.settings import SettingValue
from tests.factories import make_establishment, make_person
from tests.harness.databases import on_both


def counter(value: str) -> SettingValue:
    return SettingValue(code="tests.counter", level="installation", holder="", value=value, changed_at=clock.now())


def people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person))


@on_both
def test_it_commits_once_and_then_runs_what_was_put_aside(app):
    ran = []
    with transaction():
        make_person()
        after_commit(lambda: ran.append("after"))
        before_commit(lambda _session: ran.append("before"))
        assert ran == []
    assert ran == ["before", "after"]
    assert people() == 1


@on_both
def test_a_rollback_forgets_rows_and_callbacks(app):
    ran = []
    with pytest.raises(ZeroDivisionError), transaction():
        make_person()
        after_commit(lambda: ran.append("never"))
        raise ZeroDivisionError
    assert ran == []
    assert people() == 0


def test_an_inner_transaction_joins_the_outer_one(app):
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            make_person()
        raise ZeroDivisionError
    assert people() == 0


def test_nothing_is_written_outside(app):
    db.session.add(counter("1"))
    with pytest.raises(RuntimeError, match="outside transaction"):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(RuntimeError, match="outside transaction"):
        after_commit(lambda: None)


def test_a_failed_callback_leaves_the_next_act_unharmed(app):
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction():
        make_person()
        after_commit(fail)
    assert people() == 1
    with transaction():
        make_person("Anna")
    assert people() == 2


@on_both
def test_a_missing_row_is_inserted_once(app):
    values = {
        "first_name": "A", "last_name": "B", "email_normalised": "a@b", "language": "fr", "created_at": clock.now(),
    }  # fmt: skip
    with transaction():
        assert insert_missing(Person, id=new_id(), **values)
        assert not insert_missing(Person, id=new_id(), **values)
    assert people() == 1


@on_both
def test_no_update_is_lost_between_writers(app):
    """Four threads each raise a counter thirty times: reading and writing are one act."""
    with transaction() as session:
        session.add(counter("0"))

    def raise_it() -> None:
        with app.app_context():
            for _time in range(30):
                with transaction() as session:
                    row = session.scalars(sa.select(SettingValue).with_for_update()).one()
                    row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=contextvars.Context().run, args=(raise_it,)) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalars(sa.select(SettingValue.value)).one() == "120"


@on_both
def test_a_counter_is_added_to_within_its_limits(app):
    key = {"establishment_id": make_establishment().id, "quarter": 7}
    with transaction():
        assert add_up(ArrivalCount, key, covers=4, reservations=1)
        assert not add_up(ArrivalCount, key, within={"covers": 6}, covers=3, reservations=1)
        assert add_up(ArrivalCount, key, within={"covers": 6, "reservations": 2}, covers=2, reservations=1)
        assert not add_up(ArrivalCount, {**key, "quarter": 8}, within={"covers": 6}, covers=7, reservations=1)
    assert db.session.execute(
        sa.select(ArrivalCount.quarter, ArrivalCount.covers, ArrivalCount.reservations)
    ).all() == [(7, 6, 2)]


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_while_it_rested_is_replaced(app, monkeypatch):
    backend = sa.text("SELECT pg_backend_pid()")
    cut = db.session.scalar(backend)
    db.session.remove()
    elsewhere = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
    with elsewhere.connect() as killer:
        assert killer.scalar(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": cut})
    monkeypatch.setattr("app.kernel.db.RESTED_SECONDS", -1.0)
    for _turn in range(3):
        assert db.session.scalar(backend) != cut
        db.session.remove()


def test_ids_grow_with_time(app):
    ids = [new_id() for _number in range(50)]
    assert len(set(ids)) == 50
    assert {one.version for one in ids} == {7}
    assert ids[0].int >> 80 <= ids[-1].int >> 80


def test_a_naive_instant_is_refused(app):
    with pytest.raises(sa.exc.StatementError, match="naive"), transaction() as session:
        row = counter("0")
        row.changed_at = clock.now().replace(tzinfo=None)
        session.add(row)


@on_both
def test_instants_come_back_aware(app):
    with transaction() as session:
        session.add(counter("0"))
    db.session.expire_all()
    kept = db.session.scalars(sa.select(SettingValue)).one()
    assert kept.changed_at.utcoffset().total_seconds() == 0
