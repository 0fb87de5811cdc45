"""Devices: a browser agrees, is told in a message that only it can read, and is forgotten once it left."""

import pytest
import sqlalchemy as sa

from app.booking import notices
from app.booking.models import Reservation
from app.booking.settings import CONFIRMATION
from app.kernel import settings
from app.kernel.audit import AuditEntry
from app.kernel.db import db, transaction
from app.kernel.messages import Channel, Message, MessageState
from app.kernel.notices import Mode
from app.notifications import push_keys, service
from app.notifications.models import PushDevice, PushKey
from app.notifications.queries import devices_of
from tests.booking.promises import HOUSE, book
from tests.harness.mailbox import run_jobs
from tests.notifications.push_service import Browser, claims_of

DEVICES = "/espace/notifications/appareils"
PREFERENCES = "/espace/notifications/preferences"


@pytest.fixture
def key(app, own_network):
    push_keys.make_push_key()
    return push_keys.public_key()


@pytest.fixture
def browser(key, outside):
    return Browser(outside)


def subscribe(visitor, browser, **changes):
    return visitor.post(DEVICES, json={**browser.subscription, **changes})


def devices(user):
    db.session.rollback()
    db.session.expire_all()
    return devices_of([user.person_id])


def want_now(user):
    with transaction():
        wishes = {"booking.team_received": Mode.NOW}
        service.prefer(user.person, wishes, actor=HOUSE, channel=Channel.PUSH)


def pushed():
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Message).where(Message.channel == Channel.PUSH)))


def test_what_was_announced_reaches_the_device_and_only_it_can_read_it(house, cast, visit, browser, key, outside):
    assert subscribe(visit(cast.chloe), browser).status_code == 200
    want_now(cast.chloe)
    reservation = book(house)
    run_jobs()
    (post,) = outside.posts
    told = browser.read(post)
    assert told["body"] == notices.received_line(db.session.get(Reservation, reservation.id), {})
    assert told["title"] == "Chez Margot"
    assert told["url"].endswith(f"/admin/reservations/{reservation.id}")
    claims = claims_of(post, key)
    assert (claims["aud"], claims["sub"]) == (outside.url, "mailto:guichet@localhost.example")
    assert post.headers["ttl"] == "86400"
    assert len(post.headers["topic"]) == 32
    (message,) = pushed()
    assert message.state is MessageState.SENT
    assert message.to_address == devices(cast.chloe)[0].name


def test_what_waits_for_an_answer_is_pushed_without_a_choice(house, cast, visit, browser, outside, as_requests):
    subscribe(visit(cast.chloe), browser)
    book(house)
    run_jobs()
    assert "demande une table" in browser.read(outside.posts[0])["body"]


@pytest.fixture
def as_requests(house):
    with transaction():
        settings.change(CONFIRMATION, "manual", level="establishment", holder=str(house.id))


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_left_is_forgotten(house, cast, visit, browser, outside, status):
    subscribe(visit(cast.chloe), browser)
    want_now(cast.chloe)
    outside.answers = [(status, "gone")]
    book(house)
    run_jobs()
    assert devices(cast.chloe) == []
    assert pushed()[0].state is MessageState.REFUSED


def test_a_service_in_trouble_is_tried_again(house, cast, visit, browser, outside, at):
    subscribe(visit(cast.chloe), browser)
    want_now(cast.chloe)
    outside.answers = [(503, "busy")]
    book(house)
    run_jobs(strict=False)
    at("2026-03-10 10:02")
    run_jobs(strict=False)
    assert (len(outside.posts), pushed()[0].state) == (2, MessageState.SENT)


def test_each_device_is_told_once(house, cast, visit, key, outside):
    for path in ("/push/telephone", "/push/ordinateur"):
        subscribe(visit(cast.chloe), Browser(outside, path))
    want_now(cast.chloe)
    book(house)
    run_jobs()
    assert sorted(post.path for post in outside.posts) == ["/push/ordinateur", "/push/telephone"]


def test_quiet_hours_hold_for_devices_too(house, cast, visit, browser, outside):
    subscribe(visit(cast.chloe), browser)
    want_now(cast.chloe)
    visit(cast.chloe).see(PREFERENCES).submit(
        f"form[action='{PREFERENCES}/rythme']", quiet_from="09:00", quiet_until="11:00"
    )
    book(house)
    run_jobs()
    assert outside.posts == []


