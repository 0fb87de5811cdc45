"""The life of a reservation as a table: every state is reached, and the last ones have no way out."""

import itertools

import pytest

from app.booking import permissions as may
from app.booking.models import COMING, OCCUPYING, TERMINAL, Reservation, ReservationState
from app.booking.states import LIFECYCLE
from app.kernel.access import Actor, system
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.scopes import Scope

S = ReservationState
TRANSITIONS = LIFECYCLE.transitions.values()


def test_every_state_is_occupying_or_terminal():
    assert set(S) == set(OCCUPYING) | set(TERMINAL)
    assert not set(OCCUPYING) & set(TERMINAL)
    assert set(COMING) < set(OCCUPYING)


def test_every_state_is_in_the_table():
    assert set(LIFECYCLE.states()) == set(S)


def test_only_what_was_noted_by_mistake_leaves_a_terminal_state():
    assert [each.name for each in TRANSITIONS if set(each.sources) & set(TERMINAL)] == ["withdraw", "resume"]


def test_every_state_can_come_to_an_end():
    ways = {state: {each.target for each in TRANSITIONS if state in each.sources} for state in S}
    for state in OCCUPYING:
        reached, turns = {state}, 0
        while not reached & set(TERMINAL):
            reached, turns = set().union(*(ways[each] for each in reached)), turns + 1
            assert turns < len(S), f"{state} never ends"


@pytest.mark.parametrize(("state", "name"), list(itertools.product(S, LIFECYCLE.transitions)))
def test_a_transition_is_applied_from_its_sources_only(app, state, name):
    reservation = Reservation(state=state)
    transition = LIFECYCLE.transitions[name]
    if state in transition.sources:
        LIFECYCLE.apply(name, reservation, system("tests"))
        assert reservation.state is transition.target
    else:
        with pytest.raises(RuleBroken, match="n’est plus possible"):
            LIFECYCLE.apply(name, reservation, system("tests"))
        assert reservation.state is state


@pytest.mark.parametrize("name", list(LIFECYCLE.transitions))
def test_without_the_right_nothing_is_applied(app, name):
    transition = LIFECYCLE.transitions[name]
    reservation = Reservation(state=transition.sources[0])
    with pytest.raises(NotAllowed):
        LIFECYCLE.apply(name, reservation, Actor("user", "u", "Bruno"))
    assert reservation.state is transition.sources[0]


def test_the_buttons_are_the_transitions_one_may_apply(app):
    waiter = Actor("user", "u", "Bruno", rights={may.WELCOME.code: frozenset({Scope()})})
    assert [each.label for each in LIFECYCLE.available(Reservation(state=S.CONFIRMED), waiter)] == [
        "Noter l’arrivée",
        "Installer",
        "Noter l’absence",
    ]
    assert LIFECYCLE.available(Reservation(state=S.CANCELLED), system("tests")) == []
