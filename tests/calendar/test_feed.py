"""The feed: a secret address that reads, and only reads, what its user may see when it is read."""

import re

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from app.accounts.models import Grant
from app.calendar import queries
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.links import Link
from tests.booking.houses import promise
from tests.factories import make_user

OWN = "/espace/calendrier"


def made_by(visitor):
    """Make the feed on the page; gives its address."""
    page = visitor.see(OWN)
    after = page.submit("main form", javascript=False)
    return re.search(r"/calendrier/[\w-]{43}\.ics", after.first("code").text)[0]


def events(answer):
    assert answer.status_code == 200, answer.status_code
    assert answer.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_it_shows_what_its_user_sees_without_any_cookie(visit, cast, reservation):
    address = made_by(visit(cast.chloe))
    answer = visit().get(address)
    (event,) = events(answer)
    assert "Set-Cookie" not in answer.headers
    assert event["categories"].to_ical() == "Réservations".encode()
    assert event["summary"] == "Alice Durand, 2 couverts, table 1"
    assert event.decoded("dtstart").isoformat() == "2026-03-14T18:30:00+00:00"
    assert event["uid"].startswith(f"reservations-{reservation.id}@")
    assert event["url"].endswith(f"/admin/reservations/{reservation.id}")


def test_it_names_no_address_no_phone_and_no_wish(visit, cast, reservation):
    text = visit().get(made_by(visit(cast.chloe))).get_data(as_text=True).replace("\r\n ", "")
    for secret in ("alice@example.org", "612345678", "chaise", "bonjour@petit-quai"):
        assert secret not in text


def test_a_move_reaches_the_calendars_that_follow_it(visit, cast, reservation):
    address = made_by(visit(cast.chloe))
    (before,) = events(visit().get(address))
    sent = {"date": "2026-03-15", "time": "20:00", "seen": "0"}
    visit(cast.chloe).post(f"/admin/calendrier/reservations/{reservation.id}/deplacement", data=sent)
    (after,) = events(visit().get(address))
    assert (after["uid"], int(after["sequence"])) == (before["uid"], int(before["sequence"]) + 1)


def test_a_waiter_s_feed_shows_the_day_only(visit, cast, house):
    promise(house, "2026-03-10 20:00", email="ce-soir@example.org")
    promise(house, "2026-03-14 20:00")
    assert len(events(visit().get(made_by(visit(cast.bruno))))) == 1


def test_rights_are_asked_at_each_reading(visit, cast, reservation):
    address = made_by(visit(cast.diane))
    with transaction():
        db.session.execute(sa.delete(Grant).where(Grant.user_id == cast.diane.id))
    assert visit().get(address).status_code == 404


def test_a_closed_access_closes_it(visit, cast, reservation):
    address = made_by(visit(cast.diane))
    with transaction() as session:
        session.merge(cast.diane).is_active = False
    assert visit().get(address).status_code == 404


def test_a_new_address_closes_the_one_before(visit, cast, reservation):
    chloe = visit(cast.chloe)
    first = made_by(chloe)
    second = made_by(chloe)
    assert visit().get(first).status_code == 404
    assert len(events(visit().get(second))) == 1


def test_it_is_taken_back_at_once(visit, cast, reservation):
    chloe = visit(cast.chloe)
    address = made_by(chloe)
    page = chloe.see(OWN).submit(f"form[action='{OWN}/retrait']", javascript=False)
    assert "n’ouvre plus rien" in page.text
    assert visit().get(address).status_code == 404


def test_its_address_is_shown_once_and_only_its_digest_is_kept(visit, cast, reservation):
    chloe = visit(cast.chloe)
    secret = made_by(chloe).rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in chloe.see(OWN).response.text
    kept = db.session.scalars(sa.select(Link).where(Link.scope == queries.FEED)).one()
    assert secret not in repr(vars(kept))
    facts = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact.startswith("calendar."))).all()
    assert [fact.fact for fact in facts] == ["calendar.feed_made"]
    assert all(secret not in f"{fact.details}{fact.changes}" for fact in facts)


def test_making_and_taking_back_are_facts(visit, cast, reservation):
    chloe = visit(cast.chloe)
    made_by(chloe)
    chloe.post(f"{OWN}/retrait")
    chloe.post(f"{OWN}/retrait")
    facts = db.session.scalars(sa.select(AuditEntry.fact).where(AuditEntry.fact.startswith("calendar.")))
    assert list(facts) == ["calendar.feed_made", "calendar.feed_revoked"]


def test_it_runs_out_after_two_years(visit, cast, reservation, at):
    address = made_by(visit(cast.chloe))
    at("2028-03-11 12:00")
    assert visit().get(address).status_code == 404


def test_a_secret_of_another_scope_opens_nothing(visit, cast, reservation):
    secret = visit(cast.alice).bear("booking.manage", reservation)
    assert visit().get(f"/calendrier/{secret}.ics").status_code == 404
    assert visit().get(f"/reservations/{made_by(visit(cast.chloe)).split('/')[-1][:-4]}").status_code == 404


@pytest.mark.parametrize("forged", ["x" * 43, "..%2f" * 8 + "abc", "a" * 44])
def test_forged_addresses_open_nothing(visit, app, forged):
    assert visit().get(f"/calendrier/{forged}.ics").status_code == 404


def test_who_may_not_open_the_calendar_makes_none(visit, app):
    officer = make_user("Léa", "case_officer")
    assert "n’ouvre pas le calendrier" in visit(officer).see(OWN).text
    assert visit(officer).post(OWN).status_code == 403
    assert queries.feed_of(officer) is None


def test_its_first_reading_is_noted(visit, cast, reservation):
    chloe = visit(cast.chloe)
    address = made_by(chloe)
    assert "pas encore" in chloe.see(OWN).text
    visit().get(address)
    assert "pas encore" not in chloe.see(OWN).text


def test_strangers_have_none(visit, cast, reservation):
    assert visit().get(OWN).status_code == 302
    assert visit().post(OWN).status_code == 403
