"""A sample of what preferences change: some rows of a list and the head of a calendar, as the reader would see them."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from app.kernel.formats import calendar_weekdays, euros, short_date, spoken_time
from app.kernel.languages import _
from app.kernel.preferences import AUTO, CALENDAR_FROM, CALENDAR_UNTIL, preferred

MIDNIGHT = "24"
GUESTS = (
    ("Alice Durand", time(12, 30), 123450),
    ("Eve Moreau", time(19), 8900),
    ("Luc Petit", time(21, 15), 1250000),
)


@dataclass(frozen=True)
class Sample:
    """What the preview draws."""

    rows: list[tuple[str, str, str, str]]
    weekdays: list[str]
    starts: str
    ends: str


def sample(today: date) -> Sample:
    """Write the sample as the preferences of who acts have it."""
    rows = [
        (name, short_date(today + timedelta(days=after)), spoken_time(at), euros(cents))
        for after, (name, at, cents) in enumerate(GUESTS)
    ]
    starts, ends = preferred(CALENDAR_FROM), preferred(CALENDAR_UNTIL)
    return Sample(
        rows,
        [long for _short, long in calendar_weekdays()],
        _("l’ouverture") if starts == AUTO else spoken_time(time(int(starts))),
        _("la fermeture") if ends == AUTO else _("minuit") if ends == MIDNIGHT else spoken_time(time(int(ends))),
    )
