"""An organisation with two restaurants: each has its own addresses, room and team, and nothing of one shows in the other."""

import pytest
import sqlalchemy as sa

from app.accounts.models import Grant, Role
from app.booking.queries.rooms import weekly_shifts_of
from app.booking.seating import STAFF
from app.booking.settings import allowed_sites
from app.directory.queries import establishment_by_slug
from app.kernel import clock
from app.kernel.db import transaction
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, TESTS, open_house, promise, typed
from tests.factories import make_user

TEA = "salon-neuf"


@pytest.fixture
def tea(house):
    """Le Salon Neuf, opened after Le Petit Quai; its only table is called 99."""
    return open_house(
        slug=TEA,
        name="Le Salon Neuf",
        room={"tables": [{"id": "99", "area": "salle", "min_covers": 1, "max_covers": 2}], "combinations": []},
    )


@pytest.fixture
def both(house, tea):
    """A party in each."""
    here = promise(house, last_name="Duquai", email="quai@example.org")
    there = promise(tea, last_name="Dusalon", email="salon@example.org")
    return here, there


@pytest.fixture
def fanny(app, tea):
    """She receives in Le Salon Neuf, and there only."""
    return make_user("Fanny", "host", scope=Scope("establishment", str(tea.id)))


# --- guests -----------------------------------------------------------------------------------------------------


def test_home_leads_to_each_house(visit, house, tea):
    page = visit().see("/")
    assert "Dans quel établissement venez-vous" in page.text
    assert page.click("Le Salon Neuf").first("h1").text == "Le Salon Neuf"
    booking = [link["href"] for link in page.all("main a.button")]
    assert booking == ["/e/petit-quai/reserver", f"/e/{TEA}/reserver"]


def test_the_plain_address_asks_which_house(visit, house, tea):
    assert visit().see("/reserver").url == "/"
    assert visit().get("/e/nulle-part").status_code == 404


def test_each_house_books_its_own_tables(visit, house, tea, outbox):
    guest = visit()
    page = guest.see(f"/e/{TEA}/reserver?covers=2&date={SATURDAY}").submit("#choice form[data-once]", time="19:30")
    assert "Le Salon Neuf" in page.first(".summary").text
    answer = guest.post(f"/e/{TEA}/reserver", data=typed())
    confirmation = guest.arrive("", answer)
    assert "Le Salon Neuf" in confirmation.text
    assert "Le Petit Quai" not in confirmation.text
    assert "Le Salon Neuf" in outbox[-1].text
    assert visit().post(f"/e/{TEA}/reserver", data=typed(email="eve@example.org")).status_code == 409
    assert visit().post("/e/petit-quai/reserver", data=typed(email="eve@example.org")).status_code == 303


def test_each_house_has_its_own_frame(visit, house, tea):
    assert "Le Salon Neuf" in visit().see(f"/integrer/{TEA}").first("title").text
    assert "Le Petit Quai" in visit().see("/integrer/petit-quai").first("title").text


# --- the team ---------------------------------------------------------------------------------------------------

PAGES = ["/admin/service", f"/admin/service/frise?date={SATURDAY}", "/admin/service/feuille", "/admin/reglages/salle"]


def choose(manager, slug):
    return manager.arrive("/admin", manager.post("/admin/etablissement", data={"maison": slug}))


def test_the_team_changes_house_and_every_page_follows(visit, cast, both):
    manager = visit(cast.chloe)
    for slug, own, other in ((TEA, "Le Salon Neuf", "Le Petit Quai"), ("petit-quai", "Le Petit Quai", "Le Salon Neuf")):
        choose(manager, slug)
        for url in PAGES:
            page = manager.see(url)
            assert page.status == 200
            assert own in page.first(".rail .house").text
            assert own in page.first("title").text
            assert other not in page.first("main").text


def test_the_timeline_is_of_the_house_chosen(visit, cast, both):
    manager = visit(cast.chloe)
    choose(manager, TEA)
    page = manager.see(f"/admin/service/frise?date={SATURDAY}")
    assert "Dusalon" in page.text
    assert "Duquai" not in page.text


def measures(page):
    """The figures beside today's arrivals: what each says, by its name."""
    return {tile.first(".tile__label").text: tile.first(".tile__value").text for tile in page.all("aside .tile")}


