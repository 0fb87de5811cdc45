"""What can be paid for: records of other slices, each kind declared by the slice that owns it."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from app.kernel.db import Identified, record_kinds
from app.kernel.languages import _


@dataclass(frozen=True)
class Payable:
    """A record money is asked for, as the books name it: no foreign key, for they know no other slice."""

    kind: str
    id: UUID

    @classmethod
    def of(cls, record: Identified) -> Self:
        """Name a record. Raises LookupError when its slice did not declare that it can be paid for."""
        if record.kind() not in _kinds:
            raise LookupError(f"payable_kind({record.kind()!r}, …) is declared nowhere")
        return cls(record.kind(), record.id)

    @property
    def label(self) -> str:
        """Name it as a reader does: "Réservation K7MN3PQ"."""
        return f"{_(_kinds[self.kind])} {self._name()}".strip() if self.kind in _kinds else self.kind

    def _name(self) -> str:
        model = record_kinds().get(self.kind)
        record = model.get(self.id) if model is not None else None
        return str(getattr(record, "trail_name", ""))


_kinds: dict[str, str] = {}


def payable_kind(kind: str, label: str) -> None:
    """Declare a kind of record that can be paid for, with its name."""
    _kinds[kind] = label


def payable_kinds() -> dict[str, str]:
    """Give the kinds of record that can be paid for, with their names."""
    return _kinds
