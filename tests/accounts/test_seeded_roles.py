"""The roles a new installation begins with, and what an installation that grew is given."""

import sqlalchemy as sa

from app.accounts import service
from app.accounts.models import RolePermission
from app.accounts.permissions import SEEDED_ROLES
from app.accounts.queries import role_with_code
from app.accounts.rights.granting import codes_of
from app.kernel import seeds
from app.kernel.access import permissions
from app.kernel.db import db, transaction
from app.kernel.seeds import SeedDone


def test_each_role_begins_with_what_is_declared_for_it(cast):
    for code in SEEDED_ROLES:
        assert codes_of(role_with_code(code)) == {each.code for each in permissions().values() if code in each.seed}, (
            code
        )


def test_no_permission_is_declared_for_an_unknown_role(app):
    unknown = {code for declared in permissions().values() for code in declared.seed} - set(SEEDED_ROLES)
    assert not unknown


def test_an_installation_that_grew_is_given_what_is_new_and_keeps_what_it_chose(app, cast):
    with transaction() as session:
        session.execute(sa.delete(RolePermission).where(RolePermission.permission == "accounts.view"))
        taken = RolePermission.permission == "booking.create"
        session.execute(sa.delete(RolePermission).where(taken, RolePermission.role_id == role_with_code("host").id))
        session.delete(role_with_code("auditor"))
        session.execute(sa.delete(SeedDone))
    db.session.expire_all()
    seeds.run_seeds(app, seeds.REFERENCE)
    db.session.expire_all()
    assert "accounts.view" in codes_of(role_with_code("administrator"))
    assert "booking.create" not in codes_of(role_with_code("host"))
    assert "accounts.view" in codes_of(role_with_code("auditor"))


def test_a_right_of_a_newer_version_comes_once_and_what_is_taken_back_stays_taken(app, cast):
    seeds.run_seeds(app, seeds.REFERENCE)
    word = RolePermission.permission == "notifications.word"
    with transaction() as session:
        session.execute(sa.delete(RolePermission).where(word))
        session.execute(sa.delete(SeedDone).where(SeedDone.name.endswith(":notifications.word")))
    db.session.expire_all()
    assert seeds.run_seeds(app, seeds.REFERENCE) == ["accounts.seeds.rights_that_came_later"]
    assert "notifications.word" in codes_of(role_with_code("manager"))
    with transaction() as session:
        session.execute(sa.delete(RolePermission).where(word))
    db.session.expire_all()
    assert seeds.run_seeds(app, seeds.REFERENCE) == []
    assert "notifications.word" not in codes_of(role_with_code("manager"))


def test_a_waiter_reads_the_day_and_notes_the_courses(cast):
    nightly = {"booking.view_tonight", "booking.view_health_tonight", "booking.serve_tonight", "calendar.view"}
    assert codes_of(role_with_code("waiter")) == {"site.enter", *nightly}
    assert set(service.actor_for(cast.bruno).rights) == {
        "site.enter",
        "booking.view",
        "booking.view_health",
        "booking.serve",
        "calendar.view",
    }
