"""Letters to guests: their three texts in both languages, what they carry, and when they stay unwritten."""

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.orm.attributes import set_committed_value

from app.booking import letters, notices, service
from app.booking.models import ReservationState as S
from app.booking.service import Details, Wish
from app.booking.settings import CONFIRMATION as ANSWER
from app.kernel import clock, jobs, links, settings
from app.kernel.access import ANONYMOUS, Actor, LinkRight
from app.kernel.db import db, transaction
from app.kernel.languages import speaking
from app.kernel.letters import rendered
from app.kernel.messages import Message, MessageState
from tests.booking.houses import fresh
from tests.booking.promises import HOUSE, THURSDAY, book, open_house, reservation_at
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs
from tests.harness.markup import read

STATES = {"requested": S.REQUESTED, "cancelled": S.CANCELLED}
NOTICES = ("requested", "confirmed", "changed", "cancelled", "reminder", "link")


@pytest.fixture
def house(app):
    return open_house()


def guest_of(reservation) -> Actor:
    """Whoever came by the reservation's own link."""
    right = LinkRight(reservation.id, "booking.manage", "Reservation", reservation.id, reservation.guest_id)
    return Actor("link", str(right.link_id), "Alice", links=(right,))


def cancel(reservation, *, actor=HOUSE, reason="fuite en cuisine"):
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=actor, reason=reason)


def move(reservation, at=time(19, 30), day=THURSDAY, covers=4):
    with transaction():
        service.move_reservation(fresh(reservation), Wish(day, at, covers), actor=HOUSE)


# --- the texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NOTICES)
def test_each_notice_renders_its_three_texts(house, name, language):
    reservation = book(house, language=language, special_requests="<b>près</b> de l’âtre")
    message = Message(
        notice=f"booking.{name}",
        to_name="Alice Durand",
        to_address="alice@example.org",
        language=language,
        subject_kind="Reservation",
        subject_id=reservation.id,
        details={"sequence": 0, "by_house": True, "service_date": reservation.service_date.isoformat()},
    )
    with speaking(language), transaction():
        state = STATES.get(name, S.CONFIRMED)
        reservation = fresh(reservation)
        set_committed_value(reservation, "state", state)
        letter = notices.__dict__[name](reservation, message)
        mime = rendered(message, letter, refusable=False)
    text, html = mime.get_body(("plain",)).get_content(), mime.get_body(("html",)).get_content()
    day = {"fr": "jeudi 12 mars 2026", "en": "Thursday 12 March 2026"}[language]
    assert reservation.reference in text
    assert reservation.reference in html
    assert day in text
    assert f'lang="{language}"' in html
    assert "Chez Margot" in str(mime["From"])
    assert mime["Reply-To"] == "bonjour@chez-margot.example"
    assert "\n" not in str(mime["Subject"])
    assert "<b>près</b>" in text
    assert "<b>près</b>" not in html
    assert "{{" not in text + html


@pytest.mark.parametrize("name", NOTICES)
def test_each_notice_says_why_one_receives_it(app, name):
    for part in ("txt", "html"):
        source = app.jinja_env.loader.get_source(app.jinja_env, f"emails/booking/{name}/body.{part}")[0]
        assert re.search(r"{% block reason %}{{ _\(.+\) }}{% endblock %}", source)


def test_a_letter_without_a_reason_cannot_be_rendered(app):
    forgetful = '{% extends "emails/_base/body.txt" %}{% block content %}Bonjour{% endblock %}'
    with pytest.raises(Exception, match="reason"):
        app.jinja_env.from_string(forgetful).render(establishment={"address_lines": []})


# --- the promise --------------------------------------------------------------------------------------------------


def test_a_promise_says_what_where_and_when(house, outbox):
    reservation = book(house)
    (letter,) = outbox
    assert letter.address == "alice@example.org"
    assert letter.subject == "Votre table est réservée : jeudi 12 mars 2026 à 20 h 15"
    for words in (
        "Bonjour Alice,",
        "Jour : jeudi 12 mars 2026",
        "Heure : 20 h 15",
        "Convives : 4 couverts",
        f"Référence : {reservation.reference}",
        "jusqu’à 2 heures avant",
        "02 38 00 00 00",
        "12 rue des Halles",
        "Vous recevez ce message parce que vous avez réservé une table chez nous.",
    ):
        assert words in letter.text


def test_it_carries_the_calendar_file_and_the_paper(house, outbox):
    reservation = book(house)
    attachments = outbox[0].attachments
    assert set(attachments) == {f"reservation-{reservation.reference}.ics", f"reservation-{reservation.reference}.pdf"}
    calendar = Calendar.from_ical(attachments[f"reservation-{reservation.reference}.ics"])
    assert calendar["method"] == "REQUEST"
    assert attachments[f"reservation-{reservation.reference}.pdf"].startswith(b"%PDF-")
    (part,) = [part for part in outbox[0].raw.iter_attachments() if part.get_content_subtype() == "calendar"]
    assert part["Content-Type"].params["method"] == "REQUEST"


