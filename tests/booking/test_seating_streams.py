"""Whole evenings, judged by a naive oracle that counts tables quarter by quarter."""

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.booking.opening import DurationBand
from app.booking.seating import (
    Combination,
    DayBook,
    Placement,
    Rules,
    Table,
    feasible,
    nearest,
    times_left,
    times_on,
)
from tests.booking.evenings import DINNER, MORNING, TUESDAY, day, room


@dataclass
class Oracle:
    """A book kept the slow way: one dictionary entry per table and quarter, one list of arrivals."""

    taken: dict = field(default_factory=dict)
    arrivals: list = field(default_factory=list)

    def free_units(self, on, slot, covers, area, lock):
        """Every unit that would do, tried one by one."""
        tables = {table.id: table for table in on.room.tables}
        units = [(table.id, (table,), table) for table in on.room.tables]
        units += [(each.id, tuple(tables[id] for id in each.tables), each) for each in on.room.combinations]
        bands = slot.shift.durations or on.room.durations
        minutes = next(band.minutes for band in bands if band.up_to is None or covers <= band.up_to)
        quarters = range(slot.quarter, slot.quarter + (minutes + on.room.turnover_minutes) // 15)
        return [
            (len(members), limits.max_covers - covers, place, id)
            for place, (id, members, limits) in enumerate(units)
            if limits.min_covers <= covers <= limits.max_covers
            and lock in (None, id)
            and all(area in (None, member.area) for member in members)
            and not any((member.id, quarter) in self.taken for member in members for quarter in quarters)
        ]

    def seat(self, id, placement, covers):
        """Take each table and quarter: assert that nobody else has it."""
        for cell in placement.cells:
            assert cell not in self.taken
            self.taken[cell] = id
        self.arrivals.append((id, placement.quarters.start, covers))

    def leave(self, id):
        self.taken = {cell: holder for cell, holder in self.taken.items() if holder != id}
        self.arrivals = [arrival for arrival in self.arrivals if arrival[0] != id]

    def paced_out(self, slot, covers):
        here = [arrival[2] for arrival in self.arrivals if arrival[1] == slot.quarter]
        shift = slot.shift
        return (shift.pacing_covers is not None and sum(here) + covers > shift.pacing_covers) or (
            shift.pacing_reservations is not None and len(here) >= shift.pacing_reservations
        )


@st.composite
def rooms(draw):
    limits = st.tuples(st.integers(1, 4), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    areas = st.sampled_from(["salle", "terrasse"])
    tables = [
        Table(f"t{number}", draw(areas), *covers)
        for number, covers in enumerate(draw(st.lists(limits, min_size=1, max_size=5)))
    ]
    combinations = []
    if len(tables) > 1:
        ids = st.lists(st.sampled_from([table.id for table in tables]), min_size=2, max_size=3, unique=True)
        for number, members in enumerate(draw(st.lists(ids, max_size=3))):
            combinations.append(Combination(f"c{number}", tuple(members), *draw(limits)))
    return room(tables, combinations, draw(st.sampled_from([0, 15])))


@st.composite
def days(draw):
    shift = replace(
        DINNER,
        last=draw(st.sampled_from([time(20), time(22), time(0, 30)])),
        durations=draw(st.sampled_from([None, (DurationBand(None, 45),)])),
        pacing_covers=draw(st.sampled_from([None, 6])),
        pacing_reservations=draw(st.sampled_from([None, 2])),
    )
    service_date = draw(st.sampled_from([TUESDAY, date(2026, 3, 28), date(2026, 10, 24)]))
    return day(
        shift=shift, service_date=service_date, furniture=draw(rooms()), now=MORNING - timedelta(300),
        rules=Rules(0, 999, 99), step=draw(st.sampled_from([15, 30])),
    )  # fmt: skip


wishes = st.tuples(
    st.integers(0, 30),
    st.integers(1, 9),
    st.sampled_from([None, None, "salle", "terrasse"]),
    st.sampled_from([None, None, None, "t0", "c0"]),
)
streams = st.lists(st.tuples(wishes, st.sampled_from(["book", "book", "modify", "cancel"])), max_size=25)


@given(days(), streams)
def test_any_day_no_table_twice_and_nobody_refused_who_has_a_free_unit(on, stream):
    oracle, parties = Oracle(), {}
    for number, ((index, covers, area, lock), act) in enumerate(stream):
        moved = sorted(parties)[index % len(parties)] if act != "book" and parties else None
        if moved is not None:
            placement, size = parties.pop(moved)
            without = on.book.without(placement.cells, placement.quarters.start, size)
            oracle.leave(moved)
            if act == "cancel":
                on = replace(on, book=without)
                continue
        id = number if moved is None else moved
        asked = replace(on, book=without) if moved is not None else on
        slot = on.slots[index % len(on.slots)]
        verdict = feasible(asked, slot.local_time, covers, area=area, lock=lock)
        free = oracle.free_units(on, slot, covers, area, lock)
        if isinstance(verdict, Placement):
            assert not oracle.paced_out(slot, covers)
            assert verdict.unit.id == min(free)[-1]
            on = replace(on, book=asked.book.seat(verdict, covers))
            oracle.seat(id, verdict, covers)
            parties[id] = (verdict, covers)
        else:
            assert not free or oracle.paced_out(slot, covers)
            if moved is not None:  # a refused change leaves the old booking as it was
                oracle.seat(moved, placement, size)
                parties[moved] = (placement, size)
    assert DayBook.of_cells(on.book.base, oracle.taken).masks == {
        id: mask for id, mask in on.book.masks.items() if mask
    }


@given(days(), streams, st.integers(1, 9), st.sampled_from([None, "salle"]))
def test_listing_and_writing_agree(on, stream, covers, area):
    for (index, size, wish, lock), _ in stream:
        verdict = feasible(on, on.slots[index % len(on.slots)], size, area=wish, lock=lock)
        on = replace(on, book=on.book.seat(verdict, size)) if isinstance(verdict, Placement) else on
    offers = times_on(on, covers, area)
    assert [offer.slot for offer in offers] == list(on.slots)
    for offer in offers:
        written = feasible(on, offer.slot.local_time, covers, area=area)
        assert written == offer.verdict
        assert offer.is_free == isinstance(written, Placement)
        if offer.is_free:
            on.book.seat(written, covers)
    assert times_left(on, covers, area) == sum(offer.is_free for offer in offers)
    assert {offer.slot for offer in nearest(on, covers, time(20), 99, area=area)} == {
        offer.slot for offer in offers if offer.is_free
    }


@given(days(), streams)
def test_a_party_can_always_have_its_own_place_again(on, stream):
    for (index, covers, area, lock), _ in stream:
        slot = on.slots[index % len(on.slots)]
        verdict = feasible(on, slot, covers, area=area, lock=lock)
        if isinstance(verdict, Placement):
            before, on = on.book, replace(on, book=on.book.seat(verdict, covers))
            without = on.book.without(verdict.cells, verdict.quarters.start, covers)
            assert feasible(replace(on, book=without), slot, covers, area=area, lock=lock) == verdict
            assert all(without.masks[table] == before.masks.get(table, 0) for table in without.masks)
