"""The days ahead: what is already promised against what is usual from here, and how many will come."""

from datetime import date, timedelta
from typing import Any

from flask import g

from app.booking import forecast as foresight
from app.booking import permissions as may
from app.booking.figures.grain import BY_HOUSE, counted_houses, day_counted
from app.booking.forecast import AHEAD, LOOKED_BACK, NIGHTS, ONE_DAY, TESTED, Book, Promise, Trial
from app.booking.opening import shifts_on
from app.booking.queries import house_of
from app.booking.queries.figures import takings
from app.kernel.access import Actor
from app.kernel.clock import local
from app.kernel.datasets.periods import dated
from app.kernel.figures import DAY, Asked, Dimension, Figure, Part, Point, Series, Unit, figure
from app.kernel.formats import number
from app.kernel.languages import N_, _, ngettext

GROUP = N_("Les jours qui viennent")
DISTANCE = Dimension("distance", N_("Nuits d’avance"), shape="lines")
IN_DAYS = Dimension(DAY.key, DAY.label, shape="lines")
EARLIER_SPANS, LONGEST_SPAN = 4, timedelta(weeks=6)
SPANS_OF_NIGHTS = ((1, 3), (4, 7), (8, AHEAD))


def book_around(actor: Actor, asked: Asked, first: date, last: date) -> Book:
    """Read the promises of some days, of all the houses asked about together.

    The days before the first promise are left out: a house that was not there yet had no bad evenings.
    """
    houses = counted_houses(actor, asked)
    zones = {house.id: house.timezone for house in houses}
    promises = [
        Promise(
            taking.service_date,
            taking.covers,
            local(taking.created_at, zones[taking.establishment_id]).date(),
            local(taking.cancelled_at, zones[taking.establishment_id]).date() if taking.cancelled_at else None,
            taking.is_received,
        )
        for taking in takings([house.id for house in houses], first, last)
    ]
    openings = [house_of(house).opening for house in houses]
    began = min((promise.day for promise in promises), default=last)
    days = [began + timedelta(days=offset) for offset in range((last - began).days + 1)]
    return foresight.book_of(promises, (day for day in days if any(shifts_on(each, day) for each in openings)))


# --- pace -----------------------------------------------------------------------------------------------------


def _pace(actor: Actor, asked: Asked) -> Series:
    reach = max(LOOKED_BACK, _earlier_spans(asked) * _weeks(asked))
    book = book_around(actor, asked, min(asked.first, asked.today) - reach - ONE_DAY, asked.last)
    points = _by_distance(book, asked) if asked.by == DISTANCE else _by_day(book, asked)
    on_hand = sum(book.at(day, _nights_to(day, asked)) for day in asked.days if day in book.final)
    names = (_("Réservé"), _("D’habitude à la même distance"))
    return Series(_(asked.by.label), names, points, on_hand, "lines")


def _nights_to(day: date, asked: Asked) -> int:
    """Count the nights between yesterday's, the last that is over, and a day; negative for days that are over."""
    return max(-1, (day - asked.today).days + 1) if day >= asked.today else -1


def _by_day(book: Book, asked: Asked) -> tuple[Point, ...]:
    yesterday = asked.today - ONE_DAY
    points = []
    for day in asked.days:
        nights = _nights_to(day, asked)
        known = day in book.final and nights <= NIGHTS
        expected = foresight.usual(book, min(yesterday, day - ONE_DAY), day, nights) if known else None
        points.append(Point(dated(day, asked.today), (book.at(day, nights) if known else None, expected)))
    return tuple(points)


def _by_distance(book: Book, asked: Asked) -> tuple[Point, ...]:
    """Follow the span's book from four weeks before to its day, beside the mean of earlier spans of whole weeks."""
    span = [day for day in asked.days if day in book.final]
    back = _weeks(asked)
    earlier = [[day - back * turn for day in asked.days] for turn in range(1, _earlier_spans(asked) + 1)]
    earlier = [[day for day in days if day in book.final] for days in earlier if days[-1] < asked.today]
    points = []
    for nights in range(NIGHTS, -1, -1):
        is_known = bool(span) and nights >= _nights_to(span[-1], asked)
        now = sum(book.at(day, nights) for day in span) if is_known else None
        sums = [sum(book.at(day, nights) for day in days) for days in earlier]
        label = _("le jour même") if nights == 0 else ngettext("%(num)s nuit", "%(num)s nuits", nights)
        points.append(Point(label, (now, sum(sums) / len(sums) if sums else None)))
    return tuple(points)


