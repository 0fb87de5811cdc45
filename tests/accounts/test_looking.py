"""Looking as somebody else: their pages and no others, nothing changed, noted in the trail."""

import pytest
import sqlalchemy as sa

from app.accounts.models import Grant, Team
from app.accounts.queries import role_with_code
from app.accounts.rights.granting import give_grant
from app.accounts.service import actor_for
from app.booking.models import ReservationState
from app.kernel import audit
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from tests.booking.houses import open_house, promise
from tests.factories import make_user


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def looking(visit, cast, house):
    """Anne, who sees as Diane."""
    anne = visit(cast.admin)
    anne.post(f"/admin/personnes/{cast.diane.id}/regard")
    return anne


def test_the_banner_says_who_looks_as_whom_and_leads_out(visit, cast, house):
    anne = visit(cast.admin)
    page = anne.see(f"/admin/personnes/{cast.diane.id}").submit("form[action$=/regard]")
    assert "Anne Martin, vous voyez l’application comme Diane Martin" in page.text
    back = page.submit("form[action$=/regard/fin]")
    assert "vous-même" in back.text
    assert not back.has(".ribbon--look")
    assert anne.get("/admin/reglages").status_code == 200


def test_it_opens_what_the_other_opens_and_nothing_more(looking):
    assert looking.get("/admin/reservations").status_code == 200
    for path in ("/admin/reglages", "/admin/personnes", "/admin/exploitation/travaux"):
        assert looking.get(path).status_code == 403, path


def test_nothing_can_be_changed(looking, house):
    reservation = promise(house)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    for path, data in (
        (f"/admin/reservations/{reservation.id}/annulation", {"reason": "x"}),
        (f"/admin/reservations/{reservation.id}/notes", {"text": "x"}),
        ("/admin/donnees/booking.reservations/export.csv", {}),
        ("/admin/donnees/booking.reservations/vues", {"name": "x"}),
        ("/deconnexion", {}),
        ("/reserver", {"date": "2026-03-14", "time": "19:30", "covers": "2"}),
    ):
        answer = looking.post(path, data=data)
        assert answer.status_code == 403, path
        assert "rien ne peut être changé" in answer.text
    db.session.expire_all()
    assert reservation.state is ReservationState.CONFIRMED
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == before


def test_what_is_only_ones_own_stays_shut(looking):
    assert looking.get("/espace").status_code == 403


def test_the_trail_names_who_really_looked(looking, cast):
    looking.post("/admin/personnes/regard/fin")
    told = [(entry.fact, entry.actor_label) for entry in audit.entries_on("User", cast.diane.id)]
    assert told[:2] == [("accounts.look_ended", "Anne Martin"), ("accounts.look_begun", "Anne Martin")]


@pytest.mark.parametrize("who", ["admin", "second"])
def test_nobody_looks_as_themselves_nor_as_another_administrator(visit, cast, who):
    user = {"admin": cast.admin, "second": make_user("Ada", "administrator")}[who]
    assert visit(cast.admin).post(f"/admin/personnes/{user.id}/regard").status_code == 403


@pytest.mark.parametrize("who", ["diane", "bruno"])
def test_few_may_look(visit, cast, who):
    visitor = visit(getattr(cast, who))
    assert visitor.post(f"/admin/personnes/{cast.bruno.id}/regard").status_code == 403
    with visitor.session() as session:
        session["looks_as"] = str(cast.admin.id)
    assert visitor.get("/admin/exploitation/travaux").status_code == 403


def test_a_manager_looks_as_whom_she_could_hire_and_at_nobody_above(visit, cast, house):
    chloe = visit(cast.chloe)
    assert chloe.post(f"/admin/personnes/{cast.admin.id}/regard").status_code == 403
    assert chloe.post(f"/admin/personnes/{cast.bruno.id}/regard").status_code == 303
    assert chloe.get("/admin/messages").status_code == 403
    with chloe.session() as session:
        session["looks_as"] = str(cast.admin.id)
    assert chloe.get("/admin/exploitation/travaux").status_code == 403


def test_a_look_ends_when_the_other_rises_or_the_looker_falls(looking, cast):
    with transaction():
        give_grant(
            db.session.get_one(type(cast.diane), cast.diane.id),
            role_with_code("administrator"),
            actor=actor_for(cast.admin),
        )
    assert "ribbon--look" not in looking.see("/admin").response.text


def test_who_holds_the_right_through_a_team_may_look(visit, cast):
    actor = actor_for(cast.admin)
    with transaction() as session:
        team = Team(name="Soutien", created_at=cast.admin.created_at)
        session.add(team)
        give_grant(team, role_with_code("administrator"), actor=actor)
        team.members.append(session.merge(cast.diane))
    assert visit(cast.diane).post(f"/admin/personnes/{cast.bruno.id}/regard").status_code == 303
    assert db.session.scalars(sa.select(Grant).where(Grant.team_id.is_not(None))).one().holder.name == "Soutien"
