"""Rooms of team chats: they read what a role may see, in words that call nobody, at an address nobody reads again."""

import pytest
import sqlalchemy as sa

from app.accounts.queries import role_with_code
from app.booking import service
from app.booking.permissions import GUEST_LINK
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor, LinkRight
from app.kernel.audit import AuditEntry
from app.kernel.db import db, new_id, transaction
from app.kernel.messages import Channel, Message, MessageState
from app.notifications.models import RoomKind, TeamRoom
from app.notifications.webhooks import post_of
from tests.accounts.proofs import prove
from tests.booking.houses import fresh
from tests.booking.promises import book
from tests.harness.mailbox import run_jobs
from tests.harness.visitors import Visitor

ROOMS = "/admin/reglages/messageries"
NEW = f"{ROOMS}/nouvelle"
FORM = "main form"


@pytest.fixture
def administrator(cast, visit, own_network) -> Visitor:
    """Anne, who proved who she is a moment ago."""
    visitor = visit(cast.admin)
    prove(cast.admin)
    return visitor


def wish(outside, role="host", **changes):
    return {
        "name": "Salle", "room_kind": "slack", "url": f"{outside.url}/services/T0/B0/jeton", "establishment": "",
        "role": str(role_with_code(role).id), "categories": [], **changes,
    }  # fmt: skip


def room() -> TeamRoom:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(TeamRoom)).one()


def messages():
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Message).where(Message.channel == Channel.WEBHOOK)))


def posts(outside):
    run_jobs()
    return outside.posts


def test_a_room_is_told_of_what_its_role_sees(house, administrator, outside):
    assert administrator.post(NEW, data=wish(outside)).status_code == 303
    reservation = book(house)
    (post,) = posts(outside)
    assert post.path == "/services/T0/B0/jeton"
    line, link = post.json["text"].split("\n")
    assert line.startswith("Alice Durand a réservé : 4 couverts")
    assert f"/admin/reservations/{reservation.id}|" in link
    for personal in ("alice@example.org", "612345678"):
        assert personal not in post.body.decode()
    (message,) = messages()
    assert (message.state, message.to_name, message.to_address) == (MessageState.SENT, "Salle", "Slack")


def test_it_is_told_once(house, administrator, outside):
    administrator.post(NEW, data=wish(outside))
    book(house)
    run_jobs()
    run_jobs()
    assert len(outside.posts) == 1


def test_a_role_that_may_not_see_it_is_told_nothing(house, administrator, outside):
    administrator.post(NEW, data=wish(outside, role="technician"))
    book(house)
    assert posts(outside) == []


def test_a_right_taken_back_meanwhile_is_asked_again(house, administrator, outside):
    administrator.post(NEW, data=wish(outside))
    outside.answers = [(503, "busy")]
    book(house)
    run_jobs(strict=False)
    outside.posts.clear()
    with transaction() as session:
        session.execute(sa.text("DELETE FROM role_permissions WHERE permission = 'booking.view'"))
        session.execute(sa.text("UPDATE outbox SET due_at = '2026-03-10 08:00:00' WHERE state = 'waiting'"))
    run_jobs(strict=False)
    assert outside.posts == []
    assert messages()[0].state is MessageState.DROPPED


def test_another_house_is_none_of_its_business(house, administrator, outside):
    administrator.post(NEW, data=wish(outside, establishment=str(house.id)))
    with transaction():
        moved = room()
        moved.establishment_id = _another_house(house).id
    book(house)
    assert posts(outside) == []


def _another_house(house):
    other = Establishment(organisation_id=house.organisation_id, slug="autre", name="L’Autre", created_at=clock.now())
    db.session.add(other)
    db.session.flush()
    return other


def test_only_the_subjects_that_were_chosen(house, administrator, outside):
    administrator.post(NEW, data=wish(outside, categories=["booking"]))
    with transaction():
        room().categories = ["maintenance"]
    book(house)
    assert posts(outside) == []


def test_what_a_guest_does_next_is_told_too(house, administrator, outside):
    administrator.post(NEW, data=wish(outside))
    reservation = book(house)
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=_guest(reservation), reason="Grippe")
    assert "a annulé" in posts(outside)[-1].json["text"]


def _guest(reservation):
    right = LinkRight(new_id(), GUEST_LINK, "Reservation", reservation.id, reservation.guest_id)
    return Actor("link", str(right.link_id), "Client", reservation.guest_id, links=(right,))


