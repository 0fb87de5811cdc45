"""Why, why not: each grant and rule that could give a right, and what it comes to."""

from datetime import timedelta

import pytest

from app.accounts.queries import role_with_code
from app.accounts.rights.explanation import explain
from app.accounts.rights.granting import give_grant
from app.accounts.service import actor_for
from app.booking import permissions as booking
from app.kernel import clock
from app.kernel.access import permissions
from app.kernel.db import transaction
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, open_house, promise
from tests.factories import make_establishment, make_user


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def reservation(house):
    return promise(house)


def why(user, code, record=""):
    return f"/admin/personnes/{user.id}/pourquoi?droit={code}&fiche={record}"


def verdict(page):
    return page.first("[data-verdict]")["data-verdict"]


def test_it_names_the_grant_that_gives_the_right(visit, cast):
    page = visit(cast.chloe).see(why(cast.bruno, "site.enter"))
    assert verdict(page) == "yes"
    assert "Rôle « Salle et cuisine », Toute l’installation" in page.first("[data-reason=gives]").text


def test_it_names_the_roles_that_would_give_what_is_missing(visit, cast):
    page = visit(cast.chloe).see(why(cast.bruno, "booking.create"))
    assert verdict(page) == "no"
    assert "Aucun de ses rôles" in page.text
    assert "Accueil" in page.text


def test_it_says_that_a_record_is_out_of_scope(visit, cast, reservation):
    elsewhere = make_establishment("ailleurs", "Ailleurs")
    luc = make_user("Luc", "host", scope=Scope("establishment", str(elsewhere.id)))
    page = visit(cast.admin).see(why(luc, "booking.change", f"/admin/reservations/{reservation.id}"))
    assert verdict(page) == "no"
    assert "hors de sa portée" in page.first("[data-reason=lacks]").text
    assert "le lien de cette réservation" in page.text


def test_it_says_that_a_day_is_not_the_day(visit, cast, reservation, at):
    asked = why(cast.bruno, "booking.view", f"Reservation:{reservation.id}")
    assert verdict(visit(cast.admin).see(asked)) == "no"
    at(f"{SATURDAY} 19:00")
    page = visit(cast.admin).see(asked)
    assert verdict(page) == "yes"
    assert "du jour seulement" in page.first("[data-reason=gives]").text


def test_it_tells_past_and_coming_grants_and_a_closed_access(visit, cast):
    lea = make_user("Léa", "member")
    admin, now = actor_for(cast.admin), clock.now()
    with transaction() as session:
        lea = session.merge(lea)
        give_grant(
            lea,
            role_with_code("host"),
            actor=admin,
            starts_at=now - timedelta(days=9),
            ends_at=now + timedelta(hours=1),
        )
        give_grant(lea, role_with_code("manager"), actor=admin, starts_at=now + timedelta(days=9))
        lea.grants[1].ends_at = now - timedelta(days=1)
        lea.is_active = False
    page = visit(cast.admin).see(why(lea, "booking.create"))
    assert verdict(page) == "no"
    for said in ("Fini depuis le lundi 9 mars 2026", "Ne commence que le jeudi 19 mars 2026", "Son accès est fermé"):
        assert said in page.text


def test_the_explanation_and_the_decision_agree(cast, house, reservation, at):
    """Whoever is asked about, on whatever: yes exactly when a reason gives it, as the application itself decides."""
    at(f"{SATURDAY} 19:00")
    luc = make_user("Luc", "manager", scope=Scope("establishment", str(house.id)))
    for user in (cast.bruno, cast.diane, cast.chloe, cast.admin, luc):
        for permission in permissions().values():
            for record in (None, house, *([reservation] if permission.code.startswith("booking.") else [])):
                if record is house and permission.rules:
                    continue
                found = explain(user, permission, record, "Europe/Paris")
                decided = actor_for(user).may(permission, record)
                assert found.is_allowed == decided == any(each.gives for each in found.reasons), (
                    user.login,
                    permission.code,
                )


def test_everybody_may_ask_about_themselves_and_few_about_others(visit, cast):
    assert visit(cast.bruno).get(why(cast.bruno, "booking.create")).status_code == 200
    assert visit(cast.bruno).get(why(cast.diane, "booking.create")).status_code == 403
    assert visit(cast.diane).get(why(cast.admin, "booking.create")).status_code == 403
    assert visit().get(why(cast.bruno, "booking.create")).status_code == 302


def test_a_refusal_leads_to_its_reason(visit, cast, reservation):
    page = visit(cast.bruno).see(f"/admin/reservations/{reservation.id}")
    assert page.status == 403
    reason = page.click("Pourquoi ?")
    assert verdict(reason) == "no"
    assert "Voir les réservations" in reason.text
    assert "hors de sa portée" in reason.text


@pytest.mark.parametrize(
    "record",
    [
        "/nulle-part",
        "x:y",
        "Reservation:1",
        "AuditHead:00000000-0000-0000-0000-000000000001",
        "http://[",
        "%00",
        "User:00000000-0000-0000-0000-000000000001",
    ],
)
def test_what_is_no_record_is_told(visit, cast, record):
    page = visit(cast.admin).see(why(cast.bruno, booking.VIEW.code, record))
    assert page.status == 422
    assert "Aucune fiche" in page.text


def test_an_unknown_right_asks_again(visit, cast):
    page = visit(cast.admin).see(why(cast.bruno, "rien.du.tout"))
    assert page.status == 200
    assert not page.has("[data-verdict]")
