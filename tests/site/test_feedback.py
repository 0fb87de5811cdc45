"""What visitors and colleagues say of the house: left by anybody from any page, read and handled by the team."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.directory.models import Person
from app.kernel import clock, privacy, settings
from app.kernel.access import ANONYMOUS
from app.kernel.audit import entries_on
from app.kernel.db import db, transaction
from app.kernel.privacy import retention_rules
from app.notifications.models import Notification
from app.site.feedback.models import Feedback, FeedbackKind, FeedbackState, Said
from app.site.feedback.origin import path_of
from app.site.feedback.service import leave_feedback
from app.site.feedback.settings import FEEDBACK_LIMIT
from tests.booking.houses import open_house, promise
from tests.factories import make_user
from tests.harness.mailbox import run_jobs

WRITTEN = "La page des horaires est lente."


@pytest.fixture
def house(app):
    return open_house()


def kept() -> list[Feedback]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Feedback).order_by(Feedback.created_at)))


@pytest.fixture
def left(house):
    """An idea, with an address."""
    with transaction():
        made = leave_feedback(
            Said(FeedbackKind.IDEA, WRITTEN, "/reserver", "lea@example.org", "fr"), house=house, actor=ANONYMOUS
        )
    return db.session.get_one(Feedback, made.id)


@pytest.fixture
def url(left):
    return f"/admin/avis/{left.id}"


# --- leaving one ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_anybody_leaves_one_from_the_foot_of_a_page(house, visit, javascript):
    page = visit().see("/reserver?covers=2").click("Donner un avis")
    assert page.url == "/avis?page=/reserver"
    thanks = page.submit("main form", javascript=javascript, kind="problem", text=f"  {WRITTEN} ", email="")
    assert "Merci de votre avis" in thanks.text
    (feedback,) = kept()
    assert (feedback.nature, feedback.text, feedback.page, feedback.email) == ("problem", WRITTEN, "/reserver", "")
    assert (feedback.state, feedback.person_id, feedback.establishment_id) == (FeedbackState.NEW, None, house.id)


@pytest.mark.parametrize("path", ["/", "/connexion", "/nulle-part", "/espace", "/admin", "/admin/reglages"])
def test_every_page_leads_there(house, visit, cast, path):
    user = cast.chloe if path.startswith(("/espace", "/admin")) else None
    page = visit(user).see(path)
    assert page.links()["Donner un avis"] == f"/avis?page={path}"


def test_who_logged_in_is_named(house, visit, cast):
    visit(cast.bruno).see("/avis").submit("main form", text="Le four chauffe la salle")
    (feedback,) = kept()
    assert feedback.person_id == cast.bruno.person_id
    assert cast.bruno.person.full_name in visit(cast.chloe).see(f"/admin/avis/{feedback.id}").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"), ({"text": "  \n "}, "text"), ({"text": "x" * 2001}, "text"), ({"text": "a\x07"}, "text"),
        ({"kind": "insult"}, "kind"), ({"kind": ""}, "kind"), ({"email": "lea"}, "email"), ({"email": "a@b\r\nBcc: x@y.z"}, "email"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_beside_its_field(house, visit, typed, field):
    visitor = visit()
    values = {"kind": "idea", "text": WRITTEN, "email": "", "page": "/", **typed}
    page = visitor.arrive("/avis", visitor.post("/avis", data=values))
    assert (page.status, kept()) == (422, [])
    assert page.has(f"#{field}-error")
    assert field == "text" or WRITTEN in page.first("textarea").text


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/reserver?date=2026-03-14&covers=2", "/reserver"), ("/reserver#suite", "/reserver"), ("/", "/"), ("", ""),
        ("https://evil.example/x", ""), ("//evil.example", ""), ("/\\evil.example", ""), ("javascript:alert(1)", ""),
        ("/a\r\nb", ""), ("/<script>", ""), ("/" + "a/" * 200, ""), ("/avis", ""),
        (f"/courrier/{'s' * 43}", "/courrier/..."), ("/reservations/0192f0c4-7a0b-7def-8000-000000000000", "/reservations/0192f0c4-7a0b-7def-8000-000000000000"),
    ],
)  # fmt: skip
def test_of_the_page_only_a_path_is_kept(typed, path):
    assert path_of(typed) == path


def test_the_house_named_by_the_page_is_the_one_spoken_of(house, visit):
    other = open_house(slug="autre-rive", name="L’Autre Rive")
    visit().see("/avis?page=/e/autre-rive/reserver").submit("main form", text=WRITTEN)
    assert kept()[0].establishment_id == other.id


def test_a_machine_is_thanked_and_nothing_is_kept(house, visit):
    page = visit().see("/avis").submit("main form", text=WRITTEN, website="https://pills.example")
    assert "Merci" in page.text
    assert kept() == []


def test_too_much_from_one_address_waits_and_loses_nothing_typed(house, visit):
    with transaction():
        settings.change(FEEDBACK_LIMIT, "2")
    visitor = visit()
    for _n in range(2):
        visitor.see("/avis").submit("main form", text=WRITTEN)
    refused = visitor.see("/avis").submit("main form", text="Un mot encore")
    assert refused.status == 429
    assert "Un mot encore" in refused.first("textarea").text
    assert len(kept()) == 2


def test_a_forged_request_is_refused(house, visit):
    visitor = visit()
    visitor.csrf = False
    assert visitor.post("/avis", data={"kind": "idea", "text": WRITTEN}).status_code == 400


def test_html_is_shown_as_it_was_typed(house, visit, cast):
    visit().see("/avis").submit("main form", text="<b>gras</b>")
    assert "<b>gras</b>" in visit(cast.chloe).see(f"/admin/avis/{kept()[0].id}").first(".letter__body").text


# --- the team ---------------------------------------------------------------------------------------------------


def test_the_team_is_told(left, cast):
    run_jobs()
    told = db.session.scalars(sa.select(Notification).where(Notification.notice == "feedback.left")).all()
    assert {row.person_id for row in told} == {cast.chloe.person_id, cast.admin.person_id}


def test_a_manager_reads_handles_and_reopens(left, url, visit, cast):
    manager = visit(cast.chloe)
    page = manager.see("/admin/avis").click("10:00")
    for act, state in (("lecture", "read"), ("traitement", "handled"), ("traitement/retrait", "read")):
        page = page.submit(f"[action='{url}/{act}']")
        assert kept()[0].state == state
    assert [entry.fact for entry in reversed(entries_on("Feedback", left.id))] == [
        "feedback.left", "feedback.read", "feedback.handled", "feedback.reopened",
    ]  # fmt: skip


def test_a_wrong_state_is_told(left, url, visit, cast):
    assert visit(cast.chloe).post(f"{url}/traitement/retrait").status_code == 409
    assert kept()[0].state is FeedbackState.NEW


def test_the_team_keeps_a_note_which_the_trail_does_not_repeat(left, url, visit, cast):
    page = visit(cast.chloe).see(url).submit(f"[action='{url}/note']", note="À dire à l’hébergeur")
    assert "À dire à l’hébergeur" in page.first("textarea").text
    page.submit(f"[action='{url}/note']")
    entries = entries_on("Feedback", left.id)
    assert [entry.fact for entry in entries].count("feedback.noted") == 1
    assert not [entry for entry in entries if "hébergeur" in str(entry.details) or WRITTEN in str(entry.details)]


def test_several_at_once(left, house, visit, cast):
    answer = visit(cast.chloe).post(
        "/admin/donnees/feedback.feedback/selection", data={"action": "handle", "selected": str(left.id)}
    )
    assert answer.status_code == 303
    assert kept()[0].state is FeedbackState.HANDLED


def test_the_list_finds_by_its_words(left, visit, cast):
    assert "La page des horaires" in visit(cast.chloe).see("/admin/avis?q=HORAIRES").text
    assert "La page des horaires" not in visit(cast.chloe).see("/admin/avis?q=parking").text


def test_an_auditor_reads_and_sees_no_address(left, url, visit):
    auditor = visit(make_user("Odile", "auditor"))
    page = auditor.see(url)
    assert "lea@example.org" not in page.text
    assert "l•••@•••.org" in page.text
    assert not page.has(f"[action='{url}/lecture']")
    assert auditor.post(f"{url}/lecture").status_code == 403


@pytest.mark.parametrize("stranger", ["bruno", "diane", None])
def test_others_read_nothing(left, url, visit, cast, stranger):
    visitor = visit(getattr(cast, stranger) if stranger else None)
    assert visitor.get(url).status_code in (302, 403)
    assert visitor.post(f"{url}/traitement").status_code in (302, 403)


# --- whoever said it --------------------------------------------------------------------------------------------


def test_it_belongs_to_whoever_left_the_address(left, house, at):
    made = promise(house, email="lea@example.org")
    at("2026-03-20 10:00")
    person = db.session.get_one(Person, made.guest_id)
    known = privacy.known(person.id)
    (held,) = [data for data in privacy.all_personal_data() if data.code == "feedback.feedback"]
    assert held.export(known)[0]["Ce qui est dit"] == WRITTEN
    with transaction():
        held.erase(known)
    assert kept() == []


def test_it_is_kept_two_years(left):
    rule = retention_rules()["feedback.old_feedback"]
    assert rule.count() == 0
    with clock.at(clock.now() + timedelta(days=2 * 365 + 1)):
        assert rule.count() == 1
        rule.run()
    assert kept() == []
