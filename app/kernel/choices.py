"""Enumerations whose members carry a label for people."""

from enum import StrEnum
from typing import Self

from app.kernel.languages import _


class Choice(StrEnum):
    """A closed list of values, each stored by its code and shown by its translated label.

    Declare ``CONFIRMED = "confirmed", N_("Confirmée")``.
    """

    source_label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Keep the code as the value and the French label beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.source_label = label
        return member

    @property
    def label(self) -> str:
        """Give the label in the reader's language."""
        return _(self.source_label)
