"""Preferences are seen before they are kept; calendars follow the reader; a list is kept as somebody likes it."""

import json

import pytest

from app.accounts.models import User
from app.booking.models import RefusedSearch
from app.kernel import clock
from app.kernel.db import db, transaction
from tests.accounts.test_preferences import OWN, sent
from tests.booking.houses import open_house
from tests.factories import make_establishment

PREVIEW = f"{OWN}/apercu"
LIST = "/admin/demande"
LAYOUT = "/admin/donnees/booking.refused_searches/affichage"
CODE = "list.booking.refused_searches"
CHOSEN = {"display.dates": "figures", "display.hours": "12", "display.numbers": "en", "display.first_day": "sunday"}


def kept(user):
    return db.session.get_one(User, user.id, populate_existing=True).preferences


def preview(page):
    return page.first("#preferences-preview").text


# --- the preview ----------------------------------------------------------------------------------------------


@pytest.fixture
def chloe(visit, cast):
    return visit(cast.chloe)


def test_the_page_shows_how_things_look_now(chloe):
    said = preview(chloe.see(OWN))
    assert "mar. 10 mars" in said
    assert "19 h" in said.replace("\u00a0", " ")
    assert "lundi, mardi" in said
    assert "de l’ouverture à la fermeture" in said


@pytest.mark.parametrize("javascript", [True, False])
def test_a_choice_is_seen_before_it_is_kept(chloe, cast, javascript):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"} if javascript else {}
    hours = {"display.calendar_from": "07", "display.calendar_until": "24"}
    answer = chloe.post(PREVIEW, data={**CHOSEN, **hours}, headers=headers)
    page = chloe.arrive(PREVIEW, answer)
    said = preview(page).replace("\u00a0", " ")
    for words in ("10/03/2026", "7:00 pm", "€1,234.50", "dimanche, lundi", "de 7:00 am à minuit"):
        assert words in said
    assert bool(page.all("html")) is not javascript
    assert kept(cast.chloe) == {}


def test_without_javascript_the_whole_page_is_as_it_would_be(chloe, cast):
    page = chloe.see(OWN)
    url = page.first("#preferences-form [formaction]")["formaction"]
    typed = {**page.fields("#preferences-form"), "display.theme": "dark", "display.density": "compact"}
    page = chloe.arrive(url, chloe.post(url, data=typed))
    root = page.first("html")
    assert (root["data-theme"], root["data-density"]) == ("dark", "compact")
    assert page.fields("#preferences-form")["display.theme"] == "dark", "what was typed is still there"
    assert chloe.see(OWN).first("html")["data-theme"] == "auto"


def test_a_forged_choice_is_refused_in_the_preview_too(chloe):
    assert chloe.post(PREVIEW, data={"display.theme": "pink"}).status_code == 422


def test_a_calendar_ends_after_it_begins(chloe, cast):
    answer = chloe.post(OWN, data={"display.calendar_from": "20", "display.calendar_until": "08"})
    assert (answer.status_code, kept(cast.chloe)) == (422, {})
    chloe.post(OWN, data={"display.calendar_from": "20"})
    assert chloe.post(OWN, data={"display.calendar_until": "08"}).status_code == 422
    assert kept(cast.chloe) == {"display.calendar_from": "20"}


# --- calendars ------------------------------------------------------------------------------------------------


def heads(page):
    return [head["title"] for head in page.all(".calendar thead abbr")]


def days(page):
    return [day.text for day in page.all(".calendar tbody td b")]


@pytest.mark.parametrize(("chosen", "first", "last"), [("", "lundi", "dimanche"), ("sunday", "dimanche", "samedi"),
                                                       ("saturday", "samedi", "vendredi")])  # fmt: skip
def test_weeks_begin_as_the_reader_prefers(chloe, visit, chosen, first, last):
    open_house()
    chloe.post(OWN, data={"display.first_day": chosen})
    page = chloe.see("/reserver?covers=2")
    assert (heads(page)[0], heads(page)[-1]) == (first, last)
    assert days(page) == [str(day) for day in sorted(map(int, days(page)))]
    week = page.all(".calendar tbody tr")[-1].all("td")
    tuesday = heads(page).index("mardi")
    assert "mardi" in week[tuesday].text
    assert heads(visit().see("/reserver?covers=2"))[0] == "lundi", "nobody else's weeks change"


# --- a list as one likes it -----------------------------------------------------------------------------------


@pytest.fixture
def demand(app):
    house = make_establishment()
    with transaction() as session:
        session.add_all(
            RefusedSearch(establishment_id=house.id, at=clock.now(), covers=covers + 1, reason="closed")
            for covers in range(60)
        )


