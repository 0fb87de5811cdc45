"""What touches the security of an account is told at once to whom it belongs: a line in their centre, and a letter."""

import pytest
import sqlalchemy as sa

from app.accounts import service
from app.accounts.credentials import passkeys, providers, second_factor
from app.accounts.credentials.models import OutsideIdentity, Passkey
from app.accounts.models import Team, User
from app.accounts.queries import role_with_code
from app.accounts.rights import standing, teams
from app.accounts.rights.granting import change_end, end_grant, give_grant
from app.accounts.service import actor_for
from app.kernel import clock
from app.kernel.db import db, transaction
from app.notifications import service as notifications
from app.notifications.models import Notification
from tests.accounts.proofs import SECRET, shown_code
from tests.booking.houses import open_house
from tests.factories import PASSWORD, make_user
from tests.harness.mailbox import run_jobs

CHLOE, BRUNO = "chloe@example.org", "bruno@example.org"


@pytest.fixture(autouse=True)
def house(app):
    return open_house()


@pytest.fixture
def bruno(visit, cast):
    """Somebody who has come in before."""
    visit(cast.bruno)
    came_in(cast.bruno)
    return cast.bruno


def came_in(user):
    with transaction():
        user.last_login_at = clock.now()


def lines_of(user):
    db.session.rollback()
    run_jobs()
    mine = sa.select(Notification).where(Notification.person_id == user.person_id)
    return list(db.session.scalars(mine.order_by(Notification.last_at, Notification.id)))


def subjects(outbox, address):
    return [letter.subject for letter in outbox.to(address)]


def a_passkey(user, name="Téléphone"):
    with transaction() as session:
        kept = Passkey(
            user_id=user.id,
            credential_id=name.encode(),
            public_key=b"k",
            sign_count=0,
            name=name,
            created_at=clock.now(),
        )
        session.add(kept)
    return kept


def an_identity(user):
    with transaction() as session:
        kept = OutsideIdentity(
            user_id=user.id, provider="mairie", subject="b", email=user.login, email_verified=True,
            first_name="Bruno", last_name="Martin", created_at=clock.now(),
        )  # fmt: skip
        session.add(kept)
    return kept


def test_a_new_device_is_a_line_that_leads_to_the_open_logins(visit, cast, outbox):
    typed = {"email": CHLOE, "password": PASSWORD}
    visit().post("/connexion", data=typed)
    visitor = visit()
    visitor.post("/connexion", data=typed, headers={"User-Agent": "Firefox/140.0 (X11; Linux)"})
    [line] = lines_of(cast.chloe)
    assert (line.category, line.notice) == ("security", "accounts.new_device")
    page = visitor.see("/espace/notifications")
    assert "Firefox sur Linux" in page.text
    assert visitor.see(f"/espace/notifications/{line.id}").url == "/espace/connexions"
    [letter] = outbox.to(CHLOE)
    assert "/mot-de-passe" in letter.text
    assert letter.raw["List-Unsubscribe"] is None


def acts(bruno):
    """Each act that changes how an account is opened, and the subject of its letter."""
    actor = actor_for(bruno)
    key, identity = a_passkey(bruno), an_identity(bruno)
    return [
        (lambda: passkeys.remove(bruno, key, actor=actor), "Une clé d’accès n’ouvre plus votre compte"),
        (lambda: second_factor.set_up(bruno, SECRET, shown_code(), actor=actor),
         "La double vérification de votre compte est en place"),
        (lambda: second_factor.remove(bruno, actor=actor), "La double vérification de votre compte est retirée"),
        (lambda: providers.unlink(identity, bruno, actor=actor), "Une identité n’ouvre plus votre compte"),
        (lambda: service.change_password(bruno, "un autre mot très long", actor=actor), "Votre mot de passe a changé"),
    ]  # fmt: skip


def test_each_act_in_a_row_is_a_line_and_a_letter_of_its_own(bruno, outbox):
    told = []
    for act, subject in acts(bruno):
        with transaction():
            act()
        told.append(subject)
    assert subjects(outbox, BRUNO) == told
    assert len(lines_of(bruno)) == len(told), "what is required is never merged"


def test_it_is_told_whatever_was_chosen(bruno, outbox, at):
    with transaction():
        notifications.take_preset(bruno.person, notifications.Preset.ESSENTIAL, actor=actor_for(bruno))
        service.change_password(bruno, "un autre mot très long", actor=actor_for(bruno))
    assert subjects(outbox, BRUNO) == ["Votre mot de passe a changé"]


