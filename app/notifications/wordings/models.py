"""LetterWording."""

from datetime import datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Identified
from app.kernel.wordings import Texts, wordings


def wording_id(establishment_id: UUID, letter: str, language: str) -> UUID:
    """Give the one id a wording has, whether it is kept or not: its history outlives it."""
    return uuid5(establishment_id, f"{letter}:{language}")


class LetterWording(Identified, Base):
    """What an establishment says in one letter and language, instead of the original."""

    __tablename__ = "letter_wordings"
    __table_args__ = (sa.UniqueConstraint("establishment_id", "letter", "language"),)

    establishment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("establishments.id", ondelete="CASCADE"))
    letter: Mapped[str] = mapped_column(sa.String(80))
    language: Mapped[str] = mapped_column(sa.String(10))
    subject: Mapped[str] = mapped_column(sa.String(200))
    opening: Mapped[str] = mapped_column(sa.Text)
    closing: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime]

    @property
    def texts(self) -> Texts:
        """Give what the letter says."""
        return Texts(self.subject, self.opening, self.closing)

    @property
    def trail_name(self) -> str:
        """Name it in the audit trail by its letter."""
        declared = wordings().get(self.letter)
        return declared.source_label if declared else self.letter
