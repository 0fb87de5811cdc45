"""Lifecycles: who may move what, from where to where."""

from types import SimpleNamespace

import pytest

from app.kernel.access import ANONYMOUS, Actor, permission, system
from app.kernel.choices import Choice
from app.kernel.db import new_id
from app.kernel.lifecycle import Lifecycle, NotAllowed, RuleBroken, Transition
from app.kernel.scopes import Scope


class Light(Choice):
    RED = "red", "Rouge"
    GREEN = "green", "Vert"
    BROKEN = "broken", "En panne"


TURN = permission("tests.turn", "Changer")
LIFECYCLE = Lifecycle(
    Transition("go", (Light.RED,), Light.GREEN, TURN, "Passer au vert"),
    Transition("halt", (Light.GREEN,), Light.RED, TURN, "Passer au rouge"),
    Transition("fail", (Light.RED, Light.GREEN), Light.BROKEN, TURN, "Éteindre"),
)
SOMEBODY = system("tests")


def light(state=Light.RED):
    return SimpleNamespace(state=state)


def test_it_moves(app):
    record = light()
    LIFECYCLE.apply("go", record, SOMEBODY)
    assert record.state is Light.GREEN


def test_it_refuses_without_the_right(app):
    record = light()
    with pytest.raises(NotAllowed):
        LIFECYCLE.apply("go", record, ANONYMOUS)
    assert record.state is Light.RED


def test_it_refuses_from_a_wrong_state_and_says_which(app):
    with pytest.raises(RuleBroken, match="En panne"):
        LIFECYCLE.apply("go", light(Light.BROKEN), SOMEBODY)


def test_the_buttons_are_what_is_possible_and_allowed(app):
    assert [transition.label for transition in LIFECYCLE.available(light(), SOMEBODY)] == ["Passer au vert", "Éteindre"]
    assert LIFECYCLE.available(light(), ANONYMOUS) == []
    assert LIFECYCLE.available(light(Light.BROKEN), SOMEBODY) == []


def test_it_tells_whether_a_state_is_left_by_a_transition():
    assert LIFECYCLE.allows("go", light())
    assert not LIFECYCLE.allows("go", light(Light.GREEN))


def test_it_names_every_state():
    assert set(LIFECYCLE.states()) == set(Light)


def test_a_choice_is_its_code_and_shows_its_label(app):
    assert Light("red") is Light.RED
    assert (str(Light.RED), Light.RED.label) == ("red", "Rouge")


# --- four eyes ------------------------------------------------------------------------------------------------

PAYING = Lifecycle(Transition("pay", (Light.RED,), Light.GREEN, TURN, "Payer", not_by="author"))


def worker(name, number):
    return Actor("user", name, name, new_id() if number is None else number, {TURN.code: frozenset({Scope()})})


@pytest.mark.parametrize("author_as", ["the id of the user", "the id of the person", "the person"])
def test_who_asked_does_not_decide(app, author_as):
    asker, other = worker("a", new_id()), worker("b", new_id())
    said = {
        "the id of the user": asker.id, "the id of the person": asker.person_id, "the person": SimpleNamespace(id=asker.person_id),
    }  # fmt: skip
    record = SimpleNamespace(state=Light.RED, author=said[author_as])
    assert PAYING.available(record, asker) == []
    with pytest.raises(NotAllowed, match="qui a demandé ne décide pas"):
        PAYING.apply("pay", record, asker)
    assert record.state is Light.RED
    assert [transition.name for transition in PAYING.available(record, other)] == ["pay"]
    PAYING.apply("pay", record, other)
    assert record.state is Light.GREEN


def test_four_eyes_are_no_right_by_themselves(app):
    record = SimpleNamespace(state=Light.RED, author="a")
    with pytest.raises(NotAllowed, match="pas le droit"):
        PAYING.apply("pay", record, ANONYMOUS)


def test_what_nobody_asked_for_is_decided_by_anybody_allowed(app):
    record = SimpleNamespace(state=Light.RED, author=None)
    PAYING.apply("pay", record, worker("a", None))
    assert record.state is Light.GREEN
