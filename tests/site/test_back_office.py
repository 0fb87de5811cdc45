"""The back office's own pages: today, settings of security, modules, jobs and their replay."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking import queries, service
from app.booking.models import OpenWish
from app.config import ROOT
from app.kernel import audit, clock, jobs, settings
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.limits import WRITE_LIMIT
from app.kernel.outbox import JobState, OutboxRow
from app.site.views.modules import MODULES
from tests.booking.houses import TESTS, details, open_house, promise, wish
from tests.factories import make_outbox_row

SECURITY = "/admin/reglages/securite"


@pytest.fixture
def house(app):
    return open_house()


# --- today ----------------------------------------------------------------------------------------------------


def test_today_shows_figures_and_arrivals(visit, cast, house, at):
    promise(house, "2026-03-10 19:30", 2)
    promise(house, "2026-03-10 20:00", 4, first_name="Eve", email="eve@example.org")
    gone = promise(house, "2026-03-10 21:00", 2, first_name="Zoé", email="zoe@example.org")
    with transaction():
        service.cancel_reservation(gone, actor=TESTS, reason="x")
    page = visit(cast.bruno).see("/admin")
    assert page.status == 200
    assert "Mardi 10 mars 2026" in page.text
    assert "6 couverts aujourd’hui" in page.text
    assert [row.first("a").text for row in page.all("#today tbody th")] == ["Alice Durand", "Eve Durand"]


def test_an_empty_evening_says_so(visit, cast, house):
    assert "Personne n’est attendu" in visit(cast.chloe).see("/admin").text


def test_arrivals_of_past_hours_are_gone(visit, cast, house, at):
    promise(house, "2026-03-10 12:00", 2)
    at("2026-03-10 14:00")
    assert not visit(cast.chloe).see("/admin").all("#today tbody th")


def test_the_live_part_costs_nothing_while_nothing_moves(visit, cast, house, max_queries):
    chloe = visit(cast.chloe)
    first = chloe.get("/admin/_chiffres")
    assert first.status_code == 200
    again = chloe.get("/admin/_chiffres", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    promise(house, "2026-03-10 19:30", 2)
    moved = chloe.get("/admin/_chiffres", headers={"If-None-Match": first.headers["ETag"]})
    assert (moved.status_code, "Alice Durand" in moved.get_data(as_text=True)) == (200, True)


def test_a_waiter_is_offered_no_new_reservation(visit, cast, house):
    assert "Nouvelle réservation" not in visit(cast.bruno).see("/admin").text
    assert "Nouvelle réservation" in visit(cast.diane).see("/admin").text


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/_chiffres",
        "/admin/reglages",
        SECURITY,
        "/admin/reglages/modules",
        "/admin/exploitation/travaux",
    ],
)
def test_a_stranger_is_sent_to_log_in(visit, house, path):
    assert visit().get(path).headers["Location"].startswith("/connexion?next=")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/admin/reglages", {"chloe", "admin"}), (SECURITY, {"chloe", "admin"}),
        ("/admin/reglages/modules", {"chloe", "admin"}), ("/admin/exploitation/travaux", {"admin"}),
        ("/admin", {"bruno", "diane", "chloe", "admin"}),
    ],
)  # fmt: skip
def test_each_role_opens_its_pages(visit, cast, house, path, allowed):
    opened = {
        name for name in ("bruno", "diane", "chloe", "admin") if visit(getattr(cast, name)).get(path).status_code == 200
    }
    assert opened == allowed


def test_the_menu_holds_only_what_opens(visit, cast, house):
    for name in ("bruno", "diane", "chloe", "admin"):
        guest = visit(getattr(cast, name))
        shown = {link["href"] for link in guest.see("/admin").all("nav a[href^=/admin]")}
        assert {path: guest.get(path).status_code for path in shown} == dict.fromkeys(shown, 200)


# --- settings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_a_setting_is_changed(visit, cast, house, javascript):
    page = visit(cast.chloe).see(SECURITY)
    page = page.submit("form.form", javascript=javascript, **{"limits.public_writes": "30"})
    assert page.status == 200
    assert WRITE_LIMIT.value() == 30
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact == "site.setting_changed")).one()
    assert (entry.subject_id, entry.details) == ("limits.public_writes", {"before": "60", "after": "30"})
    assert entry.actor_label == cast.chloe.person.full_name


def test_saving_without_a_change_writes_no_fact(visit, cast, house):
    visit(cast.chloe).see(SECURITY).submit("form.form")
    assert not db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact == "site.setting_changed")).all()


@pytest.mark.parametrize("typed", ["", "abc", "0", "-5", "99999999", "3.5", "1 OR 1"])
def test_a_wrong_value_is_told_beside_its_field_and_nothing_is_kept(visit, cast, house, typed):
    page = visit(cast.chloe).see(SECURITY)
    page = page.submit("form.form", **{"limits.public_writes": typed, "limits.resets": "7"})
    assert page.status == 422
    assert page.first("input[name=limits.public_writes]")["value"] == typed
    assert page.first("input[name=limits.public_writes]").get("aria-invalid") == "true"
    assert page.first("input[name=limits.resets]")["value"] == "7"
    settings.forget_kept()
    assert WRITE_LIMIT.value() == 60
    assert settings.settings()["limits.resets"].value() == 3


@pytest.mark.parametrize("who", ["bruno", "diane"])
def test_others_may_not_change_settings(visit, cast, house, who):
    assert visit(getattr(cast, who)).post(SECURITY, data={"limits.public_writes": "1"}).status_code == 403
    assert WRITE_LIMIT.value() == 60


# --- modules --------------------------------------------------------------------------------------------------


def test_every_module_is_described(visit, cast, house):
    page = visit(cast.chloe).see("/admin/reglages/modules")
    assert page.status == 200
    assert page.all("article h2")
    assert "n’existe qu’en français" not in page.text


def test_around_their_french_handbook_modules_are_named_in_the_readers_language(visit, cast, house):
    chloe = visit(cast.chloe)
    chloe.post("/langue", data={"language": "en"})
    page = chloe.see("/admin/reglages/modules")
    assert {"Reservations", "Accounts", "Messages"} <= {head.text for head in page.all("article h2")}
    assert "exists in French only" in page.text
    assert all(article.first("[lang=fr]") for article in page.all("article"))


def test_each_module_bears_the_name_of_its_page(app):
    for path in (ROOT / "docs" / "modules").glob("*.md"):
        assert path.read_text().startswith(f"# {MODULES[path.stem]}\n")


# --- jobs -----------------------------------------------------------------------------------------------------

JOBS = "/admin/exploitation/travaux"


@pytest.fixture
def failed(app):
    """A job that failed for the last time."""
    row = make_outbox_row("booking.expire_holds", key="failed")
    with transaction():
        row = db.session.get_one(OutboxRow, row.id)
        row.state, row.attempts, row.last_error, row.finished_at = (
            JobState.FAILED,
            6,
            "OSError: plus de place",
            clock.now(),
        )
    return row


def test_what_failed_is_shown_with_its_error(visit, cast, house, failed):
    page = visit(cast.admin).see(JOBS)
    assert "OSError: plus de place" in page.text
    assert "Rendre les tables retenues trop longtemps" in page.text
    assert page.has(f"form[action={JOBS}/{failed.id}/reprise]")


def test_it_is_replayed(visit, cast, house, failed):
    page = visit(cast.admin).see(JOBS).submit(f"form[action={JOBS}/{failed.id}/reprise]")
    assert page.status == 200
    row = db.session.get_one(OutboxRow, failed.id, populate_existing=True)
    assert (row.state, row.attempts) == (JobState.WAITING, 0)
    assert jobs.perform(row.id)
    assert db.session.get_one(OutboxRow, failed.id, populate_existing=True).state is JobState.DONE


def test_what_did_not_fail_is_not_replayed(visit, cast, house):
    row = make_outbox_row("booking.expire_holds", due_in=timedelta(hours=1))
    assert visit(cast.admin).post(f"{JOBS}/{row.id}/reprise").status_code == 409


def test_an_unknown_job_is_not_found(visit, cast, house):
    assert visit(cast.admin).post(f"{JOBS}/{cast.alice.id}/reprise").status_code == 404


@pytest.mark.parametrize("who", ["bruno", "diane", "chloe"])
def test_others_replay_nothing(visit, cast, house, failed, who):
    assert visit(getattr(cast, who)).post(f"{JOBS}/{failed.id}/reprise").status_code == 403
    assert db.session.get_one(OutboxRow, failed.id, populate_existing=True).state is JobState.FAILED


def test_with_nothing_to_do_it_says_so(visit, cast, house):
    with transaction() as session:
        session.execute(sa.delete(OutboxRow))
    assert "Rien n’attend, rien n’a échoué." in visit(cast.admin).see(JOBS).text


def test_the_trail_stands_after_all_this(visit, cast, house, failed):
    visit(cast.chloe).see(SECURITY).submit("form.form", **{"limits.public_writes": "31"})
    assert audit.verify().problems == []


# --- alerts, figures, quick acts ------------------------------------------------------------------------------


def test_who_is_late_and_who_waits_for_an_answer_is_said_first(visit, cast, house, at):
    at("2026-03-10 12:00")
    promise(house, "2026-03-10 19:30", 2)
    at("2026-03-10 20:05")
    alerts = visit(cast.diane).see("/admin").all(".alert-list li")
    assert [alert.text for alert in alerts] == ["Alice Durand attendu depuis 35 min"]
    assert "/admin/service/reservations/" in alerts[0].first("a")["href"]


def test_a_request_without_an_answer_is_an_alert(visit, cast, house):
    with transaction():
        settings.change(settings.settings()["booking.confirmation"], "manual")
    promise(house, "2026-03-10 19:30", 2)
    alert = visit(cast.diane).see("/admin").first(".alert-list a")
    assert alert.text == "1 réservation à confirmer"
    assert len(visit(cast.diane).see(alert["href"]).all("[data-row]")) == 1


def test_a_calm_evening_has_no_alert(visit, cast, house):
    assert not visit(cast.chloe).see("/admin").all(".alert-list")


def test_the_manager_reads_occupation_and_the_tables_most_asked_for(visit, cast, house):
    promise(house, "2026-03-10 19:30", 2)
    promise(house, "2026-03-10 21:15", 2, email="eve@example.org")
    page = visit(cast.chloe).see("/admin")
    assert [tile.first(".tile__label").text for tile in page.all("aside .tile")] == [
        "Occupation de la salle", "Couverts", "Taux d’absence",
    ]  # fmt: skip
    (row,) = page.all(".top-tables li")
    assert row.text.startswith("Table 1")
    assert row.text.endswith("2")


def test_who_may_not_read_figures_sees_none(visit, cast, house):
    promise(house, "2026-03-10 19:30", 2)
    assert not visit(cast.bruno).see("/admin").all("#today aside")


def test_quick_acts_are_those_one_may_do(visit, cast, house):
    def acts(who):
        return [act.text for act in visit(who).see("/admin").all(".quick-acts a")]

    assert acts(cast.diane) == ["Plan de la salle", "Sans réservation", "Feuille du service", "Frise des tables"]
    assert "Sans réservation" not in acts(cast.bruno)


def test_the_page_costs_the_same_for_many(visit, cast, house, max_queries):
    for hour in ("19:30", "20:00", "21:30"):
        promise(house, f"2026-03-10 {hour}", 2, email=f"h{hour[:2]}@example.org")
    chloe = visit(cast.chloe)
    chloe.get("/admin")
    with max_queries(12):
        assert chloe.get("/admin").status_code == 200


def undecided(house):
    """A question of the house that the engine has not answered yet."""
    with transaction():
        return service.keep_open_wish(house, wish("2026-03-14 19:30"), details(), visitor="v", actor=TESTS)


def alerts_on(page):
    return [line.text for line in page.all(".alert-list li")]


def test_a_question_that_waits_for_the_engine_is_told(visit, cast, house):
    kept = undecided(house)
    page = visit(cast.chloe).see("/admin")
    assert alerts_on(page) == ["1 demande en vérification : la salle cherche une place"]
    assert page.click("1 demande en vérification").url.endswith("/admin/chiffres/placements-en-suspens")
    with transaction():
        service.give_up_open_wish(db.session.get_one(OpenWish, kept.id), actor=TESTS)
    assert not alerts_on(visit(cast.chloe).see("/admin"))


def test_who_may_not_read_the_figures_is_told_without_a_way_there(visit, cast, house):
    undecided(house)
    page = visit(cast.diane).see("/admin")
    assert alerts_on(page) == ["1 demande en vérification : la salle cherche une place"]
    assert not page.has(".alert-list a")


def test_a_question_of_another_house_is_not_told_here(visit, cast, house):
    undecided(open_house(slug="autre-rive", name="L’Autre Rive"))
    assert not alerts_on(visit(cast.chloe).see("/admin?maison=petit-quai"))


def test_a_running_pause_is_told_with_until_when_and_ended_by_one_click(visit, cast, house, at):
    at("2026-03-10 19:00")
    with transaction():
        service.pause_online(house, actor=TESTS)
    page = visit(cast.diane).see("/admin")
    assert "Réservations en ligne suspendues jusqu’à 20 h" in page.text
    after = page.submit("form[action='/admin/service/suspension/reprise']", javascript=False)
    assert after.url == "/admin"
    assert "Les réservations en ligne reprennent" in after.text
    assert "suspendues jusqu’à" not in visit(cast.diane).see("/admin").text


def test_a_pause_that_has_ended_by_itself_is_not_told(visit, cast, house, at):
    at("2026-03-10 19:00")
    with transaction():
        service.pause_online(house, actor=TESTS)
    at("2026-03-10 20:01")
    assert "suspendues jusqu’à" not in visit(cast.diane).see("/admin").text


def test_who_may_not_pause_reads_it_and_ends_nothing(visit, cast, house, at):
    at("2026-03-10 19:00")
    with transaction():
        service.pause_online(house, actor=TESTS)
    page = visit(cast.bruno).see("/admin")
    assert "suspendues jusqu’à 20 h" in page.text
    assert not page.has("form[action='/admin/service/suspension/reprise']")
    assert visit(cast.bruno).post("/admin/service/suspension/reprise").status_code == 403


@pytest.mark.parametrize("back", ["https://ailleurs.example/admin", "//ailleurs.example", "javascript:alert(1)"])
def test_the_way_back_stays_in_the_house(visit, cast, house, back):
    answer = visit(cast.diane).post("/admin/service/suspension/reprise", data={"back": back})
    assert answer.headers["Location"] == "/admin/service"


def test_a_change_is_seen_by_the_very_request_that_made_it(visit, cast, house):
    """What a reading request reads once is asked anew by one that writes."""
    with visit(cast.chloe).client.application.test_request_context(method="POST"):
        before = queries.house_of(house).version
        open_house(booking={"min_notice_minutes": 30})
        assert queries.house_of(house).version > before


def test_duplicates_stand_beside_the_guests(visit, cast, house):
    chloe = visit(cast.chloe)
    page = chloe.see("/admin/convives")
    assert "Doublons" in [tab.text for tab in page.all(".views a")]
    assert "Doublons" not in [entry.text for entry in page.all("nav.rail a")]
    assert page.click("Doublons").first(".views [aria-current]").text == "Doublons"
