"""A whole establishment from its file and back; what would break promises is refused, by name."""

import copy
import json
import threading
from datetime import date

import pytest
import sqlalchemy as sa

from app.booking import queries, service
from app.booking.exchange import dump, parse
from app.booking.models import Area, Combination, Reservation, SeatingCell, Table
from app.booking.models import ReservationState as S
from app.booking.service.room import ChangeBreaks, apply_establishment_file, establishment_file
from app.config import ROOT
from app.directory.queries import establishment_by_slug, establishments
from app.kernel import audit
from app.kernel.db import db, transaction
from tests.booking.houses import SMALL, TESTS, open_example, open_house, promise, wish
from tests.harness.databases import on_both

pytestmark = on_both


def change(house, *, force=False, **changes):
    """Apply the small house's file, changed."""
    described = copy.deepcopy(SMALL)
    described.update(changes)
    with transaction():
        apply_establishment_file(parse(json.dumps(described)), actor=TESTS, force=force)


def room(**changes):
    return {**copy.deepcopy(SMALL["room"]), **changes}


def tables_but(*codes):
    return [table for table in SMALL["room"]["tables"] if table["id"] not in codes]


@pytest.mark.parametrize("name", ["chez-margot", "bar-de-nuit", "grande-brasserie"])
def test_what_is_read_in_is_what_is_written_out(app, name):
    house = open_example(name)
    assert dump(establishment_file(house)) == (ROOT / "examples" / f"{name}.json").read_text()


def test_a_second_address_line_goes_both_ways(app):
    house = open_house(address={"line2": "Bâtiment B"})
    assert json.loads(dump(establishment_file(house)))["address"]["line2"] == "Bâtiment B"
    assert parse(dump(establishment_file(house))) == establishment_file(house)


def test_applied_again_it_changes_nothing_but_the_version(house):
    before = {table.code: table.id for table in db.session.scalars(sa.select(Table))}
    version = queries.house_of(house).version
    change(house)
    assert {table.code: table.id for table in db.session.scalars(sa.select(Table))} == before
    assert queries.house_of(house).version == version + 1
    assert len(establishments()) == 1


def test_a_table_that_served_is_retired_and_another_deleted(house):
    served = promise(house).seatings[0].table_id
    change(house, force=True, room=room(tables=tables_but("1", "2"), combinations=[]))
    kept = db.session.get_one(Table, served, populate_existing=True)
    assert not kept.is_active
    assert {table.code for table in db.session.scalars(sa.select(Table))} == {"3", "4", kept.code}
    assert parse(dump(establishment_file(house))) == establishment_file(house)


def test_a_table_that_comes_back_is_the_same(house):
    served = promise(house).seatings[0].table_id
    change(house, force=True, room=room(tables=tables_but("1", "2"), combinations=[]))
    change(house)
    assert db.session.get_one(Table, served, populate_existing=True).is_active


def test_areas_and_combinations_follow_the_file(house):
    tables = [{**table, "area": "cour"} for table in SMALL["room"]["tables"]]
    change(house, room=room(areas=["cour"], tables=tables, combinations=[]))
    assert [area.code for area in db.session.scalars(sa.select(Area))] == ["cour"]
    assert db.session.scalars(sa.select(Combination)).all() == []


def test_a_breaking_change_is_refused_and_names_the_reservations(house):
    made = promise(house)
    before = dump(establishment_file(house))
    with pytest.raises(ChangeBreaks) as refusal:
        change(house, closures=[{"from": "2026-03-14", "to": "2026-03-14", "reason": "Travaux"}])
    assert [broken.promise.reference for broken in refusal.value.breaks] == [made.reference]
    assert "Travaux" in refusal.value.breaks[0].sentence
    assert dump(establishment_file(house)) == before


def test_forced_it_is_saved_and_the_trail_names_them(house):
    made = promise(house)
    change(house, force=True, closures=[{"from": "2026-03-14", "to": "2026-03-14", "reason": "Travaux"}])
    assert queries.house_of(house).opening.closures[0].reason == "Travaux"
    entry = audit.entries_on("Establishment", house.id)[0]
    assert entry.fact == "booking.room_changed"
    assert entry.details["broken"] == [made.reference]
    assert db.session.get_one(Reservation, made.id).state is S.CONFIRMED


def test_a_hold_on_a_table_that_goes_is_let_go(house):
    with transaction():
        held = service.hold_table(house, wish(covers=4), visitor="visitor", network="network")
    change(house, room=room(tables=tables_but("3", "4"), combinations=[]))
    assert db.session.get_one(Reservation, held.id, populate_existing=True).state is S.EXPIRED
    assert db.session.scalars(sa.select(SeatingCell)).all() == []


def test_another_zone_keeps_the_hour_and_moves_the_instant(house):
    made = promise(house)
    starts_at, tables, sequence = made.starts_at, made.table_codes(), made.sequence
    with pytest.raises(ChangeBreaks):
        change(house, timezone="Indian/Reunion")
    change(house, force=True, timezone="Indian/Reunion")
    moved = db.session.get_one(Reservation, made.id, populate_existing=True)
    assert (moved.service_date, moved.local_time, moved.table_codes()) == (made.service_date, made.local_time, tables)
    assert (starts_at - moved.starts_at).total_seconds() == 3 * 3600
    assert moved.sequence == sequence + 1
    quarters = sorted(db.session.scalars(sa.select(SeatingCell.quarter)))
    assert quarters[0] == moved.quarter == int(moved.starts_at.timestamp()) // 900
    day = queries.day_of(queries.house_of(house), date(2026, 3, 14))
    assert day.book.arriving(range(moved.quarter, moved.quarter + 1)) == (2, 1)


def test_readers_see_the_change_at_once(house):
    assert queries.house_of(house).room.largest_party == 8
    change(house, room=room(combinations=[]))
    assert queries.house_of(house).room.largest_party == 4


def test_a_refused_change_leaves_readers_what_they_had(house):
    promise(house)
    kept = queries.house_of(house)
    with pytest.raises(ChangeBreaks):
        change(house, room=room(tables=tables_but("1", "2"), combinations=[]))
    assert queries.house_of(house).version == kept.version
    change(house, room=room(combinations=[]))
    assert queries.house_of(house).room.largest_party == 4


def test_a_booking_never_meets_a_room_that_is_changing(app, house):
    """A guest asks while the manager closes the day: the booking waits for the lock, then sees the closed day."""
    entered, done = threading.Event(), []

    def book():
        with app.app_context():
            queries.house_of(establishment_by_slug("petit-quai"))
            entered.set()
            try:
                promise(establishment_by_slug("petit-quai"))
            except service.TimeTaken as refusal:
                done.append(refusal.reason.value)
            else:
                done.append("made")

    closed = {**copy.deepcopy(SMALL), "closures": [{"from": "2026-03-14", "to": "2026-03-14", "reason": ""}]}
    guest = threading.Thread(target=book)
    with transaction():
        apply_establishment_file(parse(json.dumps(closed)), actor=TESTS)
        guest.start()
        assert entered.wait(60)
        guest.join(0.5)
    guest.join(60)
    assert done == ["closed"]
