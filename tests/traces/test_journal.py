"""The trail, read by whoever may: in words, filtered, under its seal, exported and verified far from here."""

import contextvars
import json

import pytest
import sqlalchemy as sa

from app.booking import service as booking
from app.kernel import audit, settings
from app.kernel.access import Actor
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.scopes import Scope
from app.traces.jobs import verify_trail
from tests.booking.houses import TESTS, details, open_house, promise, wish
from tests.harness.databases import count_queries, on_both
from tests.harness.mailbox import run_jobs

JOURNAL = "/admin/journal"


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def reservation(house):
    return promise(house)


def bruno_acts(cast, *permissions):
    rights = {permission: frozenset({Scope()}) for permission in permissions}
    return Actor("user", str(cast.bruno.id), "Bruno Martin", cast.bruno.person_id, rights)


def rows(page):
    return [row.text for row in page.all("table.list tbody tr")]


def break_chain():
    with db.engine.begin() as connection:
        connection.execute(sa.update(AuditEntry).where(AuditEntry.number == 1).values(fact="x"))


# --- reading ----------------------------------------------------------------------------------------------------


def test_it_says_who_did_what_in_words(visit, cast, reservation):
    with transaction():
        booking.move_reservation(reservation, wish("2026-03-14 20:00"), actor=bruno_acts(cast, "booking.change"))
    page = visit(cast.chloe).see(JOURNAL)
    assert page.status == 200
    assert (
        f"Bruno Martin A déplacé la réservation de 19 h 30 à 20 h Réservation {reservation.reference}" in rows(page)[0]
    )


def test_an_entry_shows_before_and_after_and_leads_to_its_record(visit, cast, reservation):
    with transaction():
        booking.move_reservation(reservation, wish("2026-03-14 20:00", 4), actor=bruno_acts(cast, "booking.change"))
    number = db.session.scalar(sa.select(sa.func.max(AuditEntry.number)))
    page = visit(cast.chloe).see(f"{JOURNAL}/{number}")
    assert "Heure 19 h 30 20 h" in page.text
    assert "Couverts 2 4" in page.text
    assert page.links()[f"Réservation {reservation.reference}"] == f"/admin/reservations/{reservation.id}"


def test_values_of_people_are_masked(visit, cast, reservation):
    with transaction():
        booking.change_details(
            reservation,
            details(email="nouvelle@ailleurs.example", last_name="Zebulon"),
            actor=bruno_acts(cast, "booking.change"),
        )
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry.changes["email"] == ["a•••@e•••", "n•••@a•••"]
    assert "ebulon" not in json.dumps(entry.changes)


def test_a_changed_setting_says_its_name_and_both_values(visit, cast):
    visit(cast.chloe).post(
        "/admin/reglages/securite",
        data={each.code: ("7" if each.code == "accounts.login_attempts" else str(each.value()))
              for each in settings.settings().values() if each.page == "security"},
    )  # fmt: skip
    assert "a changé le réglage «" in visit(cast.chloe).see(JOURNAL).text.lower()


def test_a_changed_room_says_what_was_before(app, house):
    entry = audit.entries_on("Establishment", house.id)[0]
    assert entry.changes["max_covers_online"][1]
    assert entry.subject_label == house.name


# --- who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", ["bruno", "diane"])
@pytest.mark.parametrize("path", ["", "/1"])
def test_it_refuses_others(visit, cast, stranger, path):
    assert visit(getattr(cast, stranger)).get(JOURNAL + path).status_code == 403


@pytest.mark.parametrize("path", ["/verification", "/export.jsonl"])
def test_it_refuses_the_acts_of_others(visit, cast, path):
    assert visit(cast.bruno).post(JOURNAL + path).status_code == 403
    assert visit().post(JOURNAL + path).status_code == 403


def test_a_manager_of_one_house_sees_nothing_of_the_installation(visit, cast, house):
    with transaction():
        cast.chloe.grants[0].scope_kind, cast.chloe.grants[0].scope_id = "establishment", str(house.id)
    assert rows(visit(cast.chloe).see(JOURNAL)) == []
    assert visit(cast.chloe).get(f"{JOURNAL}/1").status_code == 404


# --- filters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("fait=booking.reservation_made", 1),
        ("nature=Reservation", 1),
        ("personne=bruno", 0),
        ("personne=admin@example.org", 0),
        ("source=page", 0),
        ("date=aujourdhui&nature=Reservation", 1),
        ("date=hier", 0),
    ],
)
def test_filters_narrow(visit, cast, reservation, query, found):
    assert len(rows(visit(cast.chloe).see(f"{JOURNAL}?{query}"))) == found


