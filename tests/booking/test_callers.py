"""Who calls and is known: their reservation goes to the record they have, in their language, as far as staff may know."""

import pytest
import sqlalchemy as sa

from app.booking.models import Reservation, WaitingEntry
from app.booking.seating import STAFF
from app.directory import merging
from app.directory.models import Person
from app.directory.service import blank_person
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from tests.booking.houses import SATURDAY, TESTS, fill, open_house, promise
from tests.booking.test_telephone import call
from tests.factories import make_user
from tests.harness.databases import count_queries, on_both

NUMBER = "06 98 76 54 32"
KNOWN = "/admin/convives/_connu"
WAITING = "/admin/liste-attente"


@pytest.fixture
def marie(house):
    """Marie Moreau, who has called before and left no address."""
    return promise(
        house, f"{SATURDAY} 12:00", permit=STAFF, first_name="Marie", last_name="Moreau", email="", phone="+33698765432"
    ).guest


@pytest.fixture
def diane(visit, cast):
    return visit(cast.diane)


@pytest.fixture
def sent(diane, house, marie):
    """Send the form of the telephone for her; gives the page that answers."""

    def send(guest=None, **changed):
        return call(diane, **{"first_name": "Marie", "guest": str(marie.id) if guest is None else guest, **changed})

    return send


def last_booked():
    db.session.rollback()
    return db.session.scalars(sa.select(Reservation).order_by(Reservation.created_at.desc()).limit(1)).first()


def people():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person))


def chosen_on(page):
    (radio,) = [each for each in page.all("#known-guest input[type=radio]") if each.get("checked") is not None]
    return radio["value"]


# --- the record chosen ------------------------------------------------------------------------------------------


@on_both
def test_a_caller_without_an_address_keeps_the_record_they_have(sent, marie):
    before = people()
    assert sent().status == 200
    assert last_booked().guest_id == marie.id
    assert people() == before


def test_another_number_of_the_same_person_changes_nothing_of_it(sent, marie):
    assert sent(phone="06 11 11 11 11").status == 200
    assert (last_booked().guest_id, last_booked().phone) == (marie.id, "+33611111111")
    assert marie.phone == "+33698765432"


def test_somebody_else_is_booked_on_a_record_of_their_own(sent, marie):
    assert sent(guest="").status == 200
    assert last_booked().guest_id != marie.id


def test_a_name_that_is_not_theirs_is_asked_about_and_books_nothing(sent, marie):
    before = people()
    page = sent(first_name="Paul", last_name="Petit")
    assert page.status == 409
    assert "Le nom saisi n’est pas celui de Marie Moreau" in page.text
    assert chosen_on(page) == ""
    assert last_booked().guest_id == marie.id
    assert people() == before


@pytest.mark.parametrize("name", [("marie", "MOREAU"), ("", "Moreau"), ("Marie", "Moreaux")])
def test_a_name_written_otherwise_is_theirs(sent, marie, name):
    assert sent(first_name=name[0], last_name=name[1]).status == 200
    assert last_booked().guest_id == marie.id


@pytest.mark.parametrize("name", [("", "mor"), ("", "Moreau"), ("", "MOREAU mar"), ("marie", "Mor"), ("", "Marié  m")])
def test_a_name_half_typed_is_that_of_the_record_chosen(sent, marie, name):
    assert sent(first_name=name[0], last_name=name[1]).status == 200
    assert (last_booked().guest_id, last_booked().guest_name) == (marie.id, "Marie Moreau")


@pytest.mark.parametrize("name", [("Jean", "Mor"), ("", "oreau"), ("", "Moreau-Petit"), ("Mar", "Petit")])
def test_what_is_no_beginning_of_their_name_is_asked_about(sent, marie, name):
    assert sent(first_name=name[0], last_name=name[1]).status == 409


def test_a_whole_name_is_not_the_beginning_of_a_longer_one():
    jeanne = Person(first_name="Jeanne", last_name="Martin")
    assert jeanne.may_be_named("Jeanne", "Mart")
    assert not jeanne.may_be_named("Jean", "Martin")
    assert not jeanne.may_be_named("Luc", "Martin")


