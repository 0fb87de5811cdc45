"""Moving an entry of the calendar: asked of the room like any other wish, refused softly, taken back in one act."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from app.booking.models import Reservation, SeatingCell
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from tests.booking.houses import TESTS, fill, open_house, promise, tables

PART = {"HX-Request-Type": "partial"}


@pytest.fixture
def url(reservation):
    return f"/admin/calendrier/reservations/{reservation.id}/deplacement"


def sent(day="2026-03-14", at="20:30", seen="0", **more):
    return {"date": day, "time": at, "seen": seen, "back": "/admin/calendrier?vue=mois", **more}


def stands(reservation):
    db.session.refresh(reservation)
    return reservation.service_date, reservation.local_time


def test_a_drag_moves_it_and_says_how_to_take_it_back(visit, cast, reservation, url, outbox):
    chloe = visit(cast.chloe)
    answer = chloe.post(url, data=sent("2026-03-15", "20:00"), headers=PART)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert stands(reservation) == (date(2026, 3, 15), time(20))
    assert [letter.address for letter in outbox] == ["alice@example.org"]
    page = chloe.see(url)
    page.tree = type(page)(chloe, url, answer).tree
    page.submit("form", javascript=False)
    assert stands(reservation) == (date(2026, 3, 14), time(19, 30))


def test_the_form_does_the_same_without_javascript(visit, cast, reservation, url):
    page = visit(cast.chloe).see("/admin/calendrier?vue=jour&date=2026-03-14").click("Déplacer")
    assert page.fields("main form") | {"csrf_token": ""} == {
        "csrf_token": "", "date": "2026-03-14", "time": "19:30", "seen": "0",
        "back": "/admin/calendrier?vue=jour&date=2026-03-14",
    }  # fmt: skip
    after = page.submit("main form", javascript=False, time="21:00")
    assert stands(reservation) == (date(2026, 3, 14), time(21))
    assert after.url == "/admin/calendrier?vue=jour&date=2026-03-14"
    assert "à sa nouvelle place" in after.text


def test_a_full_hour_is_refused_with_the_reason_and_the_nearest_yes(visit, cast, house, reservation, url):
    for number in range(2):
        promise(house, "2026-03-14 21:00", email=f"plein{number}@example.org")
    answer = visit(cast.chloe).post(url, data=sent(at="21:00"), headers=PART)
    assert answer.status_code == 409
    assert "plus de table" in answer.text
    assert stands(reservation) == (date(2026, 3, 14), time(19, 30))
    chloe = visit(cast.chloe)
    page = chloe.arrive(url, chloe.post(url, data=sent(at="21:00")))
    offered = [form.first("[name=time]")["value"] for form in page.all(".notice form")]
    assert offered[:2] == ["19:00", "19:15"], "its own table counts as free, and where it stands is no offer"
    page.submit(".notice form", javascript=False)
    assert stands(reservation) == (date(2026, 3, 14), time(19))


@pytest.mark.parametrize("closed", [("2026-03-16", "20:00"), ("2026-03-14", "16:00"), ("2026-03-14", "20:10")])
def test_it_goes_nowhere_the_house_does_not_receive(visit, cast, reservation, url, closed):
    assert visit(cast.chloe).post(url, data=sent(*closed), headers=PART).status_code == 409
    assert stands(reservation) == (date(2026, 3, 14), time(19, 30))


def test_the_second_of_two_who_drag_it_sees_what_happened(visit, cast, reservation, url):
    assert visit(cast.chloe).post(url, data=sent(at="20:00"), headers=PART).status_code == 200
    answer = visit(cast.diane).post(url, data=sent(at="21:00"), headers=PART)
    assert answer.status_code == 409
    assert "vient de déplacer cette réservation" in answer.text
    assert stands(reservation) == (date(2026, 3, 14), time(20))


def test_a_refusal_leaves_its_tables_and_what_is_offered_as_they_were(visit, cast, house, reservation, url):
    before = db.session.execute(sa.select(SeatingCell.table_id, SeatingCell.quarter)).all()
    chloe = visit(cast.chloe)
    chloe.post(url, data=sent(at="16:00"), headers=PART)
    assert db.session.execute(sa.select(SeatingCell.table_id, SeatingCell.quarter)).all() == before
    assert len(fill(house)) == 1, "one table for two is left beside Alice's, here and for whoever writes"


def test_who_may_see_but_not_change_is_refused(visit, cast, house):
    tonight = promise(house, "2026-03-10 20:00")
    url = f"/admin/calendrier/reservations/{tonight.id}/deplacement"
    assert not visit(cast.bruno).see("/admin/calendrier").all("[data-move]")
    answer = visit(cast.bruno).post(url, data=sent("2026-03-10", "21:00"), headers=PART)
    assert answer.status_code == 403, "a lack of rights, wherever it is shown"
    assert "pas le droit" in answer.text
    assert "<form" not in answer.text, "nothing nearer is proposed to who may not move it"
    assert stands(tonight) == (date(2026, 3, 10), time(20))


def test_what_one_does_not_see_does_not_exist(visit, cast, url):
    assert visit(cast.bruno).post(url, data=sent()).status_code == 404
    assert visit(cast.chloe).post(url.replace("reservations", "factures"), data=sent()).status_code == 404
    assert visit().post(url, data=sent()).status_code == 403


def test_without_a_token_nothing_moves(visit, cast, reservation, url):
    chloe = visit(cast.chloe)
    chloe.csrf = False
    assert chloe.post(url, data=sent(), headers=PART).status_code == 400
    assert stands(reservation) == (date(2026, 3, 14), time(19, 30))


@pytest.mark.parametrize("wrong", [{"day": "14/03/2026"}, {"day": "9999-01-01"}, {"at": "25:00"}, {"at": ""}])
def test_what_cannot_be_read_is_told(visit, cast, url, wrong):
    answer = visit(cast.chloe).post(url, data=sent(**wrong), headers=PART)
    assert answer.status_code == 422
    assert "Rien n’a bougé" in answer.text


def test_nobody_is_sent_to_another_site(visit, cast, url):
    answer = visit(cast.chloe).post(url, data=sent(back="https://ailleurs.example/"))
    assert answer.headers["Location"].endswith("/admin/calendrier")


def test_half_past_midnight_goes_to_the_evening_that_is_still_open(visit, cast, app):
    night = {
        "name": "Nuit", "weekdays": [6], "first": "19:00", "last": "00:30",
        "pacing_covers": None, "pacing_reservations": None, "durations": None,
    }  # fmt: skip
    made = promise(open_house(shifts=[night]), "2026-03-14 19:30")
    url = f"/admin/calendrier/reservations/{made.id}/deplacement"
    assert visit(cast.chloe).post(url, data=sent("2026-03-15", "00:30"), headers=PART).status_code == 200
    assert stands(made) == (date(2026, 3, 14), time(0, 30))


def test_a_table_that_was_chosen_is_kept(visit, cast, house, reservation, url):
    chosen = promise(house, "2026-03-14 12:00", actor=TESTS, unit=tables(house)["2"], email="deux@example.org")
    answer = visit(cast.chloe).post(
        url.replace(str(reservation.id), str(chosen.id)), data=sent(at="12:30"), headers=PART
    )
    assert answer.status_code == 200
    assert db.session.get_one(Reservation, chosen.id).table_codes() == "2"


def test_the_move_is_a_fact_by_name(visit, cast, reservation, url):
    visit(cast.chloe).post(url, data=sent(), headers=PART)
    fact = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact == "booking.reservation_moved")).one()
    assert fact.changes["local_time"] == ["19:30", "20:30"]
    assert fact.actor_id == str(cast.chloe.id)
