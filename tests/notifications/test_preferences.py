"""What somebody chooses about being told: the grid, the presets, the hours, the silences."""

import pytest
import sqlalchemy as sa

from app.kernel import settings
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.messages import Channel
from app.kernel.notices import Mode
from app.notifications import queries
from app.notifications.jobs import send_due
from app.notifications.models import Rhythm
from app.notifications.settings import EMAIL_MODE
from tests.booking.promises import book
from tests.harness.mailbox import run_jobs

URL = "/espace/notifications/preferences"
GRID = f"form[action='{URL}']"
HOURS = f"form[action='{URL}/rythme']"


def wishes(user):
    db.session.rollback()
    db.session.expire_all()
    return queries.wishes_of([user.person_id]).get(user.person_id, {}).get(Channel.EMAIL, {})


def test_the_grid_is_kept_without_javascript(house, cast, visit):
    page = visit(cast.chloe).see(URL)
    page = page.submit(
        GRID, javascript=False, **{"mode:email:booking": "weekly", "mode:email:booking.team_asked": "off"}
    )
    assert "Vos préférences sont enregistrées." in page.text
    assert wishes(cast.chloe) == {"booking": Mode.WEEKLY, "booking.team_asked": Mode.OFF}
    assert page.fields(GRID)["mode:email:booking"] == "weekly"


def test_an_empty_choice_forgets(house, cast, visit, choose):
    choose(cast.chloe, booking="weekly")
    visit(cast.chloe).see(URL).submit(GRID, **{"mode:email:booking": ""})
    assert wishes(cast.chloe) == {}


def test_it_says_what_holds_while_nothing_is_chosen(house, cast, visit):
    text = visit(cast.chloe).see(URL).text
    assert "Aussitôt, par défaut" in text
    assert "Résumé du jour, par défaut" in text


def test_it_offers_only_what_concerns_the_reader(house, cast, visit, choose):
    with transaction():
        cast.diane.grants.clear()
        db.session.add(cast.diane)
    fields = visit(cast.diane).see(URL).fields(GRID)
    assert "mode:email:booking.team_asked" not in fields
    assert "mode:email:booking.reminder" in fields


@pytest.mark.parametrize(
    "typed", [{"mode:email:accounts.secret": "off"}, {"mode:email:booking.confirmed": "off"}, {"mode:": "off"}]
)
def test_what_the_grid_does_not_offer_is_not_read(house, cast, visit, typed):
    visit(cast.chloe).post(URL, data=typed)
    assert wishes(cast.chloe) == {}


def test_a_mode_nobody_declared_is_refused(house, cast, visit):
    assert visit(cast.chloe).post(URL, data={"mode:email:booking": "yearly"}).status_code == 422
    assert wishes(cast.chloe) == {}


@pytest.mark.parametrize(
    ("preset", "kept"), [("essentiel", {"*": Mode.OFF}), ("normal", {}), ("tout", {"*": Mode.NOW})]
)
def test_a_preset_chooses_for_everything(house, cast, visit, choose, preset, kept):
    choose(cast.chloe, booking="weekly")
    page = visit(cast.chloe).see(URL).submit(f"form[action='{URL}/modele']", button=f"preset={preset}")
    assert page.status == 200
    assert wishes(cast.chloe) == kept


def test_an_unknown_preset_is_refused(house, cast, visit):
    assert visit(cast.chloe).post(f"{URL}/modele", data={"preset": "rien"}).status_code == 400


def test_a_change_is_a_fact(house, cast, visit):
    visit(cast.chloe).see(URL).submit(GRID, **{"mode:email:booking": "weekly"})
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.fact == "notifications.preferences_changed")
    ).one()
    assert (entry.actor_label, entry.details) == ("Chloé Martin", {"target": "booking", "channel": "email"})


# --- hours --------------------------------------------------------------------------------------------------------


def test_quiet_hours_are_kept_and_followed(house, cast, visit, choose, outbox, at):
    choose(cast.chloe, everything="now")
    page = visit(cast.chloe).see(URL).submit(HOURS, quiet_from="09:00", quiet_until="11:00")
    assert "Vos horaires sont enregistrés." in page.text
    book(house)
    assert outbox.to("chloe@example.org") == []
    at("2026-03-10 11:01")
    send_due()
    assert len(outbox.to("chloe@example.org")) == 1


def test_hours_are_those_of_the_persons_zone(house, cast, visit, choose, outbox):
    choose(cast.chloe, everything="now")
    visit(cast.chloe).see(URL).submit(HOURS, quiet_from="09:00", quiet_until="11:00", zone="America/Martinique")
    book(house)
    assert len(outbox.to("chloe@example.org")) == 1


