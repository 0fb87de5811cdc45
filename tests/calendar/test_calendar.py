"""The calendar page: who sees what, in which hours, through which filters; with scripts or without."""

import re

import pytest

from app.accounts.service import change_preferences
from app.booking import service
from app.calendar import presentation
from app.calendar.periods import Shown
from app.kernel.db import transaction
from app.kernel.scopes import Scope
from tests.booking.houses import TESTS, open_house, promise
from tests.factories import make_user
from tests.harness.databases import on_both

MARCH = "/admin/calendrier?vue=mois&date=2026-03-14"


def lines(page):
    return page.all("[data-entry]")


def test_it_shows_who_comes_and_when(visit, cast, reservation):
    for view in ("mois", "semaine", "jour"):
        (line,) = lines(visit(cast.chloe).see(f"/admin/calendrier?vue={view}&date=2026-03-14"))
        assert line["data-starts"] == "2026-03-14T19:30", view
        assert line["data-label"] == "Alice Durand, 2 couverts, table 1"


def test_its_entries_say_how_to_reach_nobody(visit, cast, reservation):
    page = visit(cast.chloe).see(MARCH).response.text
    assert "alice@example.org" not in page
    assert "612345678" not in page.replace(" ", "")
    assert "chaise haute" not in page


@on_both
def test_a_waiter_sees_the_day_only(visit, cast, house):
    promise(house, "2026-03-10 20:00", email="ce-soir@example.org")
    promise(house, "2026-03-14 20:00")
    (line,) = lines(visit(cast.bruno).see(MARCH))
    assert line["data-starts"] == "2026-03-10T20:00"


def test_another_house_is_not_seen(visit, cast, house, reservation):
    there = open_house(slug="autre-rive", name="L’Autre Rive")
    promise(there, "2026-03-13 20:00", email="rive@example.org")
    host = make_user("Zoé", "host", scope=Scope("establishment", str(there.id)))
    (line,) = lines(visit(host).see(MARCH))
    assert line["data-starts"] == "2026-03-13T20:00"
    assert visit(host).get(f"{MARCH}&maison=petit-quai").status_code == 403


def test_who_sees_two_houses_chooses(visit, cast, house, reservation):
    there = open_house(slug="autre-rive", name="L’Autre Rive")
    promise(there, "2026-03-13 20:00", email="rive@example.org")
    page = visit(cast.chloe).see(f"{MARCH}&maison=autre-rive")
    assert [line["data-starts"] for line in lines(page)] == ["2026-03-13T20:00"]
    assert "maison=autre-rive" in page.first("a[rel=next]")["href"]
    assert "maison=autre-rive" in page.first("#agenda")["data-poll"]


def test_strangers_and_guests_do_not_open_it(visit, cast, reservation):
    assert visit().get(MARCH).status_code == 302
    guest = visit(cast.alice)
    guest.bear("booking.manage", reservation)
    assert guest.get(MARCH).status_code == 403


@on_both
def test_filters_narrow_it_and_stay_in_its_addresses(visit, cast, house, reservation):
    cancelled = promise(house, "2026-03-13 20:00", email="annule@example.org")
    with transaction():
        service.cancel_reservation(cancelled, actor=TESTS, reason="Grippe")
    chloe = visit(cast.chloe)
    assert len(lines(chloe.see(MARCH))) == 1
    assert len(lines(chloe.see(f"{MARCH}&etat=toutes"))) == 2
    page = chloe.see(f"{MARCH}&etat=cancelled")
    assert [line["data-tone"] for line in lines(page)] == ["cancelled"]
    assert "etat=cancelled" in page.first("a[rel=next]")["href"]
    assert len(lines(chloe.see(f"{MARCH}&espace=salle"))) == 1
    assert len(lines(chloe.see(f"{MARCH}&espace=nulle-part"))) == 1, "an area that is none filters nothing"


def test_forged_addresses_show_a_calendar_all_the_same(visit, cast, reservation):
    for forged in ("vue=siecle&date=x", "date=9999-12-31", "etat=%00&espace='--", "date=2026-03-14&vue=jour&vue=mois"):
        assert visit(cast.chloe).get(f"/admin/calendrier?{forged}").status_code == 200
    assert visit(cast.chloe).get("/admin/calendrier?maison=inconnue").status_code == 404


def test_the_reader_s_hours_and_first_day_rule(visit, cast, reservation):
    with transaction():
        chosen = {"display.calendar_from": "08", "display.calendar_until": "16", "display.first_day": "sunday"}
        change_preferences(cast.chloe, chosen, actor=TESTS)
    page = visit(cast.chloe).see("/admin/calendrier?date=2026-03-14")
    board = page.first("[data-board]")
    assert (board["data-from"], board["data-until"], board["data-first-day"]) == ("08:00", "16:00", "0")
    assert board["data-date"] == "2026-03-08"
    assert "1 entrée hors des heures que vous avez choisies" in page.text


def test_half_past_midnight_belongs_to_the_evening_before(visit, cast, app):
    night = {
        "name": "Nuit", "weekdays": [6], "first": "19:00", "last": "00:30",
        "pacing_covers": None, "pacing_reservations": None, "durations": None,
    }  # fmt: skip
    promise(open_house(shifts=[night]), "2026-03-14 00:30")
    page = visit(cast.chloe).see("/admin/calendrier?vue=jour&date=2026-03-14")
    assert [line["data-starts"] for line in lines(page)] == ["2026-03-15T00:30"]
    assert page.first("[data-board]")["data-until"] == "27:00", "half past midnight, and two hours at most"
    assert not lines(visit(cast.chloe).see("/admin/calendrier?vue=jour&date=2026-03-15"))