def _earlier_spans(asked: Asked) -> int:
    """Count the spans before this one that are read: none for a long one, whose own seasons say more."""
    return EARLIER_SPANS if _weeks(asked) <= LONGEST_SPAN else 0


def _weeks(asked: Asked) -> timedelta:
    """Give the whole weeks a span takes, so that weekdays meet weekdays."""
    return timedelta(weeks=(len(asked.days) + 6) // 7)


# --- forecast -------------------------------------------------------------------------------------------------


def _forecast_book(actor: Actor, asked: Asked) -> Book:
    """Read the book once for a page: the forecast and its past error look at the same days."""
    books: dict[tuple[str, ...], Book] = g.setdefault("forecast_books", {})
    key = (actor.kind, actor.id, asked.today.isoformat(), *asked.filters.values())
    if key not in books:
        oldest = asked.today - LOOKED_BACK - timedelta(days=TESTED + 1)
        books[key] = book_around(actor, asked, oldest, asked.today + timedelta(days=AHEAD - 1))
    return books[key]


def _forecast(actor: Actor, asked: Asked) -> Series:
    book, night = _forecast_book(actor, asked), asked.today - ONE_DAY
    points, total = [], 0.0
    for offset in range(AHEAD):
        day = asked.today + timedelta(days=offset)
        made = foresight.forecast(book, night, day)
        if made is None:
            points.append(Point(dated(day, asked.today), (None, None)))
            continue
        total += made.expected
        low, high = round(made.low), round(made.high)
        points.append(Point(dated(day, asked.today), (round(made.expected), made.on_hand), low, high))
    known = any(point.values[0] is not None for point in points)
    return Series(
        _(DAY.label),
        (_("Prévision"), _("Déjà réservé")),
        tuple(points) if known else (),
        round(total) if known else None,
        "lines",
        (_("Au moins"), _("Au plus")),
    )


def _past_error(actor: Actor, asked: Asked) -> dict[str, Any]:
    """Say how the same forecasts would have fared over the last eight weeks, by how far ahead they were made."""
    played = foresight.trials(_forecast_book(actor, asked), asked.today - ONE_DAY)
    rows = [_error_row(*span, played) for span in SPANS_OF_NIGHTS]
    return {"rows": [row for row in rows if row], "promised": Unit.SHARE.write(foresight.PROMISED)}


def _error_row(nearest: int, furthest: int, played: list[Trial]) -> dict[str, str] | None:
    found = foresight.accuracy([trial for trial in played if nearest <= trial.nights <= furthest])
    if found is None:
        return None
    return {
        "span": _("de %(nearest)s à %(furthest)s nuits", nearest=nearest, furthest=furthest),
        "trials": number(found.trials),
        "error": number(round(found.error, 1)),
        "relative": Unit.SHARE.write(found.relative),
        "plain": number(round(found.plain_error, 1)),
        "within": Unit.SHARE.write(found.within),
    }


figure(
    Figure(
        "booking.forecast",
        "previsions",
        label=N_("Prévision des couverts"),
        explanation=N_(
            "Pour chacun des 14 jours : ce qui était réservé hier soir, plus ce que les huit derniers mêmes jours de "
            "la semaine ont encore gagné depuis la même distance. C’est la méthode du « pick-up » additif des "
            "hôteliers (Weatherford et Kimes, 2003). L’intervalle est celui où doivent tomber 4 jours sur 5 ; il "
            "s’élargit là où les soirs se ressemblent peu. Ni la météo ni les fêtes ne sont connues. Un jour fermé "
            "n’a pas de prévision."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=_forecast,
        dimensions=(IN_DAYS,),
        filters=(BY_HOUSE,),
        period="14-prochains-jours",
        today=day_counted,
        compares=False,
        has_own_period=True,
        whole=N_("Couverts attendus"),
        part=Part("booking/_past_error.html", _past_error),
        order=1,
        stands_alone=False,
    )
)
figure(
    Figure(
        "booking.pace",
        "rythme",
        label=N_("Rythme des réservations"),
        explanation=N_(
            "Les couverts déjà réservés pour ces jours, à côté de ce que les huit derniers mêmes jours de la semaine "
            "avaient à la même distance. Par nuits d’avance, la courbe suit toute la période depuis quatre semaines "
            "avant, face à la moyenne des quatre périodes précédentes ; au-delà de six semaines, elle est seule. Les "
            "jours à venir sont vus d’hier soir."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=_pace,
        dimensions=(IN_DAYS, DISTANCE),
        filters=(BY_HOUSE,),
        period="7-prochains-jours",
        today=day_counted,
        compares=False,
        whole=N_("Déjà réservé"),
        order=2,
        stands_alone=False,
    )
)
