"""The house's own pages for everybody: home, legal pages, the choice of language and appearance, errors."""

import pytest
import sqlalchemy as sa

from app.booking.models import Reservation
from app.kernel.db import db
from tests.booking.houses import SATURDAY, open_house, typed


@pytest.fixture
def house(app):
    return open_house()


def test_home_shows_the_house_its_hours_and_the_way_in(visit, house):
    page = visit().see("/")
    assert page.first("h1").text == "Le Petit Quai"
    assert "12:00 – 13:30, 19:00 – 21:45" in page.text
    assert "fermé" in page.text
    assert "02 38 00 00 00" in page.text
    assert page.click("Réserver une table").url == "/reserver"


def test_home_says_when_the_next_meal_is(visit, house, at):
    assert "Ouvert aujourd’hui" in visit().see("/").text
    at("2026-03-16 10:00")
    assert "Fermé aujourd’hui. Prochain service : demain à 12 h" in visit().see("/").text


@pytest.mark.parametrize(
    "path", ["/", "/mentions-legales", "/donnees-personnelles", "/accessibilite", "/reserver", "/reservations"]
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_public_page_has_a_title_a_heading_and_its_language(visit, house, path, language):
    page = visit().see(path, language=language)
    assert page.status == 200
    assert page.first("html")["lang"] == language
    assert page.first("title").text
    assert len(page.all("h1")) == 1


def test_without_an_establishment_the_house_says_what_is_missing(visit, app):
    page = visit().see("/")
    assert (page.status, "establishment import" in page.text) == (200, True)
    assert visit().get("/reserver").status_code == 404


def test_the_language_is_chosen_by_the_reader_then_by_the_browser(visit, house):
    guest = visit()
    assert guest.see("/", language="en").first("html")["lang"] == "en"
    answer = guest.post("/langue", data={"language": "fr"}, headers={"Referer": "http://localhost/mentions-legales"})
    assert answer.headers["Location"] == "/mentions-legales"
    assert guest.see("/", language="en").first("html")["lang"] == "fr"
    assert visit().see("/", language="de").first("html")["lang"] == "fr"


@pytest.mark.parametrize("here", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"])
def test_choosing_a_language_never_leads_to_another_site(visit, house, here):
    answer = visit().post("/langue", data={"language": "en"}, headers={"Referer": here})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(visit, house):
    guest = visit()
    guest.post("/langue", data={"language": "xx"})
    assert guest.see("/", language="en").first("html")["lang"] == "en"


def test_the_appearance_is_kept(visit, house):
    guest = visit()
    answer = guest.post("/apparence", data={"theme": "dark"}, headers={"Referer": "http://localhost/reserver"})
    assert answer.headers["Location"] == "/reserver"
    assert guest.see("/").first("html").get("data-theme") == "dark"
    guest.post("/apparence", data={"theme": '"><script>'})
    assert guest.see("/").first("html").get("data-theme") == "dark"


# --- errors ---------------------------------------------------------------------------------------------------


def test_an_error_page_carries_the_request_s_id_and_no_trace(visit, house):
    answer = visit().get("/nulle-part", headers={"X-Request-Id": "abcdef12-3456"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] == "abcdef12-3456"
    assert "abcdef12-3456" in text
    assert "Traceback" not in text


def test_a_forged_request_id_is_not_repeated(visit, house):
    answer = visit().get("/nulle-part", headers={"X-Request-Id": "<script>alert(1)</script>"})
    assert "script>alert" not in answer.headers["X-Request-Id"] + answer.get_data(as_text=True)


def test_a_fault_of_ours_is_told_without_its_reason(visit, house, monkeypatch, app):
    def fail(*_args, **_more):
        raise RuntimeError("un secret de la maison")

    monkeypatch.setitem(app.view_functions, "booking.choice_show", fail)
    fail.access_rule = "public"
    page = visit().see("/reserver")
    assert page.status == 500
    assert "secret" not in page.text
    assert "L’incident est noté" in page.text


def test_every_answer_is_hardened(visit, house):
    for path in ("/", f"/reserver?date={SATURDAY}", "/nulle-part", "/connexion"):
        headers = visit().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_cookie_is_closed_to_scripts_and_other_sites(visit, house):
    answer = visit().client.get(f"/reserver?date={SATURDAY}&covers=2", base_url="http://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["/reserver", f"/reserver?date={SATURDAY}&covers=2"])
def test_the_fragment_is_a_part_of_the_page(visit, house, path):
    part = visit().see(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    whole = visit().see(path)
    assert not part.has("html")
    assert part.first("#choice").text == whole.first("#choice").text
    assert "HX-Request-Type" in part.response.headers["Vary"]


def test_two_houses_have_their_own_addresses(visit, house):
    open_house(slug="autre-quai", name="L’Autre Quai")
    assert "L’Autre Quai" in visit().see("/e/autre-quai/reserver").text
    answer = visit().post("/e/autre-quai/reserver", data=typed())
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(Reservation)).one().establishment.slug == "autre-quai"
