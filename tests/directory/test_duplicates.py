"""The pages of records that may be one person's: suggestions, preview, merging, undoing, by who may."""

import pytest

from app.booking.seating import FORCE
from app.directory import merging
from app.directory.suggestions import suggestions
from app.kernel.db import transaction
from tests.booking.houses import TESTS, open_house, promise
from tests.harness.databases import on_both


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def pair(house):
    online = promise(house, email="alice@example.org", phone="+33612345678")
    spoken = promise(house, "2026-03-13 19:30", email="", phone="+33612345678", last_name="Durant", permit=FORCE)
    return online.guest, spoken.guest


@pytest.fixture
def chloe(visit, cast):
    return visit(cast.chloe)


@on_both
def test_a_number_and_a_near_name_in_one_house_are_suggested(pair):
    (found,) = suggestions(TESTS)
    assert {found.first, found.second} == set(pair)
    assert found.reasons == ("même téléphone", "noms proches, même maison")


def test_an_address_typed_for_two_is_suggested(house):
    promise(house, email="alice@example.org")
    spoken = promise(house, "2026-03-13 19:30", email="", phone="", first_name="Zoé", last_name="Roux", permit=FORCE)
    with transaction():
        spoken.email = "alice@example.org"
    (found,) = suggestions(TESTS)
    assert "même adresse e-mail" in found.reasons


@on_both
def test_what_is_suggested_about_one_is_what_everybody_is_suggested(pair, house):
    promise(house, "2026-03-17 19:30", email="autre@example.org", phone="+33612345678", last_name="Roux")
    promise(house, "2026-03-18 19:30", email="alicia@example.org", phone="+33699999999", last_name="Durans")
    everything = suggestions(TESTS)
    people = {person.id for each in everything for person in (each.first, each.second)}
    assert len(people) == 4
    for about in people:
        assert suggestions(TESTS, about=about) == [
            each for each in everything if about in (each.first.id, each.second.id)
        ]


def test_people_of_two_names_are_not_suggested(house):
    promise(house, email="alice@example.org", phone="+33612345678")
    promise(house, "2026-03-13 19:30", email="eve@example.org", phone="+33699999999", last_name="Moreau")
    assert suggestions(TESTS) == []


def test_those_merged_are_suggested_no_more(pair):
    with transaction():
        merging.merge_people(*pair, actor=TESTS)
    assert suggestions(TESTS) == []


def test_those_told_apart_are_suggested_no_more(pair, chloe):
    _kept, merged = pair
    page = chloe.see("/admin/doublons")
    assert "Durant" in page.text
    page = page.submit(f"form[action$='{merged.id}/distinction']")
    assert "Aucun doublon en vue" in page.text
    assert suggestions(TESTS) == []


def test_the_preview_says_what_goes_where(pair, chloe):
    kept, merged = pair
    text = chloe.see(f"/admin/doublons/{kept.id}/{merged.id}").text
    assert "Réservations : 1 passe à la fiche gardée" in text
    assert "06 12 34 56 78" in text


def test_merging_and_undoing_by_hand(pair, chloe):
    kept, merged = pair
    chloe.post(f"/admin/doublons/{kept.id}/{merged.id}")
    page = chloe.see("/admin/doublons")
    assert "Réunions récentes" in page.text
    assert "Se défait" in page.text
    page = page.submit("form[action*='/retrait']")
    assert "La réunion est défaite" in page.text
    assert "Réunions récentes" not in page.text


def test_two_accounts_are_refused_with_the_reason(chloe, cast):
    answer = chloe.get(f"/admin/doublons/{cast.bruno.person_id}/{cast.diane.person_id}")
    assert answer.status_code == 409
    assert "deux comptes ne se réunissent pas" in answer.text
    assert chloe.post(f"/admin/doublons/{cast.bruno.person_id}/{cast.diane.person_id}").status_code == 409


def test_the_other_record_is_found_by_any_part(pair, chloe):
    kept, _merged = pair
    for typed in ("duran", "3456", "DURANT alice"):
        assert "Alice Durant" in chloe.see(f"/admin/doublons/{kept.id}?q={typed}").text
    assert "Aucune autre fiche" in chloe.see(f"/admin/doublons/{kept.id}?q=personne").text


def test_an_unknown_record_is_not_found(chloe, pair, house):
    assert chloe.get(f"/admin/doublons/{pair[0].id}/{house.id}").status_code == 404


@pytest.mark.parametrize("who", ["bruno", "diane"])
def test_the_rest_of_the_team_sees_nothing(visit, cast, pair, who):
    visitor = visit(getattr(cast, who))
    kept, merged = pair
    assert visitor.get("/admin/doublons").status_code == 403
    assert visitor.get(f"/admin/doublons/{kept.id}/{merged.id}").status_code == 403
    assert visitor.post(f"/admin/doublons/{kept.id}/{merged.id}").status_code == 403


def test_a_forged_form_merges_nothing(pair, chloe):
    kept, merged = pair
    chloe.csrf = False
    assert chloe.post(f"/admin/doublons/{kept.id}/{merged.id}").status_code == 400


def test_the_list_costs_the_same_for_many(house, chloe, max_queries):
    for number in range(6):
        promise(house, f"2026-03-{17 + number} 19:30", email=f"p{number}@example.org", phone="+33612345678")
    chloe.get("/admin/doublons")
    with max_queries(16):
        assert chloe.see("/admin/doublons").text.count("même téléphone") == 15
