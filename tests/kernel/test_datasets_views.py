"""Saved views: kept, opened, changed, shared, chosen as the one a list opens with."""

import pytest
from flask import g, request

from app.booking import permissions as may
from app.kernel.access import system
from app.kernel.datasets import count, rows
from app.kernel.datasets.models import DefaultView, SavedView
from app.kernel.datasets.permissions import SHARE_VIEWS
from app.kernel.datasets.saved_views import change_view, choose_default, keep_view, remove_view, views_of
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from tests.kernel.people_dataset import LIST, PEOPLE, add_people, show_people, some_user, state

VIEWS = "/admin/donnees/tests.people/vues"
USER = some_user(may.VIEW)
SHARER = some_user(may.VIEW, SHARE_VIEWS)
GERMANS = {"filters": {"langue": ["de"]}, "sort": "-nom", "columns": "nom,tel", "search": ""}


@pytest.fixture
def people(app, monkeypatch):
    return show_people(app, monkeypatch)


@pytest.fixture
def chloe(visit, cast):
    return visit(cast.chloe)


def kept(name="Les Allemands", asked=GERMANS, actor=USER, **how):
    with transaction():
        return keep_view(PEOPLE, name, asked, actor=actor, **how)


def firsts(page):
    return [cell.text for cell in page.all("tbody th")]


def test_what_is_shown_is_kept_and_opened_again(people, chloe):
    add_people([{"last_name": "Un", "language": "de"}, {"last_name": "Deux"}])
    page = chloe.see(f"{LIST}?langue=de&tri=-nom&colonnes=tel&colonnes=nom").submit(
        "form[action*='/vues?']", name="Les Allemands"
    )
    assert "Vue gardée." in page.text
    assert page.first(".views [aria-current]").text == "Les Allemands"
    assert firsts(page) == ["Un"]
    assert [head.text for head in page.all("thead th")] == ["Nom", "Téléphone"]
    assert db.session.query(SavedView).one().asked == GERMANS


def test_a_view_can_be_left_by_removing_its_filters(people, chloe):
    add_people([{"last_name": "Un", "language": "de"}, {"last_name": "Deux"}])
    page = chloe.see(f"{LIST}?langue=de").submit("form[action*='/vues?']", name="Allemands")
    assert "Deux" in firsts(chloe.see(page.first(".chip a")["href"]))


def test_the_default_view_opens_the_list_and_everything_stays_in_reach(people, chloe):
    add_people([{"last_name": "Un", "language": "de"}, {"last_name": "Deux"}])
    chloe.see(f"{LIST}?langue=de").submit("form[action*='/vues?']", name="Allemands", default="oui")
    opened = chloe.see(LIST)
    assert firsts(opened) == ["Un"]
    assert "Deux" in firsts(opened.click("Tout"))
    assert "Deux" in firsts(opened.click("Tout retirer"))


def test_a_view_is_renamed_changed_and_removed(people, chloe):
    chloe.see(f"{LIST}?langue=de").submit("form[action*='/vues?']", name="Avant")
    view = db.session.query(SavedView).one()
    chloe.post(f"{VIEWS}/{view.id}?langue=en", data={"name": "Après", "asked": "oui"})
    view = db.session.query(SavedView).populate_existing().one()
    assert (view.name, view.asked["filters"]) == ("Après", {"langue": ["en"]})
    chloe.post(f"{VIEWS}/{view.id}", data={"default": "oui"})
    assert db.session.query(DefaultView).count() == 1
    chloe.post(f"{VIEWS}/{view.id}", data={"default": "non"})
    assert db.session.query(DefaultView).count() == 0
    chloe.post(f"{VIEWS}/{view.id}/suppression")
    assert db.session.query(SavedView).count() == 0


def test_another_s_view_does_not_exist(people, chloe, visit, cast):
    chloe.see(LIST).submit("form[action*='/vues?']", name="À moi")
    view = db.session.query(SavedView).one()
    diane = visit(cast.diane)
    g.pop("csrf_token", None)  # Flask-WTF keeps chloe's in the test's own context
    assert diane.post(f"{VIEWS}/{view.id}", data={"name": "x"}).status_code == 404
    assert diane.post(f"{VIEWS}/{view.id}/suppression").status_code == 404
    assert "À moi" not in diane.see(LIST).text


def test_sharing_takes_the_right(people, visit, cast, chloe):
    page = visit(cast.diane).see(LIST)
    assert not page.has("input[name=shared]")
    visit(cast.diane).post(VIEWS, data={"name": "Pour tous", "shared": "oui"})
    assert db.session.query(SavedView).count() == 0
    chloe.see(LIST).submit("form[action*='/vues?']", name="Pour tous", shared="oui")
    assert "Pour tous" in visit(cast.diane).see(LIST).text


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "déjà"])
def test_a_name_that_does_not_fit_is_refused(people, name):
    kept("Déjà")
    with pytest.raises(RuleBroken):
        kept(name)


def test_shared_views_are_changed_by_those_who_share(people):
    view = kept(actor=SHARER, shared=True)
    with transaction(), pytest.raises(NotAllowed):
        change_view(view, actor=USER, name="Autre")
    with transaction(), pytest.raises(NotAllowed):
        remove_view(view, actor=USER)
    with transaction(), pytest.raises(NotAllowed):
        choose_default(PEOPLE, view, actor=USER, for_all=True)
    with transaction():
        choose_default(PEOPLE, view, actor=SHARER, for_all=True)
    assert views_of(PEOPLE, USER).default == view


def test_one_s_own_default_comes_before_everybody_s(people):
    shared, own = kept("A", actor=SHARER, shared=True), kept("B")
    with transaction():
        choose_default(PEOPLE, shared, actor=SHARER, for_all=True)
        choose_default(PEOPLE, own, actor=USER)
        with pytest.raises(RuleBroken):
            choose_default(PEOPLE, own, actor=SHARER, for_all=True)
    views = views_of(PEOPLE, USER)
    assert views.default == own
    assert [view.name for view in views.all] == ["A", "B"]


def test_a_removed_view_is_nobody_s_default(people):
    view = kept()
    with transaction():
        choose_default(PEOPLE, view, actor=USER)
    with transaction():
        remove_view(view, actor=USER)
    assert views_of(PEOPLE, USER).default is None


def test_a_view_gives_its_rows_without_a_request(people):
    add_people([{"last_name": "Un", "language": "de"}, {"last_name": "Deux"}, {"last_name": "Caché", "language": "de"}])
    view = kept()
    assert not request
    assert [row.record.last_name for row in rows(view, USER)] == ["Un"]
    assert [cell.text for cell in rows(view, USER)[0].cells] == ["Un", ""]
    assert count(view, system("report")).number == 1


def test_a_view_outlives_what_it_names(people):
    add_people(2)
    view = kept(asked={"filters": {"disparu": ["x"], "langue": ["klingon"]}, "sort": "disparu", "columns": "disparu"})
    assert len(rows(view, USER)) == 2
    assert state(filters={}).columns == ("nom", "prenom", "longueur", "email")
