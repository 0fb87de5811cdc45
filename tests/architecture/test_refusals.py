"""A refusal carries its own status: who shows it chooses none, and a lack of rights is shown as any other refusal."""

import ast

from app.kernel.lifecycle import NotAllowed, RuleBroken
from tests.architecture.tree import name, python_files, syntax


def kinds(kind):
    return {kind.__name__}.union(*(kinds(narrower) for narrower in kind.__subclasses__()))


def catches(kind):
    """Every handler of this kind of refusal, and of narrower ones."""
    caught = kinds(kind)
    for path in python_files():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.ExceptHandler) and node.type is not None:
                named = {word.attr if isinstance(word, ast.Attribute) else getattr(word, "id", "")
                         for word in ast.walk(node.type)}  # fmt: skip
                if caught & named:
                    yield f"{name(path)}:{node.lineno}", node


def test_who_catches_a_refusal_answers_with_its_status(app):
    written = [
        f"{place}: {word.value}"
        for place, handler in catches(RuleBroken)
        for word in ast.walk(handler)
        if isinstance(word, ast.Constant) and type(word.value) is int and 400 <= word.value < 500
    ]
    assert not written, "a refusal has its own `status`:\n" + "\n".join(written)


def test_a_lack_of_rights_is_shown_where_other_refusals_are(app):
    aside = [place for place, handler in catches(NotAllowed) if isinstance(handler.body[0], ast.Raise)]
    assert not aside, "the page is shown again, with what was typed:\n" + "\n".join(aside)