@pytest.mark.parametrize("status", [302, 400, 403, 404, 410])
def test_a_refusal_is_kept_and_not_repeated(house, administrator, outside, status):
    administrator.post(NEW, data=wish(outside))
    outside.answers = [(status, "no_such_room")]
    book(house)
    assert len(posts(outside)) == 1
    (message,) = messages()
    assert message.state is MessageState.REFUSED
    assert message.attempts[0].answer == f"{status} no_such_room"


def test_a_chat_in_trouble_is_tried_again(house, administrator, outside, at):
    administrator.post(NEW, data=wish(outside))
    outside.answers = [(500, "oops")]
    book(house)
    run_jobs(strict=False)
    at("2026-03-10 10:02")
    run_jobs(strict=False)
    assert (len(outside.posts), messages()[0].state) == (2, MessageState.SENT)


# --- the address ----------------------------------------------------------------------------------------------------


def test_the_address_is_read_nowhere_again(house, administrator, outside):
    administrator.post(NEW, data=wish(outside))
    outside.answers = [(400, "no")]
    book(house)
    run_jobs()
    pages = [
        administrator.get(path).text for path in (ROOMS, f"{ROOMS}/{room().id}", "/admin/messages", "/admin/journal")
    ]
    tables = ("team_rooms", "messages", "message_attempts", "outbox", "audit_entries")
    rows = [str(db.session.execute(sa.text(f"SELECT * FROM {table}")).all()) for table in tables]  # noqa: S608
    assert not [text for text in (*pages, *rows) if "jeton" in text]
    assert "127.0.0.1/•••" in administrator.see(ROOMS).text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://10.0.0.1/x", "réseau privé"),
        ("https://169.254.169.254/latest/meta-data", "réseau privé"),
        ("http://93.184.216.34/x", "https"),
        ("https://93.184.216.34:8443/x", "https"),
        ("javascript:alert(1)", "adresse complète"),
        ("", "Collez l’adresse"),
    ],
)
def test_an_address_that_leads_inside_is_refused_beside_its_field(administrator, outside, url, said):
    answer = administrator.post(NEW, data=wish(outside, url=url))
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TeamRoom)) == 0


def test_it_is_checked_again_at_each_post(house, administrator, outside, app, monkeypatch):
    administrator.post(NEW, data=wish(outside))
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOWED", "")
    book(house)
    assert posts(outside) == []
    assert messages()[0].state is MessageState.REFUSED


# --- the page -------------------------------------------------------------------------------------------------------


def test_a_room_is_tried(administrator, outside):
    administrator.post(NEW, data=wish(outside, room_kind="discord"))
    page = administrator.see(ROOMS).submit("form[action$='/essai']", javascript=False)
    assert "L’essai est parti" in page.text
    assert "Essai réussi" in posts(outside)[0].json["content"]
    assert "200 ok" in administrator.see(ROOMS).text


def test_a_change_without_an_address_keeps_the_one_there_is(administrator, outside):
    administrator.post(NEW, data=wish(outside))
    sealed = room().sealed_url
    page = administrator.see(f"{ROOMS}/{room().id}").submit(FORM, javascript=False, name="Cuisine", url="")
    assert "C’est enregistré" in page.text
    assert (room().name, room().sealed_url) == ("Cuisine", sealed)


def test_a_room_is_removed(house, administrator, outside):
    administrator.post(NEW, data=wish(outside))
    administrator.see(ROOMS).submit("form[action$='/retrait']", javascript=False)
    book(house)
    assert posts(outside) == []
    facts = db.session.scalars(sa.select(AuditEntry.fact).where(AuditEntry.fact.like("notifications.room%"))).all()
    assert sorted(facts) == ["notifications.room_removed", "notifications.room_saved"]


def test_a_manager_has_no_such_page(cast, visit):
    assert visit(cast.chloe).get(ROOMS).status_code == 403


def test_without_a_fresh_proof_nothing_is_given(cast, visit, outside, own_network):
    visitor = visit(cast.admin)
    assert visitor.post(NEW, data=wish(outside)).status_code == 403


# --- words ----------------------------------------------------------------------------------------------------------


def test_nothing_typed_by_a_guest_calls_or_leads_anywhere(app):
    line = "<!channel> <https://evil.example|ici> & @everyone [ici](https://evil.example) **gras**"
    slack = post_of(RoomKind.SLACK, line, "https://maison.example/x")["text"]
    assert slack.count("<") == 1
    assert "&lt;!channel&gt;" in slack
    discord = post_of(RoomKind.DISCORD, line, "https://maison.example/x")
    assert discord["allowed_mentions"] == {"parse": []}
    assert r"\[ici\]\(https\:" in discord["content"]
    assert len(post_of(RoomKind.DISCORD, "*" * 5000, "https://maison.example/x")["content"]) < 4000
