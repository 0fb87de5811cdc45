"""Fields of the settings pages: whole numbers, times and dates that keep what was typed, and say so in words."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from app.booking.opening import DurationBand
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _

NEEDED = translated(N_("Ce champ est nécessaire."))
QUARTER = 15
LONGEST_STAY = 720


def line(label: str, most: int, *, needed: bool = True, checks: Sequence[Any] = (), **attributes: Any) -> Any:
    """Declare a line of text."""
    checks = [*checks, Length(max=most, message=translated(N_("%(max)d caractères au plus."))), no_control_characters]
    return StringField(
        translated(label),
        [InputRequired(NEEDED), *checks] if needed else checks,
        filters=[tidy],
        render_kw=attributes or None,
    )


def words(label: str, most: int = 1000) -> Any:
    """Declare a text of several lines, which may be left empty."""
    return TextAreaField(
        translated(label),
        [Length(max=most, message=translated(N_("%(max)d caractères au plus."))), no_control_characters],
        filters=[tidy, lambda typed: typed.replace("\r\n", "\n")],
    )


class SettingsForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form of the settings pages; `form_errors` holds what is about no field."""


class TypedField(Field):
    """A field whose text is read into a value; text that cannot be read is shown again as it was typed."""

    widget = TextInput()

    def __init__(self, label: str = "", *, needed: bool = True, **options: Any) -> None:
        """Declare the field; one that is not needed may be left empty."""
        super().__init__(translated(label), **options)
        self.needed = needed
        if needed:
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed. Raises ValueError in the reader's language."""
        typed = tidy(valuelist[0]) if valuelist else ""
        self.data = None
        if typed:
            self.data = self.read(typed)
        elif self.needed:
            raise ValueError(_("Ce champ est nécessaire."))

    def read(self, typed: str) -> Any:
        """Read a text into the field's value."""
        raise NotImplementedError

    def written(self) -> str:
        """Write the value as it would be typed."""
        return str(self.data)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written()


class WholeField(TypedField):
    """A whole number between two bounds, by steps if asked."""

    def __init__(self, label: str = "", *, least: int = 0, most: int = 10_000, step: int = 1, **options: Any) -> None:
        """Declare the bounds."""
        options.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label, **options)
        self.least, self.most, self.step = least, most, step

    def read(self, typed: str) -> int:
        """Read the number."""
        if not re.fullmatch(r"-?[0-9]{1,9}", typed):
            raise ValueError(_("Indiquez un nombre entier, en chiffres."))
        number = int(typed)
        if not self.least <= number <= self.most:
            raise ValueError(_("Un nombre de %(least)s à %(most)s est attendu.", least=self.least, most=self.most))
        if number % self.step:
            raise ValueError(_("Un multiple de %(step)s est attendu.", step=self.step))
        return number


class ClockField(TypedField):
    """A time of the day on a quarter-hour: "19:30", and as people write it, "19 h 30" or "19h"."""

    def __init__(self, label: str = "", **options: Any) -> None:
        """Declare the field, of text: a browser's own time field speaks its system's language, not the reader's."""
        options.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off", "placeholder": "19:30"})
        super().__init__(label, **options)

    def read(self, typed: str) -> time:
        """Read the time."""
        found = re.fullmatch(r"([01]?[0-9]|2[0-3])\s*[:hH]\s*([0-5][0-9])?", typed)
        if not found:
            raise ValueError(_("Indiquez l’heure sous la forme 19:30."))
        minute = int(found[2] or 0)
        if minute % QUARTER:
            raise ValueError(_("L’heure doit tomber sur un quart d’heure."))
        return time(int(found[1]), minute)

    def written(self) -> str:
        """Write HH:MM."""
        return f"{self.data:%H:%M}"


class DayField(TypedField):
    """A date of the calendar, YYYY-MM-DD."""

    def __init__(self, label: str = "", **options: Any) -> None:
        """Declare the field; browsers offer a calendar."""
        super().__init__(label, **{"render_kw": {"type": "date"}, **options})

    def read(self, typed: str) -> date:
        """Read the date."""
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
                return date.fromisoformat(typed)
        except ValueError as error:
            raise ValueError(_("Cette date n’existe pas.")) from error
        raise ValueError(_("Indiquez la date sous la forme 2026-12-24."))

    def written(self) -> str:
        """Write YYYY-MM-DD."""
        return str(self.data.isoformat())


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
