"""What is noted of a guest's health: with their consent, for those who need it, each reading a fact, and not for long."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking.models import HealthMention, HealthNature
from app.booking.service import guests
from app.directory import merging
from app.directory.models import Person
from app.kernel import audit, clock, privacy
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from app.traces import archives, forgetting
from tests.booking.houses import TESTS, promise
from tests.harness.databases import on_both

SAID = {"nature": "allergy", "text": "Arachides, même en traces", "consent": "y"}


@pytest.fixture
def tonight(house):
    return promise(house, "2026-03-10 20:00", email="alice@example.org")


@pytest.fixture
def url(tonight):
    return f"/admin/convives/{tonight.guest_id}/sante"


def record(reservation, text="Arachides"):
    with transaction():
        guests.record_health(reservation.guest, HealthNature.ALLERGY, text, consented=True, actor=TESTS)


def readings(person_id):
    return [entry.actor_label for entry in audit.entries_on("Person", person_id) if entry.fact == "booking.health_seen"]


def test_it_is_noted_with_consent_and_removed(visit, cast, tonight, url):
    page = visit(cast.diane).see(url).submit("form.form", **SAID)
    assert "Arachides, même en traces" in page.text
    assert "noté par Diane Martin" in page.text
    page = page.submit("form[action$='/suppression']")
    assert "Rien n’est noté" in page.text
    facts = [entry.fact for entry in audit.entries_on("Person", tonight.guest_id)]
    assert {"booking.health_recorded", "booking.health_removed"} <= set(facts)


def test_the_trail_never_says_what(tonight):
    record(tonight, "zqarachides")
    texts = [str((entry.details, entry.changes)) for entry in audit.entries_on("Person", tonight.guest_id)]
    assert "zqarachides" not in "".join(texts)


def test_without_consent_nothing_is_noted(visit, cast, url, tonight):
    answer = visit(cast.diane).post(url, data={**SAID, "consent": ""})
    assert answer.status_code == 422
    with pytest.raises(RuleBroken, match="accord"), transaction():
        guests.record_health(tonight.guest, HealthNature.DIET, "x", consented=False, actor=TESTS)
    assert db.session.scalar(sa.select(sa.func.count(HealthMention.id))) == 0


def test_each_reading_is_a_fact(visit, cast, tonight, url):
    visit(cast.diane).get(url)
    assert readings(tonight.guest_id) == ["Diane Martin"]


def test_the_page_of_the_guest_and_the_lists_do_not_say_what(visit, cast, tonight):
    record(tonight, "zqarachides")
    chloe = visit(cast.chloe)
    for path in (
        f"/admin/convives/{tonight.guest_id}",
        f"/admin/reservations/{tonight.id}",
        "/admin/reservations?vue=toutes",
        "/admin/convives",
        "/admin",
    ):
        assert "zqarachides" not in chloe.see(path).text
    assert "Santé : à lire" in chloe.see(f"/admin/reservations/{tonight.id}").text
    assert readings(tonight.guest_id) == []


def test_the_floor_and_the_kitchen_read_it_tonight_only(visit, cast, house, tonight, url):
    saturday = promise(house, "2026-03-14 20:00", email="eve@example.org", last_name="Moreau")
    record(tonight)
    record(saturday, "Gluten")
    bruno = visit(cast.bruno)
    text = bruno.see("/admin/sante-du-jour").text
    assert "Arachides" in text
    assert "Gluten" not in text
    assert bruno.get(url).status_code == 403
    assert readings(tonight.guest_id) == ["Bruno Martin"]
    assert readings(saturday.guest_id) == []


def test_who_may_not_know_sees_not_even_that_there_is_something(visit, cast, tonight):
    record(tonight)
    with transaction() as session:
        session.execute(sa.text("DELETE FROM role_permissions WHERE permission LIKE 'booking.view_health%'"))
    diane = visit(cast.diane)
    assert "Santé" not in diane.see(f"/admin/reservations/{tonight.id}").first("main").text
    assert diane.get("/admin/sante-du-jour").status_code == 403


def test_the_mention_of_another_guest_is_not_removed_from_here(visit, cast, house, tonight, url):
    other = promise(house, "2026-03-14 20:00", email="eve@example.org")
    record(other)
    mention_id = db.session.scalar(sa.select(HealthMention.id))
    assert visit(cast.diane).post(f"{url}/{mention_id}/suppression").status_code == 404


@on_both
def test_it_goes_some_days_after_the_last_visit(house, tonight, at):
    record(tonight)
    rule = privacy.retention_rules()["booking.health"]
    at(clock.now() + timedelta(days=179))
    assert rule.run() == 0
    at(clock.now() + timedelta(days=2))
    assert rule.run() == 1
    assert rule.run() == 0


def test_who_is_expected_keeps_it(house, tonight, at):
    record(tonight)
    at(clock.now() + timedelta(days=170))
    promise(house, f"{(clock.now() + timedelta(days=40)).date()} 20:00", email="alice@example.org")
    at(clock.now() + timedelta(days=20))
    assert privacy.retention_rules()["booking.health"].run() == 0


def test_it_stands_in_the_archive_and_goes_with_the_person(house, tonight, at):
    record(tonight)
    chapters = {chapter.declared.code: chapter.rows for chapter in archives.chapters_of(tonight.guest_id)}
    assert "Arachides" in str(chapters["booking.health"])
    at("2026-03-12 10:00")
    with transaction():
        forgetting.erase_person(db.session.get_one(Person, tonight.guest_id), actor=TESTS)
    assert db.session.scalar(sa.select(sa.func.count(HealthMention.id))) == 0
    assert audit.verify().is_sound


def test_merging_never_loses_an_allergy(house, tonight):
    other = promise(house, "2026-03-14 20:00", email="alix@example.org")
    record(tonight, "Gluten")
    record(other, "Arachides")
    with transaction():
        merging.merge_people(tonight.guest, other.guest, actor=TESTS)
    found = db.session.scalars(sa.select(HealthMention.text).where(HealthMention.person_id == tonight.guest_id))
    assert set(found) == {"Gluten", "Arachides"}
