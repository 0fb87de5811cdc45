"""Two newcomers at once who both need others to move: nothing is sold twice, and both are answered."""

import pytest
import sqlalchemy as sa

from app.booking import service
from app.booking.models import Rearrangement, Reservation
from app.kernel.db import db, transaction
from app.kernel.lifecycle import RuleBroken
from tests.booking.houses import SATURDAY, SMALL, TESTS, open_house, promise
from tests.booking.soundness import unsound
from tests.booking.test_race import at_once, reserve
from tests.harness.databases import on_both

pytestmark = on_both
PAIRS = [
    {"id": f"{kind}{number}", "area": "salle", "min_covers": 1, "max_covers": most}
    for kind, most in (("petite", 2), ("grande", 4))
    for number in (1, 2)
]
DINNER = [{**SMALL["shifts"][1], "pacing_covers": None}]


def house_with_couples_at_the_large_tables(policy, *, free):
    """Four couples fill the house; as many of those at the small tables leave as are to be free."""
    room = {**SMALL["room"], "tables": PAIRS, "combinations": []}
    house = open_house(room=room, booking={**SMALL["booking"], "policy": policy}, shifts=DINNER)
    made = [promise(house, email=f"{number}@example.org") for number in range(4)]
    small = [each for each in made if each.table_codes().startswith("petite")]
    with transaction():
        for leaving in small[:free]:
            service.cancel_reservation(db.session.get_one(Reservation, leaving.id), actor=TESTS, reason="")
    return house


def taken(answers):
    assert all(isinstance(answer, str | RuleBroken) for answer in answers), answers
    return [answer for answer in answers if isinstance(answer, str)]


@pytest.mark.parametrize("policy", ["guarded", "exact"])
def test_both_have_their_table_where_there_are_two(app, policy):
    house_with_couples_at_the_large_tables(policy, free=2)
    assert len(taken(at_once(app, [reserve(number, covers=4) for number in (10, 11)]))) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Rearrangement)) == 2
    assert unsound() == []


@pytest.mark.parametrize("policy", ["guarded", "exact"])
def test_one_has_it_where_there_is_one_and_the_other_is_told(app, policy):
    house_with_couples_at_the_large_tables(policy, free=1)
    answers = at_once(app, [reserve(number, covers=4) for number in (10, 11)])
    assert len(taken(answers)) == 1
    assert any(isinstance(answer, service.TimeTaken) for answer in answers)
    assert unsound() == []


@pytest.mark.parametrize("policy", ["guarded", "exact"])
def test_a_crowd_of_all_sizes(app, policy):
    house_with_couples_at_the_large_tables(policy, free=2)
    acts = [reserve(number, f"{SATURDAY} {at}", covers) for number, (at, covers) in enumerate(
        [("19:30", 4), ("20:00", 2), ("19:00", 3), ("21:00", 4), ("19:30", 3), ("20:30", 2), ("21:00", 2), ("19:45", 4)]
    )]  # fmt: skip
    taken(at_once(app, acts))
    assert unsound() == []
    kept = db.session.scalars(sa.select(Rearrangement)).all()
    assert all(move["before"] != move["after"] for each in kept for move in each.moves)