@on_both
def test_a_crowded_period_says_what_each_day_amounts_to(visit, cast, house, monkeypatch):
    for number in range(3):
        promise(house, "2026-03-14 12:00" if number else "2026-03-13 12:00", email=f"h{number}@example.org")
    monkeypatch.setitem(presentation.MOST_ENTRIES, Shown.MONTH, 2)
    page = visit(cast.chloe).see(MARCH)
    assert [line.text for line in lines(page)] == ["1 réservation, 2 couverts", "2 réservations, 4 couverts"]
    assert not page.all("[data-move]")


def test_the_list_alone_is_asked_for_again_and_unchanged_costs_nothing(visit, cast, house, reservation):
    chloe = visit(cast.chloe)
    address = chloe.see(MARCH).first("#agenda")["data-poll"]
    first = chloe.get(address)
    assert first.status_code == 200
    assert "<html" not in first.text
    tag = {"If-None-Match": first.headers["ETag"]}
    assert chloe.get(address, headers=tag).status_code == 304
    promise(house, "2026-03-13 20:00", email="plus@example.org")
    assert len(re.findall("data-entry=", chloe.get(address, headers=tag).text)) == 2


@pytest.mark.parametrize("number", [2, 12])
def test_it_asks_the_database_as_often_for_many_as_for_one(visit, cast, house, max_queries, number):
    open_days = [10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22]
    for day in open_days[:number]:
        promise(house, f"2026-03-{day} 20:00", email=f"h{day}@example.org")
    client = visit(cast.chloe)
    client.get(MARCH)
    with max_queries(14):
        assert client.get(MARCH).text.count("data-entry=") == number


def test_it_leads_to_the_address_for_ones_own_agenda(visit, cast, reservation):
    assert visit(cast.chloe).see(MARCH).links()["Dans votre agenda"] == "/espace/calendrier"


# --- crowds ---------------------------------------------------------------------------------------------------

WEEK = "/admin/calendrier?vue=semaine&date=2026-03-14"
ROOMY = [{"id": str(number), "area": "salle", "min_covers": 1, "max_covers": 4} for number in range(12)]


@pytest.fixture
def crowd(app):
    """Six couples and one of four on Saturday evening, two couples at lunch."""
    house = open_house(room={"tables": ROOMY, "combinations": []}, booking={"max_covers_online": 6})
    for place, hour in enumerate(["19:00", "19:00", "19:30", "19:30", "20:15", "20:15"]):
        promise(house, f"2026-03-14 {hour}", email=f"soir{place}@example.org")
    promise(house, "2026-03-14 20:30", 4, email="quatre@example.org")
    for place in range(2):
        promise(house, "2026-03-14 12:30", email=f"midi{place}@example.org")
    return house


@on_both
def test_a_crowded_week_is_told_shift_by_shift(visit, cast, crowd):
    page = visit(cast.chloe).see(WEEK)
    found = [(line["data-label"], line["data-starts"][11:], line["data-ends"][11:]) for line in lines(page)]
    assert found == [
        ("Déjeuner, 2 rés. · 4 couv.", "12:00", "14:30"),
        ("Dîner, 7 rés. · 16 couv.", "19:00", "22:45"),
    ]
    assert not page.all("[data-move]")
    assert {line["data-url"] for line in lines(page)} == {"/admin/calendrier?vue=jour&date=2026-03-14"}


def test_a_crowded_month_is_told_so_too(visit, cast, crowd):
    assert [line["data-label"][:8] for line in lines(visit(cast.chloe).see(MARCH))] == ["Déjeuner", "Dîner, 7"]


def test_one_by_one_stays_one_click_away_and_is_kept_from_week_to_week(visit, cast, crowd):
    chloe = visit(cast.chloe)
    page = chloe.see(WEEK).click("Une à une")
    assert len(lines(page)) == 9
    assert len(page.all("[data-move]")) == 9
    assert "detail=oui" in page.first("#agenda")["data-poll"]
    assert len(lines(page.click("Par service"))) == 2


def test_filters_narrow_what_is_gathered(visit, cast, crowd):
    assert not lines(visit(cast.chloe).see(f"{WEEK}&etat=no_show"))


SATURDAY_S = "/admin/calendrier?vue=jour&date=2026-03-14"


def test_a_day_has_room_for_more_side_by_side(visit, cast, crowd):
    assert len(lines(visit(cast.chloe).see(SATURDAY_S))) == 9


def test_a_crowded_day_is_drawn_time_by_time_and_names_everybody(visit, cast, crowd):
    for place in range(5):
        promise(crowd, "2026-03-14 20:00", email=f"tard{place}@example.org")
    chloe = visit(cast.chloe)
    page = chloe.see(SATURDAY_S)
    found = [(line["data-label"], line["data-ends"][11:]) for line in lines(page)]
    assert found[1:4] == [
        ("19\xa0h, 2 rés. · 4 couv.", "19:30"), ("19\xa0h\xa030, 2 rés. · 4 couv.", "20:00"),
        ("20\xa0h, 5 rés. · 10 couv.", "20:30"),
    ]  # fmt: skip
    assert len(page.all("[data-move]")) == 14
    one_by_one = page.click("Une à une")
    assert len(lines(one_by_one)) == 14
    assert len(lines(one_by_one.click("Par heure"))) == len(found)


def test_what_fits_no_shift_stands_by_itself(visit, cast, crowd):
    open_house(room={"tables": ROOMY, "combinations": []}, shifts=[LATER])
    found = [line["data-label"] for line in lines(visit(cast.chloe).see(WEEK))]
    assert found == ["Autre horaire, 9 rés. · 20 couv."]


LATER = {"name": "Souper", "weekdays": [6], "first": "22:00", "last": "23:00",
         "pacing_covers": None, "pacing_reservations": None, "durations": None}  # fmt: skip