def test_a_pause_keeps_everything_for_after(house, cast, visit, choose, outbox, at):
    choose(cast.chloe, everything="now")
    visitor = visit(cast.chloe)
    visitor.see(URL).submit(HOURS, paused_until="2026-03-12")
    book(house)
    at("2026-03-11 12:00")
    send_due()
    assert outbox.to("chloe@example.org") == []
    visit(cast.chloe).see(URL).submit(HOURS, paused_until="")
    send_due()
    assert len(outbox.to("chloe@example.org")) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"quiet_from": "22:00"}, "Indiquez les deux heures, ou aucune."),
        ({"paused_until": "2026-03-10"}, "Choisissez un jour à venir"),
        ({"paused_until": "2029-03-10"}, "Choisissez un jour à venir"),
        ({"zone": "Mars/Olympus"}, ""),
        ({"quiet_from": "25:00", "quiet_until": "26:00"}, ""),
    ],
)
def test_hours_that_make_no_sense_are_refused_beside_their_field(house, cast, visit, typed, said):
    sent = {"zone": "Europe/Paris", **typed}
    answer = visit(cast.chloe).post(f"{URL}/rythme", data=sent)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert db.session.get(Rhythm, cast.chloe.person_id) is None


# --- what waits and what is silent ----------------------------------------------------------------------------------


def test_the_next_digest_is_shown(house, cast, visit):
    book(house)
    run_jobs()
    text = visit(cast.chloe).see(URL).text
    assert "Part le 11 mars 2026 à 08:00" in text
    assert "Alice Durand a réservé" in text


def test_a_silence_is_listed_and_taken_back(house, cast, visit, lines_of):
    book(house)
    run_jobs()
    visitor = visit(cast.chloe)
    visitor.post(f"/espace/notifications/{lines_of(cast.chloe)[0].id}/silence")
    page = visitor.see(URL)
    assert "Ce dont vous n’entendez plus parler" in page.text
    page = page.submit("form[action*='/silences/']")
    assert "Ce dont vous n’entendez plus parler" not in page.text


def test_another_ones_silence_cannot_be_taken_back(house, cast, visit, lines_of):
    book(house)
    run_jobs()
    visitor = visit(cast.chloe)
    visitor.post(f"/espace/notifications/{lines_of(cast.chloe)[0].id}/silence")
    url = visitor.see(URL).first("form[action*='/silences/']")["action"]
    assert visit(cast.diane).post(url).status_code == 404


# --- defaults -----------------------------------------------------------------------------------------------------


def test_the_installation_says_what_holds_for_whoever_chose_nothing(house, cast, choose, outbox):
    with transaction():
        settings.change(EMAIL_MODE, "now")
    choose(cast.diane, everything="off")
    book(house)
    assert len(outbox.to("chloe@example.org")) == 1
    assert outbox.to("diane@example.org") == []


def test_a_role_says_it_before_the_installation(house, cast, outbox):
    with transaction():
        settings.change(EMAIL_MODE, "off")
        settings.change(EMAIL_MODE, "now", level="role", holder="host")
    book(house)
    assert len(outbox.to("diane@example.org")) == 1
    assert outbox.to("chloe@example.org") == []


def test_what_waits_is_planned_again_by_the_default_of_the_role(house, cast, visit, choose, outbox):
    with transaction():
        settings.change(EMAIL_MODE, "now", level="role", holder="host")
    choose(cast.diane, booking="weekly")
    book(house)
    assert outbox.to("diane@example.org") == []
    choose(cast.diane, booking=None)
    send_due()
    assert len(outbox.to("diane@example.org")) == 1
    assert "Aussitôt, par défaut" in visit(cast.diane).see(URL).text


# --- the page of the defaults ---------------------------------------------------------------------------------------

DEFAULTS = "/admin/reglages/avis"


def test_a_manager_sets_the_defaults_without_javascript(house, cast, visit, outbox):
    page = visit(cast.chloe).see(DEFAULTS).submit("main form", javascript=False, **{"mode:": "off", "mode:host": "now"})
    assert "Les avis par défaut sont enregistrés." in page.text
    assert (page.fields("main form")["mode:"], page.fields("main form")["mode:host"]) == ("off", "now")
    book(house)
    assert len(outbox.to("diane@example.org")) == 1
    assert outbox.to("chloe@example.org") == []


def test_a_default_is_a_fact_and_can_be_taken_back(house, cast, visit):
    page = visit(cast.chloe).see(DEFAULTS).submit("main form", **{"mode:": "weekly"})
    page = page.submit("main form", **{"mode:": ""})
    assert page.fields("main form")["mode:"] == ""
    facts = sa.select(AuditEntry.details).where(AuditEntry.fact == "notifications.defaults_changed")
    assert db.session.scalars(facts.order_by(AuditEntry.number)).all() == [
        {"before": "", "after": "weekly"},
        {"before": "weekly", "after": ""},
    ]


def test_a_default_nobody_declared_is_refused(house, cast, visit):
    assert visit(cast.chloe).post(DEFAULTS, data={"mode:host": "yearly"}).status_code == 422
    assert visit(cast.chloe).post(DEFAULTS, data={"mode:nobody": "now"}).status_code == 303
    assert db.session.scalars(sa.select(settings.SettingValue)).all() == []


def test_the_defaults_are_for_those_who_may(house, cast, visit):
    assert visit(cast.diane).get(DEFAULTS).status_code == 403
    assert visit(cast.diane).post(DEFAULTS, data={"mode:": "off"}).status_code == 403
