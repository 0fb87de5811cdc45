"""Whether and when somebody is told, as pure thinking."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.kernel.messages import Channel
from app.kernel.notices import Mode
from app.notifications.resolution import DIGEST_TIME, Defaults, Quiet, chosen_mode, due, modes_of, proposed, soonest

MODES = some.sampled_from(list(Mode))
ZONES = some.sampled_from(["Europe/Paris", "Pacific/Noumea", "America/Martinique", "UTC"])
INSTANTS = some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=some.just(UTC))  # noqa: DTZ001
QUIETS = some.builds(
    Quiet, ZONES, some.times(), some.times(), some.none() | INSTANTS
)  # fmt: skip
NOTICE = {"notice": "booking.team_asked", "category": "booking"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))


# --- which mode -------------------------------------------------------------------------------------------------


@given(some.dictionaries(some.sampled_from(["booking.team_asked", "booking", "*", "accounts"]), MODES), MODES)
def test_the_most_specific_wish_wins(wishes, default):
    expected = next((wishes[one] for one in ("booking.team_asked", "booking", "*") if one in wishes), default)
    assert chosen_mode(wishes, **NOTICE, default=default) is expected


@given(some.lists(MODES, max_size=3), some.none() | MODES, MODES)
def test_without_a_wish_roles_come_before_the_installation_and_the_code_last(roles, installation, default):
    expected = soonest(roles) if roles else installation or default
    assert chosen_mode({}, **NOTICE, default=default, defaults=Defaults(tuple(roles), installation)) is expected


@given(MODES, some.lists(MODES, max_size=3), some.none() | MODES, MODES)
def test_a_wish_of_ones_own_beats_every_default(wish, roles, installation, default):
    defaults = Defaults(tuple(roles), installation)
    assert chosen_mode({"*": wish}, **NOTICE, default=default, defaults=defaults) is wish


def test_never_is_a_choice_too():
    assert chosen_mode({"booking": Mode.OFF, "*": Mode.NOW}, **NOTICE, default=Mode.NOW) is Mode.OFF


@given(some.sampled_from([Channel.EMAIL, Channel.SMS, Channel.PUSH]), MODES)
def test_a_channel_proposes_only_what_it_can_carry(channel, mode):
    assert proposed(channel, mode) in modes_of(channel)


@given(MODES)
def test_a_digest_is_proposed_by_mail_alone_and_a_text_message_by_nobody(mode):
    assert proposed(Channel.EMAIL, mode) is mode
    assert (proposed(Channel.PUSH, mode) is Mode.NOW) == (mode is Mode.NOW)
    assert proposed(Channel.SMS, mode) is Mode.OFF


# --- which instant ----------------------------------------------------------------------------------------------


@given(MODES, INSTANTS, QUIETS)
def test_what_is_required_is_told_at_once_whatever_was_chosen(mode, now, quiet):
    assert due(mode, now, quiet, required=True) == now


@given(INSTANTS, QUIETS)
def test_off_is_never_told(now, quiet):
    assert due(Mode.OFF, now, quiet) is None


@given(some.sampled_from([Mode.NOW, Mode.HOURLY, Mode.DAILY, Mode.WEEKLY]), INSTANTS, QUIETS)
def test_nothing_is_told_before_its_time_nor_lost(mode, now, quiet):
    moment = due(mode, now, quiet)
    assert now <= moment
    assert moment <= max(now, quiet.paused_until or now) + timedelta(days=9)


@given(some.sampled_from([Mode.NOW, Mode.HOURLY, Mode.DAILY, Mode.WEEKLY]), INSTANTS, QUIETS)
def test_nothing_is_told_in_quiet_hours_or_in_a_pause(mode, now, quiet):
    moment = due(mode, now, quiet)
    assert quiet.reopens(moment) == moment
    assert quiet.paused_until is None or moment >= quiet.paused_until


@given(INSTANTS, ZONES)
def test_digests_leave_in_the_morning_of_the_reader(now, zone):
    daily, weekly = (due(mode, now, Quiet(zone)).astimezone(ZoneInfo(zone)) for mode in (Mode.DAILY, Mode.WEEKLY))
    assert daily.time() == weekly.time() == DIGEST_TIME
    assert weekly.weekday() == 0
    assert daily - now <= timedelta(hours=25)
    assert weekly - now <= timedelta(days=7, hours=1)


@given(INSTANTS, ZONES)
def test_those_of_the_same_round_leave_together(now, zone):
    assert due(Mode.DAILY, now, Quiet(zone)) == due(Mode.DAILY, now + timedelta(microseconds=1), Quiet(zone)) or (
        now.astimezone(ZoneInfo(zone)).time() >= time(7, 59, 59)
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-10 21:59", "2026-03-10 21:59"),
        ("2026-03-10 22:00", "2026-03-11 07:00"),
        ("2026-03-11 03:00", "2026-03-11 07:00"),
        ("2026-03-11 07:00", "2026-03-11 07:00"),
        ("2026-03-28 23:00", "2026-03-29 07:00"),  # the night that loses an hour
        ("2026-10-24 23:00", "2026-10-25 07:00"),  # the night that gains one
    ],
)
def test_quiet_hours_pass_midnight(now, expected):
    assert Quiet("Europe/Paris", time(22), time(7)).reopens(at(now)) == at(expected)


def test_a_pause_that_ends_in_quiet_hours_ends_with_them():
    quiet = Quiet("Europe/Paris", time(22), time(7), at("2026-03-12 00:00"))
    assert quiet.reopens(at("2026-03-10 12:00")) == at("2026-03-12 07:00")


def test_the_daily_digest_of_one_who_sleeps_until_nine_leaves_at_nine():
    assert due(Mode.DAILY, at("2026-03-10 12:00"), Quiet("Europe/Paris", time(22), time(9))) == at("2026-03-11 09:00")
