"""What demand leaves behind: counts and refused searches, and nobody's name."""

import sqlalchemy as sa

from app.booking.jobs import collect_funnel
from app.booking.models import FunnelStep, RefusedSearch
from app.booking.refusals import SHORTLY
from app.booking.seating import Reason
from app.kernel.db import db
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, fill, steps_counted, typed
from tests.factories import make_establishment, make_user


def refused():
    return [(str(row.service_date), row.covers, row.reason) for row in db.session.scalars(sa.select(RefusedSearch))]


def test_who_looks_is_counted_without_a_write(visit, house, max_queries):
    visit().get("/reserver")
    with max_queries(7) as statements:
        visit().get(f"/reserver?date={SATURDAY}&covers=2")
    assert not [statement for statement in statements if not statement.startswith("SELECT")]
    assert collect_funnel() == 1
    assert steps_counted() == {FunnelStep.SEEN: 1}


def test_counts_are_collected_once(visit, house):
    for _n in range(3):
        visit().get(f"/reserver?date={SATURDAY}&covers=2")
    collect_funnel()
    assert steps_counted() == {FunnelStep.SEEN: 3}


def test_a_page_without_a_day_is_no_search(visit, house):
    visit().get("/reserver")
    assert collect_funnel() == 0


def test_a_full_day_is_a_refused_search(visit, house):
    for time in ("12:00", "13:30"):
        fill(house, f"{SATURDAY} {time}")
    fill(house, f"{SATURDAY} 19:00")
    fill(house, f"{SATURDAY} 20:30")
    visit().get(f"/reserver?date={SATURDAY}&covers=2&time=19:00")
    assert refused() == [(SATURDAY, 2, "no_table")]


def test_a_closed_day_and_a_large_party_are_refused_searches(visit, house):
    visit().get("/reserver?date=2026-03-16&covers=2")
    visit().get(f"/reserver?date={SATURDAY}&covers=9")
    assert refused() == [("2026-03-16", 2, "closed"), (SATURDAY, 9, "party_too_large")]


def test_nobody_is_named(visit, house):
    fill(house)
    visit().post("/reserver", data=typed())
    columns = {column.name for column in RefusedSearch.__table__.columns}
    assert columns == {"id", "establishment_id", "at", "service_date", "local_time", "covers", "reason"}
    assert refused() == [(SATURDAY, 2, "no_table")]


def test_a_page_seen_sets_no_cookie_that_follows_anybody(visit, house):
    guest = visit()
    guest.get("/")
    guest.get("/mentions-legales")
    with guest.session() as session:
        assert "visitor" not in session


def test_the_manager_reads_the_demand(visit, cast, house, max_queries):
    visit().get("/reserver?date=2026-03-16&covers=2")
    visit().get(f"/reserver?date={SATURDAY}&covers=2")
    visit().post("/reserver", data={"date": SATURDAY, "time": "19:30", "covers": "2"})
    collect_funnel()
    with max_queries(16):
        page = visit(cast.chloe).see("/admin/demande")
    assert ["maison fermée" in row.text for row in page.all("[data-row]")] == [True]
    steps = visit(cast.chloe).see("/admin/chiffres/parcours").text
    assert ("Disponibilités vues 2" in steps, "Horaire choisi 1" in steps) == (True, True)
    assert set(SHORTLY) == set(Reason)


def test_only_those_who_manage_read_the_demand(visit, cast, house):
    assert visit(cast.diane).get("/admin/demande").status_code == 403
    elsewhere = make_user("Zoé", "manager", scope=Scope("establishment", str(make_establishment().id)))
    visit().post("/reserver", data={"date": "2026-03-16", "time": "19:30", "covers": "2"})
    visit().post("/reserver", data={"date": SATURDAY, "time": "19:30", "covers": "2"})
    collect_funnel()
    for user, sees in ((cast.chloe, True), (elsewhere, False)):
        page, steps = visit(user).see("/admin/demande"), visit(user).see("/admin/chiffres/parcours")
        assert (page.has("[data-row]"), "Horaire choisi 1" in steps.text) == (sees, sees)
