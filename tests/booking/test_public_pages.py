"""The page of covers, calendar and times: what it says is what can be had."""

import pytest

from app.booking import queries
from app.booking.seating import times_left
from tests.booking.houses import SATURDAY, fill, promise, wish


def test_each_day_says_how_many_times_are_left(visit, house):
    promise(house, covers=2)
    page = visit().see("/reserver?covers=2")
    count = times_left(queries.day_of(queries.house_of(house), wish().service_date), 2)
    link = next(link for link in page.all("#calendar a.day") if f"date={SATURDAY}" in link["href"])
    assert str(count) in link.text


@pytest.mark.parametrize("covers", [1, 2, 4, 6])
def test_the_calendar_and_the_day_agree(visit, house, covers):
    fill(house, f"{SATURDAY} 19:00")
    guest = visit()
    page = guest.see(f"/reserver?covers={covers}&date={SATURDAY}")
    free = [field for field in page.all("input[name=time]") if "disabled" not in field.attributes]
    link = next(link for link in page.all("#calendar a.day") if f"date={SATURDAY}" in link["href"])
    assert str(len(free)) in link.text


def test_closed_days_lead_nowhere(visit, house):
    page = visit().see("/reserver?covers=2")
    assert not [link for link in page.all("#calendar a") if "date=2026-03-16" in link["href"]]


def test_past_days_lead_nowhere(visit, house):
    page = visit().see("/reserver?covers=2")
    assert not [link for link in page.all("#calendar a") if "date=2026-03-08" in link["href"]]


def test_one_walks_from_month_to_month_and_no_further_than_the_advance(visit, house):
    guest, months = visit(), []
    page = guest.see("/reserver?covers=2")
    while page.has("a[rel=next]"):
        page = guest.see(page.first("a[rel=next]")["href"])
        months.append(page.first("#calendar-title").text)
    assert months == ["avril 2026", "mai 2026", "juin 2026"]
    assert page.has("a[rel=prev]")
    assert not guest.see("/reserver?covers=2").has("a[rel=prev]")


@pytest.mark.parametrize(
    ("now", "month"),
    [("2026-03-31 18:00", "mars 2026"), ("2026-03-31 23:10", "avril 2026"), ("2026-12-31 23:10", "janvier 2027")],
)
def test_the_calendar_opens_on_the_month_of_the_next_day_that_receives(visit, house, at, now, month):
    at(now)
    page = visit().see("/reserver?covers=2")
    assert page.first("#calendar-title").text == month
    assert [link for link in page.all("#calendar a.day") if "trop tard" not in link.text]


def test_times_too_soon_are_shown_and_cannot_be_had(visit, house, at):
    at("2026-03-10 18:29")
    page = visit().see("/reserver?date=2026-03-10&covers=2")
    assert "disabled" in page.first("input[value=19:00]").attributes
    assert "trop proche" in page.text
    assert "disabled" not in page.first("input[value=19:30]").attributes


def test_an_evening_under_way_is_too_late_not_full(visit, house, at):
    at("2026-03-10 23:10")
    page = visit().see("/reserver?covers=2")
    link = next(link for link in page.all("#calendar a.day") if "date=2026-03-10" in link["href"])
    assert "trop tard" in link.text
    assert "complet" not in link.text


def test_a_time_asked_for_by_address_is_chosen(visit, house):
    page = visit().see(f"/reserver?date={SATURDAY}&covers=2&time=20:00")
    assert page.first("input[name=time][checked]")["value"] == "20:00"


def test_alternatives_lead_to_times_that_work(visit, house):
    fill(house)
    guest = visit()
    page = guest.see(f"/reserver?date={SATURDAY}&covers=2&time=19:30")
    found = page.all(".alternatives a")
    assert found
    for link in found:
        chosen = guest.see(link["href"])
        assert chosen.has("input[name=time][checked]")
        assert not chosen.has(".alternatives")


def test_the_choice_is_kept_without_javascript_and_with_it(visit, house):
    plain = visit().see("/reserver").submit("#choice form", javascript=False, covers="4")
    live = visit().see("/reserver")
    live.submit("#choice form", covers="4")
    assert plain.first("#choice").text == live.first("#choice").text
    assert plain.first("input[name=covers][checked]")["value"] == "4"


def test_large_parties_are_told_whom_to_call(visit, house):
    assert "Plus de six ? Appelez-nous." in visit().see("/reserver").text


def test_the_confirmation_shows_what_was_promised(visit, house, reservation):
    guest = visit()
    guest.bear("booking.manage", reservation)
    page = guest.see(f"/reservations/{reservation.id}/confirmation")
    for said in (reservation.reference, "samedi 14 mars 2026", "19 h 30", "2 couverts", "alice@example.org"):
        assert said in page.text
    assert f"/reservations/{reservation.id}/invitation.ics" in page.links().values()
