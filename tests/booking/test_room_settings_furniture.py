"""The settings pages of areas, tables and combinations: changed, refused as typed, checked for promises."""

import pytest
import sqlalchemy as sa

from app.booking.models import Area, Combination, Reservation, Table
from app.kernel import audit
from app.kernel.db import db
from tests.booking.houses import promise
from tests.booking.settings_pages import ROOT, house_now, one


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


# --- tables and areas -----------------------------------------------------------------------------------------


def test_tables_are_changed_added_and_taken_out(manager, house):
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", button="add=1")
    saved = page.submit(
        "#tables-form",
        **{
            "tables-0-max_covers": "3",
            "tables-4-code": "5",
            "tables-4-min_covers": "1",
            "tables-4-max_covers": "2",
        },
    )
    assert "Les tables sont enregistrées." in saved.text
    assert one(Table, code="1").max_covers == 3
    assert one(Table, code="5").area.code == "salle"
    manager.see(f"{ROOT}/salle").submit("#tables-form", **{"tables-4-is_active": []})
    assert [table.code for table in db.session.scalars(sa.select(Table).order_by(Table.code))] == ["1", "2", "3", "4"]


def test_adding_a_line_keeps_what_was_typed(manager):
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", button="add=1", **{"tables-0-code": "Fenêtre"})
    assert page.fields("#tables-form")["tables-0-code"] == "Fenêtre"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Table)) == 4


def test_wrong_lines_are_told_beside_their_field_and_kept(manager):
    page = manager.see(f"{ROOT}/salle").submit(
        "#tables-form",
        **{
            "tables-0-code": "2",
            "tables-1-max_covers": "beaucoup",
            "tables-2-min_covers": "9",
            "tables-3-code": "",
        },
    )
    assert page.status == 422
    assert page.fields("#tables-form")["tables-1-max_covers"] == "beaucoup"
    for place in ("tables-1-code", "tables-1-max_covers", "tables-2-max_covers", "tables-3-code"):
        assert page.has(f"#{place}-error"), place
    assert one(Table, code="1").max_covers == 2


def test_two_tables_exchange_their_names(manager, house):
    first = one(Table, code="1").id
    manager.see(f"{ROOT}/salle").submit("#tables-form", **{"tables-0-code": "2", "tables-1-code": "1"})
    assert db.session.get_one(Table, first, populate_existing=True).code == "2"


def test_a_table_bears_no_combination_s_name(manager):
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", **{"tables-0-code": "3+4"})
    assert page.status == 409
    assert "est déjà le nom d’un regroupement" in page.text


def test_tables_too_small_for_their_combination_are_refused(manager):
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", **{"tables-2-max_covers": "3"})
    assert (page.status, "n’ont que 7 places" in page.text) == (409, True)
    assert page.fields("#tables-form")["tables-2-max_covers"] == "3"


def test_the_last_table_stays_in_service(manager):
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", **{f"tables-{n}-is_active": [] for n in range(4)})
    assert (page.status, "au moins une table" in page.text) == (409, True)


def test_a_table_with_a_promise_is_listed_before_it_goes(manager, house):
    made = promise(house)
    number = int(made.table_codes()) - 1
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", **{f"tables-{number}-is_active": []})
    assert page.status == 409
    assert "samedi 14 mars 2026 à 19 h 30, 2 couverts, Alice Durand" in page.text
    assert f"{made.reference} : la table {number + 1} n’est plus en service." in page.text
    assert one(Table, id=made.seatings[0].table_id).is_active
    assert f"tables-{number}-is_active" not in page.fields("#tables-form")
    assert "Les tables sont enregistrées." in page.submit("#tables-form", button="force=1").text
    assert not one(Table, id=made.seatings[0].table_id).is_active
    assert audit.entries_on("Establishment", house.id)[0].details["broken"] == [made.reference]