def test_the_figures_of_today_are_those_of_the_day_it_is_in_the_house_shown(visit, cast, house, at):
    open_house(slug="nouvelle-rive", name="La Nouvelle Rive", timezone="Pacific/Noumea")
    there = establishment_by_slug("nouvelle-rive")
    promise(there, "2026-03-15 20:00", permit=STAFF, actor=TESTS)
    at(f"{SATURDAY} 22:30")  # Sunday morning in Nouméa
    manager = visit(cast.chloe)
    assert choose(manager, "petit-quai").first("h1").text == "Samedi 14 mars 2026"
    assert measures(manager.see("/admin"))["Occupation de la salle"] == "0 %"
    assert choose(manager, "nouvelle-rive").first("h1").text == "Dimanche 15 mars 2026"
    assert measures(manager.see("/admin"))["Occupation de la salle"] == "5,9 %"


def test_a_house_whose_figures_one_may_not_read_shows_those_of_no_other(visit, house, tea):
    nina = make_user("Nina", "host", scope=Scope("establishment", str(tea.id)))
    with transaction() as session:
        role = session.scalars(sa.select(Role).where(Role.code == "manager")).one()
        here = {"scope_kind": "establishment", "scope_id": str(house.id)}
        session.add(Grant(user_id=nina.id, role_id=role.id, starts_at=clock.now(), **here))
    page = choose(visit(nina), TEA)
    assert ("Le Salon Neuf" in page.first(".rail .house").text, measures(page)) == (True, {})
    assert measures(choose(visit(nina), "petit-quai"))


def test_changing_house_leads_back_to_the_page_of_all_and_not_to_a_record(visit, cast, both):
    manager, (here, _there) = visit(cast.chloe), both
    for referer, leads_to in (
        ("/admin/service/frise?date=2026-03-14", "/admin/service/frise"),
        (f"/admin/reservations/{here.id}", "/admin"),
        ("https://evil.example/admin", "/admin"),
        ("/reserver", "/admin"),
    ):
        url = f"{manager.base_url}{referer}" if referer.startswith("/") else referer
        answer = manager.post("/admin/etablissement", data={"maison": TEA}, headers={"Referer": url})
        assert answer.headers["Location"] == leads_to


def test_a_form_stays_about_the_house_it_was_drawn_for(visit, cast, house, tea):
    manager = visit(cast.chloe)
    choose(manager, TEA)
    page = manager.see("/admin/reglages/service-en-salle")
    choose(manager, "petit-quai")
    page.submit("main form", late_arrival="33")
    choose(manager, TEA)
    assert manager.see("/admin/reglages/service-en-salle").first("[name=late_arrival]")["value"] == "33"
    choose(manager, "petit-quai")
    assert manager.see("/admin/reglages/service-en-salle").first("[name=late_arrival]")["value"] == "15"


def test_a_live_part_stays_about_the_house_it_was_drawn_for(visit, cast, both):
    manager = visit(cast.chloe)
    choose(manager, TEA)
    polled = [part["data-poll"] for part in manager.see(f"/admin/service/frise?date={SATURDAY}").all("[data-poll]")]
    choose(manager, "petit-quai")
    url = next(url for url in polled if "frise" in url)
    assert "Dusalon" in manager.get(url).text


def test_a_record_is_shown_in_its_own_house(visit, cast, both):
    manager, (_here, there) = visit(cast.chloe), both
    choose(manager, "petit-quai")
    assert "Le Salon Neuf" in manager.see(f"/admin/reservations/{there.id}").first(".rail .house").text


def test_the_list_names_the_house_and_narrows_to_one(visit, cast, both):
    manager = visit(cast.chloe)
    page = manager.see("/admin/reservations?vue=")
    assert {"Duquai", "Dusalon"} <= set(page.first("main").text.replace("Alice ", "").split())
    assert "Le Salon Neuf" in page.first("[data-list]").text
    assert {field["type"] for field in page.all("input[name=maison]")} == {"checkbox"}  # and no form narrows unasked
    narrowed = manager.see(f"/admin/reservations?maison={TEA}")
    assert "Dusalon" in narrowed.first("[data-list]").text
    assert "Duquai" not in narrowed.first("[data-list]").text


