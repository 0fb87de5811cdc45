"""Templates as these tests read them: Jinja taken away, what remains walked as HTML."""

import re
from html.parser import HTMLParser

TOKEN = re.compile(r"{#.*?#}|{%-?\s*(?P<word>\w+)\s*(?P<rest>.*?)\s*-?%}|{{.*?}}", re.DOTALL)
OPENING = {"block", "call", "filter", "for", "if", "macro", "raw", "trans", "with"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = {
    "alt",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "placeholder",
    "title",
    "hx-confirm",
    "data-message",
}


def plain(text: str, *, every_branch: bool = True) -> str:
    """The template without Jinja: no expression, no translated block, no class names; of each choice all or one."""
    kept, place, skipping = [], 0, []
    for token in TOKEN.finditer(text):
        if not any(skipping):
            kept.append(text[place : token.start()])
        place = token.end()
        word = token["word"]
        if word in OPENING:
            skipping.append(word == "trans" or token["rest"].endswith(("_class", "_attrs", "frame")))
        elif word in {"else", "elif"} and skipping:
            skipping[-1] = not every_branch
        elif word and word.startswith("end") and skipping:
            skipping.pop()
        elif not word and not any(skipping) and "".join(kept[-1:]).endswith(("<", "</")):
            kept.append("div")  # <{{ "a" if url else "div" }}>
        kept.append("\n" * token.group().count("\n"))  # culprits are found on their line
    return "".join(kept) + text[place:]


class Walker(HTMLParser):
    """Collects what the tests ask for: roots, texts a person reads, tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.roots: list[str] = []
        self.spoken: list[tuple[int, str]] = []
        self.tags: list[tuple[int, str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = {key: value or "" for key, value in attrs}
        self.tags.append((self.getpos()[0], tag, attributes))
        self.spoken += [(self.getpos()[0], value) for key, value in attributes.items() if key in SPOKEN]
        if not self.open:
            self.roots.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"script", "style", "code", "kbd"} & set(self.open):
            self.spoken.append((self.getpos()[0], data))