def test_a_table_that_comes_back(manager, house):
    made = promise(house)
    number = int(made.table_codes()) - 1
    page = manager.see(f"{ROOT}/salle")
    page.submit("#tables-form", button="force=1", **{f"tables-{number}-is_active": []})
    page = manager.see(f"{ROOT}/salle")
    assert "3 tables en service" in page.text
    page.submit("#tables-form", **{"tables-3-is_active": "y"})
    assert one(Table, id=made.seatings[0].table_id).is_active


def test_areas_are_added_renamed_and_taken_away(manager, house):
    made = promise(house)
    with_wish = sa.update(Reservation).where(Reservation.id == made.id).values(area_wish="salle")
    db.session.execute(with_wish)
    db.session.commit()
    manager.see(f"{ROOT}/salle").submit("#areas-form", **{"areas-0-code": "Grande salle", "areas-1-code": "Cour"})
    assert house_now(house).areas == ("Grande salle", "Cour")
    assert one(Reservation, id=made.id).area_wish == "Grande salle"
    manager.see(f"{ROOT}/salle").submit("#areas-form", **{"areas-1-code": ""})
    assert house_now(house).areas == ("Grande salle",)


def test_an_area_with_tables_stays(manager):
    page = manager.see(f"{ROOT}/salle").submit("#areas-form", **{"areas-0-code": "", "areas-1-code": "Cour"})
    assert (page.status, "encore en service dans l’espace" in page.text) == (409, True)
    assert one(Area, code="salle")


def test_a_line_about_nothing_of_this_house_is_refused(manager):
    page = manager.see(f"{ROOT}/salle").submit("#tables-form", **{"tables-0-id": "forged"})
    assert (page.status, "entre-temps" in page.text) == (409, True)


# --- combinations ---------------------------------------------------------------------------------------------


def test_a_combination_is_added_changed_and_taken_away(manager, house):
    small = [str(one(Table, code=code).id) for code in "12"]
    page = manager.see(f"{ROOT}/regroupements/nouveau")
    page.submit("#edit-form", code="1+2", tables=small, min_covers="3", max_covers="4")
    made = one(Combination, code="1+2")
    assert [member.table.code for member in made.members] == ["1", "2"]
    manager.see(f"{ROOT}/regroupements/{made.id}").submit("#edit-form", min_covers="4")
    assert one(Combination, id=made.id).min_covers == 4
    manager.see(f"{ROOT}/regroupements/{made.id}").submit("#removal")
    assert db.session.scalars(sa.select(Combination.code)).all() == ["3+4"]


def test_a_wrong_combination_keeps_what_was_typed(manager):
    one_table = str(one(Table, code="1").id)
    page = manager.see(f"{ROOT}/regroupements/nouveau").submit(
        "#edit-form", code="Seule", tables=[one_table], min_covers="4", max_covers="3"
    )
    assert page.status == 422
    assert "Choisissez au moins deux tables." in page.text
    assert (page.fields("#edit-form")["code"], page.fields("#edit-form")["tables"]) == ("Seule", one_table)


@pytest.mark.parametrize(("code", "most", "words"), [("3+4", "4", "déjà pris"), ("1+2", "9", "n’ont que 4 places")])
def test_a_combination_the_house_refuses(manager, code, most, words):
    small = [str(one(Table, code=code).id) for code in "12"]
    page = manager.see(f"{ROOT}/regroupements/nouveau").submit(
        "#edit-form", code=code, tables=small, min_covers="1", max_covers=most
    )
    assert (page.status, words in page.text) == (409, True)


def test_a_combination_that_serves_is_listed_before_it_goes(manager, house):
    made = promise(house, covers=6)
    joined = one(Combination, code="3+4")
    page = manager.see(f"{ROOT}/regroupements/{joined.id}").submit("#removal")
    assert (page.status, made.reference in page.text, "n’existe plus" in page.text) == (409, True, True)
    assert "Le regroupement est supprimé." in page.submit("#all-the-same", button="force=1").text