def test_it_speaks_the_language_of_its_reader(bruno, outbox):
    with transaction():
        bruno.person.language = "en"
        give_grant(bruno, role_with_code("host"), actor=service.actor_for(make_user("Zoé", "administrator")))
    [letter] = outbox.to(BRUNO)
    assert letter.subject == "You are given a role"
    assert "“Front desk”" in letter.text
    assert "whole installation" in letter.text


def test_a_linked_identity_is_told_save_the_one_that_made_the_account(cast, bruno, outbox):
    identity = an_identity(bruno)
    with transaction():
        identity.user_id = identity.user = None
    with transaction():
        providers.link(identity, bruno, actor=actor_for(bruno))
    assert subjects(outbox, BRUNO) == ["Une identité ouvre maintenant votre compte"]
    new = make_user("Léa", "member")
    with transaction():
        identity.user_id = identity.user = None
    with transaction():
        providers.link(identity, new, actor=actor_for(new))
    assert subjects(outbox, new.login) == []


# --- rights ---------------------------------------------------------------------------------------------------


def test_a_role_given_changed_and_taken_back_is_told(cast, bruno, outbox):
    admin, end = actor_for(cast.admin), clock.now().replace(hour=20)
    with transaction():
        grant = give_grant(bruno, role_with_code("host"), actor=admin)
    with transaction():
        change_end(grant, end, actor=admin)
    with transaction():
        change_end(grant, None, actor=admin)
    with transaction():
        end_grant(grant, actor=admin)
    assert subjects(outbox, BRUNO) == [
        "Un rôle vous est donné",
        "Les dates d’un de vos rôles ont changé",
        "Les dates d’un de vos rôles ont changé",
        "Un de vos rôles est repris",
    ]
    given, until, for_good, ended = (letter.text for letter in outbox.to(BRUNO))
    assert "Le rôle « Accueil » vous est donné : Toute l’installation." in given
    assert "jusqu’au mardi 10 mars 2026" in until
    assert "sans fin" in for_good
    assert "vous est repris" in ended


def test_who_never_came_in_is_not_told_of_their_first_rights(cast, outbox):
    with transaction():
        give_grant(cast.diane, role_with_code("waiter"), actor=actor_for(cast.admin))
    assert subjects(outbox, "diane@example.org") == []


def test_a_team_tells_each_of_its_members(cast, bruno, outbox):
    admin = actor_for(cast.admin)
    with transaction():
        team = teams.create_team("Brigade", actor=admin)
    with transaction():
        teams.add_member(team, bruno, actor=admin)
    with transaction():
        grant = give_grant(db.session.get_one(Team, team.id), role_with_code("host"), actor=admin)
    with transaction():
        teams.delete_team(grant.team, actor=admin)
    assert subjects(outbox, BRUNO) == [
        "Vous êtes entré dans une équipe",
        "Un rôle vous est donné",
        "Vous n’êtes plus d’une équipe",
    ]


def test_a_closed_access_is_told_by_letter_and_its_reopening_as_well(cast, bruno, outbox):
    admin = actor_for(cast.admin)
    with transaction():
        standing.deactivate_user(bruno, actor=admin)
    [letter] = outbox.to(BRUNO)
    assert letter.subject == "Votre compte est fermé"
    assert "par la maison" in letter.text
    assert lines_of(bruno) == []
    with transaction():
        standing.reactivate_user(db.session.get_one(User, bruno.id), actor=admin)
    assert subjects(outbox, BRUNO)[1:] == ["L’accès à votre compte est rouvert"]


def test_the_last_letter_of_a_closed_account_still_leaves(visit, cast, outbox):
    zoe = make_user("Zoé", "member")
    visit(zoe).see("/espace/fermeture").submit("form.form", current=PASSWORD)
    [letter] = outbox.to("zoe@example.org")
    assert letter.subject == "Votre compte est fermé"
    assert "à votre demande" in letter.text


def test_the_preferences_say_that_it_cannot_be_refused(visit, cast):
    page = visit(cast.bruno).see("/espace/notifications/preferences")
    assert "Mot de passe changé" in page.text
    assert not page.all("[name='mode:security'], [name^='mode:accounts.']"), "nothing of it is to be chosen"
