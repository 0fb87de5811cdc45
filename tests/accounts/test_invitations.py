"""Staff invite; whoever is invited accepts. Nobody gives what they do not hold."""

import pytest
import sqlalchemy as sa

from app.accounts import jobs, service
from app.accounts.credentials.settings import SECOND_FACTOR_ROLES
from app.accounts.models import Invitation, InvitationState, RolePermission, User
from app.accounts.queries import role_with_code
from app.directory.queries import first_establishment
from app.kernel import audit, settings
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed
from app.kernel.scopes import Scope
from tests.accounts.letters import link_in
from tests.booking.houses import open_house
from tests.factories import PASSWORD, make_user

ROOM = "/admin/personnes/invitations"
LUC = {"first_name": "Luc", "last_name": "Petit", "password": PASSWORD}


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


def invite(visitor, **typed):
    page = visitor.see(f"{ROOM}/nouvelle")
    return page.submit("form.form", **{"email": "luc@example.org", "role": "waiter", **typed})


def here():
    return Scope("establishment", str(first_establishment().id))


def the_invitation():
    return db.session.scalars(sa.select(Invitation)).one()


def grants_of(login):
    user = db.session.scalars(sa.select(User).where(User.login == login)).one()
    return sorted((grant.role.code, grant.scope_kind) for grant in user.grants)


def manager_of_accounts(scope):
    """Somebody who manages accounts, with all a host holds, in one scope only."""
    with transaction():
        service.seed_roles()
        host = role_with_code("host")
        db.session.add_all(
            RolePermission(role_id=host.id, permission=held) for held in ("accounts.manage", "accounts.grant")
        )
    return make_user("Hélène", "host", email="helene@example.org", scope=scope)


@pytest.mark.parametrize("javascript", [True, False])
def test_it_hires_somebody(visit, cast, outbox, javascript):
    page = visit(cast.admin).see(ROOM).click("Inviter quelqu’un")
    typed = {"email": "luc@example.org", "role": "waiter", "scope": f"establishment:{here().id}"}
    page = page.submit("form.form", javascript=javascript, **typed)
    assert "L’invitation part à luc@example.org" in page.text
    letter = outbox.to("luc@example.org")[0]
    assert letter.subject == "Anne Martin vous invite à rejoindre Le Petit Quai"
    guest = visit()
    page = guest.see(link_in(letter, "/invitation/"))
    assert page.url == "/invitation"
    assert "Salle et cuisine" in page.text
    page = page.submit("form.form", javascript=javascript, **LUC)
    assert page.url == "/admin"
    assert grants_of("luc@example.org") == [("waiter", "establishment")]
    assert the_invitation().state is InvitationState.ACCEPTED
    facts = [entry.fact for entry in audit.entries_on("Invitation", the_invitation().id)]
    assert facts == ["accounts.invitation_accepted", "accounts.invitation_sent"]


def test_a_role_that_demands_a_second_factor_has_it_set_up_first(visit, cast, outbox):
    with transaction():
        settings.change(SECOND_FACTOR_ROLES, "waiter")
    invite(visit(cast.admin))
    guest = visit()
    page = guest.see(link_in(outbox.to("luc@example.org")[0], "/invitation/")).submit("form.form", **LUC)
    assert page.url == "/connexion/application"
    assert guest.get("/admin").status_code == 302


def test_a_role_is_added_to_an_account_that_exists(visit, cast, outbox):
    invite(visit(cast.admin), email="bruno@example.org", role="host")
    guest = visit()
    page = guest.see(link_in(outbox[0], "/invitation/"))
    assert not page.has("#password")
    assert page.submit("form.form").url == "/connexion"
    assert db.session.get_one(User, cast.bruno.id).confirmed_at is not None
    assert grants_of("bruno@example.org") == [("host", "installation"), ("waiter", "installation")]
    assert visit().post("/connexion", data={"email": "bruno@example.org", "password": PASSWORD}).status_code == 303


def test_an_account_that_exists_keeps_its_password_and_name(visit, cast, outbox):
    invite(visit(cast.admin), email="bruno@example.org", role="host")
    guest = visit()
    guest.see(link_in(outbox[0], "/invitation/"))
    guest.post("/invitation", data={**LUC, "password": "un mot de passe d’attaque"})
    assert db.session.get_one(User, cast.bruno.id).person.first_name == "Bruno"
    assert guest.get("/espace").status_code == 302


# --- who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["bruno", "diane"])
def test_it_is_for_who_gives_roles(visit, cast, who):
    visitor = visit(getattr(cast, who))
    assert visitor.get(ROOM).status_code == 403
    assert visitor.get(f"{ROOM}/nouvelle").status_code == 403
    assert visitor.post(f"{ROOM}/nouvelle", data={"email": "x@example.org", "role": "waiter"}).status_code == 403


