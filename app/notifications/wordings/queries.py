"""Questions about the words of letters."""

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from app.kernel import audit
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.wordings import Texts
from app.notifications.wordings.models import LetterWording, wording_id


def kept_wording(letter: str, language: str, establishment_id: UUID) -> LetterWording | None:
    """Give what an establishment says in a letter; None while it says the original."""
    return LetterWording.get(wording_id(establishment_id, letter, language))


def kept_texts(letter: str, language: str, establishment_id: UUID) -> Texts | None:
    """Give the same as texts (what the kernel asks when a letter leaves)."""
    kept = kept_wording(letter, language, establishment_id)
    return kept.texts if kept else None


def reworded(establishment_id: UUID) -> set[tuple[str, str]]:
    """Give the letters and languages an establishment has its own words for."""
    query = sa.select(LetterWording.letter, LetterWording.language)
    found = db.session.execute(query.where(LetterWording.establishment_id == establishment_id))
    return {(letter, language) for letter, language in found}


def history_of(letter: str, language: str, establishment_id: UUID) -> list[AuditEntry]:
    """Give who changed the words of a letter, newest first."""
    return audit.entries_on(LetterWording.kind(), wording_id(establishment_id, letter, language))


def texts_at(version: int, letter: str, language: str, establishment_id: UUID, standing: Texts) -> Texts | None:
    """Give the words as one change left them, read backwards from those that stand; None where the trail is silent."""
    texts = standing
    for entry in history_of(letter, language, establishment_id):
        if entry.number == version:
            return texts
        if entry.forgotten_at is not None:
            return None
        texts = replace(texts, **{name: before for name, (before, _after) in entry.changes.items()})
    return None
