"""What happens to data that leaves the house."""

from dataclasses import dataclass
from typing import Any

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Dataset", N_("Liste"))


@dataclass(frozen=True, eq=False)
class DataExported(Event):
    """`subject` is the dataset; `rows` were asked for in `format` (csv, xlsx), narrowed by `filters` (arguments)."""

    code = "datasets.exported"
    heading = N_("Export")
    sentence = N_("a exporté %(rows)s lignes (%(format)s)")
    icon = "download"

    rows: int
    format: str
    columns: list[str]
    filters: dict[str, Any]
