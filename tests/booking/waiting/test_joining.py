"""Coming onto the list: once per shift, within the house's limit, and only where waiting may help."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.booking.models import WaitingEntry, WaitingState
from app.booking.seating import STAFF
from app.booking.service import Details
from app.booking.waiting import queries
from app.booking.waiting.joining import join_list
from app.booking.waiting.offering import withdraw_entry
from app.booking.waiting.settings import MOST_ENTRIES
from app.kernel import settings
from app.kernel.access import ANONYMOUS
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, TESTS, WHO, fill
from tests.booking.test_race import at_once, the_house
from tests.booking.waiting.lists import amiss, hope, waits
from tests.harness.databases import on_both


@pytest.fixture
def taken(house):
    return fill(house)


def allow(house, count):
    with transaction():
        settings.change(MOST_ENTRIES, str(count), level="establishment", holder=str(house.id))


def entries():
    return db.session.scalar(sa.select(sa.func.count()).select_from(WaitingEntry))


def test_it_is_kept_with_whom_when_and_how_many(house, taken):
    entry = waits(house, first="19:15", last="20:15")
    assert (entry.shift, entry.first_time.isoformat(), entry.last_time.isoformat()) == ("Dîner", "19:15:00", "20:15:00")
    assert (entry.state, entry.covers, entry.guest.email) == (WaitingState.WAITING, 2, "eve@example.org")
    assert entry.consent_at is not None
    assert amiss() == []


def test_with_a_table_free_there_is_nothing_to_wait_for(house):
    with pytest.raises(RuleBroken, match="Une table est libre"):
        waits(house)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"covers": 7}, "Plus de six"),
        ({"first": "19:37"}, "pas proposé"),
        ({"first": "20:00", "last": "19:30"}, "avant la première"),
        ({"first": "13:30", "last": "19:30"}, "même service"),
        ({"day": date(2026, 3, 9)}, "passé"),
        ({"day": date(2026, 3, 16)}, "fermée"),
    ],
)
def test_what_no_freed_place_would_help_is_refused(house, taken, wanted, why):
    with pytest.raises(RuleBroken, match=why):
        waits(house, **wanted)
    assert entries() == 0


def test_the_team_may_put_a_large_party_on_the_list(house, taken):
    fill(house, covers=6)
    assert waits(house, covers=8, actor=TESTS, permit=STAFF).covers == 8


def test_an_hour_too_near_is_refused(house, at):
    at(f"{SATURDAY} 18:45")
    fill(house, f"{SATURDAY} 20:00")
    with pytest.raises(RuleBroken, match="trop proche"):
        waits(house, first="19:30")


def test_a_double_click_is_one_entry(house, taken):
    assert waits(house, visitor="a").id == waits(house, visitor="a").id
    assert entries() == 1


def test_a_person_waits_once_per_shift_whoever_asks(house, taken):
    waits(house, visitor="a")
    for visitor in ("b", None):
        with pytest.raises(RuleBroken, match="existe déjà"):
            waits(house, visitor=visitor, first="19:15")


def test_who_withdrew_may_come_back(house, taken):
    entry = waits(house)
    with transaction():
        withdraw_entry(entry, actor=TESTS)
    assert waits(house).id != entry.id
    assert amiss() == []


def test_the_list_of_a_shift_is_full_at_the_houses_limit(house, taken):
    allow(house, 2)
    for name in ("Eve", "Luc"):
        waits(house, name)
    with pytest.raises(RuleBroken, match="pleine"):
        waits(house, "Zoé")
    assert waits(house, "Zoé", actor=TESTS, permit=STAFF).state is WaitingState.WAITING


def test_a_house_without_a_list_takes_nobody_online(house, taken):
    allow(house, 0)
    with pytest.raises(RuleBroken, match="pleine"):
        waits(house)


@on_both
def test_the_rank_counts_those_of_the_shift(house, taken):
    first, second, third = (waits(house, name) for name in ("Eve", "Luc", "Zoé"))
    assert [queries.rank_of(each) for each in (first, second, third)] == [1, 2, 3]
    with transaction():
        withdraw_entry(first, actor=TESTS)
    assert [queries.rank_of(each) for each in (second, third)] == [1, 2]


@on_both
def test_a_crowd_never_passes_the_limit(app, house):
    fill(house)
    allow(house, 3)

    def join(number):
        who = Details(**{**WHO, "email": f"h{number}@example.org", "phone": "+33612345678"})
        return lambda: join_list(the_house(), hope(), who, actor=ANONYMOUS, visitor=str(number)).id

    answers = at_once(app, [join(number) for number in range(8)])
    assert sum(not isinstance(answer, RuleBroken) for answer in answers) == 3
    assert amiss() == []


@on_both
def test_many_clicks_at_once_are_one_entry(app, house):
    fill(house)
    who = Details(**{**WHO, "phone": "+33612345678"})
    answers = at_once(app, [lambda: join_list(the_house(), hope(), who, actor=ANONYMOUS, visitor="a").id] * 6)
    assert len(set(answers)) == 1
    assert entries() == 1
