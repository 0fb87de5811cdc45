"""The pages of guests: who they are over their visits, what the team notes of them, and who sees what."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking import service as booking
from app.booking.models import GuestNote, GuestTag, Reservation, TagTone
from app.booking.queries import guests as queries
from app.booking.seating import FORCE
from app.booking.service import guests
from app.directory import merging
from app.kernel import audit, clock
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from tests.booking.houses import TESTS, open_house, promise
from tests.factories import make_user
from tests.harness.databases import on_both

LIKED = {"area": "salle", "table_code": "2", "wishes": "La banquette", "birth_day": "14", "birth_month": "3"}


@pytest.fixture
def url(reservation):
    return f"/admin/convives/{reservation.guest_id}"


@pytest.fixture
def chloe(visit, cast):
    return visit(cast.chloe)


@pytest.fixture
def regular(app):
    with transaction():
        return guests.keep_tag(None, "Habitué", TagTone.PRIMARY, actor=TESTS)


def give(reservation, *tags):
    with transaction():
        guests.choose_tags(reservation.guest, list(tags), actor=TESTS)


def like(reservation, **changed):
    typed = {"area": "", "table_code": "", "wishes": "", "birth_day": None, "birth_month": None}
    with transaction():
        guests.keep_preferences(reservation.guest, guests.Preferences(**{**typed, **changed}), actor=TESTS)


def miss(reservation, at):
    at(f"{reservation.service_date} 22:00")
    with transaction():
        booking.note_missed_party(reservation, actor=TESTS)


def facts_on(person_id):
    return [entry.fact for entry in audit.entries_on("Person", person_id)]


# --- the list and the page --------------------------------------------------------------------------------------


@on_both
def test_the_list_counts_visits_and_absences(chloe, house, reservation, at):
    miss(reservation, at)
    row = chloe.see("/admin/convives").first("tbody tr")
    assert "Alice Durand" in row.text
    assert [cell.text for cell in row.all("td.numeric")] == ["0", "1"]


@pytest.mark.parametrize("typed", ["duran", "ALICÉ", "example.org", "06 12 34", "+3361234"])
def test_any_part_of_name_number_or_address_finds(chloe, reservation, typed):
    assert "Alice Durand" in chloe.see("/admin/convives", query_string={"q": typed}).text


@on_both
def test_the_list_is_sorted_and_filtered_by_visits(chloe, house, reservation):
    assert "Alice" in chloe.see("/admin/convives?tri=-venues").text
    assert "Alice" not in chloe.see("/admin/convives?venues_min=1").first("main").text


@on_both
def test_a_number_left_with_a_reservation_finds_too(chloe, house):
    promise(house, email="eve@example.org", last_name="Moreau", phone="+33698765432")
    assert "Moreau" in chloe.see("/admin/convives?q=98 76 54").text


def test_the_list_costs_the_same_for_many(chloe, house, max_queries):
    for number in range(8):
        promise(house, f"2026-03-{17 + number % 5} {19 + number // 5}:30", email=f"p{number}@example.org", permit=FORCE)
    chloe.get("/admin/convives")
    with max_queries(16):
        chloe.get("/admin/convives")


def test_the_page_shows_visits_and_contact(chloe, url):
    text = chloe.see(url).text
    for words in ("Alice Durand", "06 12 34 56 78", "alice@example.org", "samedi 14 mars"):
        assert words in text


def test_a_record_made_one_with_another_leads_there(chloe, house, reservation, url):
    other = promise(house, "2026-03-13 19:30", email="alix@example.org").guest
    with transaction():
        merging.merge_people(reservation.guest, other, actor=TESTS)
    assert chloe.get(f"/admin/convives/{other.id}").headers["Location"].endswith(url)


def test_reserving_for_a_guest_fills_in_their_name(chloe, url):
    page = chloe.see(url).click("Réserver")
    assert page.fields("#reservation-form")["last_name"] == "Durand"
    assert page.fields("#reservation-form")["email"] == "alice@example.org"


# --- tags, preferences, notes -----------------------------------------------------------------------------------


def test_tags_are_chosen_and_taken_back(chloe, reservation, url, regular):
    page = chloe.see(url).submit("form[action$='/etiquettes']", tags=str(regular.id))
    assert "Habitué" in page.first("header.record__head").text
    page = page.submit("form[action$='/etiquettes']", tags=[])
    assert "Habitué" not in page.first("header.record__head").text
    assert facts_on(reservation.guest_id)[:2] == ["booking.guest_tags_chosen"] * 2
    assert "a retiré les étiquettes" in page.text


def test_a_tag_that_is_gone_is_refused(chloe, url, house):
    assert chloe.post(f"{url}/etiquettes", data={"tags": str(house.id)}).status_code == 422


def test_preferences_and_birthday_are_kept(chloe, url):
    page = chloe.see(f"{url}/preferences").submit("form[action$='/preferences']", **LIKED)
    for words in ("Les préférences sont gardées", "La banquette", "14 mars"):
        assert words in page.text
    assert chloe.see(f"{url}/preferences").fields("form[action$='/preferences']")["birth_month"] == "3"


@pytest.mark.parametrize(("day", "month"), [("30", "2"), ("31", "4"), ("5", "0"), ("0", "5")])
def test_a_birthday_that_is_no_day_is_refused(chloe, url, day, month):
    answer = chloe.post(f"{url}/preferences", data={**LIKED, "birth_day": day, "birth_month": month})
    assert answer.status_code == 422


def test_a_birthday_on_a_leap_day_is_one(chloe, url):
    answer = chloe.post(f"{url}/preferences", data={**LIKED, "birth_day": "29", "birth_month": "2"})
    assert answer.status_code == 303


def test_a_note_is_written_and_removed(chloe, url, reservation):
    page = chloe.see(url).submit("form[action$='/notes']", text="Vient avec un <b>chien</b>")
    assert "Vient avec un <b>chien</b>" in page.text
    assert "Vient avec un" in chloe.see(f"/admin/reservations/{reservation.id}").text
    page = page.submit("form[action$='/suppression']")
    assert "Vient avec un" not in page.text


def test_an_empty_note_is_refused(chloe, url):
    assert chloe.post(f"{url}/notes", data={"text": "  "}).status_code == 422


def test_the_note_of_another_guest_is_not_removed_from_here(chloe, house, reservation, url):
    other = promise(house, "2026-03-13 19:30", email="eve@example.org").guest
    with transaction():
        guests.write_guest_note(other, "à garder", actor=TESTS)
    note_id = db.session.scalar(sa.select(GuestNote.id))
    assert chloe.post(f"{url}/notes/{note_id}/suppression").status_code == 404
    assert db.session.get(GuestNote, note_id) is not None


# --- beside a reservation ---------------------------------------------------------------------------------------


def test_marks_are_seen_with_the_reservation(chloe, visit, cast, reservation, regular, at):
    give(reservation, regular)
    like(reservation, birth_day=14, birth_month=3)
    text = chloe.see(f"/admin/reservations/{reservation.id}").text
    assert "Habitué" in text
    assert "Anniversaire" in text
    assert "Habitué" in chloe.see("/admin/reservations?vue=toutes").text
    at("2026-03-14 12:00")
    assert "Habitué" in visit(cast.bruno).see("/admin").text


def test_absences_are_said_quietly(chloe, house, reservation, at):
    miss(reservation, at)
    again = promise(house, "2026-03-20 19:30", email="alice@example.org")
    assert "1 absence en 12 mois" in chloe.see(f"/admin/reservations/{again.id}").text
    at(clock.now() + timedelta(days=366))
    assert "en 12 mois" not in chloe.see(f"/admin/reservations/{again.id}").text


def test_who_calls_is_recognised(chloe, house, reservation, regular, at):
    give(reservation, regular)
    miss(reservation, at)
    for known in ({"email": "Alice@example.org"}, {"phone": "06 12 34 56 78"}):
        text = chloe.see("/admin/convives/_connu", query_string=known).text
        assert "Déjà connu : Alice Durand" in text
        assert "Habitué" in text
        assert "1 absence en 12 mois" in text


def test_what_is_known_of_a_caller_is_not_typed_again(chloe, reservation):
    button = chloe.see("/admin/convives/_connu?email=alice@example.org").first("button[data-gives]")
    known = {"first_name": "Alice", "last_name": "Durand", "email": "alice@example.org"}
    assert json.loads(button["data-gives"]) == known


def test_a_number_of_two_people_names_neither(chloe, house, reservation):
    promise(house, "2026-03-13 19:30", email="eve@example.org", first_name="Eve")
    assert "Déjà connu" not in chloe.see("/admin/convives/_connu?phone=0612345678").text


def test_a_stranger_is_not_recognised(chloe, house):
    assert "Déjà connu" not in chloe.see("/admin/convives/_connu?phone=&email=").text


# --- who sees what ----------------------------------------------------------------------------------------------


def test_the_floor_sees_no_record_of_guests(visit, cast, url):
    for path in ("/admin/convives", url, f"{url}/preferences"):
        assert visit(cast.bruno).get(path).status_code == 403


def test_a_guest_with_a_link_sees_no_record_either(visit, reservation, url):
    guest = visit()
    guest.bear("booking.manage", reservation)
    assert guest.get(url).status_code == 403


def test_without_the_right_to_contact_it_is_masked(visit, cast, url, app):
    with transaction() as session:
        session.execute(sa.text("DELETE FROM role_permissions WHERE permission = 'booking.view_contact'"))
    text = visit(cast.diane).see(url).text
    assert "a•••@•••.org" in text
    assert "06 12 34 56 78" not in text


def test_each_house_knows_its_own_guests(visit, house, reservation, url):
    other = open_house(slug="autre-rive", name="L’Autre Rive")
    there = visit(make_user("Zoé", "host", scope=Scope("establishment", str(other.id))))
    assert there.get(url).status_code == 403
    assert "Alice" not in there.see("/admin/convives").text
    promise(other, email="alice@example.org")
    assert there.get(url).status_code == 200
    assert "Alice" in there.see("/admin/convives").text


def test_a_forged_form_changes_nothing(chloe, url, reservation, regular):
    chloe.csrf = False
    assert chloe.post(f"{url}/etiquettes", data={"tags": str(regular.id)}).status_code == 400


# --- the tags of the house --------------------------------------------------------------------------------------


def test_a_tag_is_added_changed_and_removed(chloe, house, reservation):
    page = chloe.see("/admin/reglages/etiquettes")
    page = page.submit("form[method=post].form", name="Presse", tone="info")
    assert "Bleu" in page.text
    tag = db.session.scalars(sa.select(GuestTag).where(GuestTag.name == "Presse")).one()
    give(reservation, tag)
    page = page.click("Presse").submit("form.form", name="Journaliste", tone="danger")
    assert "Brique" in page.text
    page.click("Journaliste").submit("form[action$='/suppression']")
    assert queries.tags() == []
    assert queries.tags_of([reservation.guest_id]) == {}


def test_two_tags_have_two_names(chloe, regular):
    answer = chloe.post("/admin/reglages/etiquettes", data={"name": "Habitué", "tone": "info"})
    assert answer.status_code == 409
    assert "porte déjà ce nom" in answer.text


@pytest.mark.parametrize(
    "typed", [{"name": "", "tone": "info"}, {"name": "x" * 41, "tone": "info"}, {"name": "x", "tone": "rose"}]
)
def test_a_tag_needs_a_name_and_a_colour(chloe, house, typed):
    assert chloe.post("/admin/reglages/etiquettes", data=typed).status_code == 422


def test_merging_brings_tags_and_notes_along(house, reservation, regular):
    spoken = promise(house, "2026-03-13 19:30", email="", permit=FORCE)
    give(reservation, regular)
    give(spoken, regular)
    with transaction():
        guests.write_guest_note(spoken.guest, "aime le calme", actor=TESTS)
        merging.merge_people(reservation.guest, spoken.guest, actor=TESTS)
    assert [note.text for note in queries.notes_of(reservation.guest_id)] == ["aime le calme"]
    assert len(queries.tags_of([reservation.guest_id])[reservation.guest_id]) == 1
    assert db.session.scalars(sa.select(Reservation.guest_id)).all() == [reservation.guest_id] * 2
