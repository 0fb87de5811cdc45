"""Driving the engine from outside, line by line."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.scenario import drive

ROOM = {
    "slot_minutes": 15,
    "turnover_minutes": 0,
    "durations": [{"up_to": 2, "minutes": 90}, {"up_to": 4, "minutes": 105}, {"up_to": None, "minutes": 120}],
    "areas": ["indoor", "terrace"],
    "tables": [
        {"id": "a", "area": "indoor", "min_covers": 1, "max_covers": 2},
        {"id": "b", "area": "indoor", "min_covers": 2, "max_covers": 4},
        {"id": "c", "area": "terrace", "min_covers": 1, "max_covers": 2},
    ],
    "combinations": [{"id": "ab", "tables": ["a", "b"], "min_covers": 5, "max_covers": 6}],
    "services": [{"name": "lunch", "first": 720, "last": 840}, {"name": "dinner", "first": 1140, "last": 1500}],
    "pacing": None,
}


def play(*messages, room=ROOM):
    """The answers to messages that follow a room; strings are sent as they are."""
    lines = [json.dumps({"op": "room", "room": room})]
    lines += [message if isinstance(message, str | bytes) else json.dumps(message) for message in messages]
    answers = [json.loads(answer) for answer in drive(lines)]
    assert answers[0] == {"ok": True}
    return answers[1:]


def book(id, start, party, op="book", **wish):
    return {"op": op, "id": id, "start": start, "party": party, "area": None, "lock": None} | wish


# --- the protocol ---------------------------------------------------------------------------------------------


def test_an_accepted_booking_shows_the_whole_plan():
    first, second = play(book("r1", 1140, 2), book("r2", 1140, 2))
    assert first == {"answer": "accepted", "plan": {"r1": "a"}, "moves": [], "why": None}
    assert second["plan"] == {"r1": "a", "r2": "c"}


def test_a_refused_booking_says_why_and_leaves_the_plan():
    answer = play(book("r1", 1140, 6), book("r2", 1140, 3))[1]
    assert answer == {"answer": "refused", "plan": {"r1": "ab"}, "moves": [], "why": "no_table"}


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (book("r", 1141, 2), "not_offered"),
        (book("r", 900, 2), "not_offered"),
        (book("r", 30, 2), "not_offered"),
        (book("r", -60, 2), "not_offered"),
        (book("r", 1140, 0), "party_too_small"),
        (book("r", 1140, 7), "party_too_large"),
        (book("r", 1140, 4, area="terrace"), "area"),
        (book("r", 1140, 4, lock="a"), "unit_unfit"),
    ],
)
def test_a_refusal_has_a_reason(question, why):
    assert play(question)[0]["why"] == why


def test_the_last_seating_may_run_past_midnight():
    assert play(book("r", 1500, 2))[0]["answer"] == "accepted"
    assert "1500" in play({"op": "grid", "parties": [2]})[0]["grid"]


def test_a_modification_leaves_its_own_seat_out():
    answers = play(book("r", 1140, 6), book("r", 1155, 5, op="modify"))
    assert answers[1] == {"answer": "accepted", "plan": {"r": "ab"}, "moves": [], "why": None}


def test_a_refused_modification_leaves_the_old_booking():
    answers = play(
        book("r1", 1140, 2, lock="a"),
        book("r2", 1140, 4),
        book("r1", 1140, 6, op="modify"),
        book("r3", 1140, 1, lock="a"),
    )
    assert answers[2] == {"answer": "refused", "plan": {"r1": "a", "r2": "b"}, "moves": [], "why": "no_table"}
    assert answers[3]["why"] == "unit_taken"


def test_a_cancelled_seat_is_free_again():
    answers = play(book("r1", 1140, 6), {"op": "cancel", "id": "r1"}, {"op": "cancel", "id": "r1"}, book("r1", 1140, 5))
    assert [answer["answer"] for answer in answers] == ["accepted", "ok", "unknown", "accepted"]


def test_modifying_what_does_not_exist_is_unknown():
    assert play(book("r", 1140, 2, op="modify")) == [{"answer": "unknown"}]


def test_pacing_caps_the_covers_that_start_at_one_slot_of_its_service():
    room = ROOM | {"pacing": {"dinner": 4}}
    answers = play(book(1, 1140, 3), book(2, 1140, 2), book(3, 1155, 2), book(4, 720, 4), book(5, 720, 2), room=room)
    assert [answer["answer"] for answer in answers] == ["accepted", "refused", "accepted", "accepted", "accepted"]
    assert answers[1]["why"] == "pacing"
    assert play(book(1, 1140, 3), book(1, 1140, 4, op="modify"), room=room)[1]["answer"] == "accepted"


def test_the_grid_answers_every_slot_and_party():
    grid = play(book("r", 1140, 2), {"op": "grid", "parties": [0, 2, 5, 9], "area": None})[1]["grid"]
    assert grid["1140"] == [0, 1, 0, 0]
    assert grid["1230"] == [0, 1, 1, 0]
    assert list(grid) == [str(minutes) for minutes in [*range(720, 841, 15), *range(1140, 1501, 15)]]


def test_a_grid_may_wish_an_area():
    grid = play({"op": "grid", "parties": [2, 4], "area": "terrace"})[0]["grid"]
    assert set(map(tuple, grid.values())) == {(1, 0)}


def test_a_new_room_begins_again():
    answers = play(book("r", 1140, 2), {"op": "room", "room": ROOM}, book("r", 1140, 2))
    assert [answers[0]["plan"], answers[1], answers[2]["plan"]] == [{"r": "a"}, {"ok": True}, {"r": "a"}]


# --- bad lines ------------------------------------------------------------------------------------------------

BAD = [
    "{", "[]", "3", "null", '"room"', '{"op": 1}', '{"op": ["book"]}', '{"op": {}}', '{"op": "paint"}', "{}", "\x00",
    '{"op": "book"}', '{"op": "cancel"}', '{"op": "grid"}', '{"op": "grid", "parties": 2}', '{"op": "room"}',
    '{"op": "room", "room": {}}', '{"op": "modify", "id": []}', '{"op": "cancel", "id": null}', "[" * 100_000,
    json.dumps(book("known", 1140, 2)), json.dumps(book("r", "19:00", 2)), json.dumps(book("r", 1140, 2.5)),
    json.dumps(book("r", 1140, party=True)), json.dumps(book("r", 1140, None)), json.dumps(book("r", 1140, 2, area=3)),
    json.dumps(book("r", 1140, 2, lock={})), json.dumps(book("r", 10**30, 2)), '{"op": "book", "id": "\\ud800"}',
    json.dumps(book(id=True, start=1140, party=2)), b"\xff{}", b'{"op": "cancel", "id": "\xe9"}',
]  # fmt: skip


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_is_answered_and_the_rest_goes_on(line):
    answers = play(book("known", 1140, 2), line, "", book("next", 1140, 2))
    assert len(answers) == 3
    assert list(answers[1]) == ["error"]
    assert answers[2]["plan"] == {"known": "a", "next": "c"}


def test_before_a_room_there_is_nothing_to_ask():
    assert "error" in json.loads(next(drive([json.dumps(book("r", 1140, 2))])))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"slot_minutes": 20}, "room.slot_minutes"),
        ({"tables": []}, "room.tables"),
        ({"durations": [{"up_to": 2, "minutes": 90}]}, "room.durations"),
        ({"services": [{"name": "x", "first": 720, "last": 600}]}, "room.services[0].last"),
        ({"services": [{"name": "x", "first": 721, "last": 840}]}, "room.services[0].first"),
        ({"services": ROOM["services"][:1] * 2}, "room.services[1].first"),
        ({"pacing": {"lunch": 0}}, "room.pacing.lunch"),
        ({"pacing": 4}, "room.pacing"),
    ],
)
def test_a_bad_room_names_the_place_and_the_old_one_stays(change, place):
    answers = play(book("r", 1140, 2), {"op": "room", "room": ROOM | change}, book("s", 1140, 2))
    assert answers[1]["error"].startswith(f"{place} : ")
    assert answers[2]["plan"] == {"r": "a", "s": "c"}


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.dictionaries(
            st.sampled_from(["op", "id", "start", "party", "room", "parties", "area", "lock"]), inner
        ),
    ).map(json.dumps)
)
def test_no_line_stops_the_driver(line):
    answers = play(book("known", 1140, 2), line.replace("\n", " "), book("next", 1140, 2))
    assert answers[-1]["answer"] == "accepted"


# --- streams, against an oracle that counts minutes -----------------------------------------------------------

UNITS = {"a": ("a",), "b": ("b",), "c": ("c",), "ab": ("a", "b")}
LIMITS = {"a": (1, 2), "b": (2, 4), "c": (1, 2), "ab": (5, 6)}
STARTS = [*range(720, 841, 15), *range(1140, 1501, 15)]


def minutes_of(start, party, turnover):
    return range(start, start + (90 if party <= 2 else 105 if party <= 4 else 120) + turnover)


def clashes(bookings, turnover):
    """Pairs of bookings that share a table in the same minute."""
    taken = set()
    for unit, start, party in bookings:
        cells = set(product(UNITS[unit], minutes_of(start, party, turnover)))
        if taken & cells:
            return True
        taken |= cells
    return False


events = st.tuples(
    st.sampled_from(["book", "book", "book", "modify", "cancel"]),
    st.integers(0, 9),
    st.sampled_from(STARTS),
    st.integers(1, 7),
    st.sampled_from([None, None, "a", "ab"]),
)


@given(st.lists(events, max_size=20), st.sampled_from([0, 15]))
def test_any_stream_seats_nobody_twice_and_refuses_nobody_who_has_a_free_unit(stream, turnover):
    messages = [
        {"op": "cancel", "id": id} if op == "cancel" else book(id, start, party, op=op, lock=lock)
        for op, id, start, party, lock in stream
    ]
    grid = {"op": "grid", "parties": list(range(1, 8))}
    answers = play(*messages, grid, room=ROOM | {"turnover_minutes": turnover})
    held = {}
    for (op, id, start, party, lock), answer in zip(stream, answers, strict=False):
        if "plan" in answer:
            others = {other: booking for other, booking in held.items() if other != id}
            free = [
                unit
                for unit, (least, most) in LIMITS.items()
                if least <= party <= most and lock in (None, unit)
                and not clashes([*others.values(), (unit, start, party)], turnover)
            ]  # fmt: skip
            assert (answer["answer"] == "accepted") is bool(free)
            if free:
                held[id] = (answer["plan"][str(id)], start, party)
            assert answer["plan"] == {str(other): booking[0] for other, booking in held.items()}
            assert not clashes(held.values(), turnover)
        elif op == "cancel":
            assert (answer["answer"] == "ok") is (held.pop(id, None) is not None)
    for start, party in product(STARTS, range(1, 8)):
        free = any(
            least <= party <= most and not clashes([*held.values(), (unit, start, party)], turnover)
            for unit, (least, most) in LIMITS.items()
        )
        assert answers[-1]["grid"][str(start)][party - 1] == int(free)