def test_an_address_of_somebody_else_is_asked_about(sent, house, marie):
    promise(house, "2026-03-13 19:30", first_name="Eve", email="eve@example.org")
    page = sent(email="Eve@example.org")
    assert page.status == 409
    assert "celle d’une autre fiche que Marie Moreau" in page.text


def test_a_record_made_one_with_another_leads_to_the_one_that_stands(sent, house, marie):
    other = promise(house, "2026-03-13 19:30", first_name="Marie", last_name="Dupont", email="m@example.org").guest
    with transaction():
        merge = merging.merge_people(other, marie, actor=TESTS)
    assert sent().status == 200
    assert last_booked().guest_id == other.id
    with transaction():
        merging.undo_merge(db.session.merge(merge), actor=TESTS)
    assert last_booked().guest_id == other.id


def test_undoing_a_merging_gives_back_what_was_booked_on_the_record(sent, house, marie):
    assert sent().status == 200
    other = promise(house, "2026-03-13 19:30", first_name="Marie", last_name="Dupont", email="m@example.org").guest
    with transaction():
        merge = merging.merge_people(other, marie, actor=TESTS)
    with transaction():
        merging.undo_merge(merge, actor=TESTS)
    kept = db.session.scalars(sa.select(Reservation.guest_id).where(Reservation.last_name == "Moreau")).all()
    assert kept == [marie.id, marie.id]


def test_a_record_that_is_erased_is_not_chosen(sent, marie):
    with transaction():
        blank_person(marie)
    before = people()
    page = sent()
    assert page.status == 409
    assert "La fiche choisie n’est plus là" in page.text
    assert people() == before


@pytest.mark.parametrize(
    ("guest", "status"), [("01900000-0000-7000-8000-000000000000", 409), ("1 OR 1=1", 422), ("é" * 300, 422)]
)
def test_what_was_made_up_is_refused_clearly(sent, marie, guest, status):
    page = sent(guest=guest)
    assert page.status == status
    assert "fiche" in page.first(".errors").text
    assert last_booked().guest_id == marie.id


def test_the_record_of_another_house_is_not_chosen(visit, house, marie):
    other = open_house(slug="salon-neuf", name="Le Salon Neuf")
    fanny = visit(make_user("Fanny", "host", scope=Scope("establishment", str(other.id))))
    page = call(fanny, first_name="Marie", guest=str(marie.id), drawn_for=other.slug)
    assert page.status == 409
    assert "La fiche choisie n’est plus là" in page.text
    assert "Marie Moreau" not in page.text


def test_a_refusal_keeps_the_record_chosen(sent, house, marie):
    fill(house, f"{SATURDAY} 20:00")
    page = sent()
    assert page.status == 409
    assert chosen_on(page) == str(marie.id)
    assert f"guest={marie.id}" in page.links()["Inscrire en liste d’attente"]


def test_the_page_of_a_guest_without_an_address_books_for_them(diane, marie):
    page = diane.see(f"/admin/convives/{marie.id}").click("Réserver")
    assert (page.first("#last_name")["value"], chosen_on(page)) == ("Moreau", str(marie.id))


def test_the_waiting_list_keeps_the_record_too(diane, house, marie):
    fill(house)
    page = diane.see(f"{WAITING}/nouvelle?date={SATURDAY}&guest={marie.id}")
    assert chosen_on(page) == str(marie.id)
    page.submit("form.form", first_time="19:30", last_time="20:00")
    (entry,) = db.session.scalars(sa.select(WaitingEntry)).all()
    assert entry.guest_id == marie.id
    wrong = {"date": SATURDAY, "covers": "2", "first_time": "19:30", "last_time": "20:00", "last_name": "Petit"}
    assert diane.post(WAITING, data={**wrong, "phone": NUMBER, "guest": str(marie.id)}).status_code == 409


# --- the block beside what is typed -----------------------------------------------------------------------------


def test_who_is_reached_is_chosen_unless_the_name_is_another(diane, marie):
    assert chosen_on(diane.see(KNOWN, query_string={"phone": NUMBER})) == str(marie.id)
    assert chosen_on(diane.see(KNOWN, query_string={"phone": NUMBER, "first_name": "Marie"})) == str(marie.id)
    assert chosen_on(diane.see(KNOWN, query_string={"phone": NUMBER, "last_name": "Petit"})) == ""


