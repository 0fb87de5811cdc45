"""What a reader asks of a figure, read from an address: its period, along what, against what, narrowed by what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from app.kernel.access import Actor
from app.kernel.datasets.periods import WORDS, Period, PeriodRefused, period_of, said
from app.kernel.figures.declaration import Figure
from app.kernel.figures.series import Asked, Dimension, fitting
from app.kernel.languages import N_, _

PERIODS = (
    "7-derniers-jours", "30-derniers-jours", "90-derniers-jours", "12-derniers-mois", "ce-mois", "mois-dernier",
    "7-prochains-jours", "14-prochains-jours", "30-prochains-jours",
)  # fmt: skip
MOST_DAYS = 400
BEFORE, LAST_YEAR = "avant", "annee"
COMPARISONS = ((BEFORE, N_("les semaines d’avant")), (LAST_YEAR, N_("les mêmes semaines, l’an dernier")))
SAME_WEEKS = timedelta(days=364)
"""Fifty-two weeks: a Saturday is compared with a Saturday."""


@dataclass(frozen=True)
class Question:
    """What is asked, the words it was asked in, and what was wrong with them."""

    asked: Asked
    period: str
    own_days: tuple[str, str]
    against: str
    problem: str

    @property
    def sentence(self) -> str:
        """Say the period: "30 derniers jours", "du lun. 2 mars au dim. 8 mars"."""
        return said(self.period, Period(self.asked.first, self.asked.last), self.asked.today)

    @property
    def compared(self) -> Asked | None:
        """Give the same question of the days it is compared with: whole weeks before, so that weekdays meet."""
        if self.against not in (BEFORE, LAST_YEAR):
            return None
        whole_weeks = timedelta(weeks=(len(self.asked.days) + 6) // 7)
        back = SAME_WEEKS if self.against == LAST_YEAR else whole_weeks
        return replace(self.asked, first=self.asked.first - back, last=self.asked.last - back)

    def query(self) -> str:
        """Write the question as the arguments of an address."""
        pairs = {"periode": self.period, "par": self.asked.by.key, "face-a": self.against, **self.asked.filters}
        return urlencode({key: value for key, value in pairs.items() if value})


def question(figure: Figure, arguments: Mapping[str, str], actor: Actor) -> Question:
    """Read a question; what cannot be read is told, and the figure's own period stands in for it."""
    filters = _filters(figure, arguments, actor)
    today = figure.today(actor, filters)
    typed = "" if figure.has_own_period else _typed_period(arguments)
    text, span, problem = typed or figure.period, Period(None, None), ""
    try:
        span = _bounded(period_of(text, today))
    except PeriodRefused as refusal:
        problem, text = str(refusal), figure.period
        span = period_of(text, today)
    first, last = span.first or today, span.last or today
    by = next((each for each in figure.dimensions if each.key == arguments.get("par")), None)
    asked = Asked(first, last, by or _usual(figure, first, last), filters, today)
    against = arguments.get("face-a", "") if figure.compares else ""
    own = ("", "") if text in WORDS else (first.isoformat(), last.isoformat())
    return Question(asked, text, own, against if against in dict(COMPARISONS) else "", problem)


def _typed_period(arguments: Mapping[str, str]) -> str:
    """Give the word chosen, or the days typed: they are read when no word is chosen."""
    word = arguments.get("periode", "")
    start, end = arguments.get("du", "").strip(), arguments.get("au", "").strip()
    return word or (f"{start}..{end}" if start or end else "")


def _bounded(span: Period) -> Period:
    if span.first is None or span.last is None:
        raise PeriodRefused(_("Indiquez le premier et le dernier jour."))
    if (span.last - span.first).days >= MOST_DAYS:
        raise PeriodRefused(_("Choisissez au plus %(days)s jours à la fois.", days=MOST_DAYS))
    return span


def _usual(figure: Figure, first: date, last: date) -> Dimension:
    best = fitting(first, last)
    return best if best in figure.dimensions else figure.dimensions[0]


def _filters(figure: Figure, arguments: Mapping[str, str], actor: Actor) -> dict[str, str]:
    """Keep the filters that name one of their choices."""
    chosen = {each.name: arguments.get(each.name, "") for each in figure.filters}
    return {
        each.name: chosen[each.name]
        for each in figure.filters
        if chosen[each.name] and chosen[each.name] in dict(each.choices(actor))
    }