# --- agreeing and taking back -------------------------------------------------------------------------------------


def test_the_same_browser_is_one_device_and_follows_who_uses_it(cast, visit, browser):
    for user in (cast.chloe, cast.chloe, cast.diane):
        assert subscribe(visit(user), browser).status_code == 200
    assert (len(devices(cast.chloe)), len(devices(cast.diane))) == (0, 1)


def test_it_is_listed_and_removed_without_javascript(cast, visit, browser):
    visitor = visit(cast.chloe)
    subscribe(visitor, browser)
    (device,) = devices(cast.chloe)
    page = visitor.see(PREFERENCES)
    assert device.name in page.text
    page = page.submit(f"form[action='{DEVICES}/{device.id}/retrait']", javascript=False)
    assert "L’appareil est retiré." in page.text
    assert devices(cast.chloe) == []
    facts = list(db.session.scalars(sa.select(AuditEntry.fact).where(AuditEntry.fact.like("notifications.device%"))))
    assert facts == ["notifications.device_added", "notifications.device_removed"]


def test_another_ones_device_is_out_of_reach(cast, visit, browser):
    subscribe(visit(cast.chloe), browser)
    (device,) = devices(cast.chloe)
    assert visit(cast.diane).post(f"{DEVICES}/{device.id}/retrait").status_code == 404
    assert len(devices(cast.chloe)) == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"endpoint": "https://127.0.0.1/x"}, 200),
        ({"endpoint": "http://10.0.0.1/x"}, 422),
        ({"endpoint": "https://169.254.169.254/latest"}, 422),
        ({"endpoint": "file:///etc/passwd"}, 422),
        ({"endpoint": "https://127.0.0.1/" + "x" * 2000}, 422),
        ({"endpoint": 5}, 400),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, 422),
        ({"keys": {"p256dh": "é" * 87, "auth": "AAAA"}}, 422),
        ({"keys": []}, 400),
        ({"keys": None}, 400),
    ],
)
def test_what_no_browser_gives_is_refused(cast, visit, browser, changes, status):
    assert subscribe(visit(cast.chloe), browser, **changes).status_code == status


def test_what_is_no_subscription_at_all_is_refused(cast, visit, key):
    assert visit(cast.chloe).post(DEVICES, json=[1]).status_code == 400
    assert visit(cast.chloe).post(DEVICES, data={"endpoint": "x"}).status_code == 400
    assert visit().post(DEVICES, json={}).status_code in (302, 403)


def test_a_key_that_is_no_key_is_forgotten_when_it_is_used(house, cast, visit, browser, outside):
    subscribe(visit(cast.chloe), browser, keys={"p256dh": "BAAA" + "A" * 83, "auth": "A" * 22})
    want_now(cast.chloe)
    book(house)
    run_jobs()
    assert (outside.posts, devices(cast.chloe)) == ([], [])


# --- the key ------------------------------------------------------------------------------------------------------


def test_the_key_is_made_once(key):
    push_keys.make_push_key()
    assert push_keys.public_key() == key
    assert len(key) == 87


def test_its_private_half_is_in_no_plain_row(key):
    private = push_keys.private_key().decode()
    assert private not in str(db.session.execute(sa.text("SELECT * FROM push_keys")).all())


def test_a_new_secret_makes_a_new_key_and_asks_again(house, cast, visit, browser, key, app, outside, monkeypatch):
    subscribe(visit(cast.chloe), browser)
    want_now(cast.chloe)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret altogether, long enough")
    book(house)
    run_jobs()
    assert outside.posts == []
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PushDevice)) == 0
    assert push_keys.public_key() not in ("", key)
    assert push_keys.private_key() is not None


def test_without_a_key_nobody_is_asked(cast, visit, app):
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PushKey)) == 0
    assert "data-push" not in visit(cast.chloe).get(PREFERENCES).text


def test_the_worker_is_served_at_the_root(visit):
    answer = visit().get("/push-worker.js")
    assert answer.mimetype == "text/javascript"
    assert "showNotification" in answer.text
    assert answer.headers["Cache-Control"] == "public, no-cache"
