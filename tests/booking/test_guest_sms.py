"""Text messages to guests: who gets one, what it says, and that nobody gets two."""

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from app.booking import notices, service
from app.booking.jobs import send_due_reminders
from app.booking.settings import GUEST_SMS
from app.kernel import privacy, settings
from app.kernel.db import db, transaction
from app.kernel.links import Link
from app.kernel.messages import Channel, Message
from app.kernel.notices import Mode
from app.kernel.sms_text import MOST_SEGMENTS, segments
from app.notifications import service as preferences
from tests.booking.houses import fresh
from tests.booking.promises import HOUSE, book, open_house
from tests.harness.mailbox import run_jobs

RULES = "/admin/reglages/regles"


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def gateway(app, outside, monkeypatch):
    outside.usual = (201, '{"sid": "SM1"}')
    monkeypatch.setitem(app.config, "SMS_URL", f"{outside.url}/Messages.json")
    monkeypatch.setitem(app.config, "SMS_FROM", "Margot")
    return outside


def want(house, answer):
    with transaction():
        settings.change(GUEST_SMS, answer, level="establishment", holder=str(house.id))


def texts(gateway):
    run_jobs()
    return [post.form["Body"] for post in gateway.posts]


def by_phone(house, **details):
    return book(house, by_phone=True, email="", **details)


def test_a_guest_without_an_address_is_written_to(house, gateway):
    by_phone(house)
    (text,) = texts(gateway)
    assert text.startswith("Chez Margot : votre table est réservée, jeudi 12 mars 2026 à 20 h 15, 4 couverts.")
    assert gateway.posts[0].form["To"] == "+33612345678"


def test_a_guest_with_an_address_gets_a_letter_only(house, gateway, outbox):
    book(house)
    assert texts(gateway) == []
    assert len(outbox) == 1


def test_the_short_link_opens_the_reservation(house, gateway, visit):
    reservation = by_phone(house)
    (text,) = texts(gateway)
    path = urlsplit(text.split()[-1]).path
    assert path.startswith("/r/")
    assert len(path) == len("/r/") + 16
    visitor = visit()
    assert visitor.get(path).headers["Location"].endswith(f"/reservations/{reservation.id}")
    assert reservation.reference in visitor.see(f"/reservations/{reservation.id}").text
    assert visit().get("/r/" + "x" * 16).status_code == 404


def test_the_secret_is_kept_nowhere(house, gateway):
    by_phone(house)
    secret = texts(gateway)[0].rpartition("/")[2]
    assert secret not in str(db.session.execute(sa.text("SELECT * FROM messages")).all())
    assert db.session.scalars(sa.select(Link.secret_hash)).all() != [secret]


def test_a_cancellation_is_told(house, gateway):
    reservation = by_phone(house)
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=HOUSE, reason="Fuite en cuisine")
    assert "nous devons annuler votre table" in texts(gateway)[-1]
    assert "Fuite en cuisine" in texts(gateway)[-1]


@pytest.mark.parametrize(
    ("answer", "email", "count"),
    [
        ("never", "", 0),
        ("without_email", "", 1),
        ("without_email", "alice@example.org", 0),
        ("reminders_always", "", 1),
        ("reminders_always", "alice@example.org", 1),
    ],
)
def test_the_reminder_goes_as_the_house_wants(house, gateway, at, answer, email, count):
    want(house, answer)
    book(house, email=email, by_phone=not email)
    texts(gateway)
    gateway.posts.clear()
    at("2026-03-11 10:05")
    send_due_reminders()
    send_due_reminders()
    assert len(texts(gateway)) == count


def test_a_guest_who_refuses_reminders_gets_none_by_text_either(house, gateway, at):
    want(house, "reminders_always")
    guest = book(house).guest
    with transaction():
        wishes = {notices.REMINDER.code: Mode.OFF}
        preferences.prefer(db.session.merge(guest), wishes, actor=HOUSE, channel=Channel.SMS)
    at("2026-03-11 10:05")
    send_due_reminders()
    assert texts(gateway) == []


def test_without_a_gateway_nothing_is_offered(house, cast, visit):
    by_phone(house)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    assert "SMS" not in visit(cast.chloe).see(RULES).text


def test_the_rules_offer_it_and_keep_it(house, cast, visit, gateway):
    visitor = visit(cast.chloe)
    page = visitor.see(RULES)
    assert "Écrire aux clients par SMS" in page.text
    page.submit("#edit-form", javascript=False, guest_sms="never")
    settings.forget_kept()
    assert GUEST_SMS.value(establishment=str(house.id)) == "never"
    answer = visitor.post(RULES, data={**visitor.see(RULES).fields("#edit-form"), "guest_sms": "always"})
    assert answer.status_code == 422


def test_it_stands_in_the_log_and_on_the_reservation(house, cast, visit, gateway):
    reservation = by_phone(house)
    texts(gateway)
    assert "SMS" in visit(cast.chloe).see(f"/admin/reservations/{reservation.id}").text
    assert "+33612345678" in visit(cast.chloe).see("/admin/messages").text


@pytest.mark.parametrize("name", ["confirmed", "cancelled", "reminder"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_longest_names_fit(house, gateway, at, name, language):
    with transaction():
        db.session.merge(house).name = "Le Très Long Nom d’un Établissement " * 3
    reservation = by_phone(house, language=language, first_name="A" * 80)
    if name == "cancelled":
        with transaction():
            service.cancel_reservation(fresh(reservation), actor=HOUSE, reason="Une fuite d’eau en cuisine " * 10)
    elif name == "reminder":
        at("2026-03-11 10:05")
        send_due_reminders()
    text = texts(gateway)[-1]
    assert segments(text) <= MOST_SEGMENTS
    if name != "cancelled":
        assert "/r/" in text.split()[-1]


def test_an_erased_guest_leaves_no_number_in_the_log(house, gateway, at):
    reservation = by_phone(house)
    texts(gateway)
    at("2026-04-10 10:00")
    with transaction():
        service.note_missed_party(fresh(reservation), actor=HOUSE)
    with transaction():
        privacy.erase(privacy.known(reservation.guest_id))
    assert "+33612345678" not in str(db.session.execute(sa.text("SELECT * FROM messages")).all())


def test_a_guest_online_has_both_when_the_house_wants(house, gateway, outbox, at):
    want(house, "reminders_always")
    book(house)
    outbox.forget()
    at("2026-03-11 10:05")
    send_due_reminders()
    assert (len(outbox), len(texts(gateway))) == (1, 1)
