"""The settings pages: who may open and save them."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.booking.models import Shift
from app.kernel.db import db
from app.kernel.scopes import Scope
from tests.booking.houses import promise
from tests.booking.settings_pages import ROOT, one
from tests.factories import make_establishment, make_user

PAGES = [
    "etablissement", "salle", "regroupements", "regroupements/nouveau", "services", "services/nouveau", "fermetures",
    "fermetures/nouvelle", "fermetures/jours-particuliers/nouveau", "regles",
]  # fmt: skip


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


# --- who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_to_the_manager_only(visit, cast, house, path):
    assert visit(cast.chloe).get(f"{ROOT}/{path}").status_code == 200
    assert visit(cast.admin).get(f"{ROOT}/{path}").status_code == 200
    assert visit(cast.bruno).get(f"{ROOT}/{path}").status_code == 403
    assert visit().get(f"{ROOT}/{path}").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "etablissement",
        "salle/tables",
        "salle/espaces",
        "regroupements",
        "services",
        "fermetures",
        "fermetures/jours-particuliers",
        "regles",
    ],
)
def test_nobody_else_saves(visit, cast, house, path):
    assert visit(cast.diane).post(f"{ROOT}/{path}", data={}).status_code == 403


def test_the_right_to_another_house_is_none_to_this_one(visit, house):
    elsewhere = make_establishment()
    stranger = make_user("Zoé", "manager", scope=Scope("establishment", str(elsewhere.id)))
    shown = visit(stranger).see(f"{ROOT}/salle")
    assert [line["value"] for line in shown.all("[name$=-code]") if line.get("value")] == []
    assert "Le Petit Quai" not in shown.text
    assert visit(stranger).get(f"{ROOT}/services/{one(Shift, name='Dîner').id}").status_code == 403


def test_an_unknown_record_is_not_found(manager):
    for path in ("services", "regroupements", "fermetures", "fermetures/jours-particuliers"):
        assert manager.get(f"{ROOT}/{path}/{uuid4()}").status_code == 404


def test_the_pages_stand_in_the_list_of_settings(manager):
    assert {"Salle et tables", "Services", "Règles de réservation"} <= set(manager.see(f"{ROOT}/salle").links())


def test_who_may_set_but_not_force_is_told_so(visit, house, cast):
    made = promise(house)
    db.session.execute(sa.text("DELETE FROM role_permissions WHERE permission = 'booking.force'"))
    db.session.commit()
    page = visit(cast.chloe).see(f"{ROOT}/fermetures/nouvelle").submit("#edit-form", first="2026-03-14")
    assert (made.reference in page.text, page.has("[name=force]")) == (True, False)
    forced = visit(cast.chloe).post(f"{ROOT}/fermetures", data={"first": "2026-03-14", "force": "1"})
    assert forced.status_code == 403


def test_every_page_stays_within_its_queries(manager, house, max_queries):
    promise(house)
    for path in PAGES:
        with max_queries(14):
            manager.see(f"{ROOT}/{path}")
