"""Acts on a selection: each record checked again, in its own transaction; what was refused is named."""

import pytest
import sqlalchemy as sa

from app.directory.models import Person
from app.kernel.datasets import selection
from app.kernel.db import db
from tests.kernel.people_dataset import LIST, add_people, show_people

SELECTION = "/admin/donnees/tests.people/selection"


@pytest.fixture
def people(app, monkeypatch):
    return show_people(app, monkeypatch)


@pytest.fixture
def chloe(visit, cast):
    return visit(cast.chloe)


def ids(last_name="Martin"):
    return [str(found) for found in db.session.scalars(sa.select(Person.id).where(Person.last_name == last_name))]


def renamed():
    return db.session.scalar(sa.select(sa.func.count()).where(Person.last_name == "Renommé"))


def act(visitor, url=SELECTION, **form):
    return visitor.arrive(url, visitor.post(url, data={"action": "rename", **form}))


def test_ticked_rows_are_done_and_refused_ones_named(people, chloe):
    add_people([{"last_name": "X"}, {"last_name": "X"}, {"last_name": "X", "first_name": "Têtu"}])
    page = act(chloe, selected=ids("X"))
    assert "2 renommées, 1 refusée : Têtu X (il n’a pas voulu)." in page.text
    assert renamed() == 2


def test_the_list_s_own_form_sends_the_ticked_rows(people, chloe):
    add_people([{"last_name": "X"}, {"last_name": "Y"}])
    page = chloe.see(f"{LIST}?nom=X").submit("form[action*='/selection']", selected=ids("X"), button="action=rename")
    assert "1 renommée." in page.text
    assert "nom=X" in page.url


def test_all_that_match_are_found_again_on_the_server(people, chloe):
    add_people([{"last_name": "X"}] * 60 + [{"last_name": "Y"}])
    assert "60 renommées." in act(chloe, f"{SELECTION}?nom=X", everything="1").text
    assert renamed() == 60


def test_too_many_at_once_are_refused_whole(people, chloe, monkeypatch):
    monkeypatch.setattr(selection, "MOST_AT_ONCE", 5)
    add_people([{"last_name": "X"}] * 6)
    page = act(chloe, f"{SELECTION}?nom=X", everything="1")
    assert "Plus de 5 lignes répondent à ces filtres" in page.text
    assert renamed() == 0


def test_nothing_ticked_is_told(people, chloe):
    for form in ({}, {"selected": "pas-un-id"}):
        assert "Cochez au moins une ligne." in act(chloe, **form).text


def test_rows_out_of_sight_are_refused_without_a_name(people, chloe):
    add_people([{"last_name": "Caché"}])
    assert "1 refusée : une ligne disparue" in act(chloe, selected=ids("Caché")).text
    assert renamed() == 0


def test_an_act_one_may_not_do_is_not_offered(people, visit, cast):
    add_people([{"last_name": "X"}])
    bruno = visit(cast.bruno)
    assert not bruno.see(LIST).has("[data-bulk]")
    assert bruno.post(SELECTION, data={"action": "rename", "selected": ids("X")}).status_code == 400
    assert renamed() == 0


def test_an_unknown_act_is_refused(people, chloe):
    assert chloe.post(SELECTION, data={"action": "drop"}).status_code == 400


def test_an_act_that_asks_shows_a_page_first(people, chloe):
    add_people([{"last_name": "X"}, {"last_name": "X"}])
    question = act(chloe, f"{SELECTION}?nom=X", action="ask", selected=ids("X"))
    assert "Vraiment ?" in question.text
    assert "2 lignes choisies." in question.text
    answered = question.submit("form.form", name="Renommé")
    assert "2 renommées." in answered.text
    assert renamed() == 2


def test_a_selection_of_everything_is_asked_about_too(people, chloe):
    add_people([{"last_name": "X"}] * 55)
    question = act(chloe, f"{SELECTION}?nom=X", action="ask", everything="1")
    assert "55 lignes choisies." in question.text
    assert "55 renommées." in question.submit("form.form").text


def test_many_refusals_are_not_all_named(people, chloe):
    add_people([{"last_name": "X", "first_name": "Têtu"}] * 13)
    text = act(chloe, selected=ids("X")).text
    assert "13 refusées" in text
    assert "et 3 autres" in text
