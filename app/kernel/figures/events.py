"""What happens to figures that leave the house."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Figure", N_("Chiffre"))


@dataclass(frozen=True, eq=False)
class FigureExported(Event):
    """`subject` is the figure; it left in `format` (csv, xlsx) as `asked`, the arguments of its page."""

    code = "figures.exported"
    heading = N_("Export")
    sentence = N_("a exporté ce chiffre (%(format)s)")
    icon = "download"

    format: str
    asked: str
