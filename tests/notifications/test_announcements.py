"""What is announced: who is told, on which line, and what is kept of it."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.accounts.models import Grant, Role, User
from app.booking import notices, service
from app.booking.permissions import GUEST_LINK
from app.booking.service import Wish
from app.directory.models import Person
from app.kernel import clock
from app.kernel.access import ANONYMOUS, Actor, LinkRight
from app.kernel.db import db, new_id, transaction
from app.kernel.delivery import tell_people
from app.kernel.links import Link
from app.kernel.outbox import JobState, OutboxRow
from app.kernel.scopes import Scope
from app.notifications import service as preferences
from app.notifications.jobs import send_due
from app.notifications.models import Delivery, Notification
from tests.booking.houses import fresh
from tests.booking.promises import HOUSE, book, open_house
from tests.factories import make_user
from tests.harness.databases import on_both
from tests.harness.mailbox import run_jobs


def cancel(reservation, actor=ANONYMOUS):
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=actor, reason="Grippe")


@pytest.fixture
def as_guest(cast):
    """A guest who bears the link of a reservation, as an actor."""

    def bearer(reservation) -> Actor:
        right = LinkRight(new_id(), GUEST_LINK, "Reservation", reservation.id, cast.alice.id)
        return Actor("link", str(right.link_id), "Client", cast.alice.id, links=(right,))

    return bearer


def test_the_team_is_told_of_an_online_reservation(house, cast, lines_of):
    reservation = book(house)
    run_jobs()
    for user in (cast.diane, cast.chloe, cast.admin):
        (line,) = lines_of(user)
        assert (line.notice, line.category, line.subject_id) == ("booking.team_received", "booking", reservation.id)
        assert line.read_at is None


def test_what_the_team_does_itself_it_is_not_told(house, cast, lines_of):
    book(house, by_phone=True)
    run_jobs()
    assert lines_of(cast.chloe) == []


def test_who_may_not_see_the_record_is_not_told(house, cast, lines_of):
    other = open_house("bar-de-nuit")
    inside = make_user("Zoé", "manager", scope=Scope("establishment", str(house.id)))
    outside = make_user("Léa", "manager", scope=Scope("establishment", str(other.id)))
    book(house)
    run_jobs()
    assert len(lines_of(inside)) == 1
    assert lines_of(outside) == []


def test_a_closed_account_is_not_told(house, cast, lines_of):
    with transaction():
        db.session.get_one(User, cast.diane.id).is_active = False
    book(house)
    run_jobs()
    assert lines_of(cast.diane) == []


def test_a_grant_that_ended_tells_nothing(house, cast, lines_of):
    with transaction():
        ended = db.session.get_one(User, cast.diane.id).grants[0]
        ended.starts_at, ended.ends_at = clock.now() - timedelta(days=1), clock.now() - timedelta(minutes=1)
    book(house)
    run_jobs()
    assert lines_of(cast.diane) == []


def test_the_actor_is_not_told_of_their_own_act(house, cast, lines_of):
    reservation = book(house, by_phone=True)
    acting = Actor("user", str(cast.chloe.id), "Chloé", cast.chloe.person_id)
    with transaction():
        notices.TEAM_RECEIVED.announce(about=reservation, actor=acting, key="own")
    run_jobs()
    assert lines_of(cast.chloe) == []
    assert len(lines_of(cast.diane)) == 1


def test_named_persons_are_told_if_they_may_see_it(house, cast, lines_of):
    reservation = book(house, by_phone=True)
    named = [cast.chloe.person_id, cast.alice.id]
    with transaction():
        notices.TEAM_RECEIVED.announce(about=reservation, actor=HOUSE, key="named", to=named)
    run_jobs()
    assert len(lines_of(cast.chloe)) == 1
    assert lines_of(cast.diane) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 1


def test_a_rolled_back_act_tells_nobody(house, cast, lines_of):
    reservation = book(house, by_phone=True)
    with pytest.raises(RuntimeError), transaction():
        notices.TEAM_RECEIVED.announce(about=reservation, actor=HOUSE, key="undone")
        raise RuntimeError
    run_jobs()
    assert lines_of(cast.chloe) == []


def test_the_same_key_is_told_once_even_when_the_job_runs_twice(house, cast, lines_of):
    book(house)
    run_jobs()
    query = sa.select(OutboxRow).where(OutboxRow.job == "kernel.tell_people")
    arguments = dict(db.session.scalars(query).one().arguments)
    assert tell_people(**arguments) == 0
    (line,) = lines_of(cast.chloe)
    assert line.repeats == 0


def test_a_record_that_is_gone_is_told_of_no_more(house, cast, lines_of):
    reservation = book(house, by_phone=True)
    with transaction():
        notices.TEAM_RECEIVED.announce(about=reservation, actor=HOUSE, key="gone")
        db.session.execute(sa.update(OutboxRow).values(state=JobState.DONE))
    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "kernel.tell_people")).one()
    assert tell_people(**{**row.arguments, "record_id": str(UUID(int=1))}) == 0


# --- repeats ----------------------------------------------------------------------------------------------------


def test_repeats_within_ten_minutes_are_one_line(house, cast, lines_of, as_guest, at):
    reservation = book(house)
    run_jobs()
    at("2026-03-10 10:05")
    cancel(reservation, as_guest(reservation))
    run_jobs()
    (line,) = lines_of(cast.chloe)
    assert (line.notice, line.repeats) == ("booking.team_cancelled", 1)


def test_later_ones_are_a_line_of_their_own(house, cast, lines_of, as_guest, at):
    reservation = book(house)
    run_jobs()
    at("2026-03-10 10:11")
    cancel(reservation, as_guest(reservation))
    run_jobs()
    assert [line.notice for line in lines_of(cast.chloe)] == ["booking.team_received", "booking.team_cancelled"]


def test_a_line_that_was_read_takes_no_repeat(house, cast, visit, lines_of, as_guest, at):
    reservation = book(house)
    run_jobs()
    visit(cast.chloe).post(f"/espace/notifications/{lines_of(cast.chloe)[0].id}/lecture")
    at("2026-03-10 10:05")
    cancel(reservation, as_guest(reservation))
    run_jobs()
    assert [line.read_at is None for line in lines_of(cast.chloe)] == [False, True]


def test_repeats_wait_ten_minutes_and_make_one_letter(house, cast, choose, outbox, as_guest, at):
    choose(cast.chloe, everything="now")
    reservation = book(house)
    assert len(outbox.to("chloe@example.org")) == 1
    at("2026-03-10 10:02")
    with transaction():
        wish = Wish(date(2026, 3, 12), reservation.local_time, 2)
        service.move_reservation(fresh(reservation), wish, actor=as_guest(reservation))
    run_jobs()
    at("2026-03-10 10:04")
    cancel(reservation, as_guest(reservation))
    assert len(outbox.to("chloe@example.org")) == 1
    at("2026-03-10 10:13")
    send_due()
    letters = outbox.to("chloe@example.org")
    assert len(letters) == 2
    assert "a annulé" in letters[1].subject


# --- muted ------------------------------------------------------------------------------------------------------


def test_of_a_muted_record_a_line_is_kept_but_nothing_is_said(
    house, cast, visit, choose, lines_of, outbox, as_guest, at
):
    choose(cast.chloe, everything="now")
    reservation = book(house)
    outbox.forget()
    visit(cast.chloe).post(f"/espace/notifications/{lines_of(cast.chloe)[0].id}/silence")
    at("2026-03-10 11:00")
    cancel(reservation, as_guest(reservation))
    assert outbox.to("chloe@example.org") == []
    assert all(line.read_at for line in lines_of(cast.chloe))
    assert len(lines_of(cast.chloe)) == 2
    assert lines_of(cast.diane)[-1].read_at is None


# --- required ---------------------------------------------------------------------------------------------------


@pytest.fixture
def required(monkeypatch):
    """A notice of the team, as if it could not be refused."""
    monkeypatch.setattr(notices.TEAM_RECEIVED, "optional", False)
    return notices.TEAM_RECEIVED


def test_what_is_required_comes_whatever_was_chosen(house, cast, choose, visit, lines_of, outbox, required):
    reservation = book(house)
    outbox.forget()
    choose(cast.chloe, everything="off")
    visit(cast.chloe).post(f"/espace/notifications/{lines_of(cast.chloe)[0].id}/silence")
    with transaction():
        quiet = (time(0), time(23, 59))
        rhythm = {"zone": "Europe/Paris", "quiet": quiet, "paused_until": None}
        preferences.set_rhythm(cast.chloe.person, **rhythm, actor=HOUSE)
        required.announce(about=reservation, actor=HOUSE, key="required")
    (letter,) = outbox.to("chloe@example.org")
    assert letter.raw["List-Unsubscribe"] is None
    assert "ne peut pas être refusé" in letter.text
    assert lines_of(cast.chloe)[-1].read_at is None


def test_what_is_required_reaches_the_actor_too(house, cast, lines_of, required):
    reservation = book(house, by_phone=True)
    acting = Actor("user", str(cast.chloe.id), "Chloé", cast.chloe.person_id)
    with transaction():
        required.announce(about=reservation, actor=acting, key="own", to=[cast.chloe.person_id])
    run_jobs()
    assert len(lines_of(cast.chloe)) == 1
    assert lines_of(cast.diane) == []


def test_a_notice_for_nobody_in_particular_reaches_only_those_named(house, cast, lines_of, required, monkeypatch):
    monkeypatch.setattr(required, "audience", None)
    reservation = book(house, by_phone=True)
    with transaction():
        required.announce(about=reservation, actor=HOUSE, key="nobody")
        required.announce(about=reservation, actor=HOUSE, key="named", to=[cast.diane.person_id, cast.alice.id])
    run_jobs()
    assert len(lines_of(cast.diane)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 1


# --- many -------------------------------------------------------------------------------------------------------


@pytest.mark.long
@on_both
def test_ten_thousand_people_are_told_in_one_transaction(house, cast, choose):
    add_hosts(10_000)
    reservation = book(house, by_phone=True)
    with transaction():
        notices.TEAM_ASKED.announce(about=reservation, actor=HOUSE, key="everybody")
    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == "kernel.tell_people")).one()
    arguments = dict(row.arguments)
    assert tell_people(**arguments) == 10_003
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 10_003
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 10_003
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Link)) == 0


def add_hosts(count: int) -> None:
    role_id = db.session.scalars(sa.select(Role.id).where(Role.code == "host")).one()
    now = clock.now()
    people = [new_id() for _number in range(count)]
    users = [new_id() for _number in range(count)]
    with transaction() as session:
        session.execute(
            sa.insert(Person),
            [
                {
                    "id": person_id, "first_name": "Hôte", "last_name": str(number), "email": f"h{number}@example.org",
                    "email_normalised": f"h{number}@example.org", "language": "fr", "created_at": now,
                }
                for number, person_id in enumerate(people)
            ],
        )  # fmt: skip
        session.execute(
            sa.insert(User),
            [
                {
                    "id": user_id, "person_id": person_id, "login": f"h{number}@example.org", "password_hash": "x",
                    "is_active": True, "created_at": now,
                }
                for number, (user_id, person_id) in enumerate(zip(users, people, strict=True))
            ],
        )  # fmt: skip
        session.execute(
            sa.insert(Grant),
            [
                {
                    "id": new_id(), "user_id": user_id, "role_id": role_id, "scope_kind": "installation",
                    "scope_id": "", "starts_at": now - timedelta(days=1), "given_by": "",
                }
                for user_id in users
            ],
        )  # fmt: skip
