"""Who decides the language: the reader, then the browser, then French."""

import pytest

from tests.booking.houses import open_house


def language_of(page):
    return page.first("html")["lang"]


@pytest.fixture
def house(app):
    return open_house()


@pytest.mark.parametrize(
    ("browser", "spoken"),
    [
        ("fr", "fr"), ("fr-CA,fr;q=0.9,en;q=0.5", "fr"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.5", "en"),
        ("ar", "fr"), ("zh-CN,ja;q=0.8", "fr"), ("", "fr"), ("*", "fr"), ("not a language;;q=x", "fr"),
    ],
)  # fmt: skip
def test_a_first_page_follows_the_browser(house, visit, browser, spoken):
    page = visit().see("/", language=browser)
    assert language_of(page) == spoken
    assert page.first("html")["dir"] == "ltr"
    assert ("Book a table" in page.text) == (spoken == "en")


def test_the_reader_changes_it_and_stays_where_they_were(house, visit):
    reader = visit()
    answer = reader.post("/langue", data={"language": "en"}, headers={"Referer": f"{reader.base_url}/reserver"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reserver")
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("language=en")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert language_of(reader.see("/reserver", language="fr")) == "en"
    reader.post("/langue", data={"language": "fr"})
    assert language_of(reader.see("/reserver", language="en")) == "fr"


def test_the_button_of_the_page_changes_it(house, visit):
    page = visit().see("/").submit("form.languages", button="language=en")
    assert language_of(page) == "en"
    assert page.first("form.languages [aria-current]").text == "English"


@pytest.mark.parametrize("asked", ["klingon", "", "en-GB", "../../etc/passwd", "fr\r\nX: y"])
def test_a_language_nobody_speaks_is_not_kept(house, visit, asked):
    reader = visit()
    answer = reader.post("/langue", data={"language": asked})
    assert answer.status_code == 303
    assert "language=" not in answer.headers.get("Set-Cookie", "")
    assert language_of(reader.see("/")) == "fr"


@pytest.mark.parametrize("cookie", ["klingon", "EN", "en; q=1", "%00", "fr_FR"])
def test_a_forged_cookie_is_no_choice(house, visit, cookie):
    page = visit().see("/", language="en", headers={"Cookie": f"language={cookie}"})
    assert (page.status, language_of(page)) == (200, "en")


def test_nobody_is_sent_to_another_site(house, visit):
    for elsewhere in ("https://evil.example/x", "//evil.example", "/\\evil.example"):
        answer = visit().post("/langue", data={"language": "en"}, headers={"Referer": elsewhere})
        assert answer.headers.get("Location", "/") == "/"


def test_two_readers_are_answered_each_in_their_language(house, visit):
    french, english = visit(), visit()
    for _turn in range(3):
        assert "Combien serez-vous ?" in french.see("/reserver").text
        assert "How many of you?" in english.see("/reserver", language="en").text


def test_forms_are_read_in_the_language_of_each_request(house, visit, cast):
    """Labels are declared once per process; each request reads them anew."""
    for language, words in (("en", "Email address"), ("fr", "Adresse e-mail"), ("en", "Password")):
        assert words in visit().see("/connexion", language=language).text
