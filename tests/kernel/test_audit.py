"""The audit trail: sealed entry by entry, and verified."""

import contextvars
import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import audit
from app.kernel.access import Actor, system
from app.kernel.audit import AuditEntry, AuditHead, AuditSource, recording, truncated_address
from app.kernel.db import db, new_id, transaction
from app.kernel.events import Event, on, publish
from tests.factories import TESTS, make_person
from tests.harness.databases import on_both, on_both_at_length


@dataclass(frozen=True, eq=False)
class PersonGreeted(Event):
    """Somebody was greeted."""

    words: str

    code: ClassVar[str] = "tests.person_greeted"
    sentence: ClassVar[str] = "a dit : %(words)s"


def greet(person, times=1, words="bonjour"):
    for _time in range(times):
        with transaction():
            publish(PersonGreeted(person, TESTS, words))


@pytest.fixture
def person(app):
    return make_person()


def entries():
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)))


def problems():
    db.session.rollback()
    db.session.expire_all()
    return [str(problem) for problem in audit.verify().problems]


def change(statement):
    with db.engine.begin() as connection:
        connection.execute(statement)


@on_both
def test_entries_are_numbered_and_sealed_to_each_other(person):
    greet(person, 3)
    numbers = [entry.number for entry in entries()]
    assert numbers == [1, 2, 3]
    assert entries()[1].previous_hash == entries()[0].hash
    assert problems() == []


def test_an_entry_says_who_did_what_to_what(person):
    greet(person, words="bienvenue")
    entry = entries()[0]
    assert (entry.fact, entry.subject_kind, entry.subject_id) == ("tests.person_greeted", "Person", str(person.id))
    assert (entry.actor_kind, entry.actor_id, entry.source) == ("system", "tests", "job")
    assert entry.details == {"words": "bienvenue"}


