"""Reading one JSON value at a time: what is wrong is noted with its place, and reading goes on.

Each reader gives back a value of its type in any case, so that one error does not hide the next; a value that was
refused is `is_bad`, and rules that compare values skip it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from app.booking.opening import Problem
from app.booking.opening.problems import N_

MISSING = object()
WHOLE = "(fichier)"
"""The place of what is wrong with the file as a whole."""
UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that reverse the direction of what follows: they can make a name read as another."""
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Pairs(dict[str, object]):
    """A JSON object that remembers the keys written twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.repeated = sorted({key for key in keys if keys.count(key) > 1})


@dataclass(frozen=True)
class Value:
    """A JSON value, its place in the file, and the list where problems are noted."""

    raw: object
    place: str
    problems: list[Problem]

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong here, or in what lies inside."""
        inside = (f"{self.place}.", f"{self.place}[")
        return any(found.place == self.place or found.place.startswith(inside) for found in self.problems)

    @property
    def is_given(self) -> bool:
        """Whether the file says something here: a missing key and `null` say nothing."""
        return self.raw is not MISSING and self.raw is not None

    def refuse(self, text: str, **values: object) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(self.place or WHOLE, text, values))

    def members(self, *required: str, optional: tuple[str, ...] = (), closed: bool = True) -> dict[str, "Value"]:
        """The values of an object, by key, missing ones included; in a closed object, unknown keys are errors."""
        known = (*required, *optional)
        raw = self.raw
        if not isinstance(raw, Mapping):
            self.refuse(N_("Cette valeur manque.") if raw is MISSING else N_("Un objet { … } est attendu."))
            return {key: Value(MISSING, self._key(key), []) for key in known}
        for key in raw:
            if closed and key not in known:
                Value(None, self._key(key), self.problems).refuse(N_("Clé inconnue."))
        for key in getattr(raw, "repeated", ()):
            Value(None, self._key(key), self.problems).refuse(N_("Clé écrite deux fois."))
        for key in required:
            if key not in raw:
                Value(None, self._key(key), self.problems).refuse(N_("Cette valeur manque."))
        lost: list[Problem] = []
        return {
            key: Value(raw.get(key, MISSING), self._key(key), self.problems if key in raw else lost) for key in known
        }

    def items(self, most: int, *, least: int = 0) -> Iterator["Value"]:
        """The values of a list of `least` to `most` items; a missing one is empty."""
        if self.raw is MISSING:
            return
        if not isinstance(self.raw, list | tuple):
            self.refuse(N_("Une liste [ … ] est attendue."))
        elif not least <= len(self.raw) <= most:
            self.refuse(N_("Une liste de %(least)s à %(most)s éléments est attendue."), least=least, most=most)
        else:
            for index, item in enumerate(self.raw):
                yield Value(item, f"{self.place}[{index}]", self.problems)

    def text(self, most: int, *, empty: bool = False, lines: bool = False) -> str:
        """A text of at most `most` characters, without control characters (`lines` allows line feeds)."""
        if not isinstance(self.raw, str):
            self.refuse(N_("Un texte est attendu."))
            return ""
        if len(self.raw) > most:
            self.refuse(N_("Ce texte dépasse %(most)s caractères."), most=most)
        elif not empty and not self.raw.strip():
            self.refuse(N_("Ce texte est vide."))
        elif any(not _is_plain(character) and not (lines and character == "\n") for character in self.raw):
            self.refuse(N_("Ce texte contient un caractère de contrôle."))
        return self.raw

    def matching(self, pattern: str, most: int, text: str) -> str:
        """A text that the whole pattern describes; `text` says it in words."""
        found = self.text(most)
        if not self.is_bad and not re.fullmatch(pattern, found, re.ASCII):
            self.refuse(text)
        return found

    def whole(self, least: int, most: int, *, step: int = 1) -> int:
        """A whole number from `least` to `most`, a multiple of `step`."""
        if not isinstance(self.raw, int) or isinstance(self.raw, bool):
            self.refuse(N_("Un nombre entier est attendu."))
            return least
        if not least <= self.raw <= most:
            self.refuse(N_("Un nombre de %(least)s à %(most)s est attendu."), least=least, most=most)
        elif self.raw % step:
            self.refuse(N_("Un multiple de %(step)s est attendu."), step=step)
        return self.raw

    def whole_or_none(self, least: int, most: int) -> int | None:
        """A whole number from `least` to `most`; None when the file says nothing."""
        return self.whole(least, most) if self.is_given else None

    def flag(self) -> bool:
        """Yes or no; no when the file says nothing."""
        if self.is_given and not isinstance(self.raw, bool):
            self.refuse(N_("« true » ou « false » est attendu."))
        return self.raw is True

    def clock(self) -> time:
        """A local wall time, HH:MM."""
        match = TIME.fullmatch(self.raw) if isinstance(self.raw, str) else None
        if not match:
            self.refuse(N_("Une heure HH:MM est attendue, de 00:00 à 23:59."))
            return time()
        return time(int(match[1]), int(match[2]))

    def day(self) -> date:
        """A date of the calendar, YYYY-MM-DD."""
        if isinstance(self.raw, str) and DATE.fullmatch(self.raw):
            try:
                return date.fromisoformat(self.raw)
            except ValueError:
                self.refuse(N_("Cette date n’existe pas."))
        else:
            self.refuse(N_("Une date AAAA-MM-JJ est attendue."))
        return date(2000, 1, 1)

    def _key(self, key: object) -> str:
        name = str(key)[:60].encode("unicode_escape").decode() if not str(key).isidentifier() else str(key)[:60]
        return f"{self.place}.{name}" if self.place else name


def _is_plain(character: str) -> bool:
    return unicodedata.category(character) not in UNPRINTABLE and character not in TURNING
