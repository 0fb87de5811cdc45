"""Fields of forms: lines, numbers, times and dates that keep what was typed, and say in words what cannot be read."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from app.kernel.choices import Choice
from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_, _

NEEDED = translated(N_("Ce champ est nécessaire."))
QUARTER = 15


def line(
    label: str,
    most: int,
    *,
    needed: bool = True,
    checks: Sequence[Any] = (),
    filters: Sequence[Callable[[str], str]] = (),
    **attributes: Any,
) -> Any:
    """Declare a line of text; `filters` tidy it further."""
    checks = [*checks, Length(max=most, message=translated(N_("%(max)d caractères au plus."))), no_control_characters]
    return StringField(
        translated(label),
        [InputRequired(NEEDED), *checks] if needed else checks,
        filters=[tidy, *filters],
        render_kw=attributes or None,
    )


def words(label: str, most: int = 1000) -> Any:
    """Declare a text of several lines, which may be left empty."""
    return TextAreaField(
        translated(label),
        [Length(max=most, message=translated(N_("%(max)d caractères au plus."))), no_control_characters],
        filters=[tidy, lambda typed: typed.replace("\r\n", "\n")],
    )


def named(choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """Give the members of an enumeration with their labels, in the reader's language."""
    return [(each.value, each.label) for each in choices]


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
        """Read a text into the field's value. Raises ValueError, in the reader's language, for what does not fit."""
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


class DecimalField(TypedField):
    """A number with a comma or a point: "1 250,50"."""

    def __init__(
        self, label: str = "", *, most: Decimal, places: int, least: Decimal = Decimal(0), **options: Any
    ) -> None:
        """Declare the bounds, and how many figures may follow the comma."""
        options.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, **options)
        self.least, self.most, self.places = least, most, places

    def read(self, typed: str) -> Decimal:
        """Read the number."""
        plain = re.sub(r"[\s\u00a0\u202f€%]", "", typed).replace(",", ".")
        if not re.fullmatch(rf"-?[0-9]{{1,9}}(\.[0-9]{{1,{self.places}}})?", plain):
            raise ValueError(_("Indiquez un nombre, avec %(places)s décimales au plus.", places=self.places))
        number = Decimal(plain)
        if not self.least <= number <= self.most:
            raise ValueError(_("Un nombre de %(least)s à %(most)s est attendu.", least=self.least, most=self.most))
        return number

    def written(self) -> str:
        """Write the number with a comma."""
        return str(self.data).replace(".", ",")


class EurosField(TypedField):
    """An amount of money, kept in cents: "10", "10,5" or "10.50"."""

    def __init__(self, label: str = "", **options: Any) -> None:
        """Declare the field."""
        options.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, **options)

    def read(self, typed: str) -> int:
        """Read euros into cents."""
        found = re.fullmatch(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?", re.sub(r"[\s\u202f\u00a0€]", "", typed))
        if found is None:
            raise ValueError(_("Écrivez un montant comme 30 ou 30,50."))
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def written(self) -> str:
        """Write cents as one would type them."""
        return f"{self.data // 100},{self.data % 100:02}"


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
