"""In what a figure is counted, and how it is written."""

from enum import Enum

from app.kernel.formats import number
from app.kernel.languages import _

MISSING = "–"


class Unit(Enum):
    """Whole numbers, shares of one, minutes, days, or a plain ratio."""

    COUNT = "count"
    SHARE = "share"
    MINUTES = "minutes"
    DAYS = "days"
    RATIO = "ratio"

    def write(self, value: float | None) -> str:
        """Write a value for a reader: "1 234", "12,5 %", "95 min"; a dash when nobody knows."""
        if value is None:
            return MISSING
        match self:
            case Unit.COUNT:
                return number(round(value, 1) if value % 1 else int(value))
            case Unit.SHARE:
                return _("%(number)s %%", number=number(round(100 * value, 1)))
            case Unit.MINUTES:
                return _("%(number)s min", number=number(round(value)))
            case Unit.DAYS:
                return _("%(number)s j", number=number(round(value, 1)))
            case Unit.RATIO:
                return number(round(value, 2))

    def plain(self, value: float | None) -> float | None:
        """Give a value as a spreadsheet takes it: shares stay fractions of one."""
        return None if value is None else round(value, 4)

    def change(self, now: float, before: float) -> str:
        """Write how far a value moved: points for shares, percents for the rest, a difference from nothing."""
        sign = "+" if now >= before else "−"
        if self is Unit.SHARE:
            return _("%(sign)s%(number)s points", sign=sign, number=number(round(100 * abs(now - before), 1)))
        if not before:
            return f"{sign}{self.write(abs(now - before))}"
        return _("%(sign)s%(number)s %%", sign=sign, number=number(round(100 * abs(now / before - 1))))
