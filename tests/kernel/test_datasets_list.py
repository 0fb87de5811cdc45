"""The list page: filters as sentences, columns, order, pages; with htmx and without; within its budget of queries."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.booking import permissions as may
from app.kernel.datasets.listing import read_listing
from tests.harness.pages import HTMX
from tests.kernel.people_dataset import LIST, PEOPLE, add_people, show_people, some_user


@pytest.fixture
def people(app, monkeypatch):
    return show_people(app, monkeypatch)


@pytest.fixture
def chloe(visit, cast):
    return visit(cast.chloe)


def firsts(page):
    return [cell.text for cell in page.all("tbody th")]


def test_it_shows_rows_in_their_order(people, chloe):
    add_people([{"last_name": "Bé", "phone": "+33612"}, {"last_name": "Aé"}])
    page = chloe.see(f"{LIST}?nom=é")
    assert page.status == 200
    assert firsts(page) == ["Aé", "Bé"]
    assert page.first("th[aria-sort]")["aria-sort"] == "ascending"
    assert "2 lignes" in page.text
    assert page.has("table[data-list] tr[data-row]")


def test_the_head_sorts_and_turns(people, chloe):
    add_people([{"last_name": name} for name in ("Aé", "Bé")])
    turned = chloe.see(f"{LIST}?nom=é").click("Nom")
    assert firsts(turned) == ["Bé", "Aé"]
    assert turned.first("th[aria-sort]")["aria-sort"] == "descending"


def test_filters_are_sentences_one_can_remove(people, chloe):
    add_people([{"last_name": "Un", "language": "de"}, {"last_name": "Deux", "language": "en"}])
    page = chloe.see(f"{LIST}?langue=de&longueur_min=4")
    assert [chip.text for chip in page.all(".chip")] == ["Allemand", "4 lettres et plus"]
    assert firsts(page) == ["Un"]
    without = parse_qs(urlsplit(page.all(".chip a")[0]["href"]).query)
    assert without == {"longueur_min": ["4"], "tri": ["nom,-prenom"]}


def test_a_wrong_filter_is_told_beside_it(people, chloe):
    page = chloe.see(f"{LIST}?longueur_min=douze")
    assert page.status == 200
    field = page.first("input[name=longueur_min]")
    assert field["value"] == "douze"
    assert field["aria-invalid"] == "true"
    assert "« douze » n’est pas un nombre entier." in page.text


def test_the_filters_form_works_without_javascript(people, chloe):
    add_people([{"last_name": "Un", "language": "de"}, {"last_name": "Deux", "language": "en"}])
    typed = {"nom": "Deux"}
    page = chloe.see(f"{LIST}?tri=-nom").submit("form[novalidate]", javascript=False, **typed)
    assert firsts(page) == ["Deux"]
    assert "tri=-nom" in page.links()["Tout retirer"]


def test_columns_are_chosen_without_javascript(people, chloe):
    add_people(1)
    page = chloe.see(LIST).submit(".toolbar__end form", javascript=False, colonnes=["tel", "nom"])
    assert [head.text for head in page.all("thead th")] == ["Nom", "Téléphone"]


def test_nothing_found_says_so_and_offers_everything(people, chloe):
    page = chloe.see(f"{LIST}?q=personne")
    assert "Rien ne répond à ces filtres." in page.text
    assert page.click("Tout retirer").has("tbody tr")


def test_pages_go_forth_and_back(people, chloe, monkeypatch):
    add_people(120)
    first = chloe.see(f"{LIST}?nom=Nom")
    second = first.click("Suivantes")
    third = second.click("Suivantes")
    assert [len(firsts(page)) for page in (first, second, third)] == [50, 50, 20]
    assert "Suivantes" not in third.links()
    assert firsts(third.click("Précédentes").click("Précédentes")) == firsts(first)


def test_a_forged_cursor_is_no_error(people, chloe):
    add_people(3)
    page = chloe.see(f"{LIST}?nom=Nom&apres=nimporte")
    assert page.status == 200
    assert "Cette page de la liste n’existe plus : voici la première." in page.text
    assert len(firsts(page)) == 3


def test_many_are_more_than_a_thousand(people, chloe):
    add_people(1010)
    assert "plus de 1 000 lignes" in chloe.see(LIST).text


def test_htmx_gets_the_list_alone_and_it_equals_the_page(people, chloe):
    add_people(60)
    part = chloe.get(f"{LIST}?tri=-nom", headers=HTMX)
    assert part.get_data(as_text=True).lstrip().startswith('<div id="list-tests-people">')
    assert "HX-Request-Type" in part.headers["Vary"]
    whole = chloe.get(f"{LIST}?tri=-nom")
    assert part.get_data(as_text=True).count("data-row") == whole.get_data(as_text=True).count("data-row") == 50


def test_searching_swaps_the_list(people, chloe):
    add_people([{"last_name": "Un", "email_normalised": "un"}, {"last_name": "Deux", "email_normalised": "deux"}])
    page = chloe.see(LIST)
    page.submit("form[role=search][hx-get]", q="deux")
    assert firsts(page) == ["Deux"]


@pytest.mark.parametrize("rows", [1, 130])
def test_it_stays_within_its_budget(people, app, max_queries, rows):
    add_people(rows)
    with app.test_request_context(LIST), max_queries(4):
        listing = read_listing(PEOPLE, {"apres": ["forged"], "nom": ["Nom"]}, some_user(may.VIEW))
        assert len(listing.page.rows) == min(rows, 50)


def test_the_right_of_the_dataset_guards_every_act(people, visit):
    add_people(1)
    stranger = visit()
    for act in ("export.csv", "export.xlsx", "vues", "selection"):
        assert stranger.post(f"/admin/donnees/tests.people/{act}", data={}).status_code == 403


@pytest.mark.parametrize("act", ["export.csv", "export.xlsx", "vues", "selection"])
def test_an_undeclared_dataset_is_unknown(people, chloe, act):
    assert chloe.post(f"/admin/donnees/tests.nothing/{act}").status_code == 404


def test_what_one_may_not_see_is_not_on_the_page(people, visit, cast):
    add_people([{"last_name": "Un", "email": "secret@example.org"}])
    bruno = visit(cast.bruno).see(f"{LIST}?colonnes=nom&colonnes=email&tri=email")
    assert "secret@example.org" not in bruno.response.get_data(as_text=True)
    assert not bruno.has("input[name=adresse]")
    assert "secret@example.org" in visit(cast.chloe).see(LIST).text