def test_an_entry_of_before_keeps_its_seal(person):
    """What entries have said since enters the digest only where it says something."""
    said = {"actor_label": "Bruno", "details": {"words": "x"}, "address": "203.0.113.0", "salt": "0" * 32}
    plain = json.dumps(list(said.values()), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    nothing = {"changes": {}, "subject_label": "", "on_behalf_id": "", "on_behalf_label": ""}
    digest = hashlib.sha256(plain.encode()).hexdigest()
    assert audit.content_digest(said) == audit.content_digest({**said, **nothing}) == digest
    assert audit.content_digest({**said, **nothing, "subject_label": "Alice"}) != digest


def test_who_it_was_done_for_is_said(person):
    asking = Actor("user", "7", "Chloé")
    with transaction():
        publish(PersonGreeted(person, system("tests", on_behalf_of=asking), "bonjour"))
    assert (entries()[0].actor_id, entries()[0].on_behalf_id, entries()[0].on_behalf_label) == ("tests", "7", "Chloé")


@pytest.mark.parametrize("column", ["changes", "subject_label", "on_behalf_label"])
def test_what_entries_say_since_is_sealed_as_well(person, column):
    greet(person)
    change(sa.update(AuditEntry).values({column: {"x": ["1", "2"]} if column == "changes" else "Quelqu’un"}))
    assert problems() == ["L’entrée 1 a été modifiée."]


def test_a_file_read_in_is_an_import(person):
    with audit.coming_from(AuditSource.IMPORT):
        greet(person)
    greet(person)
    assert [entry.source for entry in entries()] == ["import", "job"]


def test_several_facts_of_one_act_are_numbered_in_order(person):
    with transaction():
        publish(PersonGreeted(person, TESTS, "un"))
        publish(PersonGreeted(person, TESTS, "deux"))
    assert [entry.details["words"] for entry in entries()] == ["un", "deux"]
    assert problems() == []


def fail_after_greeting(person):
    with transaction():
        publish(PersonGreeted(person, TESTS, "jamais"))
        raise ZeroDivisionError


def test_a_rolled_back_act_leaves_no_entry_and_no_hole(person):
    greet(person)
    with pytest.raises(ZeroDivisionError):
        fail_after_greeting(person)
    greet(person)
    assert [entry.number for entry in entries()] == [1, 2]
    assert problems() == []


@on_both
@pytest.mark.parametrize(
    "edit",
    [{"fact": "tests.other"}, {"details": {"words": "adieu"}}, {"actor_label": "Somebody"}, {"subject_id": "x"}],
    ids=lambda edit: next(iter(edit)),
)
def test_an_edited_entry_is_found(person, edit):
    greet(person, 3)
    change(sa.update(AuditEntry).where(AuditEntry.number == 2).values(**edit))
    assert problems() == ["L’entrée 2 a été modifiée."]


def test_an_entry_edited_and_sealed_again_is_found(person):
    greet(person, 3)
    with transaction():
        entry = db.session.get(AuditEntry, 2)
        entry.details = {"words": "adieu"}
        entry.digest = entry.content_digest()
        entry.hash = entry.sealed_hash()
    assert problems() == ["L’entrée 3 ne suit pas la précédente."]


def test_a_removed_entry_is_found(person):
    greet(person, 3)
    change(sa.delete(AuditEntry).where(AuditEntry.number == 2))
    assert "Les entrées 2 à 2 manquent." in problems()


def test_an_inserted_entry_is_found(person):
    greet(person, 2)
    with transaction() as session:
        last = session.get(AuditEntry, 2)
        values = {column.key: getattr(last, column.key) for column in sa.inspect(AuditEntry).column_attrs}
        forged = AuditEntry(**{**values, "number": 3, "previous_hash": last.hash})
        forged.hash = forged.sealed_hash()
        session.add(forged)
    assert problems() == ["Le journal s’arrête à l’entrée 3, sa tête dit 2."]


def test_a_trail_cut_short_is_found_by_its_head(person):
    greet(person, 3)
    change(sa.delete(AuditEntry).where(AuditEntry.number == 3))
    assert "Le journal s’arrête à l’entrée 2, sa tête dit 3." in problems()


def test_a_trail_cut_short_with_its_head_is_found_outside_the_database(app, person):
    greet(person, 3)
    second = entries()[1]
    change(sa.delete(AuditEntry).where(AuditEntry.number == 3))
    change(sa.update(AuditHead).values(number=2, hash=second.hash))
    assert problems() == ["La tête gardée hors de la base (entrée 3) n’est pas dans le journal."]


def test_the_head_outside_only_moves_on(app, person):
    greet(person, 2)
    path = Path(app.config["AUDIT_HEAD_FILE"])
    assert path.read_text().startswith("2 ")
    recording.write_head(path, 1, "f" * 64)
    assert path.read_text().startswith("2 ")


def greet_in_threads(app, plan):
    """Each thread greets as often as its share of the plan says."""
    somebody = SimpleNamespace(id=new_id(), kind=lambda: "Person")

    def greet_often(times):
        with app.app_context():
            greet(somebody, times)

    threads = [threading.Thread(target=contextvars.Context().run, args=(greet_often, times)) for times in plan]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@on_both_at_length
@given(plan=st.lists(st.integers(0, 6), min_size=2, max_size=5))
def test_concurrent_writers_leave_no_hole_and_a_whole_chain(app, plan):
    db.session.rollback()
    before = len(entries())
    db.session.rollback()
    greet_in_threads(app, plan)
    db.session.expire_all()
    assert [entry.number for entry in entries()] == list(range(1, before + sum(plan) + 1))
    assert problems() == []


def test_a_handler_joins_the_act(person):
    heard = []
    on(PersonGreeted)(lambda event: heard.append(event.words))
    greet(person, words="salut")
    assert heard == ["salut"]


def test_a_handler_that_fails_undoes_the_act(person):
    @on(PersonGreeted)
    def fail(event):
        if event.words == "fatal":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        greet(person, words="fatal")
    assert entries() == []


@pytest.mark.parametrize(
    ("address", "kept"),
    [("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2:3::9", "2001:db8:1::"), (None, ""), ("", "")],
)
def test_addresses_name_a_network_and_no_household(address, kept):
    assert truncated_address(address) == kept


def test_the_command_says_and_exits(app, person):
    greet(person, 2)
    runner = app.test_cli_runner()
    last = entries()[-1].hash
    db.session.rollback()
    fine = contextvars.Context().run(runner.invoke, args=["audit", "verify"])
    assert (fine.exit_code, fine.output) == (0, f"2 entrée(s) lue(s), 0 anomalie(s).\nDernier sceau : {last}\n")
    change(sa.update(AuditEntry).where(AuditEntry.number == 1).values(fact="x"))
    wrong = contextvars.Context().run(runner.invoke, args=["audit", "verify"])
    assert wrong.exit_code == 1
    assert "L’entrée 1 a été modifiée." in wrong.output


def test_a_fact_is_about_something_that_has_a_name(person):
    nameless = SimpleNamespace(id=person.id, kind=lambda: "Nameless")
    with pytest.raises(LookupError, match="Nameless"), transaction():
        publish(PersonGreeted(nameless, TESTS, "bonjour"))
