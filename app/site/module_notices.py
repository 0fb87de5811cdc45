"""The notices of the modules, from their pages in docs/modules: headings, paragraphs, lists, words that stand out."""

import re
from typing import Any

from app.kernel.languages import typographic

Piece = tuple[str, str]
"""A tag of HTML, or "", and the text it is about."""

MARKED = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


def module_notice(text: str) -> dict[str, Any]:
    """Read a module's page: a title, then sections of a heading and paragraphs or lists."""
    title, *rest = text.strip().split("\n## ")
    head, _newline, lead = title.partition("\n")
    sections = []
    for part in rest:
        heading, _newline, body = part.partition("\n")
        blocks = [block.strip() for block in body.strip().split("\n\n") if block.strip()]
        sections.append({"heading": typographic(heading.strip()), "blocks": [_block(block) for block in blocks]})
    return {"title": head.lstrip("# ").strip(), "lead": pieces(lead.strip()), "sections": sections}


def pieces(text: str) -> list[Piece]:
    """Cut a text where it marks code or weight: "`flask users`", "**Affichage**"."""
    found, start = [], 0
    for marked in MARKED.finditer(text):
        found.append(("", typographic(text[start : marked.start()])))
        found.append(("code", marked[1]) if marked[1] else ("strong", typographic(marked[2])))
        start = marked.end()
    return [piece for piece in (*found, ("", typographic(text[start:]))) if piece[1]]


def _block(block: str) -> dict[str, Any]:
    lines = block.splitlines()
    if all(line.startswith(("- ", "  ")) for line in lines):
        return {"items": [pieces(" ".join(item.split())) for item in block[2:].split("\n- ")], "pieces": []}
    return {"items": [], "pieces": pieces(" ".join(lines))}