def test_without_the_libraries_it_leaves_without_the_paper(house, outbox, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    reservation = book(house)
    assert set(outbox[0].attachments) == {f"reservation-{reservation.reference}.ics"}


def test_a_drawing_that_breaks_keeps_no_letter_back(house, outbox, monkeypatch):
    def breaks(*_given):
        raise ZeroDivisionError

    monkeypatch.setattr("app.kernel.press.pdf", breaks)
    book(house)
    run_jobs(strict=False)
    assert len(outbox.server.letters) == 1


def test_its_link_opens_the_reservation_and_no_row_knows_its_secret(house, outbox, visit):
    reservation = book(house)
    (url,) = {link for link in outbox[0].links if "/reservations/" in link}
    secret = url.rpartition("/")[2]
    assert len(secret) >= 43
    assert secret not in str(db.session.execute(sa.text("SELECT * FROM messages")).all())
    (link,) = links.links_to(reservation)
    assert link.expires_at == fresh(reservation).starts_at + timedelta(days=30)
    assert visit().see(url.removeprefix("http://localhost")).status == 200


def test_the_calendar_file_keeps_the_secret_to_the_letter(house, outbox):
    reservation = book(house)
    secret = next(link for link in outbox[0].links if "/reservations/" in link).rpartition("/")[2]
    file = outbox[0].attachments[f"reservation-{reservation.reference}.ics"]
    assert secret.encode() not in re.sub(rb"\r?\n ", b"", file)


def test_mail_programs_read_the_reservation(house, outbox):
    reservation = book(house)
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', outbox[0].html, re.DOTALL)
    data = json.loads(script)
    assert data["@type"] == "FoodEstablishmentReservation"
    assert data["reservationStatus"] == "https://schema.org/ReservationConfirmed"
    assert data["reservationNumber"] == reservation.reference
    assert data["startTime"] == "2026-03-12T20:15:00+01:00"
    assert data["partySize"] == 4
    assert data["reservationFor"]["address"]["addressLocality"] == "Orléans"


def test_a_name_cannot_end_the_script(house, outbox):
    book(house, first_name="</script><script>alert(1)", last_name="<img>")
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', outbox[0].html, re.DOTALL)
    assert json.loads(script)["underName"]["name"] == "</script><script>alert(1) <img>"
    assert "<img>" not in outbox[0].html


def test_the_html_needs_nothing_from_outside(house, outbox):
    book(house)
    html = read(outbox[0].html)
    assert not html.all("img")
    assert not html.all("link")
    assert {url.partition(":")[0] for url in outbox[0].html_links} == {"http", "tel"}


def test_past_midnight_it_names_the_real_day(app, outbox):
    book(open_house("bar-de-nuit"), at=time(0, 30), covers=2)
    assert "vendredi 13 mars 2026, après minuit, dans la nuit du jeudi 12 mars 2026" in outbox[0].text
    assert "Heure : 0 h 30" in outbox[0].text


def test_in_summer_the_offset_follows(app):
    words = letters.structured(reservation_at("2026-07-14T20:00"), "")
    assert words["startTime"] == "2026-07-14T20:00:00+02:00"


def test_nobody_is_written_to_without_an_email(house, outbox):
    reservation = book(house, email="", by_phone=True)
    move(reservation)
    cancel(reservation)
    assert len(outbox) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


# --- requests -----------------------------------------------------------------------------------------------------


@pytest.fixture
def manual(app):
    with transaction():
        settings.change(ANSWER, "manual")


def test_a_request_is_acknowledged_then_confirmed(manual, house, outbox):
    reservation = book(house)
    assert [letter.subject for letter in outbox] == ["Votre demande est bien reçue : jeudi 12 mars 2026 à 20 h 15"]
    assert outbox[0].attachments == {}
    assert "ReservationPending" in outbox[0].html
    with transaction():
        service.confirm_reservation(fresh(reservation), actor=HOUSE)
    assert outbox[1].subject.startswith("Votre table est réservée")
    assert len(outbox) == 2


def test_a_request_already_answered_is_acknowledged_no_more(manual, house, outbox):
    reservation = book(house)
    with transaction():
        service.confirm_reservation(fresh(reservation), actor=HOUSE)
    assert [letter.subject[:24] for letter in outbox] == ["Votre table est réservée"]
    assert db.session.scalar(sa.select(sa.func.count()).where(Message.state == MessageState.DROPPED)) == 1


# --- changes and cancellations --------------------------------------------------------------------------------------


def test_a_change_tells_what_stands_now(house, outbox):
    reservation = book(house)
    outbox.forget()
    move(reservation)
    (letter,) = outbox
    assert letter.subject == "Votre réservation est modifiée : jeudi 12 mars 2026 à 19 h 30"
    (event,) = Calendar.from_ical(letter.attachments[f"reservation-{reservation.reference}.ics"]).walk("VEVENT")
    assert event["sequence"] == 1
    assert event["dtstart"].dt.strftime("%H:%M") == "19:30"


def test_only_the_last_of_two_quick_changes_is_told(house, outbox):
    reservation = book(house)
    outbox.forget()
    move(reservation, time(19, 30))
    move(reservation, time(21, 0))
    assert [letter.subject[-6:] for letter in outbox] == ["à 21 h"]


def test_a_cancellation_by_the_house_says_why(house, outbox):
    reservation = book(house)
    outbox.forget()
    cancel(reservation)
    (letter,) = outbox
    assert "Nous avons dû annuler" in letter.text
    assert "Motif : fuite en cuisine" in letter.text
    assert "ReservationCancelled" in letter.html
    calendar = Calendar.from_ical(letter.attachments[f"reservation-{reservation.reference}.ics"])
    (event,) = calendar.walk("VEVENT")
    assert (calendar["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)


def test_a_guest_who_cancels_is_not_told_their_own_reason(house, outbox):
    reservation = book(house)
    outbox.forget()
    cancel(reservation, actor=guest_of(reservation), reason="une rupture")
    (letter,) = outbox
    assert "comme vous l’avez demandé" in letter.text
    assert "rupture" not in letter.text + letter.html


def test_cancelled_before_the_promise_left_only_the_end_is_told(house, outbox):
    reservation = book(house)
    cancel(reservation)
    assert [letter.subject[:30] for letter in outbox] == ["Votre réservation est annulée "]


def test_a_corrected_address_receives_the_promise(house, outbox):
    reservation = book(house, email="alise@example.org")
    outbox.forget()
    for _again in range(2):
        with transaction():
            service.change_details(
                fresh(reservation), Details("Alice", "Durand", "alice@example.org", "+33612345678"), actor=HOUSE
            )
    assert [letter.address for letter in outbox] == ["alice@example.org"]


# --- the link -------------------------------------------------------------------------------------------------------


def ask_for_link(reservation):
    with transaction():
        service.request_link(fresh(reservation), actor=ANONYMOUS)


def test_the_link_comes_by_mail_once_in_two_minutes(house, outbox, at, stopped):
    reservation = book(house)
    outbox.forget()
    ask_for_link(reservation)
    ask_for_link(reservation)
    assert len(outbox) == 1
    assert outbox[0].subject == "Votre réservation du jeudi 12 mars 2026 : le lien demandé"
    at(clock.now() + timedelta(seconds=119))
    ask_for_link(reservation)
    assert len(outbox) == 1
    at(clock.now() + timedelta(seconds=2))
    ask_for_link(reservation)
    assert len(outbox) == 2


def test_each_letter_has_a_link_of_its_own(house, outbox):
    reservation = book(house)
    ask_for_link(reservation)
    secrets = {link for letter in outbox for link in letter.links if "/reservations/" in link}
    assert len(secrets) == len(links.links_to(reservation)) == 2


# --- what the server answers ----------------------------------------------------------------------------------------


def test_a_refusal_stays_on_the_row(house, outbox, mail_server):
    mail_server.answer("550 5.1.1 personne de ce nom")
    reservation = book(house)
    assert len(outbox) == 0
    (message,) = db.session.scalars(sa.select(Message).where(Message.subject_id == reservation.id))
    assert message.state is MessageState.REFUSED
    assert "5.1.1" in message.attempts[0].answer


def test_a_server_that_is_busy_is_asked_again(house, outbox, mail_server, at):
    mail_server.answer("451 revenez plus tard")
    book(house)
    run_jobs(strict=False)
    assert mail_server.letters == []
    at(clock.now() + timedelta(minutes=1, seconds=1))
    run_jobs(strict=False)
    assert len(mail_server.letters) == 1


@on_both
def test_two_workers_at_once_send_one_letter(app, house, mail_server):
    book(house)
    rows = list(db.session.scalars(sa.select(jobs.OutboxRow.id)))

    def work(row_id):
        with app.app_context():
            return jobs.perform(row_id)

    db.session.rollback()
    with ThreadPoolExecutor(8) as workers:
        done = list(workers.map(work, rows * 4))
    assert sum(done) == len(rows)
    assert len(mail_server.letters) == 1