def test_a_record_is_found_by_reference_and_by_id(visit, cast, reservation):
    for typed in (reservation.reference.lower(), str(reservation.id)):
        assert len(rows(visit(cast.chloe).see(f"{JOURNAL}?objet={typed}"))) == 1


def test_a_name_nobody_bears_is_told(visit, cast):
    assert (
        "Aucun compte n’est au nom de « personne-ici »"
        in visit(cast.chloe).see(f"{JOURNAL}?personne=personne-ici").text
    )


@pytest.mark.parametrize("query", ["numero=x", "objet=%00", "personne=%25", "apres=x", "tri=-numero", "fait=nul"])
def test_odd_questions_are_answered(visit, cast, query):
    assert visit(cast.chloe).get(f"{JOURNAL}?{query}").status_code == 200


@on_both
@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999"])
def test_an_entry_that_is_not_there_is_not_found(visit, cast, number):
    assert visit(cast.chloe).get(f"{JOURNAL}/{number}").status_code == 404


@on_both
@pytest.mark.parametrize(
    "query", ["personne=bruno", "objet=%00x", "date=aujourdhui", "source=import", "fait=booking.x"]
)
def test_both_databases_answer(visit, cast, query):
    assert visit(cast.chloe).get(f"{JOURNAL}?{query}").status_code == 200


def test_a_page_of_fifty_costs_few_queries(visit, cast, house):
    for _n in range(60):
        with transaction():
            audit.record("booking.note_written", house, TESTS, {})
    chloe = visit(cast.chloe)
    chloe.get(JOURNAL)
    with count_queries() as statements:
        assert len(chloe.see(JOURNAL).all("table.list tbody tr")) == 50
    assert len(statements) <= 12, "\n".join(statements)


# --- the seal ---------------------------------------------------------------------------------------------------


def test_a_sound_chain_is_green_and_a_broken_one_red(visit, cast):
    assert "pas encore été vérifiée" in visit(cast.chloe).see(JOURNAL).text
    verify_trail()
    assert "La chaîne est entière" in visit(cast.chloe).see(JOURNAL).text
    break_chain()
    verify_trail()
    page = visit(cast.chloe).see(JOURNAL)
    assert "La chaîne est rompue" in page.text
    assert "L’entrée 1 a été modifiée." in page.text


def test_the_button_promises_a_verification(visit, cast):
    chloe = visit(cast.chloe)
    assert chloe.post(f"{JOURNAL}/verification").status_code == 303
    assert "Une vérification est en cours" in chloe.see(JOURNAL).text
    run_jobs()
    assert "La chaîne est entière" in chloe.see(JOURNAL).text


# --- far from here ----------------------------------------------------------------------------------------------


def verified(app, path, *further):
    return contextvars.Context().run(app.test_cli_runner().invoke, args=["audit", "verify", str(path), *further])


@pytest.fixture
def exported(visit, cast, reservation, tmp_path):
    answer = visit(cast.chloe).post(f"{JOURNAL}/export.jsonl")
    assert answer.status_code == 200
    path = tmp_path / "journal.jsonl"
    path.write_bytes(answer.get_data())
    return path


@on_both
def test_an_exported_trail_is_verified_without_the_database(app, exported):
    assert verified(app, exported).exit_code == 0


def test_the_export_is_a_fact(exported):
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert (entry.fact, entry.details["format"]) == ("datasets.exported", "jsonl")


@pytest.mark.parametrize("tamper", ["edit", "cut", "remove", "empty"])
def test_a_tampered_file_is_found(app, exported, tamper):
    lines = exported.read_text().splitlines()
    if tamper == "edit":
        lines[2] = lines[2].replace('"actor_label": "', '"actor_label": "X')
    elif tamper == "cut":
        lines.pop()
    elif tamper == "remove":
        del lines[2]
    else:
        entry = json.loads(lines[2])
        entry.update(actor_label="", details={}, changes={}, subject_label="", address="", salt="", forgotten_at="2026")
        lines[2] = json.dumps(entry)
    exported.write_text("\n".join(lines))
    assert verified(app, exported).exit_code == 1


@pytest.mark.parametrize("text", ["", "bonjour", "[]", '{"format": "guichet-audit-1"}\n{}', "{}"])
def test_what_is_no_trail_is_told(app, tmp_path, text):
    path = tmp_path / "x"
    path.write_text(text)
    assert verified(app, path).exit_code in (1, 2)
