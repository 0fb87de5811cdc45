"""Until when a role is held is changed in place, by who holds what it gives."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.models import Grant, Team
from app.accounts.queries import role_with_code
from app.accounts.rights import teams
from app.accounts.rights.granting import change_end, end_grant, give_grant
from app.accounts.service import actor_for
from app.kernel import audit, clock
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.scopes import Scope
from app.kernel.telling import changes_of
from tests.booking.houses import open_house
from tests.factories import TESTS, make_user


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def read(grant):
    return db.session.get_one(Grant, grant.id, populate_existing=True)


def change(visitor, holder, grant, last_day):
    form = f"form[action='/admin/personnes/roles/{grant.id}/jusqu-au']"
    return visitor.see(holder).submit(form, last_day=last_day)


def test_a_role_ends_on_the_day_typed_which_counts(visit, cast):
    grant = cast.diane.grants[0]
    page = change(visit(cast.chloe), f"/admin/personnes/{cast.diane.id}", grant, "2026-03-20")
    assert "La fin du rôle est changée" in page.text
    assert "au vendredi 20 mars 2026" in page.text
    assert read(grant).ends_at == datetime(2026, 3, 21, tzinfo=ZoneInfo("Europe/Paris"))
    entry = audit.entries_on("User", cast.diane.id)[0]
    assert entry.fact == "accounts.grant_changed"
    assert [str(each) for each in changes_of(entry)] == ["Jusqu’au\u202f: rien → vendredi 20 mars 2026"]


def test_an_end_is_taken_away(visit, cast):
    grant = cast.diane.grants[0]
    visitor, page = visit(cast.chloe), f"/admin/personnes/{cast.diane.id}"
    change(visitor, page, grant, "2026-03-20")
    assert change(visitor, page, grant, "").status == 200
    assert read(grant).ends_at is None


@pytest.mark.parametrize(
    ("typed", "told"), [("2026-03-09", "après aujourd’hui"), ("demain", "Indiquez un jour"), ("0000-00-00", "Indiquez")]
)
def test_a_wrong_day_is_told_beside_its_field(visit, cast, typed, told):
    grant = cast.diane.grants[0]
    page = change(visit(cast.chloe), f"/admin/personnes/{cast.diane.id}", grant, typed)
    assert page.status == 422
    assert told in page.first(f"#until-{grant.id}-error").text
    assert page.first(f"#until-{grant.id}")["value"] == typed
    assert read(grant).ends_at is None


def test_a_team_s_role_is_changed_on_its_page(visit, cast):
    admin = actor_for(cast.admin)
    with transaction():
        team = teams.create_team("Brigade", actor=admin)
        grant = give_grant(team, role_with_code("host"), actor=admin)
    page = f"/admin/equipes/{team.id}"
    assert "au vendredi 20 mars 2026" in change(visit(cast.chloe), page, grant, "2026-03-20").text
    assert change(visit(cast.chloe), page, grant, "2026-03-01").status == 422
    assert db.session.get_one(Team, team.id).grants == [read(grant)]


def test_nobody_prolongs_what_they_do_not_hold(visit, cast):
    grant = make_user("Zoé", "administrator").grants[0]
    url = f"/admin/personnes/roles/{grant.id}/jusqu-au"
    assert visit(cast.chloe).post(url, data={"last_day": "2030-01-01"}).status_code == 403
    assert visit(cast.diane).post(url, data={"last_day": "2030-01-01"}).status_code == 403
    local = make_user("Luc", "manager", scope=Scope("establishment", "x"))
    with pytest.raises(NotAllowed):
        change_end(cast.diane.grants[0], clock.now() + timedelta(days=2), actor=actor_for(local))
    assert read(grant).ends_at is None


def test_what_is_over_does_not_come_back(cast):
    grant = cast.diane.grants[0]
    with transaction():
        end_grant(grant, actor=TESTS)
    with pytest.raises(RuleBroken, match="déjà repris"):
        change_end(grant, None, actor=TESTS)


def test_dates_that_meet_another_grant_of_the_role_are_refused(cast):
    now, role = clock.now(), role_with_code("waiter")
    with transaction():
        first = give_grant(cast.diane, role, actor=TESTS, ends_at=now + timedelta(days=5))
        give_grant(cast.diane, role, actor=TESTS, starts_at=now + timedelta(days=8))
    with pytest.raises(RuleBroken, match="déjà donné"):
        change_end(first, now + timedelta(days=9), actor=TESTS)
    with transaction():
        change_end(first, now + timedelta(days=8), actor=TESTS)


def test_the_last_who_manages_for_good_keeps_the_right_without_end(cast):
    with pytest.raises(RuleBroken, match="Plus personne"), transaction():
        change_end(cast.admin.grants[0], clock.now() + timedelta(days=30), actor=actor_for(cast.admin))


def test_the_same_end_is_no_fact(cast):
    before = len(audit.entries_on("User", cast.diane.id))
    with transaction():
        change_end(cast.diane.grants[0], None, actor=TESTS)
    assert len(audit.entries_on("User", cast.diane.id)) == before
