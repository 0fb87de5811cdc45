"""What the reader of a letter changes by its own link."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.booking.jobs import send_due_reminders
from app.kernel import clock
from app.kernel.capture import BOX
from app.kernel.db import db, transaction
from app.kernel.letters import SUBSCRIPTION
from app.kernel.links import Link
from app.kernel.messages import Channel, Message, MessageState
from app.kernel.notices import Mode
from app.notifications import queries
from app.notifications.jobs import send_due
from tests.booking.promises import book


@pytest.fixture
def letter(house, cast, choose, outbox):
    """What Chloé received of Alice's reservation."""
    choose(cast.chloe, everything="now")
    book(house)
    return outbox.to("chloe@example.org")[0]


def path_of(letter) -> str:
    return str(letter.raw["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")


def wishes(person_id):
    db.session.rollback()
    db.session.expire_all()
    return queries.wishes_of([person_id]).get(person_id, {}).get(Channel.EMAIL, {})


def test_a_long_address_stays_in_one_piece(app, house, cast, choose, outbox, monkeypatch):
    host = f"https://{'reservations.' * 6}example.org"
    monkeypatch.setitem(app.config, "PUBLIC_URL", host)
    choose(cast.chloe, everything="now")
    book(house)
    letter = outbox.to("chloe@example.org")[0]
    assert str(letter.raw["List-Unsubscribe"]).startswith(f"<{host}/courrier/")
    assert b"List-Unsubscribe: <https://" in letter.raw.as_bytes(policy=BOX)


def test_an_optional_letter_says_why_it_came_and_how_to_stop_it(letter):
    assert "vous suivez les avis « Nouvelle réservation en ligne »" in letter.text
    assert letter.raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path_of(letter) in letter.text
    assert path_of(letter) in letter.html


def test_it_leads_to_the_record(letter):
    assert any("/admin/reservations/" in link for link in letter.links)


def test_a_required_letter_cannot_be_stopped(house, outbox):
    book(house)
    (letter,) = outbox.to("alice@example.org")
    assert letter.raw["List-Unsubscribe"] is None


def test_a_mail_program_stops_it_in_one_click_without_cookie_or_token(letter, cast, visit):
    program = visit()
    program.csrf = False
    answer = program.post(path_of(letter), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers
    assert wishes(cast.chloe.person_id)["booking.team_received"] is Mode.OFF


def test_looking_at_the_page_changes_nothing(letter, cast, visit):
    page = visit().see(path_of(letter))
    assert page.status == 200
    assert wishes(cast.chloe.person_id) == {"*": Mode.NOW}


def test_the_page_offers_the_other_rhythms(letter, cast, visit):
    page = visit().see(path_of(letter)).submit("main form", button="mode=weekly")
    assert "C’est enregistré : « Résumé de la semaine »." in page.text
    assert wishes(cast.chloe.person_id)["booking.team_received"] is Mode.WEEKLY


@pytest.mark.parametrize("mode", ["", "yearly", "OFF"])
def test_other_words_are_refused(letter, cast, visit, mode):
    assert visit().post(path_of(letter), data={"mode": mode}).status_code == 400
    assert wishes(cast.chloe.person_id) == {"*": Mode.NOW}


def test_a_forged_link_opens_nothing(app, visit):
    assert visit().get(f"/courrier/{'x' * 43}").status_code == 404
    assert visit().post(f"/courrier/{'x' * 43}", data={"List-Unsubscribe": "One-Click"}).status_code == 404


def test_an_expired_or_revoked_link_opens_nothing(letter, visit, at):
    with transaction():
        for link in db.session.scalars(sa.select(Link).where(Link.scope == SUBSCRIPTION)):
            link.revoked_at = clock.now()
    assert visit().get(path_of(letter)).status_code == 404
    with transaction():
        for link in db.session.scalars(sa.select(Link)):
            link.revoked_at, link.expires_at = None, clock.now() - timedelta(seconds=1)
    assert visit().get(path_of(letter)).status_code == 404


def test_the_link_of_another_act_opens_nothing_here(house, outbox, visit):
    book(house)
    (letter,) = outbox.to("alice@example.org")
    secret = next(link for link in letter.links if "/reservations/" in link).rsplit("/", 1)[1].partition("?")[0]
    assert visit().get(f"/courrier/{secret}").status_code == 404


def test_the_link_gives_no_other_right(letter, visit):
    visitor = visit()
    visitor.get(path_of(letter))
    assert "/connexion" in visitor.get("/espace/notifications").headers["Location"]


def test_a_guest_stops_the_reminders_and_nothing_else(house, cast, outbox, visit, at):
    book(house)
    at("2026-03-11 10:01")
    send_due_reminders()
    reminder = outbox.to("alice@example.org")[-1]
    visit().post(path_of(reminder), data={"List-Unsubscribe": "One-Click"})
    book(house, day=clock.today("Europe/Paris") + timedelta(days=2))
    at("2026-03-12 10:01")
    send_due_reminders()
    sent = outbox.to("alice@example.org")
    assert [letter.subject.split(" :")[0] for letter in sent].count("C’est demain") == 1
    states = db.session.execute(sa.select(Message.notice, Message.state)).all()
    assert ("booking.reminder", MessageState.UNWANTED) in states


def test_stopping_a_digest_stops_them_all(house, cast, outbox, visit, at):
    book(house)
    at("2026-03-10 12:00")
    outbox.forget()
    at("2026-03-11 08:01")
    send_due()
    (digest,) = outbox.to("chloe@example.org")
    visit().post(path_of(digest), data={"List-Unsubscribe": "One-Click"})
    assert wishes(cast.chloe.person_id) == {"*": Mode.OFF}
