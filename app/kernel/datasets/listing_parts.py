"""The pieces a list page is drawn from."""

from dataclasses import dataclass

from app.kernel.datasets.filters import Filter
from app.kernel.datasets.periods import WORDS


@dataclass(frozen=True)
class Head:
    """The head of a column, with the address that sorts by it."""

    label: str
    url: str | None
    direction: str | None
    numeric: bool
    minor: bool


@dataclass(frozen=True)
class Chip:
    """A filter in place, as a sentence one can remove."""

    sentence: str
    remove_url: str


@dataclass(frozen=True)
class Tab:
    """A view one can open."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Field:
    """A filter in the form: what was typed, and what was wrong with it."""

    filter: Filter
    label: str
    typed: dict[str, list[str]]
    problem: str

    def value(self, key: str) -> str:
        """Give the first text typed under a key."""
        values = self.typed.get(key, [])
        return values[0] if values else ""

    @property
    def period_word(self) -> str:
        """Give the word chosen in a date filter ("demain")."""
        return self.value(self.filter.key) if self.value(self.filter.key) in WORDS else ""

    @property
    def period_ends(self) -> tuple[str, str]:
        """Give the two days of a date filter, as typed."""
        start, end = (self.value(f"{self.filter.key}_{side}") for side in ("du", "au"))
        written = self.value(self.filter.key)
        if start or end or self.period_word:
            return start, end
        first, joined, last = written.partition("..")
        return first, last if joined else first


@dataclass(frozen=True)
class ColumnChoice:
    """A column one can show or hide."""

    key: str
    label: str
    shown: bool