def test_a_manager_hires_for_one_establishment_and_sees_that_nothing_else_opens(visit, cast, outbox):
    page = visit(cast.chloe).see("/admin/personnes").click("Inviter quelqu’un")
    scope = f"establishment:{here().id}"
    assert "administrator" not in {option["value"] for option in page.all("#role option")}
    page.submit("form.form", email="luc@example.org", role="waiter", scope=scope, days="7")
    visit().see(link_in(outbox[0], "/invitation/")).submit("form.form", **LUC)
    assert grants_of("luc@example.org") == [("waiter", "establishment")]
    luc = db.session.scalars(sa.select(User).where(User.login == "luc@example.org")).one()
    chloe = visit(cast.chloe)
    looking = chloe.see(f"/admin/personnes/{luc.id}").submit("form[action$='/regard']")
    assert "Luc" in looking.text
    for closed in ("/admin/personnes", "/admin/messages", "/admin/journal", "/admin/reglages"):
        assert chloe.get(closed).status_code == 403


def test_nobody_offers_what_they_do_not_hold(visit, cast):
    helene = manager_of_accounts(here())
    page = visit(helene).see(f"{ROOM}/nouvelle")
    roles = {option["value"] for option in page.all("#role option")}
    assert "host" in roles
    assert not roles & {"administrator", "manager"}
    assert [option["value"] for option in page.all("#scope option")] == [f"establishment:{here().id}"]


@pytest.mark.parametrize(
    ("role", "scope"), [("administrator", "here"), ("waiter", "installation:"), ("manager", "here")]
)
def test_nor_by_a_forged_form(visit, cast, role, scope):
    helene = manager_of_accounts(here())
    scope = f"establishment:{here().id}" if scope == "here" else scope
    sent = {"email": "x@example.org", "role": role, "scope": scope, "days": "7"}
    assert visit(helene).post(f"{ROOM}/nouvelle", data=sent).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 0


def test_nor_by_the_service(cast):
    helene = service.actor_for(manager_of_accounts(here()))
    with pytest.raises(NotAllowed), transaction():
        service.invite("x@example.org", role_with_code("waiter"), Scope(), days=7, actor=helene)


def test_who_lost_the_right_gives_nothing_any_more(visit, cast, outbox):
    other = make_user("Hugo", "administrator")
    invite(visit(other))
    with transaction():
        db.session.get_one(User, other.id).grants.clear()
    guest = visit()
    page = guest.see(link_in(outbox[0], "/invitation/")).submit("form.form", **LUC)
    assert page.status == 422
    assert "n’a plus ce droit" in page.text
    assert db.session.scalars(sa.select(User).where(User.login == "luc@example.org")).first() is None


def test_one_sees_the_invitations_of_one_s_own_scope(visit, cast):
    helene = visit(manager_of_accounts(here()))
    invite(visit(cast.admin), email="partout@example.org")
    invite(helene, email="ici@example.org")
    page = helene.see(ROOM)
    assert "ici@example.org" in page.text
    assert "partout@example.org" not in page.text
    everywhere = db.session.scalars(sa.select(Invitation).where(Invitation.scope_id == "")).one()
    assert helene.get(f"{ROOM}/{everywhere.id}").status_code == 403
    assert helene.post(f"{ROOM}/{everywhere.id}/retrait").status_code == 403


# --- the end of an invitation ---------------------------------------------------------------------------------


def test_it_is_taken_back(visit, cast, outbox):
    admin, guest = visit(cast.admin), visit()
    invite(admin)
    page = guest.see(link_in(outbox[0], "/invitation/"))
    shown = admin.see(ROOM).click("luc@example.org")
    assert "est retirée" in shown.submit("form[action$=/retrait]").text
    assert page.submit("form.form", **LUC).status == 404
    assert visit().get(link_in(outbox[0], "/invitation/")).status_code == 404
    assert the_invitation().state is InvitationState.REVOKED
    assert admin.post(f"{ROOM}/{the_invitation().id}/retrait").status_code == 409


def test_it_is_good_once(visit, cast, outbox):
    invite(visit(cast.admin))
    guest, thief = visit(), visit()
    theft = thief.see(link_in(outbox[0], "/invitation/"))
    guest.see(link_in(outbox[0], "/invitation/")).submit("form.form", **LUC)
    assert theft.submit("form.form", **{**LUC, "first_name": "Mallory"}).status == 404


def test_it_runs_out(visit, cast, outbox, at):
    invite(visit(cast.admin), days="3")
    page = visit().see(link_in(outbox[0], "/invitation/"))
    at("2026-03-13 10:01")
    assert page.submit("form.form", **LUC).status == 404
    assert jobs.expire_invitations() == 1
    assert the_invitation().state is InvitationState.EXPIRED
    assert jobs.expire_invitations() == 0


def test_the_same_is_not_offered_twice(visit, cast):
    admin = visit(cast.admin)
    invite(admin)
    page = invite(admin)
    assert page.status == 422
    assert "déjà une invitation" in page.text


def test_the_role_is_the_one_offered(visit, cast, outbox):
    invite(visit(cast.admin))
    guest = visit()
    guest.see(link_in(outbox[0], "/invitation/"))
    guest.post("/invitation", data={**LUC, "role": "administrator", "scope": "installation:", "email": "x@example.org"})
    assert grants_of("luc@example.org") == [("waiter", "installation")]


def test_the_list_costs_the_same_for_many(visit, cast, max_queries):
    with transaction():
        for number in range(50):
            service.invite(
                f"quelquun{number}@example.org",
                role_with_code("waiter"),
                Scope(),
                days=7,
                actor=service.actor_for(cast.admin),
            )
    admin = visit(cast.admin)
    with max_queries(12):
        assert admin.get(ROOM).status_code == 200
