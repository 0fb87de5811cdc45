"""Wordings: what a letter says around its card, or a paper around its lines, which an establishment may word itself.

A slice declares the original texts with tags ("Bonjour {prenom},"), and what each tag stands for. Tags are names, not a
language: nothing is evaluated, an unknown one is refused, and what a tag brings in is never read for tags again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app

from app.kernel.languages import SOURCE, _, current_language, typographic
from app.kernel.lifecycle import Unfit

TAG = re.compile(r"\{([^{}]*)\}")
LONGEST_SUBJECT = 120
LONGEST_TEXT = 2000
LONGEST_SUBJECT_SENT = 150
LONGEST_ON_PAPER = 200
LINES_ON_PAPER = 6


@dataclass(frozen=True)
class Tag:
    """A name that stands for something of the letter: `value` reads it from the letter's context.

    A paper is not drawn while one that is `needed` says nothing.
    """

    name: str
    source_label: str
    value: Callable[[Mapping[str, Any]], object]
    needed: bool = False

    @property
    def label(self) -> str:
        """Say what it stands for, in the reader's language."""
        return _(self.source_label)


@dataclass(frozen=True)
class Texts:
    """What may be changed of a letter, tags and all; paragraphs are parted by empty lines."""

    subject: str
    opening: str
    closing: str


@dataclass(frozen=True)
class Worded:
    """The same, as the letter says it: each text a paragraph."""

    subject: str
    opening: tuple[str, ...]
    closing: tuple[str, ...]


class TagsEmpty(Exception):
    """Tags a paper cannot do without say nothing; it names them."""

    def __init__(self, tags: Sequence[Tag]) -> None:
        """Say in words what is missing."""
        super().__init__(_("Il manque : %(tags)s.", tags=", ".join(tag.label for tag in tags)))
        self.tags = tuple(tags)


@dataclass(frozen=True, eq=False)
class Wording:
    """The declared texts of one letter or paper. `sample` gives one of an establishment's, for the preview.

    One without a subject has a title that nobody may change.
    """

    code: str
    source_label: str
    subject: str
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    tags: tuple[Tag, ...]
    sample: Callable[[Any], Any]
    is_paper: bool = False

    @property
    def label(self) -> str:
        """Name the letter in the reader's language."""
        return _(self.source_label)

    def original(self) -> Texts:
        """Give the texts of the house in the language now spoken, with plain spaces, as one would type them."""
        parts = ([self.subject] if self.subject else [], self.opening, self.closing)
        return Texts(*("\n\n".join(_typed(_(text)) for text in texts) for texts in parts))

    def check(self, texts: Texts) -> None:
        """Refuse what a letter cannot say. Raises Unfit, naming the field."""
        most = LONGEST_ON_PAPER if self.is_paper else LONGEST_TEXT
        for field, longest in (("subject", LONGEST_SUBJECT), ("opening", most), ("closing", most)):
            typed = getattr(texts, field)
            if len(typed) > longest:
                raise Unfit(_("%(num)s caractères au plus.", num=longest), field)
            if not typed and field != "closing" and getattr(self, field):
                raise Unfit(_("Ce texte ne peut pas être vide."), field)
            if self.is_paper and len(typed.splitlines()) > LINES_ON_PAPER:
                raise Unfit(_("%(num)s lignes au plus.", num=LINES_ON_PAPER), field)
            self._check_tags(typed, field)
        if len(texts.subject.splitlines()) > 1:
            raise Unfit(_("L’objet tient sur une ligne."), "subject")

    def _check_tags(self, typed: str, field: str) -> None:
        known = {tag.name for tag in self.tags}
        unknown = [name for name in TAG.findall(typed) if name not in known]
        if unknown:
            raise Unfit(
                _(
                    "{%(name)s} n’est pas une balise de ce courrier. Celles qu’il connaît : %(known)s.",
                    name=unknown[0],
                    known=", ".join(f"{{{name}}}" for name in sorted(known)),
                ),
                field,
            )
        if re.search("[{}]", TAG.sub("", typed)):
            raise Unfit(_("Une accolade est restée ouverte : une balise s’écrit {%(name)s}.", name=min(known)), field)

    def worded(self, texts: Texts, context: Mapping[str, Any]) -> Worded:
        """Put in each tag's place what it stands for. A paragraph whose tags are all empty is left out."""
        values = {tag.name: str(tag.value(context)) for tag in self.tags}
        subject = " ".join(_filled(texts.subject, values).split())
        return Worded(
            _cut(subject or self.label), _paragraphs(texts.opening, values), _paragraphs(texts.closing, values)
        )

    def empty(self, context: Mapping[str, Any]) -> list[Tag]:
        """Give the tags it cannot do without that say nothing."""
        return [tag for tag in self.tags if tag.needed and not str(tag.value(context) or "").strip()]

    def examples(self, context: Mapping[str, Any]) -> list[tuple[Tag, str]]:
        """Give each tag with what it stands for in a letter."""
        return [(tag, str(tag.value(context))) for tag in self.tags]


Keeper = Callable[[str, str, UUID], Texts | None]
_wordings: dict[str, Wording] = {}


def wording(
    code: str,
    label: str,
    *,
    subject: str = "",
    opening: tuple[str, ...],
    tags: tuple[Tag, ...],
    sample: Callable[[Any], Any],
    closing: tuple[str, ...] = (),
    is_paper: bool = False,
) -> Wording:
    """Declare the texts of a letter, whose code is the notice's or the one its composer names; or those of a paper."""
    declared = _wordings[code] = Wording(code, label, subject, opening, closing, tags, sample, is_paper)
    return declared


def wordings() -> dict[str, Wording]:
    """Give every declared wording by its code."""
    return _wordings


def texts_of(declared: Wording, establishment_id: UUID | None) -> Texts:
    """Give the texts of a letter in the language now spoken: the establishment's own, else the original."""
    keeper: Keeper = current_app.extensions["guichet_wordings"]
    kept = keeper(declared.code, current_language(), establishment_id) if establishment_id is not None else None
    return kept or declared.original()


def _paragraphs(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return tuple(_filled(paragraph, values) for paragraph in paragraphs if _says_something(paragraph, values))


def _says_something(paragraph: str, values: Mapping[str, str]) -> bool:
    tags = TAG.findall(paragraph)
    return bool(paragraph) and (not tags or any(values.get(name) for name in tags))


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Fill in; a tag that the letter offers no more says nothing."""
    written = typographic(text) if current_language() == SOURCE else text
    return TAG.sub(lambda found: values.get(found[1], ""), written)


def _cut(subject: str) -> str:
    return subject if len(subject) <= LONGEST_SUBJECT_SENT else f"{subject[: LONGEST_SUBJECT_SENT - 1]}…"


def _typed(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")
