"""What waits is added up: by the hour, the day or the week, and nothing is dropped."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.jobs import declared_jobs
from app.notifications import service
from app.notifications.jobs import send_due
from app.notifications.models import Delivery
from tests.booking.promises import book
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs

PLACES = [(date(2026, 3, 12), time(19, 30)), (date(2026, 3, 13), time(20, 15)), (date(2026, 3, 14), time(12, 30))]


def book_three(house):
    for number, (day, at) in enumerate(PLACES):
        book(house, day, at, 2, last_name=f"Durand {number}")
    run_jobs()


def to_chloe(outbox):
    send_due()
    return outbox.to("chloe@example.org")


def test_the_day_leaves_in_one_letter_in_the_morning(house, cast, outbox, at):
    book_three(house)
    at("2026-03-11 07:59")
    assert to_chloe(outbox) == []
    at("2026-03-11 08:01")
    (letter,) = to_chloe(outbox)
    assert letter.subject == "3 avis dans votre résumé"
    for number in range(3):
        assert f"Durand {number} a réservé" in letter.text
        assert f"Durand {number} a réservé" in letter.html
    assert "RÉSERVATIONS" in letter.text
    assert any("/admin/reservations/" in link for link in letter.links)


def test_it_leaves_once(house, cast, outbox, at):
    book_three(house)
    at("2026-03-11 08:01")
    assert len(to_chloe(outbox)) == 1
    at("2026-03-12 08:01")
    assert len(to_chloe(outbox)) == 1


@pytest.mark.parametrize(("mode", "instant"), [("hourly", "2026-03-10 11:01"), ("weekly", "2026-03-16 08:01")])
def test_each_rhythm_has_its_instant(house, cast, choose, outbox, at, mode, instant):
    choose(cast.chloe, booking=mode)
    book_three(house)
    assert to_chloe(outbox) == []
    at(instant)
    assert [letter.subject for letter in to_chloe(outbox)] == ["3 avis dans votre résumé"]


def test_what_is_due_together_leaves_together(house, cast, choose, outbox, at):
    book(house, *PLACES[0], 2)
    run_jobs()
    at("2026-03-11 07:30")
    choose(cast.chloe, booking__team_received="hourly")
    book(house, *PLACES[1], 2)
    run_jobs()
    at("2026-03-11 08:01")
    assert [letter.subject for letter in to_chloe(outbox)] == ["2 avis dans votre résumé"]


@on_both
def test_a_long_digest_adds_up_and_says_what_it_leaves_out(house, cast, outbox, at, monkeypatch):
    monkeypatch.setattr("app.notifications.notices.LINES_IN_A_LETTER", 2)
    book_three(house)
    at("2026-03-11 08:01")
    (letter,) = to_chloe(outbox)
    assert letter.subject == "3 avis dans votre résumé"
    assert "Et 1 autre ligne" in letter.text


def test_batches_split_nobodys_digest(house, cast, outbox, at, monkeypatch):
    monkeypatch.setattr("app.notifications.jobs.BATCH", 1)
    book_three(house)
    at("2026-03-11 08:01")
    assert len(to_chloe(outbox)) == 1
    assert db.session.scalars(sa.select(Delivery).where(Delivery.letter.is_(None))).all() == []


def test_quiet_hours_put_it_off(house, cast, outbox, at):
    with transaction():
        quiet = (time(20), time(9, 30))
        service.set_rhythm(
            cast.chloe.person, zone="Europe/Paris", quiet=quiet, paused_until=None, actor=system("tests")
        )
    book_three(house)
    at("2026-03-11 08:01")
    assert to_chloe(outbox) == []
    at("2026-03-11 09:31")
    assert len(to_chloe(outbox)) == 1


def test_whoever_turns_it_off_meanwhile_gets_nothing_and_keeps_the_lines(house, cast, choose, outbox, at, lines_of):
    book_three(house)
    choose(cast.chloe, everything="off")
    at("2026-03-11 08:01")
    assert to_chloe(outbox) == []
    assert len(lines_of(cast.chloe)) == 3


def test_a_record_closed_since_is_told_without_its_words(house, cast, outbox, at):
    book_three(house)
    with transaction():
        cast.chloe.grants[0].scope_kind = "establishment"
        cast.chloe.grants[0].scope_id = "00000000-0000-0000-0000-000000000001"
        db.session.add(cast.chloe)
    at("2026-03-11 08:01")
    (letter,) = to_chloe(outbox)
    assert "Durand" not in letter.text
    assert letter.text.count("ne vous est plus ouvert") == 3


def test_it_is_sent_by_the_clock():
    assert declared_jobs()["notifications.send_due"].cron == "* * * * *"
