"""Fields of the settings pages of booking alone: how long parties stay."""

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form

from app.booking.opening import DurationBand
from app.kernel.fields import QUARTER, TypedField, WholeField
from app.kernel.languages import N_, _

LONGEST_STAY = 720


class SettingsForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form of the settings pages; `form_errors` holds what is about no field.

    With ``formdata=None`` it shows what is saved, whatever was sent: another form of the page was.
    """

    def __init__(self, **options: Any) -> None:
        """Remember whether what was sent is for this form."""
        self.is_asked = options.get("formdata", ...) is not None
        super().__init__(**options)

    def is_submitted(self) -> bool:
        """Tell whether this form was sent."""
        return self.is_asked and bool(super().is_submitted())


class DurationsField(TypedField):
    """How long parties stay, in minutes, on one line: "120", or by size "2 : 90, 4 : 105, 120", the last for others."""

    BAND = re.compile(r"(?:([0-9]{1,3})\s*:\s*)?([0-9]{1,4})")

    def read(self, typed: str) -> tuple[DurationBand, ...]:
        """Read the durations, by growing size."""
        found = [self.BAND.fullmatch(part.strip()) for part in re.split("[,;]", typed)]
        bands = [DurationBand(int(band[1]) if band[1] else None, int(band[2])) for band in found if band]
        sizes = [band.up_to for band in bands[:-1] if band.up_to]
        if len(bands) < len(found) or bands[-1].up_to is not None or len(set(sizes)) < len(bands) - 1:
            raise ValueError(_("Indiquez des minutes, comme « 120 », ou par taille, comme « 2 : 90, 4 : 105, 120 »."))
        if any(band.minutes % QUARTER or not QUARTER <= band.minutes <= LONGEST_STAY for band in bands):
            limits = {"step": QUARTER, "most": LONGEST_STAY}
            raise ValueError(_("Chaque durée est un multiple de %(step)s, de %(step)s à %(most)s minutes.", **limits))
        return (*sorted(bands[:-1], key=lambda band: band.up_to or 0), bands[-1])

    def written(self) -> str:
        """Write the durations as they would be typed."""
        bands: Sequence[DurationBand] = self.data
        return ", ".join(f"{band.up_to} : {band.minutes}" if band.up_to else str(band.minutes) for band in bands)


class BandForm(Form):
    """How long parties of at most so many covers stay. An empty line counts for nothing."""

    up_to = WholeField(N_("Jusqu’à, en couverts"), least=1, most=999, needed=False)
    minutes = WholeField(N_("Minutes"), least=QUARTER, most=LONGEST_STAY, step=QUARTER, needed=False)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed here."""
        return not any(field.raw_data and field.raw_data[0].strip() for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for both halves of a line, or none."""
        sound = bool(super().validate(extra_validators))
        for field in self:
            if field.data is None and not field.errors and not self.is_empty:
                field.errors = [_("Complétez ou videz cette ligne.")]
                sound = False
        return sound


def bands_of(lines: Any, longest: int | None) -> tuple[DurationBand, ...] | None:
    """Give the durations typed, by growing size; None when nothing was."""
    typed = {entry.form.up_to.data: entry.form.minutes.data for entry in lines if entry.form.up_to.data is not None}
    if longest is None:
        return None
    return (*(DurationBand(up_to, typed[up_to]) for up_to in sorted(typed)), DurationBand(None, longest))


def show_bands(lines: Any, bands: tuple[DurationBand, ...] | None, least: int) -> int | None:
    """Put durations into the lines of a fresh form, with a free line after them; give the last one's minutes."""
    for band in bands or ():
        if band.up_to is not None:
            lines.append_entry({"up_to": band.up_to, "minutes": band.minutes})
    lines.append_entry({})
    while len(lines) < least:
        lines.append_entry({})
    return bands[-1].minutes if bands else None
