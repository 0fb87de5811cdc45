"""Editions: a form knows what it was opened on, so that two who save the same thing at once do not undo each other.

The form carries the edition of the texts it was filled with. When others stand there by the time it comes back, nothing
is saved: its page is shown again with what was typed, beside what stands now, and with the edition of that; the same
button then saves all the same. A form without an edition was not opened here, and is not held back.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request

from app.kernel.db import take_turn
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

FIELD = "edition"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """One field of which two people said different things."""

    label: str
    stands: str
    typed: str


class Overtaken(RuleBroken):
    """Something newer stands where this was to be saved; answered with both texts."""

    def __init__(self, stands: Texts, typed: Texts) -> None:
        """Keep both texts."""
        super().__init__(_("Quelqu’un a enregistré autre chose pendant que vous écriviez."))
        self.stands, self.typed = stands, typed

    def differences(self, labels: Mapping[str, str]) -> list[Difference]:
        """Give what differs, under the labels of the form."""
        return [
            Difference(labels[name], stands, self.typed[name])
            for name, stands in self.stands.items()
            if stands != self.typed[name]
        ]


def edition_of(texts: Texts) -> str:
    """Give what stands for these texts, and for no others."""
    written = json.dumps(texts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def edition_opened(texts: Texts, overtaken: Overtaken | None = None) -> str:
    """Give the edition for the form: the one it came with, until what overtook it is shown; else that of the texts."""
    carried = request.form.get(FIELD, "") if overtaken is None else ""
    return carried or edition_of(texts)


def refuse_overtaken(name: str, read: Callable[[], Texts], typed: Texts) -> None:
    """Raise Overtaken when what stands is not what the form was opened on, nor what was typed.

    `read` gives what stands. From here to the end of the transaction nobody else saves under this name.
    """
    take_turn(f"edition {name}")
    stands = read()
    opened = request.form.get(FIELD, "")
    if opened and opened != edition_of(stands) and dict(typed) != dict(stands):
        raise Overtaken(stands, typed)
