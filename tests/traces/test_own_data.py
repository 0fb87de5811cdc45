"""One's own data, and the answer staff give: seen, taken away, erased; never somebody else's."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.credentials.models import Authenticator, OutsideIdentity, Passkey
from app.directory.models import Person
from app.kernel import audit, clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.traces import archives, forgetting
from app.traces.models import ArchiveState, PersonalArchive
from tests.accounts.proofs import SECRET, equip
from tests.booking.houses import TESTS, open_house, promise
from tests.harness.mailbox import run_jobs

OWN = "/espace/donnees"


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def alice(house, at):
    made = promise(house, special_requests="Une chaise haute")
    at("2026-03-16 10:00")
    return db.session.get_one(Person, made.guest_id)


def staff_url(person):
    return f"/admin/personnes/{person.id}/donnees"


def facts():
    db.session.expire_all()
    return [entry.fact for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))]


def archive_of(person):
    with transaction():
        archive = archives.ask_archive(person, actor=TESTS)
    run_jobs()
    db.session.expire_all()
    return db.session.get_one(PersonalArchive, archive.id)


def read(answer):
    return zipfile.ZipFile(io.BytesIO(answer.get_data()))


# --- seeing -----------------------------------------------------------------------------------------------------


def test_one_sees_what_is_held_and_why(visit, cast):
    page = visit(cast.bruno).see(OWN)
    assert page.status == 200
    assert "bruno@example.org" in page.text
    assert "Exécution d’un contrat" in page.text


def test_a_stranger_logs_in_first(visit):
    assert visit().get(OWN).headers["Location"].startswith("/connexion")
    assert visit().post(f"{OWN}/archive").status_code == 403


def test_staff_see_a_guest_and_that_is_a_fact(visit, cast, alice):
    page = visit(cast.chloe).see(staff_url(alice))
    assert "Une chaise haute" in page.text
    assert facts()[-1] == "traces.personal_data_seen"


@pytest.mark.parametrize("stranger", ["bruno", "diane"])
@pytest.mark.parametrize("path", ["", "/effacement"])
def test_others_see_nothing(visit, cast, alice, stranger, path):
    assert visit(getattr(cast, stranger)).get(staff_url(alice) + path).status_code == 403
    assert visit(getattr(cast, stranger)).post(f"{staff_url(alice)}/effacement").status_code == 403


# --- the archive ------------------------------------------------------------------------------------------------


def test_the_archive_holds_every_chapter_on_paper_and_for_machines(visit, cast, alice):
    chloe = visit(cast.chloe)
    assert chloe.post(f"{staff_url(alice)}/archive").status_code == 303
    run_jobs()
    (archive,) = db.session.scalars(sa.select(PersonalArchive))
    answer = chloe.get(f"{staff_url(alice)}/archives/{archive.id}")
    told = json.loads(read(answer).read("donnees.json"))
    held = {chapter["code"]: chapter["rows"] for chapter in told["chapters"]}
    assert held["booking.reservations"][0]["Demande"] == "Une chaise haute"
    assert held["directory.people"][0]["Adresse e-mail"] == "alice@example.org"
    assert held["mail.messages"]
    assert held["audit.entries"]
    assert read(answer).read("donnees.pdf").startswith(b"%PDF")
    assert facts()[-1] == "traces.archive_fetched"


def test_one_takes_away_one_s_own(visit, cast):
    bruno = visit(cast.bruno)
    page = bruno.see(OWN).submit("form[action='/espace/donnees/archive']")
    assert "Votre archive se prépare" in page.text
    run_jobs()
    link = bruno.see(OWN).links()["Télécharger"]
    assert json.loads(read(bruno.get(link)).read("donnees.json"))["person"] == "Bruno Martin"


def test_a_letter_says_that_one_s_own_is_ready_and_until_when(visit, cast, outbox, house):
    bruno = visit(cast.bruno)
    bruno.post(f"{OWN}/archive")
    [letter] = outbox.to("bruno@example.org")
    assert "est prête" in letter.subject
    assert "jusqu’au 17 mars 2026" in letter.text
    assert any(link.endswith("/espace/donnees") for link in letter.links)
    assert "est prête" in bruno.see("/espace/notifications").text


def test_staff_who_ask_for_somebody_s_are_told_nothing(visit, cast, alice, outbox):
    outbox.forget()
    visit(cast.chloe).post(f"{staff_url(alice)}/archive")
    assert len(outbox) == 0


def test_the_archive_holds_what_credentials_keep_and_no_secret(visit, cast):
    codes = equip(cast.bruno)
    with transaction() as session:
        names = {"first_name": "Bruno", "last_name": "Martin"}
        seen = {"created_at": clock.now(), "last_used_at": clock.now()}
        session.add_all(
            [
                Passkey(user_id=cast.bruno.id, credential_id=b"id", public_key=b"pub", sign_count=7, name="Clé bleue", **seen),
                OutsideIdentity(
                    user_id=cast.bruno.id, provider="mairie", subject="b-42", email="b@mairie.example",
                    email_verified=True, **names, **seen,
                ),
            ]
        )  # fmt: skip
    archive = archive_of(cast.bruno.person)
    content = archives.archive_path(archive.id).read_bytes()
    written = zipfile.ZipFile(io.BytesIO(content)).read("donnees.json").decode()
    rows = next(each["rows"] for each in json.loads(written)["chapters"] if each["code"] == "accounts.credentials")
    assert [row.get("Codes de secours restants") for row in rows] == [10, None, None]
    assert rows[1]["Clé d’accès"] == "Clé bleue"
    assert (rows[2]["Identité chez"], rows[2]["Identifiant là-bas"]) == ("mairie", "b-42")
    sealed = db.session.scalars(sa.select(Authenticator.sealed_secret)).one()
    for secret in (SECRET, sealed, *codes, "public_key", "code_hash"):
        assert secret not in written


def test_erasing_forgets_the_identities_nobody_proved(cast):
    with transaction() as session:
        session.add(
            OutsideIdentity(
                provider="mairie",
                subject="x",
                email="Bruno@example.org",
                email_verified=False,
                first_name="",
                last_name="B",
                created_at=clock.now(),
            )
        )
    with transaction():
        forgetting.erase_person(cast.bruno.person, actor=TESTS)
    assert db.session.scalars(sa.select(OutsideIdentity)).all() == []


def test_asking_twice_prepares_one(visit, cast):
    bruno = visit(cast.bruno)
    for _n in range(2):
        bruno.post(f"{OWN}/archive")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonalArchive)) == 1


def test_nobody_takes_another_s_archive(visit, cast, alice):
    archive = archive_of(alice)
    assert archive.state is ArchiveState.READY
    assert visit(cast.bruno).get(f"{OWN}/archives/{archive.id}").status_code == 404
    assert visit(cast.chloe).get(f"{staff_url(cast.eve)}/archives/{archive.id}").status_code == 404
    assert visit().get(f"{OWN}/archives/{archive.id}").status_code == 302


def test_after_seven_days_it_is_gone(visit, cast, alice, at):
    archive = archive_of(alice)
    at(clock.now() + timedelta(days=7, minutes=1))
    assert visit(cast.chloe).get(f"{staff_url(alice)}/archives/{archive.id}").status_code == 404


def test_the_file_is_for_this_user_of_the_machine_alone(alice):
    archive = archive_of(alice)
    assert archives.archive_path(archive.id).stat().st_mode & 0o077 == 0


# --- the erasure ------------------------------------------------------------------------------------------------


def test_the_page_says_what_becomes_of_everything(visit, cast, alice):
    page = visit(cast.chloe).see(f"{staff_url(alice)}/effacement")
    assert "Les réservations passées restent sans nom" in page.text
    assert "la chaîne se vérifie toujours" in page.text


def test_staff_erase_a_guest_who_asked(visit, cast, alice):
    chloe = visit(cast.chloe)
    page = chloe.see(f"{staff_url(alice)}/effacement").submit("form.form", name="alice durand")
    assert "Les données de cette personne sont effacées" in page.text
    assert "Nom effacé" in page.text
    assert "alice@example.org" not in page.text
    db.session.expire_all()
    assert audit.verify().problems == []


def test_another_name_erases_nobody(visit, cast, alice):
    answer = visit(cast.chloe).post(f"{staff_url(alice)}/effacement", data={"name": "Bob"})
    assert answer.status_code == 422
    assert "Ce n’est pas le nom" in answer.get_data(as_text=True)
    assert db.session.get_one(Person, alice.id).erased_at is None


def test_a_coming_reservation_is_told_before(visit, cast, house):
    made = promise(house)
    person = db.session.get_one(Person, made.guest_id)
    page = visit(cast.chloe).see(f"{staff_url(person)}/effacement")
    assert made.reference in page.text
    assert not page.has("form.form")
    assert visit(cast.chloe).post(f"{staff_url(person)}/effacement", data={"name": person.full_name}).status_code == 409


def test_one_erases_oneself_and_is_logged_out(visit, cast):
    bruno = visit(cast.bruno)
    page = bruno.see(f"{OWN}/effacement").submit("form.form", name="Bruno Martin")
    assert "Vos données sont effacées" in page.text
    assert bruno.get(OWN).status_code == 302
    db.session.expire_all()
    assert audit.verify().problems == []
    assert "Bruno" not in str([entry.actor_label for entry in db.session.scalars(sa.select(AuditEntry))])


def test_without_the_token_nothing_is_erased(visit, cast):
    bruno = visit(cast.bruno)
    bruno.csrf = False
    assert bruno.post(f"{OWN}/effacement", data={"name": "Bruno Martin"}).status_code == 400
