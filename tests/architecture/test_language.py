"""The code speaks English, the reader is spoken to in French."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from tests.architecture.tree import ROOT, name, python_files, source, syntax

WORDS = {
    use: set(words.split()) for use, words in tomllib.loads(source(Path(__file__).with_name("words.toml"))).items()
}
SPOKEN_BY_MACHINES = {"static", "health", "ready", "version", "metrics"}


def words(identifier: str) -> set[str]:
    """`NoShow_couverts` gives no, show, couverts, and the whole."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)
    return {part.lower() for part in parts} | {identifier.lower()}


def identifiers(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg


def test_no_identifier_is_french():
    french = [
        f"{name(path)}:{line} {identifier}"
        for path in [*python_files(), *sorted((ROOT / "tests").rglob("*.py"))]
        for line, identifier in identifiers(syntax(path))
        if words(identifier) & WORDS["french_in_code"]
    ]
    assert not french, "\n".join(french)


def test_identifiers_are_ascii():
    accented = [
        f"{name(path)}:{line} {identifier}"
        for path in python_files()
        for line, identifier in identifiers(syntax(path))
        if not identifier.isascii()
    ]
    assert not accented, "\n".join(accented)


def test_no_path_is_english(app):
    english = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in SPOKEN_BY_MACHINES
        and set(re.sub(r"<[^>]+>", "", rule.rule).strip("/").split("/")) & WORDS["english_in_paths"]
    ]
    assert not english, "\n".join(english)


@pytest.fixture(scope="module")
def sentences():
    """Everything marked for translation: the French the reader sees."""
    mappings = tomllib.loads(source(ROOT / "pyproject.toml"))["tool"]["babel"]["mappings"]
    keywords = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = []
    for folder, pattern in (("app", "**.py"), ("templates", "**")):
        method = next(mapping["method"] for mapping in mappings if mapping["pattern"].startswith(folder))
        for file, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, [(pattern, method)], {}, keywords
        ):
            found += [
                (f"{folder}/{file}:{line}", text) for text in ([message] if isinstance(message, str) else message)
            ]
    return found


def test_no_sentence_is_english(sentences):
    english = [
        f"{place} {text!r}: {sorted(hits)}"
        for place, text in sentences
        if (
            hits := set(re.findall(r"[^\W\d_]+", re.sub(r"%\(\w+\)s|\{\w+\}", "", text.lower())))
            & WORDS["english_in_sentences"]
        )
    ]
    assert not english, "\n".join(english)


def test_sentences_use_french_typography(sentences):
    """The typographic apostrophe and the ellipsis; narrow spaces are set when the page is drawn."""
    typed = [f"{place} {text!r}" for place, text in sentences if re.search(r"\w'\w|\.\.\.", text)]
    assert not typed, "use ’ and …:\n" + "\n".join(typed)
