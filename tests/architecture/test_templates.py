"""Pages and parts keep the manners of the house: no script or style in them, one root, every word translatable."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.markup import Walker, plain
from tests.architecture.tree import APP, TEMPLATES, name, python_files, slices, source, syntax

PAPER = {"emails", "documents"}  # read by mail programs and WeasyPrint, not by a browser under our policy
FRAME = {"layout", "components"} | PAPER
PAGE_CALLS = {"page", "list_page"}
NAMES = {"Guichet", "PDF", "CSV", "XLSX", "ICS", "SMS", "HTML", "QR"}  # the same in every language


def short(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def folder(path: Path) -> str:
    return path.relative_to(TEMPLATES).parts[0]


FILES = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
HTML = [path for path in FILES if path.suffix == ".html"]
PAGES = [
    path
    for path in HTML
    if folder(path) not in FRAME and not path.name.startswith("_") and not re.search(r"{%-?\s*macro\b", source(path))
]
PARTS = [path for path in HTML if folder(path) not in PAPER and path.name.startswith("_")]
ANSWERS = [path for path in PARTS if "{# answers:" in source(path)]


def test_every_page_has_a_layout_and_a_title():
    bare = [short(path) for path in PAGES if not has_title(path)]
    assert not bare, f"extend a layout and fill its title block: {bare}"


def test_every_part_says_what_it_needs():
    silent = [short(path) for path in PARTS if not re.match(r"\s*{#-? (needs|answers):", source(path))]
    assert not silent, f"begin them with {{# needs: … #}}: {silent}"


def layout_words() -> set[str]:
    """What the layout gives to every page, but the house: a page about another house than the reader's says which."""
    context = next(
        node
        for node in syntax(APP / "site" / "layout.py").body
        if isinstance(node, ast.FunctionDef) and node.name == "_context"
    )
    given = (key for node in ast.walk(context) if isinstance(node, ast.Dict) for key in node.keys)
    return {str(key.value) for key in given if isinstance(key, ast.Constant)} - {"house"}


def test_no_page_takes_a_word_of_the_layout():
    layout = layout_words()
    assert "houses" in layout
    shadows = [
        f"{name(path)}:{call.lineno}: {sorted(words)}"
        for path in python_files()
        for call in ast.walk(syntax(path))
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in PAGE_CALLS
        if (words := {keyword.arg for keyword in call.keywords if keyword.arg} & layout)
    ]
    assert not shadows, "the menu would show what the page means: " + "\n".join(shadows)


def test_no_part_asks_who_called_it():
    curious = [
        f"{short(path)}: {code}"
        for path in PARTS
        for code in re.findall(r"{{.*?}}|{%.*?%}", re.sub(r"{#.*?#}", "", source(path), flags=re.DOTALL), re.DOTALL)
        if re.search(r"(?<![.\w])request\b", re.sub(r"\"[^\"]*\"|'[^']*'", "", code))
    ]
    assert not curious, "give them what they need instead of `request`:\n" + "\n".join(curious)


def test_every_part_has_one_root():
    odd = [
        f"{short(path)}: {roots or 'none'}"
        for path in PARTS
        if path not in ANSWERS and not re.search(r"{%-?\s*macro\b", source(path))
        if len(roots := Walker(plain(source(path), every_branch=False)).roots) > 1
        or not (roots or borrows_its_root(path))
    ]
    assert not odd, "\n".join(odd)


def test_every_answer_is_made_of_includes():
    odd = [short(path) for path in ANSWERS if Walker(plain(source(path))).roots or "{% include" not in source(path)]
    assert not odd, f"write parts and include them: {odd}"


def test_no_script_and_no_style_in_a_page():
    faults = [f"{short(path)}:{fault}" for path in HTML for fault in against_the_policy(path)]
    assert not faults, "\n".join(faults)


def test_every_word_can_be_translated():
    words = [
        f"{short(path)}:{line} {text.strip()!r}"
        for path in HTML
        for line, text in Walker(plain(source(path))).spoken
        if untranslated(text)
    ]
    assert not words, "outside _():\n" + "\n".join(words)


def test_every_word_of_a_text_mail_can_be_translated():
    texts = [path for path in FILES if folder(path) in PAPER and path.suffix == ".txt"]
    words = [f"{short(path)}: {sorted(found)}" for path in texts if (found := untranslated(plain(source(path))))]
    assert not words, "outside _():\n" + "\n".join(words)


def test_every_template_is_used():
    named = strings_of_the_code()
    for path in FILES:
        named |= set(re.findall(r"[\"']([\w/.\-]+\.\w+)[\"']", source(path)))
    unused = [short(path) for path in FILES if short(path) not in named and declared_name(path) not in named]
    assert not unused, f"nobody names them: {unused}"


def test_templates_stand_in_the_folder_of_their_slice():
    mechanisms = {path.stem for path in (APP / "kernel").iterdir()} | {"errors"}
    strangers = sorted({folder(path) for path in FILES} - FRAME - slices() - mechanisms)
    assert not strangers, strangers


def has_title(path: Path) -> bool:
    """Its own title, or that of the page it extends; the layouts only leave the place."""
    parent = re.search(r"{%-?\s*extends\s+\"([^\"]+)\"", source(path))
    if not parent or folder(path) == "layout":
        return False
    return bool(re.search(r"{%-?\s*block\s+title\b", source(path))) or has_title(TEMPLATES / parent[1])


def borrows_its_root(path: Path) -> bool:
    """A part may be one include, one call of a component, or one expression."""
    return bool(re.search(r"{%-?\s*(include|call)\b|{{", source(path)))


def against_the_policy(path: Path) -> Iterator[str]:
    """What our content security policy refuses, or htmx would have to evaluate."""
    on_paper = folder(path) in PAPER
    for line, tag, attributes in Walker(plain(source(path))).tags:
        if tag == "script" and "src" not in attributes and attributes.get("type") != "application/ld+json":
            yield f"{line} <script> without src"
        if tag == "style" and not on_paper:
            yield f"{line} <style>"
        for key, value in attributes.items():
            if key.startswith(("on", "hx-on")) or (key == "style" and not on_paper):
                yield f"{line} {key}="
            if re.match(r"\s*(js|javascript):", value):
                yield f"{line} {key} evaluates a script"
            if key.startswith("hx-trigger") and "[" in value:
                yield f"{line} a trigger filter needs eval"


def untranslated(text: str) -> set[str]:
    """Words of two letters or more that stand in the template itself."""
    return set(re.findall(r"[^\W\d_]{2,}", text)) - NAMES


def strings_of_the_code() -> set[str]:
    return {
        node.value
        for path in python_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def declared_name(path: Path) -> str:
    """`emails/booking/cancelled/body.txt` belongs to the notice `booking.cancelled`; documents likewise."""
    parts = path.relative_to(TEMPLATES).with_suffix("").parts
    return f"{parts[1]}.{parts[2]}" if parts[0] in PAPER and len(parts) > 2 else ""
