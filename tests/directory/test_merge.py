"""Two records of one person made one: what follows, what stays, who may, and the way back."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.service import actor_for
from app.booking.models import Reservation
from app.booking.seating import FORCE
from app.directory import merging, queries
from app.directory.models import Person, PersonMerge
from app.directory.service import known_or_new_person, new_person
from app.kernel import audit, clock, privacy
from app.kernel.access import ANONYMOUS
from app.kernel.audit import AuditEntry
from app.kernel.db import Base, db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.notifications.models import Mute
from app.traces import forgetting
from tests.booking.houses import TESTS, open_house, promise
from tests.factories import make_person, make_user
from tests.harness.databases import on_both

UNTOLD = {"audit_entries", "audit_head", "person_merges"}
_numbers = itertools.count(1)


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def pair(house):
    """Alice as she books online, and Alice as somebody took her by telephone."""
    online = promise(house, email="alice@example.org")
    spoken = promise(house, "2026-03-13 19:30", email="", phone="+33612345678", permit=FORCE)
    return online.guest, spoken.guest


def merge(kept, merged, actor=TESTS):
    with transaction():
        return merging.merge_people(kept, merged, actor=actor).id


def undo(merge_id, actor=TESTS):
    with transaction():
        merging.undo_merge(db.session.get_one(PersonMerge, merge_id), actor=actor)


def rows():
    """Every row of every table, but those that tell of the merging itself."""
    db.session.rollback()
    db.session.expire_all()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(*table.columns)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in UNTOLD
        }


def mute(person, subject):
    with transaction() as session:
        session.add(Mute(person_id=person.id, subject_kind="Reservation", subject_id=subject, created_at=clock.now()))


# --- the merging ------------------------------------------------------------------------------------------------


@on_both
def test_everything_follows_to_the_one_kept(pair):
    kept, merged = pair
    merge(kept, merged)
    assert [reservation.guest_id for reservation in db.session.scalars(sa.select(Reservation))] == [kept.id, kept.id]
    assert queries.standing(merged) is kept


def test_the_one_kept_takes_what_it_lacks(app):
    with transaction():
        spoken = new_person(first_name="Alice", last_name="Durand", phone=None)
    known = make_person("Alice", "Durand", email="alice@example.org")
    with transaction():
        known.phone = "+33612345678"
    merge(spoken, known)
    assert (spoken.email, spoken.phone) == ("alice@example.org", "+33612345678")


def test_what_the_one_kept_has_is_not_overwritten(app):
    one, other = make_person("Alice", "Durand"), make_person("Alice", "Durant", email="autre@example.org")
    merge(one, other)
    assert one.email == "alice.durand@example.org"


def test_who_books_with_the_other_address_is_recognised(house):
    one, other = make_person("Alice", "Durand"), make_person("Alice", "Durant", email="autre@example.org")
    merge(one, other)
    assert promise(house, email="Autre@example.org").guest_id == one.id


def test_the_one_kept_may_come_to_bear_the_other_address(app):
    one, other = make_person("Alice", "Durand"), make_person("Alice", "Durant", email="autre@example.org")
    done = merge(one, other)
    with transaction():
        one.email = one.email_normalised = "autre@example.org"
    assert queries.person_with_email("Autre@example.org") is one
    with pytest.raises(RuleBroken, match="sert maintenant à une autre"):
        undo(done)


@on_both
def test_what_would_be_double_stays_behind(pair):
    kept, merged = pair
    subject = kept.id
    mute(kept, subject)
    mute(merged, subject)
    share = next(share for share in merging.shares(kept, merged) if "Notifications" in share.label)
    merge(kept, merged)
    assert (share.moving, share.staying) == (0, 1)
    assert sorted(db.session.scalars(sa.select(Mute.person_id))) == sorted((kept.id, merged.id))


@on_both
def test_both_records_tell_and_the_trail_verifies(pair):
    kept, merged = pair
    undo(merge(kept, merged))
    facts = {
        person.id: [entry.fact for entry in audit.entries_on("Person", person.id)][::-1] for person in (kept, merged)
    }
    assert facts[kept.id] == ["directory.person_merged", "directory.person_parted"]
    assert facts[merged.id] == ["directory.person_absorbed", "directory.person_parted"]
    assert audit.verify().is_sound


# --- refusals ---------------------------------------------------------------------------------------------------


def test_nobody_is_merged_with_themselves(app):
    alice = make_person("Alice")
    with pytest.raises(RuleBroken, match="même fiche"):
        merge(alice, alice)


def test_two_accounts_are_never_merged(app):
    one, other = make_user("Bruno", "waiter").person, make_user("Bruna", "host").person
    with pytest.raises(RuleBroken, match="deux comptes"):
        merge(one, other)


def test_the_one_with_an_account_is_kept(app):
    user, guest = make_user("Bruno", "waiter"), make_person("Bruno", "Martin")
    with pytest.raises(RuleBroken, match="l’autre sens"):
        merge(guest, user.person)
    merge(user.person, guest)
    assert user.person_id == user.person.id


def test_a_record_is_merged_once(app):
    one, other, third = make_person("Un"), make_person("Deux"), make_person("Trois")
    merge(one, other)
    with pytest.raises(RuleBroken, match="déjà réunie"):
        merge(third, other)


def test_an_erased_person_is_not_merged(app):
    one, other = make_person("Un"), make_person("Deux")
    with transaction():
        forgetting.erase_person(other, actor=TESTS)
    with pytest.raises(RuleBroken, match="effacée"):
        merge(one, other)


@pytest.mark.parametrize("role", ["host", "waiter", "auditor"])
def test_others_may_not(app, role):
    one, other = make_person("Un"), make_person("Deux")
    actor = actor_for(make_user("Diane", role))
    with pytest.raises(NotAllowed):
        merge(one, other, actor)
    standing = merge(one, other)
    with pytest.raises(NotAllowed):
        undo(standing, actor)


# --- the way back -----------------------------------------------------------------------------------------------


def test_it_is_undone_once(app):
    done = merge(make_person("Un"), make_person("Deux"))
    undo(done)
    with pytest.raises(RuleBroken, match="ne peut plus"):
        undo(done)


def test_a_later_merging_is_undone_first(app):
    one, other, third = make_person("Un"), make_person("Deux"), make_person("Trois")
    first = merge(one, other)
    second = merge(third, one)
    with pytest.raises(RuleBroken, match="d’abord"):
        undo(first)
    undo(second)
    undo(first)
    assert queries.standing(other) is other


def test_what_came_since_stays_with_the_one_kept(pair, house):
    kept, merged = pair
    done = merge(kept, merged)
    since = promise(house, "2026-03-14 20:30", email="alice@example.org")
    undo(done)
    assert db.session.get_one(Reservation, since.id).guest_id == kept.id


def test_an_address_changed_since_is_left_alone(app):
    with transaction():
        spoken = new_person(first_name="Alice", last_name="Durand", phone=None)
    known = make_person("Alice", "Durand", email="alice@example.org")
    done = merge(spoken, known)
    with transaction():
        spoken.email = spoken.email_normalised = "nouvelle@example.org"
    undo(done)
    assert (spoken.email, known.email) == ("nouvelle@example.org", "alice@example.org")


def test_an_address_that_somebody_else_took_is_said(app):
    with transaction():
        spoken = new_person(first_name="Alice", last_name="Durand", phone=None)
    known = make_person("Alice", "Durand", email="alice@example.org")
    done = merge(spoken, known)
    with transaction() as session:
        spoken.email = spoken.email_normalised = None
        session.flush()
        third = new_person(first_name="Zoé", last_name="Roux", phone=None)
        third.email = third.email_normalised = "alice@example.org"
    with pytest.raises(RuleBroken, match="sert maintenant à une autre"):
        undo(done)


BITS = st.lists(st.booleans(), min_size=7, max_size=7)


@given(BITS)
@settings(max_examples=20)
def test_merging_then_undoing_gives_back_exactly_what_was(pair, house, at, bits):
    """Whatever each of the two has: address, number, a table, a muted record, the same one or another."""
    mark = next(_numbers)
    at(f"2026-{3 + mark // 25:02d}-{1 + mark % 25:02d} 10:00")
    with transaction() as session:
        people = [new_person(first_name=f"P{mark}", last_name=name, phone=None) for name in ("Un", "Deux")]
        session.flush()
        for person, has_address, has_number in zip(people, bits[:2], bits[2:4], strict=True):
            if has_address:
                person.email = person.email_normalised = f"{person.last_name}{mark}@example.org".lower()
            if has_number:
                person.phone = f"+3361234{mark:04d}"
    kept, merged = people
    if bits[4]:
        with transaction() as session:
            session.execute(sa.update(Reservation).values(guest_id=merged.id))
    if bits[5]:
        mute(merged, house.id)
    if bits[6]:
        mute(kept, house.id)
    before = rows()
    done = merge(kept, merged)
    assert rows() != before or not bits[4]
    undo(done)
    assert rows() == before


# --- thirty days later ------------------------------------------------------------------------------------------


def settle():
    return privacy.retention_rules()["directory.merges"].run()


@on_both
def test_after_thirty_days_the_empty_record_loses_its_name(pair, at):
    kept, merged = pair
    mute(kept, kept.id)
    mute(merged, kept.id)
    done = merge(kept, merged)
    assert settle() == 0
    at(clock.now() + timedelta(days=31))
    assert settle() == 1
    assert db.session.get_one(Person, merged.id).full_name == "Nom effacé"
    assert db.session.get_one(Person, kept.id).last_name == "Durand"
    assert list(db.session.scalars(sa.select(Mute.person_id))) == [kept.id]
    with pytest.raises(RuleBroken, match="ne peut plus"):
        undo(done)


def test_the_other_address_is_recognised_for_good(app, at):
    one, other = make_person("Alice", "Durand"), make_person("Alice", "Durant", email="autre@example.org")
    third = make_person("Alice", "Dubois")
    merge(one, other)
    merge(third, one)
    at(clock.now() + timedelta(days=31))
    settle()
    with transaction():
        known = known_or_new_person(
            first_name="Alice", last_name="Durand", email="autre@example.org", phone=None, language="fr"
        )
    assert known.id == third.id


def test_erasing_the_one_kept_forgets_the_merging(app):
    one, other = make_person("Alice", "Durand"), make_person("Alice", "Zqdurant", email="zqautre@example.org")
    merge(one, other)
    with transaction():
        forgetting.erase_person(db.session.get_one(Person, one.id), actor=TESTS)
    assert "zq" not in str(rows()["people"]).lower()
    assert db.session.scalars(sa.select(PersonMerge.known_as)).all() == [None]
    named = sa.select(AuditEntry).where(AuditEntry.subject_id == str(other.id), AuditEntry.forgotten_at.is_(None))
    assert not db.session.scalars(named).all()
    assert audit.verify().is_sound


def test_the_merged_record_is_erased_through_the_one_kept(app):
    one, other = make_person("Alice"), make_person("Alix")
    merge(one, other)
    with pytest.raises(RuleBroken, match="effacez celle-là"), transaction():
        forgetting.erase_person(db.session.get_one(Person, other.id), actor=TESTS)


# --- telling apart ----------------------------------------------------------------------------------------------


def test_nobody_anonymous_tells_apart(app):
    one, other = make_person("Alice"), make_person("Alix")
    with pytest.raises(NotAllowed), transaction():
        merging.tell_apart(one, other, actor=ANONYMOUS)
