"""What the house counts: who comes, what the room is used for, what was refused; by whoever may read it."""

import csv
import io
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.booking import service
from app.booking.models import RefusedSearch, Reservation, ReservationOrigin
from app.booking.models import ReservationState as S
from app.booking.seating import STAFF
from app.booking.waiting.offering import accept_offer
from app.kernel import clock, seeds
from app.kernel.access import ANONYMOUS
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, TESTS, details, open_house, promise, wish
from tests.booking.waiting.lists import look, waits
from tests.factories import make_establishment, make_user
from tests.harness.databases import on_both

COUNTED = ("couverts", "reservations", "absences", "annulations", "avance", "avance-repartie", "origines",
           "occupation", "couverts-par-siege", "demande-refusee", "parcours", "previsions", "rythme", "durees")  # fmt: skip


@pytest.fixture
def week(house, at):
    """Six evenings: two kept, one missed, one cancelled on Thursday 5; two parties on Friday 6 March."""
    at("2026-03-03 10:00")
    made = {
        name: promise(house, f"2026-03-{day} {hour}", covers, actor=TESTS, permit=STAFF, email=f"{name}@example.org")
        for name, day, hour, covers in (
            ("kept", "05", "19:30", 2), ("missed", "05", "19:30", 4), ("gone", "05", "12:00", 2),
            ("noon", "06", "12:00", 3), ("late", "06", "21:00", 6),
        )
    }  # fmt: skip
    with transaction():
        service.cancel_reservation(made["gone"], actor=TESTS, reason="Grippe")
    at("2026-03-05 20:30")
    with transaction():
        service.note_missed_party(made["missed"], actor=TESTS)
    at("2026-03-10 11:00")
    return made


def rows(page):
    """The table of a figure, by the words of its rows."""
    return {row.first("th").text: [cell.text for cell in row.all("td")] for row in page.all("tbody tr")}


def whole(page):
    return page.first(".whole__value").text


@on_both
def test_covers_are_those_received_or_awaited_by_shift(visit, cast, week):
    page = visit(cast.chloe).see("/admin/chiffres/couverts?par=jour-de-semaine")
    assert whole(page) == "11"
    assert rows(page)["jeudi"] == ["0", "2", "2"]
    assert rows(page)["vendredi"] == ["3", "6", "9"]
    by_size = visit(cast.chloe).see("/admin/chiffres/couverts?par=couverts&service=D%C3%AEner")
    assert list(rows(by_size)) == ["2 couverts", "6 couverts"]


def test_absences_and_cancellations_are_shares_of_what_was_promised(visit, cast, week):
    assert whole(visit(cast.chloe).see("/admin/chiffres/absences")) == "25 %"
    assert whole(visit(cast.chloe).see("/admin/chiffres/annulations")) == "20 %"


def test_tonight_is_not_played_yet(visit, cast, week, house):
    promise(house, "2026-03-10 20:00", email="ce-soir@example.org")
    assert whole(visit(cast.chloe).see("/admin/chiffres/absences")) == "25 %"


def test_how_far_ahead_they_book(visit, cast, week):
    assert whole(visit(cast.chloe).see("/admin/chiffres/avance")) == "2,7 j"
    spread = rows(visit(cast.chloe).see("/admin/chiffres/avance-repartie"))
    assert spread == {"2 ou 3 jours avant": ["100 %"]}


def test_occupation_is_seat_minutes_promised_of_those_offered(visit, cast, week):
    page = visit(cast.chloe).see("/admin/chiffres/occupation?du=2026-03-05&au=2026-03-05&par=service")
    assert rows(page) == {"Déjeuner": ["0 %"], "Dîner": [f"{100 * 2 * 90 / (12 * (165 + 90)):.1f} %".replace(".", ",")]}
    page = visit(cast.chloe).see("/admin/chiffres/couverts-par-siege?du=2026-03-05&au=2026-03-05&par=service")
    assert rows(page)["Dîner"] == [f"{2 / (12 * (165 + 90) / 60):.2f}".replace(".", ",")]


@on_both
def test_lost_demand_counts_covers_at_the_day_they_were_wanted_for(visit, cast, house):
    with transaction() as session:
        for covers, reason in ((2, "no_table"), (4, "no_table"), (3, "pacing")):
            session.add(
                RefusedSearch(
                    establishment_id=house.id, at=clock.now(), service_date=date(2026, 3, 9), local_time=time(20),
                    covers=covers, reason=reason,
                )
            )  # fmt: skip
    page = visit(cast.chloe).see("/admin/chiffres/demande-refusee?par=motif")
    assert (whole(page), rows(page)) == ("9", {"rythme des arrivées": ["3"], "plus de table": ["6"]})
    assert page.has(".ring path")
    assert page.has('a[href="/admin/demande?date=2026-02-09..2026-03-10"]')


