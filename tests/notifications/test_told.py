"""Who changed this, and who was told: both stand on the record's page, and are found from the journal."""

import pytest
import sqlalchemy as sa

from app.accounts import service as accounts
from app.accounts.models import RolePermission
from app.booking import service
from app.kernel.audit import AuditEntry
from app.kernel.db import db, new_id, transaction
from app.kernel.scopes import Scope
from app.notifications.models import Notification
from tests.booking.houses import fresh
from tests.booking.promises import HOUSE, book_and_tell, open_house
from tests.factories import make_user
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs


@pytest.fixture
def house(app, cast):
    return open_house()


@pytest.fixture
def reservation(house):
    """Booked by Alice herself: she has her letter, the team its line, and a digest to come."""
    return book_and_tell(house)


def section(page, title):
    return next(part for part in page.all("section") if title in part.text)


def told(page):
    return section(page, "Qui a été prévenu")


def url_of(reservation):
    return f"/admin/reservations/{reservation.id}"


@on_both
def test_it_says_what_left_when_and_what_was_answered(reservation, cast, visit):
    text = told(visit(cast.chloe).see(url_of(reservation))).text
    for words in ("Réservation confirmée", "10 mars 2026 à 10:0", "Alice Durand", "alice@example.org", "E-mail",
                  "Envoyé", "250 accepted"):  # fmt: skip
        assert words in text


def test_it_stands_beside_what_happened(reservation, cast, visit):
    page = visit(cast.chloe).see(url_of(reservation))
    (history,) = page.all("section[aria-labelledby=history-title]")
    assert "a réservé" in history.text
    assert page.text.index("Ce qui s’est passé") < page.text.index("Qui a été prévenu")


@on_both
def test_it_names_who_was_told_in_the_page_and_whether_they_read_it(reservation, cast, visit):
    text = told(visit(cast.chloe).see(url_of(reservation))).text
    assert "Nouvelle réservation en ligne" in text
    assert "personnes de l’équipe, 0 l’a lu" in text
    diane = visit(cast.diane)
    line = next(
        href for href in diane.see("/espace/notifications").links().values() if "/espace/notifications/0" in href
    )
    diane.get(line)
    text = told(visit(cast.chloe).see(url_of(reservation))).text
    assert "1 l’a lu" in text
    assert "Diane Martin Dans la page Lu 10 mars 2026 à 10:0" in text
    assert "Chloé Martin Dans la page Non lu" in text


def test_a_line_of_the_team_that_is_told_again_bears_the_time_of_its_last_word(stopped, reservation, cast, visit, at):
    at("2026-03-10 10:07")
    alice = visit()
    alice.bear("booking.manage", fresh(reservation), cast.alice)
    alice.post(f"{url_of(reservation).removeprefix('/admin')}/annulation", data={"reason": ""})
    run_jobs()
    page = visit(cast.chloe).see(url_of(reservation))
    (line,) = [each for each in page.all("section li") if "personnes de l’équipe" in each.text]
    assert "10 mars 2026 à 10:07" in line.text


def test_it_says_by_which_letter_and_when_one_is_to_come(reservation, cast, visit, at):
    text = told(visit(cast.chloe).see(url_of(reservation))).text
    assert "E-mail Résumé du jour 11 mars 2026 à 08:00" in text
    at("2026-03-11 08:01")
    from app.notifications.jobs import send_due  # noqa: PLC0415 - a job is run by hand here only

    send_due()
    run_jobs()
    assert "E-mail Envoyé 11 mars 2026 à 08:01" in told(visit(cast.chloe).see(url_of(reservation))).text


def test_a_digest_that_carried_it_is_not_told_twice(reservation, cast, visit):
    assert len(visit(cast.chloe).see(url_of(reservation)).all("time.tellings__when")) == 2


def test_the_newest_stands_first(reservation, cast, visit, at):
    at("2026-03-10 11:00")
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=HOUSE, reason="fuite")
    run_jobs()
    text = told(visit(cast.chloe).see(url_of(reservation))).text
    assert text.index("Réservation annulée") < text.index("Réservation confirmée")


# --- what the reader may know -----------------------------------------------------------------------------------