def shown(page):
    return [head.text for head in page.all("thead th")]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_rows_of_a_page_are_kept_for_one_list(demand, chloe, cast, javascript):
    page = chloe.see(LIST).submit(f"form[action^='{LAYOUT}']", javascript=javascript, rows="25")
    assert len(page.all("[data-row]")) == 25
    assert len(chloe.see(LIST).all("[data-row]")) == 25
    assert kept(cast.chloe) == {CODE: "lignes=25"}


def test_columns_and_order_are_kept_and_given_back(demand, chloe, cast):
    everything = shown(chloe.see(LIST))
    page = chloe.see(f"{LIST}?colonnes=date&colonnes=quand&tri=quand")
    kept_page = chloe.arrive(LIST, chloe.post(action(page), data={"act": "keep"}))
    assert "gardés pour vous" in kept_page.text
    again = chloe.see(LIST)
    assert shown(again) == shown(page)
    assert again.first("[aria-sort=ascending]")
    given_back = chloe.arrive(LIST, chloe.post(action(again), data={"act": "forget"}))
    assert shown(given_back) == shown(chloe.see(LIST)) == everything
    assert kept(cast.chloe) == {}


def action(page):
    return next(form["action"] for form in page.all("form") if form["action"].startswith(LAYOUT))


def test_a_filter_keeps_the_columns_and_others_can_still_be_asked(demand, chloe):
    boxes = [box["value"] for box in chloe.see(LIST).all("input[name=colonnes]")]
    usual = "&".join(f"colonnes={box['value']}" for box in chloe.see(LIST).all("input[name=colonnes][checked]"))
    chloe.post(f"{LAYOUT}?colonnes={boxes[0]}", data={"act": "keep"})
    assert len(shown(chloe.see(f"{LIST}?motif=closed"))) == 1
    everything = chloe.see(f"{LIST}?{usual}")
    assert len(shown(everything)) > 1
    assert len(shown(everything.click(everything.first("thead a").text))) > 1, "the address goes on saying them"


@pytest.mark.parametrize("rows", ["", "7", "1000000", "-25", "abc", "25&tri=x"])
def test_another_number_of_rows_is_refused(demand, chloe, cast, rows):
    chloe.post(LAYOUT, data={"rows": rows})
    assert kept(cast.chloe) == {}


def test_a_column_one_may_not_sort_by_any_more_is_left_aside(demand, chloe, cast):
    with transaction():
        db.session.get_one(User, cast.chloe.id).preferences = {CODE: "tri=inconnu&colonnes=aussi"}
    page = chloe.see(LIST)
    assert page.status == 200
    assert "On ne peut pas trier" not in page.text


def test_it_is_each_one_s_own_and_needs_the_list_s_right(demand, chloe, visit, cast):
    chloe.post(LAYOUT, data={"rows": "25"})
    assert len(visit(cast.admin).see(LIST).all("[data-row]")) == 50
    assert visit(cast.bruno).post(LAYOUT, data={"rows": "25"}).status_code == 403
    assert kept(cast.bruno) == {}


# --- the file -------------------------------------------------------------------------------------------------


def test_lists_travel_in_the_file_with_the_rest(demand, chloe, visit, cast):
    chloe.post(LAYOUT, data={"rows": "25"})
    chloe.post(OWN, data={"display.first_day": "sunday"})
    written = chloe.get(f"{OWN}/fichier").get_data(as_text=True)
    visit(cast.admin).post(f"{OWN}/fichier", data=sent(written))
    assert kept(cast.admin) == {CODE: "lignes=25", "display.first_day": "sunday"}


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"display.theme": "dark", "x": "1", "y": "2"}, "Ces choix n’existent pas ici\u202f: x, y."),
        ({"display.theme": "dark", "list.nowhere": ""}, "n’existe pas ici\u202f: list.nowhere."),
        ({"display.theme": "dark", CODE: "lignes=7"}, "n’accepte pas"),
        ({"display.theme": "dark", CODE: "autre=1"}, "n’accepte pas"),
        ({"display.theme": "dark", CODE: "tri=" + "x" * 600}, "n’accepte pas"),
        ({"display.theme": "dark", "display.calendar_from": "9", "display.calendar_until": "08"}, "n’accepte pas"),
        ({"display.theme": "dark", "display.calendar_from": "09", "display.calendar_until": "08"}, "finir après"),
    ],
)
def test_nothing_of_a_file_is_half_applied(demand, chloe, cast, chosen, told):
    answer = chloe.post(
        f"{OWN}/fichier", data=sent(json.dumps({"format": "guichet-preferences/1", "preferences": chosen}))
    )
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert kept(cast.chloe) == {}
