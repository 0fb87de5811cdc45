"""What was kept long enough goes, by night or at once; the register says why."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import AccountRequest, UserSession
from app.booking.models import Reservation
from app.directory.models import Person
from app.kernel import audit, clock, files, privacy
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.documents import Document
from app.kernel.files import StoredFile
from app.kernel.links import Link
from app.kernel.messages import Message
from app.traces.jobs import apply_retention
from tests.booking.houses import open_house, promise
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

RETENTION, REGISTER = "/admin/reglages/conservation", "/admin/reglages/registre"


@pytest.fixture
def reservation(app):
    made = promise(open_house())
    run_jobs(strict=False)
    return made


def count(model):
    db.session.expire_all()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@on_both
def test_nothing_goes_before_its_time(reservation, at):
    at("2026-04-20 10:00")
    assert apply_retention() == 0
    assert (count(Message), count(Document)) == (1, 1)


@on_both
def test_after_some_years_nobody_s_name_is_left(app, reservation, at):
    (digest,) = db.session.scalars(sa.select(StoredFile.digest))
    at("2029-03-20 10:00")
    apply_retention()
    kept = db.session.get(Reservation, reservation.id)
    assert (kept.covers, kept.last_name, kept.email) == (2, "", "")
    assert [person.erased_at is not None for person in db.session.scalars(sa.select(Person))] == [True]
    assert [count(model) for model in (Message, Document, StoredFile, Link)] == [0, 0, 0, 0]
    assert not (files.storage().folder / digest[:2] / digest).exists()
    assert audit.verify().problems == []
    assert apply_retention() == 0


def test_the_trail_is_emptied_after_five_years_and_holds(reservation, at):
    at("2031-03-20 10:00")
    apply_retention()
    entries = list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.at < clock.now() - timedelta(days=1))))
    assert entries
    assert all(entry.forgotten_at and not entry.details for entry in entries)
    assert audit.verify().problems == []


def test_a_person_with_an_account_stays(cast, at):
    at("2030-03-20 10:00")
    apply_retention()
    assert db.session.get(Person, cast.bruno.person_id).erased_at is None
    assert db.session.get(Person, cast.alice.id).erased_at is not None


def test_an_orphan_file_goes_from_the_disk(app, at):
    with transaction():
        orphan = files.keep(b"oublie", "text/plain")
    path = files.storage().folder / orphan.digest[:2] / orphan.digest
    assert path.is_file()
    at("2026-03-13 10:00")
    apply_retention()
    assert not path.exists()


def test_the_page_shows_what_each_rule_would_touch(visit, cast, reservation, at):
    at("2027-06-01 10:00")
    page = visit(cast.admin).see(RETENTION)
    assert page.status == 200
    rule = next(rule.text for rule in page.all("article") if "Messages envoyés" in rule.text)
    assert "1 ligne aujourd’hui" in rule
    assert "1 an" in rule
    assert "jamais" in rule


def test_one_rule_is_applied_at_once_for_whoever_asked(visit, cast, reservation, at):
    at("2027-06-01 10:00")
    admin = visit(cast.admin)
    assert admin.post(f"{RETENTION}/mail.messages/application").status_code == 303
    run_jobs()
    assert count(Message) == 0
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact == "traces.retention_applied")).one()
    assert (entry.actor_label, entry.on_behalf_label, entry.details) == ("Guichet", "Anne Martin", {"rows": 1})
    assert "1 ligne" in admin.see(RETENTION).text


def test_an_unknown_rule_is_not_found(visit, cast):
    assert visit(cast.admin).post(f"{RETENTION}/x/application").status_code == 404


@pytest.mark.parametrize(("stranger", "path"), [("bruno", RETENTION), ("chloe", RETENTION), ("diane", REGISTER)])
def test_it_refuses_others(visit, cast, stranger, path):
    assert visit(getattr(cast, stranger)).get(path).status_code == 403


def test_the_register_says_all_that_is_declared(visit, cast):
    page = visit(cast.chloe).see(REGISTER)
    for declared in privacy.all_personal_data():
        assert declared.purpose in page.text.replace("\u202f", " ")
    assert "Base légale" in page.text


def test_every_duration_has_its_reason(app):
    for rule in privacy.retention_rules().values():
        assert rule.why
        assert rule.act
        assert rule.duration


def test_requests_by_address_and_old_sessions_go(visit, cast, at):
    visit().post("/inscription", data={"email": "zoe@example.org"})
    visit(cast.chloe)
    at("2026-04-20 10:00")
    apply_retention()
    assert (count(AccountRequest), count(UserSession)) == (0, 1)
    at("2026-12-20 10:00")
    apply_retention()
    assert count(UserSession) == 0
