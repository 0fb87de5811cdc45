"""Roles are given and taken back by those who hold what they hand over; every grant is a fact."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import service
from app.accounts.models import Grant, Role, Team, UserSession
from app.accounts.queries import role_with_code
from app.accounts.rights import roles, standing, teams
from app.accounts.rights.granting import codes_of, end_grant, give_grant, lacking
from app.booking import permissions as booking
from app.kernel import audit, clock
from app.kernel.access import Actor, permissions, right_given
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.scopes import Scope
from tests.factories import make_establishment, make_user

WAITER = {"site.enter", "booking.view_tonight", "booking.view_health_tonight", "booking.serve_tonight", "calendar.view"}


@pytest.fixture
def houses(app):
    return make_establishment("ici", "Ici"), make_establishment("ailleurs", "Ailleurs")


@pytest.fixture
def here(houses):
    return Scope("establishment", str(houses[0].id))


@pytest.fixture
def there(houses):
    return Scope("establishment", str(houses[1].id))


def give(user, code, **more):
    with transaction():
        return give_grant(user, role_with_code(code), **more)


def facts_about(record):
    return [entry.fact for entry in audit.entries_on(record.kind(), record.id)]


# --- giving ---------------------------------------------------------------------------------------------------


def test_a_manager_hires_somebody_for_one_establishment(visit, cast, houses, here):
    lea = make_user("Léa", "member")
    page = visit(cast.chloe).see(f"/admin/personnes/{lea.id}")
    answer = page.submit("#grant-form", role=str(role_with_code("host").id), scope=f"establishment:{here.id}")
    assert "Le rôle est donné" in answer.text
    assert service.actor_for(lea).rights[booking.CREATE.code] == {here}
    assert "accounts.grant_given" in facts_about(lea)
    assert "donné par Chloé Martin" in answer.text


def test_it_gives_nothing_beyond_ones_own(cast, houses, here, there):
    luc = make_user("Luc", "manager", scope=here)
    actor = service.actor_for(luc)
    lea = make_user("Léa", "member")
    give(lea, "host", actor=actor, scope=here)
    for code, scope in (("host", there), ("host", Scope()), ("administrator", here)):
        with pytest.raises(NotAllowed):
            give(lea, code, actor=actor, scope=scope)


def test_who_may_not_give_roles_gives_none(cast):
    with pytest.raises(NotAllowed):
        give(cast.bruno, "waiter", actor=service.actor_for(cast.diane))


def test_a_forged_form_gives_nothing_beyond_ones_own(visit, cast, houses, here, there):
    luc = make_user("Luc", "manager", scope=here)
    lea = make_user("Léa", "host", scope=here)
    url = f"/admin/personnes/{lea.id}/roles"
    administrator, host = (str(role_with_code(code).id) for code in ("administrator", "host"))
    asked = [
        (administrator, f"establishment:{here.id}"),
        (host, "installation:"),
        (host, f"establishment:{there.id}"),
        ("x", "y"),
    ]
    for role, scope in asked:
        assert visit(luc).post(url, data={"role": role, "scope": scope}).status_code in (403, 422)
    assert len(db.session.scalars(sa.select(Grant).where(Grant.user_id == lea.id)).all()) == 1


def test_the_form_offers_what_one_may_give(visit, cast, houses, here):
    luc = make_user("Luc", "manager", scope=here)
    lea = make_user("Léa", "host", scope=here)
    page = visit(luc).see(f"/admin/personnes/{lea.id}")
    assert [option.text for option in page.all("#grant-form [name=scope] option")] == ["Ici"]
    offered = [option.text for option in page.all("#grant-form [name=role] option")]
    assert "Accueil" in offered
    assert "Administrateur" not in offered


def test_it_holds_from_its_first_day_to_its_last(visit, cast, houses, at):
    lea = make_user("Léa", "member")
    page = visit(cast.admin).see(f"/admin/personnes/{lea.id}")
    page.submit(
        "#grant-form",
        role=str(role_with_code("host").id),
        scope="installation:",
        first_day="2026-03-12",
        last_day="2026-03-13",
    )
    for instant, expected in (
        ("2026-03-11 23:00", False),
        ("2026-03-12 00:30", True),
        ("2026-03-13 23:30", True),
        ("2026-03-14 00:00", False),
    ):
        at(instant)
        db.session.expire_all()
        assert service.actor_for(lea).may(booking.CREATE) is expected, instant


@pytest.mark.parametrize(
    "typed",
    [
        {"last_day": "2026-03-01"},
        {"first_day": "bientôt"},
        {"first_day": "2026-04-02", "last_day": "2026-04-01"},
        {"role": ""},
    ],
)
def test_wrong_dates_are_told_beside_their_field(visit, cast, typed):
    data = {"role": str(role_with_code("host").id), "scope": "installation:", **typed}
    answer = visit(cast.admin).post(f"/admin/personnes/{cast.bruno.id}/roles", data=data)
    assert answer.status_code == 422
    assert "field__error" in answer.text


def test_the_same_role_is_not_given_twice(cast):
    with pytest.raises(RuleBroken, match="déjà donné"):
        give(cast.bruno, "waiter", actor=service.actor_for(cast.admin))


def test_a_scope_that_is_not_is_refused(cast):
    with pytest.raises(RuleBroken, match="portée"):
        give(cast.bruno, "host", actor=service.actor_for(cast.admin), scope=Scope("establishment", "x"))


HOLDINGS = st.dictionaries(
    st.sampled_from(["booking.view", "booking.create", "booking.cancel", "accounts.grant", "accounts.manage"]),
    st.frozensets(
        st.sampled_from([Scope(), Scope("establishment", "a"), Scope("establishment", "b"), Scope("tonight", "a")])
    ),
)
ASKED = st.sets(st.sampled_from(sorted(["booking.view", "booking.view_tonight", "booking.create", "accounts.manage"])))


@given(HOLDINGS, ASKED, st.sampled_from([Scope(), Scope("establishment", "a"), Scope("establishment", "b")]))
def test_nobody_can_hand_over_what_they_could_not_do(app, holdings, codes, scope):
    """Whatever somebody may hand over in a scope, they may do themselves wherever the new holder could."""
    giver = Actor("user", "1", "Bruno", rights=holdings)
    if not lacking(codes, scope, giver):
        for code in codes:
            base, within = right_given(code, scope)
            held = giver.scopes(permissions()[base])
            assert Scope() in held or scope in held or within in held


# --- taking back ----------------------------------------------------------------------------------------------


def test_a_role_is_taken_back_at_once(visit, cast):
    bruno = visit(cast.bruno)
    assert bruno.get("/admin").status_code != 403
    page = visit(cast.chloe).see(f"/admin/personnes/{cast.bruno.id}")
    answer = page.submit("form[action*=/fin]")
    assert "Le rôle est repris" in answer.text
    assert bruno.get("/admin").status_code == 403
    assert "accounts.grant_ended" in facts_about(cast.bruno)


def test_a_manager_cannot_take_the_administrators_role_back(visit, cast):
    grant = cast.admin.grants[0]
    page = visit(cast.chloe).see(f"/admin/personnes/{cast.admin.id}")
    assert not page.has(f"form[action*={grant.id}]")
    assert visit(cast.chloe).post(f"/admin/personnes/roles/{grant.id}/fin").status_code == 403
    assert db.session.get_one(Grant, grant.id).ends_at is None


def test_one_that_is_over_is_not_taken_back_twice(visit, cast):
    url = f"/admin/personnes/roles/{cast.bruno.grants[0].id}/fin"
    assert visit(cast.admin).post(url).status_code == 303
    assert visit(cast.admin).post(url).status_code == 409


def test_one_to_come_is_forgotten(cast):
    actor = service.actor_for(cast.admin)
    given_ = give(cast.bruno, "host", actor=actor, starts_at=clock.now() + timedelta(days=3))
    with transaction():
        end_grant(db.session.get_one(Grant, given_.id), actor=actor)
    assert db.session.get(Grant, given_.id) is None


def test_the_last_who_manages_accounts_keeps_the_right(visit, cast):
    own = cast.admin.grants[0]
    answer = visit(cast.admin).post(f"/admin/personnes/roles/{own.id}/fin")
    assert answer.status_code == 409
    assert "Plus personne" in answer.text
    second = make_user("Ada", "administrator")
    assert visit(second).post(f"/admin/personnes/roles/{own.id}/fin").status_code == 303


# --- access ---------------------------------------------------------------------------------------------------


def test_a_closed_access_ends_every_session(visit, cast):
    bruno = visit(cast.bruno)
    assert bruno.get("/espace").status_code == 200
    page = visit(cast.admin).see(f"/admin/personnes/{cast.bruno.id}")
    assert "accès fermé" in page.submit("form[action$=/fermeture]").text
    assert bruno.get("/espace").status_code == 302
    sessions = db.session.scalars(sa.select(UserSession).where(UserSession.user_id == cast.bruno.id))
    assert all(opened.ended_at for opened in sessions)
    with pytest.raises(RuleBroken), transaction():
        standing.deactivate_user(cast.bruno, actor=service.actor_for(cast.admin))
    assert visit(cast.admin).post(f"/admin/personnes/{cast.bruno.id}/reouverture").status_code == 303


def test_nobody_closes_their_own_access_nor_one_above(visit, cast):
    assert visit(cast.admin).post(f"/admin/personnes/{cast.admin.id}/fermeture").status_code == 409
    assert visit(cast.chloe).post(f"/admin/personnes/{cast.bruno.id}/fermeture").status_code == 403


# --- teams ----------------------------------------------------------------------------------------------------


@pytest.fixture
def team(visit, cast):
    visit(cast.admin).see("/admin/equipes").submit("form[action$=equipes]", name="Les soirs")
    return db.session.scalars(sa.select(Team)).one()


def test_who_enters_a_team_has_its_roles_and_leaves_them_with_it(visit, cast, team):
    admin = visit(cast.admin)
    page = admin.see(f"/admin/equipes/{team.id}").submit(
        "#grant-form", role=str(role_with_code("host").id), scope="installation:"
    )
    assert not service.actor_for(cast.bruno).may(booking.CREATE)
    page = page.submit("#member-form", user=str(cast.bruno.id))
    assert "Bruno Martin" in page.text
    assert service.actor_for(cast.bruno).may(booking.CREATE)
    assert "Les soirs" in admin.see(f"/admin/personnes/{cast.bruno.id}").text
    page.submit("form[action$=/retrait]")
    assert not service.actor_for(cast.bruno).may(booking.CREATE)
    assert {"accounts.team_member_added", "accounts.team_member_removed", "accounts.grant_given"} <= set(
        facts_about(team)
    )


def test_letting_somebody_in_takes_holding_the_teams_roles(visit, cast, team):
    with transaction():
        give_grant(
            db.session.get_one(Team, team.id), role_with_code("administrator"), actor=service.actor_for(cast.admin)
        )
    answer = visit(cast.chloe).post(f"/admin/equipes/{team.id}/membres", data={"user": str(cast.chloe.id)})
    assert answer.status_code == 403
    assert not service.actor_for(cast.chloe).may(permissions()["accounts.manage"])
    assert visit(cast.chloe).post(f"/admin/equipes/{team.id}/suppression").status_code == 403


def test_the_last_manager_of_accounts_may_be_so_by_a_team_and_stays_in_it(cast, team):
    actor = service.actor_for(cast.admin)
    team = db.session.get_one(Team, team.id)
    with transaction():
        give_grant(team, role_with_code("administrator"), actor=actor)
        teams.add_member(team, cast.admin, actor=actor)
        end_grant(db.session.get_one(Grant, cast.admin.grants[0].id), actor=actor)
    for act in (
        lambda: teams.remove_member(team, cast.admin, actor=actor),
        lambda: teams.delete_team(team, actor=actor),
    ):
        with pytest.raises(RuleBroken, match="Plus personne"), transaction():
            act()


def test_two_teams_do_not_share_a_name_and_an_establishments_manager_makes_none(visit, cast, team, houses, here):
    assert visit(cast.admin).post("/admin/equipes", data={"name": "Les soirs"}).status_code == 409
    assert visit(cast.admin).post("/admin/equipes", data={"name": " "}).status_code == 422
    luc = make_user("Luc", "manager", scope=here)
    assert not visit(luc).see("/admin/equipes").has("form[action$=equipes]")
    refused = visit(luc).post("/admin/equipes", data={"name": "À moi"})
    assert refused.status_code == 403
    assert refused.text.count("Cela touche à des droits que vous n’avez pas") == 1


# --- roles ----------------------------------------------------------------------------------------------------


def grid(visit, user):
    return visit(user).see("/admin/reglages/roles")


def ticked(page):
    return [box["value"] for box in page.all("[name=held][checked]")]


def test_the_grid_is_edited_in_place(visit, cast):
    page, waiter = grid(visit, cast.admin), role_with_code("waiter")
    held = [*ticked(page), f"{waiter.id}:booking.note"]
    held.remove(f"{waiter.id}:site.enter")
    answer = page.submit("#grid-form", held=held)
    assert "1 rôle est changé" in answer.text
    db.session.expire_all()
    assert codes_of(role_with_code("waiter")) == {*WAITER - {"site.enter"}, "booking.note"}
    assert "accounts.role_changed" in facts_about(waiter)


def test_a_grid_as_it_was_changes_nothing(visit, cast):
    page = grid(visit, cast.admin)
    assert "Rien n’a changé" in page.submit("#grid-form").text


def test_a_grid_drawn_before_somebody_elses_change_is_refused(visit, cast):
    page = grid(visit, cast.admin)
    with transaction():
        roles.create_role("Extra", actor=service.actor_for(cast.admin))
    answer = page.submit("#grid-form", held=[])
    assert answer.status == 409
    assert codes_of(role_with_code("administrator"))


def test_the_administrators_role_keeps_managing_accounts(visit, cast):
    page = grid(visit, cast.admin)
    held = [value for value in ticked(page) if not value.endswith(":accounts.manage")]
    assert page.submit("#grid-form", held=held).status == 409
    assert "accounts.manage" in codes_of(role_with_code("administrator"))


def test_who_manages_accounts_adds_only_what_they_hold(visit, cast):
    with transaction() as session:
        session.expire_all()
        role = roles.create_role("Ressources humaines", actor=service.actor_for(cast.admin))
        roles.change_roles({role: {"accounts.manage", "accounts.grant"}}, actor=service.actor_for(cast.admin))
        give_grant(cast.diane, role, actor=service.actor_for(cast.admin))
    page, waiter = grid(visit, cast.diane), role_with_code("waiter")
    assert page.first(f"[value={waiter.id}:site.operate]").get("disabled") is not None
    page.submit("#grid-form", held=[*ticked(page), f"{waiter.id}:site.operate", f"{waiter.id}:booking.create"])
    db.session.expire_all()
    assert codes_of(role_with_code("waiter")) == {*WAITER, "booking.create"}
    with pytest.raises(NotAllowed), transaction():
        roles.change_roles({role_with_code("waiter"): {"site.operate"}}, actor=service.actor_for(cast.diane))


def test_a_role_is_copied_then_deleted_while_unused(visit, cast):
    page = visit(cast.admin).see("/admin/reglages/roles/nouveau")
    copied = page.submit("form[action$=nouveau]", name="Chef de rang", copied=str(role_with_code("waiter").id))
    assert "Le rôle est créé" in copied.text
    made = db.session.scalars(sa.select(Role).where(Role.name == "Chef de rang")).one()
    assert codes_of(made) == codes_of(role_with_code("waiter"))
    assert "Le rôle est supprimé" in copied.submit(f"form[action*={made.id}]").text
    assert "Chef de rang" not in visit(cast.admin).see("/admin/reglages/roles").text


def test_a_role_in_use_and_the_administrators_stay(visit, cast):
    for code in ("waiter", "administrator"):
        answer = visit(cast.admin).post(f"/admin/reglages/roles/{role_with_code(code).id}/suppression")
        assert answer.status_code == 409
        assert 'class="rights"' in answer.text
    assert (
        visit(cast.admin).post("/admin/reglages/roles/nouveau", data={"name": "Accueil", "copied": ""}).status_code
        == 409
    )


def test_every_seeded_role_stands_there(cast):
    codes = set(db.session.scalars(sa.select(Role.code)))
    assert codes == {
        "administrator", "manager", "host", "waiter", "case_officer", "accountant", "technician", "auditor", "opco",
        "owner", "contractor", "tenant", "member",
    }  # fmt: skip