@on_both
def test_each_reservation_came_in_one_way(visit, cast, house, at):
    taken = [promise(house, f"{SATURDAY} 19:30", email=f"{n}@example.org") for n in range(2)]
    promise(house, f"{SATURDAY} 12:00", 4, actor=TESTS, permit=STAFF, email="telephone@example.org")
    with transaction():
        site = ReservationOrigin.SITE
        service.reserve(house, wish(f"{SATURDAY} 21:30"), details(email="s@example.org"), actor=ANONYMOUS, origin=site)
    entry = waits(house, "Eve")
    with transaction():
        service.cancel_reservation(taken[0], actor=TESTS, reason="x")
    look(house)
    with transaction():
        accept_offer(entry, actor=TESTS)
    at(f"{SATURDAY} 20:00")
    with transaction():
        service.seat_walk_in(house, 4, actor=TESTS)
    page = visit(cast.chloe).see(f"/admin/chiffres/origines?du={SATURDAY}&au={SATURDAY}&par=origine")
    assert rows(page) == {
        "En ligne": ["1"], "Saisie par l’équipe": ["1"], "Sans réservation": ["1"], "Site de la maison": ["1"],
        "Liste d’attente": ["1"],
    }  # fmt: skip
    assert page.has(".ring path")
    assert page.has(f'a[href="/admin/reservations?date={SATURDAY}..{SATURDAY}"]')


def test_a_house_without_a_past_says_so(visit, cast, house):
    for path in COUNTED:
        assert "Rien à compter" in visit(cast.chloe).see(f"/admin/chiffres/{path}").text, path


def test_the_index_names_them_all_and_each_says_how_it_is_counted(visit, cast, house):
    index = visit(cast.chloe).see("/admin/chiffres")
    for path in COUNTED:
        assert index.has(f'a[href="/admin/chiffres/{path}"]'), path
        assert "Comment c’est compté" in visit(cast.chloe).see(f"/admin/chiffres/{path}").text


def test_a_period_is_compared_with_the_one_before(visit, cast, week):
    page = visit(cast.chloe).see("/admin/chiffres/couverts?du=2026-03-05&au=2026-03-06&face-a=avant")
    assert "+11 face à 0" in page.text
    assert page.has(".chart__mark")


def test_what_the_page_shows_leaves_as_csv_and_as_a_workbook(visit, cast, week):
    chloe = visit(cast.chloe)
    answer = chloe.post("/admin/chiffres/absences/export.csv?du=2026-03-05&au=2026-03-06")
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert lines[0] == ["Jour", "Taux d’absence"]
    assert [line[1] for line in lines[1:]] == ["0,5", "0,0"]
    assert chloe.post("/admin/chiffres/absences/export.xlsx").data.startswith(b"PK")
    facts = db.session.scalars(sa.select(AuditEntry.fact).where(AuditEntry.subject_kind == "Figure")).all()
    assert facts == ["figures.exported", "figures.exported"]


@pytest.mark.parametrize("stranger", ["bruno", "diane"])
def test_only_those_who_manage_read_the_figures(visit, cast, house, stranger):
    visitor = visit(getattr(cast, stranger))
    for path in ("", *(f"/{path}" for path in COUNTED)):
        assert visitor.get(f"/admin/chiffres{path}").status_code == 403
    assert visitor.post("/admin/chiffres/couverts/export.csv").status_code == 403


def test_each_reads_the_houses_they_manage_and_no_other(visit, cast, week):
    elsewhere = make_user("Zoé", "manager", scope=Scope("establishment", str(make_establishment().id)))
    there = open_house(slug="autre-rive", name="L’Autre Rive")
    page = visit(cast.chloe).see(f"/admin/chiffres/couverts?maison={there.slug}")
    assert "Rien à compter" in page.text
    for asked in ("", "?maison=petit-quai"):
        assert "Rien à compter" in visit(elsewhere).see(f"/admin/chiffres/couverts{asked}").text


@pytest.mark.parametrize("forged", ["par=x", "maison=x&service=x", "face-a=x", "par=%00", "periode=%F0%9F%8D%BD"])
def test_a_forged_question_is_answered_calmly(visit, cast, week, forged):
    assert visit(cast.chloe).get(f"/admin/chiffres/couverts?{forged}").status_code in (200, 422)


def test_a_figure_keeps_to_its_budget_of_queries(visit, cast, week, max_queries):
    chloe = visit(cast.chloe)
    chloe.get("/admin/chiffres/couverts")
    for path in COUNTED:
        with max_queries(16):
            chloe.get(f"/admin/chiffres/{path}")


def test_a_meal_past_midnight_belongs_to_the_evening_before(visit, cast, at, app):
    shift = {"name": "Nuit", "weekdays": [5], "first": "22:00", "last": "00:30",
             "pacing_covers": None, "pacing_reservations": None, "durations": None}  # fmt: skip
    house = open_house(shifts=[shift])
    promise(house, "2026-03-13 00:15")
    at(clock.now() + timedelta(days=6))
    assert db.session.scalars(sa.select(Reservation.state)).all() == [S.CONFIRMED]
    page = visit(cast.chloe).see("/admin/chiffres/couverts?par=service")
    assert rows(page) == {"Nuit": ["2"]}


def test_the_demo_has_a_past_to_look_at(app, visit):
    seeds.run_seeds(app, seeds.REFERENCE)
    seeds.run_seeds(app, seeds.DEMO)
    db.session.remove()
    chloe = visit(db.session.scalars(sa.select(User).where(User.login == "chloe@chez-margot.example")).one())
    for path in (*COUNTED, "previsions", "rythme", "durees"):
        assert "Rien à compter" not in chloe.see(f"/admin/chiffres/{path}").text, path
    assert any("durees=" in url for url in chloe.see("/admin/chiffres/durees").links().values())


def test_a_long_span_is_not_compared_with_years_before_it(visit, cast, week):
    page = visit(cast.chloe).see("/admin/chiffres/rythme?par=distance&periode=12-derniers-mois")
    assert rows(page)["le jour même"][1] == "–"
