"""Channels of one person: each is chosen by itself, and none tells what another was asked to keep."""

from datetime import time

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some

from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.messages import Channel, Message
from app.kernel.notices import Mode, notices
from app.notifications import queries, service
from app.notifications.models import Delivery
from app.notifications.post_office import is_imposed, mode_for
from app.notifications.resolution import EVERYTHING, modes_of
from app.notifications.service import Preset
from tests.booking.promises import book
from tests.harness.mailbox import run_jobs

URL = "/espace/notifications/preferences"
GRID = f"form[action='{URL}']"
QUIET = (time(9), time(11))
TO_PEOPLE = (Channel.EMAIL, Channel.SMS, Channel.PUSH)
TARGETS = some.sampled_from(["booking.team_received", "booking", EVERYTHING])
WISHES = some.fixed_dictionaries(
    {}, optional={channel: some.dictionaries(TARGETS, some.sampled_from(modes_of(channel))) for channel in TO_PEOPLE}
)


@pytest.fixture
def gateway(app, outside, monkeypatch):
    outside.usual = (201, "{}")
    monkeypatch.setitem(app.config, "SMS_URL", f"{outside.url}/Messages.json")
    monkeypatch.setitem(app.config, "SMS_FROM", "Margot")
    return outside


@pytest.fixture
def with_phone(cast):
    with transaction():
        db.session.merge(cast.chloe.person).phone = "+33698765432"
    return cast.chloe


def wishes(user):
    db.session.rollback()
    db.session.expire_all()
    return queries.wishes_of([user.person_id]).get(user.person_id, {})


def test_what_is_chosen_for_one_channel_changes_no_other(app):
    declared = notices()["booking.team_received"]

    @given(WISHES, some.sampled_from(TO_PEOPLE))
    def holds(chosen, channel):
        alone = {channel: chosen.get(channel, {})}
        assert mode_for(declared, chosen, channel) is mode_for(declared, alone, channel)
        assert mode_for(declared, chosen, channel) in modes_of(channel)

    holds()


def test_what_is_required_is_imposed_by_mail_alone(app):
    required = notices()["booking.confirmed"]
    assert [is_imposed(required, channel) for channel in TO_PEOPLE] == [True, False, False]


def test_the_grid_offers_only_the_channels_one_can_be_told_by(house, cast, visit):
    fields = visit(cast.chloe).see(URL).fields(GRID)
    assert {name.split(":")[1] for name in fields if name.startswith("mode:")} == {"email"}


def test_a_phone_and_a_gateway_open_a_column(house, with_phone, visit, gateway):
    page = visit(with_phone).see(URL)
    page = page.submit(GRID, javascript=False, **{"mode:sms:booking.team_received": "now", "mode:email:booking": "off"})
    assert wishes(with_phone) == {
        Channel.SMS: {"booking.team_received": Mode.NOW},
        Channel.EMAIL: {"booking": Mode.OFF},
    }
    book(house)
    run_jobs()
    (post,) = gateway.posts
    assert post.form["To"] == "+33698765432"
    assert "Alice Durand a reserv" in post.form["Body"].replace("é", "e")
    assert "http://localhost/admin/reservations/" in post.form["Body"]


def test_a_digest_is_not_offered_by_text_message(house, with_phone, visit, gateway):
    assert visit(with_phone).post(URL, data={"mode:sms:booking": "daily"}).status_code == 422
    assert visit(with_phone).post(URL, data={"mode:webhook:booking": "now"}).status_code == 303
    assert wishes(with_phone) == {}


def test_without_a_choice_nobody_gets_a_text_message(house, with_phone, gateway):
    book(house)
    run_jobs()
    assert gateway.posts == []


@pytest.mark.parametrize(
    ("preset", "kept"),
    [
        (Preset.ESSENTIAL, {channel: {EVERYTHING: Mode.OFF} for channel in TO_PEOPLE}),
        (Preset.NORMAL, {}),
        (Preset.ALL, {channel: {EVERYTHING: Mode.NOW} for channel in (Channel.EMAIL, Channel.PUSH)}),
    ],
)
def test_a_preset_speaks_of_every_channel(cast, preset, kept):
    with transaction():
        service.prefer(cast.chloe.person, {"booking": Mode.NOW}, actor=system("tests"), channel=Channel.SMS)
    with transaction():
        service.take_preset(db.session.merge(cast.chloe.person), preset, actor=system("tests"))
    assert wishes(cast.chloe) == kept


def test_a_change_plans_again_what_waits_on_its_channel_only(house, with_phone, gateway, at, choose):
    choose(with_phone, booking="daily")
    with transaction():
        person = db.session.merge(with_phone.person)
        service.prefer(person, {"booking": Mode.NOW}, actor=system("tests"), channel=Channel.SMS)
        service.set_rhythm(person, zone="Europe/Paris", quiet=QUIET, paused_until=None, actor=system("tests"))
    book(house)
    run_jobs()
    assert {row.channel for row in _waiting(with_phone)} == {Channel.EMAIL, Channel.SMS}
    with transaction():
        person = db.session.merge(with_phone.person)
        service.prefer(person, {"booking": Mode.OFF}, actor=system("tests"), channel=Channel.SMS)
    assert {row.channel for row in _waiting(with_phone)} == {Channel.EMAIL}
    assert db.session.scalars(sa.select(Message.channel).where(Message.channel == Channel.SMS)).all() == []


def _waiting(user):
    db.session.rollback()
    mine = sa.select(Delivery).where(Delivery.person_id == user.person_id, Delivery.letter.is_(None))
    return list(db.session.scalars(mine))