def test_today_leads_to_the_reservations_of_the_house(visit, cast, both, at):
    at(f"{SATURDAY} 10:00")
    manager = visit(cast.chloe)
    today = choose(manager, TEA)
    links = [link["href"] for link in today.all("main a[href]") if "/admin/reservations?" in link["href"]]
    assert links
    assert all(f"maison={TEA}" in url for url in links)


def test_one_house_alone_is_never_asked_about(visit, cast, house):
    manager = visit(cast.chloe)
    page = manager.see("/admin/reservations")
    assert "Établissement" not in page.first("main").text
    assert "Changer d’établissement" not in page.text
    assert not page.has("input[name=maison]")
    assert not page.has("input[name=drawn_for]")


# --- rights -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["host", "waiter", "manager"])
def test_who_works_in_one_house_sees_nothing_of_the_other(visit, both, tea, at, role):
    at(f"{SATURDAY} 18:00")
    somebody = visit(make_user("Gil", role, scope=Scope("establishment", str(tea.id))))
    here, there = both
    for url in [*PAGES, "/admin", "/admin/reservations?vue=", "/admin/calendrier?vue=jour", "/admin/chiffres/couverts",
                "/admin/service?maison=petit-quai", "/admin/convives", "/admin/recherche?q=du"]:  # fmt: skip
        page = somebody.see(url)
        assert "Duquai" not in page.text, url
        assert "quai@example.org" not in page.text, url
        assert "Changer d’établissement" not in page.text, url
    assert "Dusalon" in somebody.see("/admin/service").text
    assert somebody.get(f"/admin/reservations/{there.id}").status_code == 200
    for url in (f"/admin/reservations/{here.id}", f"/admin/service/reservations/{here.id}"):
        assert somebody.get(url).status_code == 403


def test_a_house_one_does_not_work_in_cannot_be_chosen(visit, fanny, both):
    host = visit(fanny)
    page = choose(host, "petit-quai")
    assert "Le Salon Neuf" in page.first(".rail .house").text
    assert "Dusalon" in host.see(f"/admin/service/frise?date={SATURDAY}").text


@pytest.mark.parametrize("where", ["everywhere", "in one house"])
def test_a_waiter_follows_the_timeline_of_each_of_their_houses(visit, cast, both, tea, at, where):
    at(f"{SATURDAY} 18:00")
    own = make_user("Gil", "waiter", scope=Scope("establishment", str(tea.id)))
    waiter = visit(cast.bruno if where == "everywhere" else own)
    page = waiter.see(f"/admin/service/frise?maison={TEA}")
    assert "Dusalon" in page.text
    assert waiter.get(page.first("#timetable")["data-poll"]).status_code == 200
    assert "Dusalon" in page.click("Aujourd’hui").text
    other = waiter.get("/admin/service/frise?maison=petit-quai").status_code
    assert other == (200 if where == "everywhere" else 403)


def test_somebody_of_one_house_changes_nothing_in_the_other(visit, both, house, tea):
    manager = visit(make_user("Gil", "manager", scope=Scope("establishment", str(tea.id))))
    here, _there = both
    shift = weekly_shifts_of(house)[0]
    assert manager.get(f"/admin/reglages/services/{shift.id}").status_code == 403
    assert manager.post(f"/admin/reservations/{here.id}/annulation", data={"reason": "x"}).status_code == 403
    assert manager.post("/admin/etablissement", data={"maison": "petit-quai"}).status_code == 303
    manager.post("/admin/reglages/sur-votre-site", data={"sites": "https://a.example", "drawn_for": "petit-quai"})
    assert allowed_sites(house.id) == ()
    assert allowed_sites(tea.id) == ("https://a.example",)


def test_a_shift_of_the_other_house_is_changed_in_its_own(visit, cast, house, tea):
    manager = visit(cast.chloe)
    choose(manager, "petit-quai")
    shift = weekly_shifts_of(tea)[0]
    manager.see(f"/admin/reglages/services/{shift.id}").submit("main form", name="Thé")
    assert [each.name for each in weekly_shifts_of(tea)].count("Thé") == 1
    assert "Thé" not in [each.name for each in weekly_shifts_of(house)]
