"""Law: words a law wants said, from a day on. What a law says is a row with its source, never a constant.

A slice declares the words it needs, with those it begins with; a reference seed writes the rows. When the law changes,
a row is added with its day: what was said before keeps the words of its day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Identified, db, insert_missing, new_id
from app.kernel.languages import SOURCE, _, cited, current_language, typographic
from app.kernel.seeds import REFERENCE, seed


class LegalWording(Identified, Base):
    """Words a law wants said from a day on, in one language. An empty text ends the obligation."""

    __tablename__ = "legal_wordings"
    __table_args__ = (sa.UniqueConstraint("key", "language", "valid_from"),)

    key: Mapped[str] = mapped_column(sa.String(40))
    language: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.String(500))
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(sa.String(200))

    @property
    def said(self) -> str:
        """Give its words with the typography of their language."""
        return typographic(self.text) if self.language == SOURCE else cited(self.text)

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail."""
        return self.key


@dataclass(frozen=True)
class LegalWords:
    """Words a slice needs: what they are about, and what they were when it was written, by language."""

    key: str
    source_label: str
    since: date
    source: str
    first: Mapping[str, str]


_declared: dict[str, LegalWords] = {}


def legal_words(key: str, label: str, *, since: date, source: str, **first: str) -> str:
    """Declare words, with those that hold `since` a day, by language (`fr="…", en="…"`); give their key."""
    _declared[key] = LegalWords(key, label, since, source, first)
    return key


def legal_keys() -> list[str]:
    """Give every declared key, in the order of the slices."""
    return list(_declared)


def label_of(key: str) -> str:
    """Say what words are about, in the reader's language."""
    return _(_declared[key].source_label) if key in _declared else key


def words_on(day: date, language: str) -> dict[str, str]:
    """Give the words that hold on a day in a language, by their keys; empty where the obligation has ended."""
    query = sa.select(LegalWording).where(LegalWording.valid_from <= day, LegalWording.language == language)
    return {row.key: row.said for row in db.session.scalars(query.order_by(LegalWording.valid_from))}


def law_says(key: str, day: date) -> str:
    """Give what the law wants said on a day, in the reader's language, or in French where nobody wrote it in theirs."""
    query = sa.select(LegalWording).where(
        LegalWording.key == key,
        LegalWording.valid_from <= day,
        LegalWording.language.in_((current_language(), SOURCE)),
    )
    said = {row.language: row.said for row in db.session.scalars(query.order_by(LegalWording.valid_from))}
    return said.get(current_language(), said.get(SOURCE, ""))


def every_wording() -> list[list[LegalWording]]:
    """Give every wording there was, is or will be: in the order they are declared in, each with its translations."""
    place = {key: number for number, key in enumerate(_declared)}
    rows = db.session.scalars(sa.select(LegalWording))
    order = attrgetter("key", "valid_from", "source")
    ordered = sorted(rows, key=lambda row: (place.get(row.key, len(place)), order(row), row.language != SOURCE))
    return [list(same) for _said, same in groupby(ordered, key=order)]


@seed(REFERENCE, order=20, parts=legal_keys)
def first_words_of_law(keys: list[str]) -> None:
    """Write the words each slice begins with; a row that stands there already is left as it is."""
    for words in (_declared[key] for key in keys):
        for language, text in words.first.items():
            insert_missing(
                LegalWording,
                id=new_id(),
                key=words.key,
                language=language,
                text=text,
                valid_from=words.since,
                source=words.source,
            )
