"""The page « Sur votre site »: who may frame the booking, and what to copy."""

import pytest

from app.booking.settings import allowed_sites
from tests.booking.houses import open_house

URL = "/admin/reglages/sur-votre-site"


def test_it_keeps_the_sites_as_browsers_name_them(visit, cast, house):
    page = (
        visit(cast.chloe).see(URL).submit("main form", sites="www.petit-quai.example\nhttps://Petit-Quai.example/menu")
    )
    assert "enregistrés" in page.text
    assert allowed_sites(house.id) == ("https://www.petit-quai.example", "https://petit-quai.example")
    assert page.first("#sites").text.split() == list(allowed_sites(house.id))


def test_it_gives_the_code_to_copy_and_shows_it(visit, cast, house):
    manager = visit(cast.chloe)
    manager.see(URL).submit("main form", sites="https://petit-quai.example")
    page = manager.see(f"{URL}?langue=en&apparence=sombre")
    code = page.first("#snippet").text
    assert "/integrer/petit-quai?langue=en&amp;apparence=sombre" in code
    assert code.count("<script async src=") == 1
    assert page.first("iframe")["src"] == "/integrer/petit-quai?langue=en&apparence=sombre"
    assert "frame-src 'self'" in page.response.headers["Content-Security-Policy"]


def test_without_a_site_there_is_nothing_to_copy(visit, cast, house):
    page = visit(cast.chloe).see(URL)
    assert not page.has("#snippet")
    assert not page.has("iframe")


def test_the_name_of_the_house_cannot_leave_its_attribute(visit, cast, app):
    open_house(name='Chez "Margot" <script>')
    manager = visit(cast.chloe)
    page = manager.see(URL).submit("main form", sites="https://petit-quai.example")
    assert 'title="Réserver une table, Chez &#34;Margot&#34; &lt;script&gt;"' in page.first("#snippet").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://*.exemple.fr", "sans astérisque"),
        ("n’importe quoi", "n’est pas l’adresse d’un site"),
        ("\n".join(f"https://site-{number}.example" for number in range(11)), "10 sites au plus"),
        ("\n".join(f"https://{'a' * 50}{number}.example" for number in range(10)), "500 caractères en tout"),
    ],
)
def test_what_is_no_site_is_refused_and_kept_before_the_eyes(visit, cast, house, typed, said):
    page = visit(cast.chloe).see(URL).submit("main form", sites=typed)
    assert page.status == 422
    assert said in page.text
    assert typed.split()[0] in page.first("#sites").text
    assert allowed_sites(house.id) == ()


def test_it_can_be_emptied(visit, cast, house):
    manager = visit(cast.chloe)
    manager.see(URL).submit("main form", sites="https://petit-quai.example")
    manager.see(URL).submit("main form", sites="")
    assert allowed_sites(house.id) == ()


def test_it_is_written_in_the_trail(visit, cast, house):
    manager = visit(cast.chloe)
    manager.see(URL).submit("main form", sites="https://petit-quai.example")
    assert "les sites où l’on peut réserver" in manager.see("/admin/journal").text


@pytest.mark.parametrize("who", ["bruno", "diane"])
def test_it_is_the_managers(visit, cast, house, who):
    assert visit(getattr(cast, who)).get(URL).status_code == 403
    assert visit(getattr(cast, who)).post(URL, data={"sites": "https://a.example"}).status_code == 403