def test_who_was_declined_is_not_chosen_again(diane, marie):
    page = diane.see(KNOWN, query_string={"phone": NUMBER})
    offered = page.first("input[name=offered]")["value"]
    for _again in range(2):
        page = diane.see(KNOWN, query_string={"phone": NUMBER, "guest": "", "offered": offered})
        assert chosen_on(page) == ""
        offered = page.first("input[name=offered]")["value"]


def test_it_says_why_the_one_chosen_is_chosen_no_more(diane, marie):
    said = {"phone": NUMBER, "last_name": "Petit", "guest": str(marie.id), "offered": str(marie.id)}
    page = diane.see(KNOWN, query_string=said)
    assert chosen_on(page) == ""
    assert "Le nom saisi n’est pas celui de Marie Moreau" in page.text


def test_one_of_those_proposed_is_chosen_while_the_name_is_half_typed(diane, marie):
    page = diane.see(KNOWN, query_string={"last_name": "mor", "guest": str(marie.id)})
    assert chosen_on(page) == str(marie.id)
    assert not page.all("#guest-error")


def test_who_was_chosen_stays_when_the_number_is_changed(diane, marie):
    page = diane.see(KNOWN, query_string={"phone": "06 00 00 00 01", "guest": str(marie.id), "last_name": "Moreau"})
    assert chosen_on(page) == str(marie.id)


def test_three_letters_of_a_name_propose_a_few_guests(diane, house, marie):
    for number in range(6):
        promise(
            house,
            f"2026-03-{17 + number} 19:30",
            first_name="Anna",
            last_name=f"Morel {number}",
            email=f"{number}@example.org",
        )
    page = diane.see(KNOWN, query_string={"last_name": "mor"})
    assert len(page.all("#known-guest [data-guest]")) == 5
    assert chosen_on(page) == ""
    assert "Marie Moreau" in page.text
    assert "Moreau" not in diane.see(KNOWN, query_string={"last_name": "mo"}).text


def test_it_says_who_comes_today(diane, house, marie, at):
    assert "attendu" not in diane.see(KNOWN, query_string={"phone": NUMBER}).text
    at(f"{SATURDAY} 09:00")
    assert "attendu aujourd’hui à 12:00" in diane.see(KNOWN, query_string={"phone": NUMBER}).text


def test_names_of_another_house_are_not_proposed(visit, house, marie):
    other = open_house(slug="salon-neuf", name="Le Salon Neuf")
    fanny = visit(make_user("Fanny", "host", scope=Scope("establishment", str(other.id))))
    assert "Moreau" not in fanny.see(KNOWN, query_string={"last_name": "Moreau"}).text


def test_five_guests_cost_no_more_questions_than_one(diane, house, marie):
    def asked(name):
        with count_queries() as statements:
            diane.see(KNOWN, query_string={"last_name": name})
        return len(statements)

    asked("moreau")
    one = asked("moreau")
    for number in range(5):
        promise(
            house, f"2026-03-{17 + number} 19:30", first_name="Anna", last_name="Moreau", email=f"{number}@example.org"
        )
    assert asked("moreau") == one


# --- their language ---------------------------------------------------------------------------------------------


@pytest.fixture
def english(house):
    return promise(
        house, f"{SATURDAY} 12:00", first_name="Jane", last_name="Moreau", email="jane@example.org", language="en"
    )


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ({"email": "jane@example.org"}, "en"),
        ({"email": "jane@example.org", "language": "fr"}, "fr"),
        ({"language": "en"}, "en"),
        ({}, "fr"),
    ],
)
def test_one_is_written_to_in_one_s_language(diane, house, english, said, language):
    assert call(diane, first_name="Jane", **said).status == 200
    assert last_booked().language == language


def test_the_record_chosen_tells_the_language(diane, house, english):
    assert call(diane, first_name="Jane", guest=str(english.guest_id)).status == 200
    assert last_booked().language == "en"


def test_a_language_the_house_does_not_speak_is_refused(diane, house):
    assert call(diane, language="xx").status == 422