def test_who_may_not_see_people_reads_how_many(reservation, cast, visit):
    text = told(visit(cast.diane).see(url_of(reservation))).text
    assert "personnes de l’équipe, 0 l’a lu" in text
    assert "Chloé" not in text
    assert "alice@example.org" in text


def test_who_may_not_see_addresses_reads_them_masked(reservation, visit):
    page = visit(make_user("Otto", "auditor")).see(url_of(reservation))
    assert "alice@" not in page.response.get_data(as_text=True)
    assert "a•••@•••.org" in told(page).text


def test_a_manager_of_this_house_alone_sees_the_same(reservation, house, visit):
    luc = make_user("Luc", "manager", scope=Scope("establishment", str(house.id)))
    text = told(visit(luc).see(url_of(reservation))).text
    assert "alice@example.org" in text
    assert "Diane Martin" in text


def test_it_is_for_those_who_may_read_messages(reservation, cast, visit):
    with transaction() as session:
        session.execute(sa.delete(RolePermission).where(RolePermission.permission == "notifications.view"))
    assert "Qui a été prévenu" not in visit(cast.diane).see(url_of(reservation)).text


# --- any record, and the journal --------------------------------------------------------------------------------


def entry_about(kind):
    newest = sa.select(AuditEntry.number).where(AuditEntry.subject_kind == kind).order_by(AuditEntry.number.desc())
    return db.session.scalars(newest.limit(1)).one()


def test_each_entry_of_the_journal_leads_to_its_record_its_history_and_who_was_told(reservation, cast, visit):
    page = visit(cast.chloe).see(f"/admin/journal/{entry_about('Reservation')}")
    links = page.links()
    assert links[f"Réservation {reservation.reference}"] == url_of(reservation)
    assert links["Tout ce qui lui est arrivé"] == f"/admin/journal?objet={reservation.id}"
    assert "Réservation confirmée" in told(page).text
    assert "Diane Martin" in told(page).text


def test_an_entry_about_what_is_no_record_says_nothing_of_it(app, cast, visit):
    visit(cast.chloe).post("/admin/donnees/notifications.messages/export.csv")
    page = visit(cast.chloe).see(f"/admin/journal/{entry_about('Dataset')}")
    assert page.status == 200
    assert "Qui a été prévenu" not in page.text


def test_an_entry_about_a_record_that_is_gone_still_says_who_was_told(reservation, cast, visit):
    with transaction() as session:
        session.execute(sa.update(Notification).values(subject_id=cast.bruno.id, subject_kind="Gone"))
        session.execute(sa.update(AuditEntry).values(subject_id=str(cast.bruno.id), subject_kind="Gone"))
    assert "Diane Martin" in told(visit(cast.admin).see("/admin/journal/1")).text


def test_a_person_s_page_says_what_happened_and_who_was_told(cast, visit):
    with transaction():
        accounts.give_role(db.session.merge(cast.bruno), "host", actor=HOUSE)
    page = visit(cast.chloe).see(f"/admin/personnes/{cast.bruno.id}")
    assert "a donné" in section(page, "Ce qui s’est passé").text
    assert told(page)


def test_a_manager_of_one_house_does_not_read_the_trail_on_a_person_s_page(house, cast, visit):
    here = Scope("establishment", str(house.id))
    luc, zoe = make_user("Luc", "manager", scope=here), make_user("Zoé", "host", scope=here)
    page = visit(luc).see(f"/admin/personnes/{zoe.id}")
    assert page.status == 200
    assert not page.all("ol.timeline")


def test_a_crowd_costs_few_queries_and_is_cut(reservation, cast, visit, max_queries):
    people = [make_user(f"Gens{number}", "member").person_id for number in range(5)]
    first = db.session.scalars(sa.select(Notification)).first()
    with transaction() as session:
        session.execute(
            sa.insert(Notification),
            [
                {
                    "id": new_id(), "person_id": people[number % 5], "notice": first.notice, "category": first.category, "details": {},
                    "subject_kind": "Reservation", "subject_id": reservation.id, "first_at": first.first_at,
                    "last_at": first.last_at,
                }
                for number in range(300)
            ],
        )  # fmt: skip
    chloe, url = visit(cast.chloe), url_of(reservation)
    chloe.get(url)
    with max_queries(24):
        text = told(chloe.see(url)).text
    assert "plus anciens." in text
