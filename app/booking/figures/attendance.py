"""Who comes, who does not, who thinks better of it, and how far ahead they book."""

from collections.abc import Callable, Iterator

from flask import url_for

from app.booking import permissions as may
from app.booking.figures.grain import (
    BY_HOUSE,
    BY_SHIFT,
    COVERS,
    SHIFT,
    Rank,
    counted_houses,
    day_counted,
    is_wanted,
    shift_names,
    size,
)
from app.booking.models import ReservationState as S
from app.booking.queries.figures import Tally, takings, tallies
from app.kernel.access import Actor
from app.kernel.clock import local
from app.kernel.figures import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Figure, Measure, Unit, figure, summed
from app.kernel.languages import N_, _

GROUP = N_("La fréquentation")
ALONG = (DAY, WEEK, MONTH, WEEKDAY, SHIFT, COVERS)
AHEAD = Dimension("avance", N_("Réservé"))
BANDS = (
    (0, N_("le jour même")),
    (1, N_("la veille")),
    (3, N_("2 ou 3 jours avant")),
    (7, N_("4 à 7 jours avant")),
    (14, N_("8 à 14 jours avant")),
    (30, N_("15 à 30 jours avant")),
)
LONGER = N_("plus de 30 jours avant")


def counted(weigh: Callable[[Tally, Asked], tuple[float, float] | None]) -> Callable[[Actor, Asked], Iterator[Measure]]:
    """Make measures of the reservations of the days asked for: how each tally weighs, nothing when it does not."""

    def read(actor: Actor, asked: Asked) -> Iterator[Measure]:
        houses = counted_houses(actor, asked)
        name = shift_names(houses)
        for tally in tallies([house.id for house in houses], asked.first, asked.last):
            shift = name(tally.establishment_id, tally.service_date, tally.local_time)
            weight = weigh(tally, asked) if is_wanted(asked, shift) else None
            if weight is not None:
                under = {SHIFT.key: shift, COVERS.key: size(tally.covers)}
                yield Measure(tally.service_date, *weight, under)

    return read


def _rows(asked: Asked) -> str:
    days = f"{asked.first.isoformat()}..{asked.last.isoformat()}"
    return url_for("desk.reservation_list", date=days, maison=asked.filters.get(BY_HOUSE.name) or None)


def _covers(tally: Tally, _asked: Asked) -> tuple[float, float] | None:
    return (tally.covers * tally.count, 0) if tally.is_received else None


def _reservations(tally: Tally, _asked: Asked) -> tuple[float, float] | None:
    return (tally.count, 0) if tally.is_received else None


def _absences(tally: Tally, asked: Asked) -> tuple[float, float] | None:
    if tally.service_date >= asked.today or tally.state is S.CANCELLED:
        return None
    return (tally.count if tally.state is S.NO_SHOW else 0, tally.count)


def _cancellations(tally: Tally, _asked: Asked) -> tuple[float, float] | None:
    return (tally.count if tally.state is S.CANCELLED else 0, tally.count)


def _ahead(actor: Actor, asked: Asked) -> Iterator[Measure]:
    houses = counted_houses(actor, asked)
    zones = {house.id: house.timezone for house in houses}
    for taking in takings([house.id for house in houses], asked.first, asked.last):
        if taking.is_received:
            days = max(0, (taking.service_date - local(taking.created_at, zones[taking.establishment_id]).date()).days)
            yield Measure(taking.service_date, days, 1, {COVERS.key: size(taking.covers)})


def _spread(actor: Actor, asked: Asked) -> Iterator[Measure]:
    """Share the promises among the spans of days they were made ahead."""
    found = list(_ahead(actor, asked))
    for measure in found:
        yield Measure(measure.day, 1 / len(found), 0, {AHEAD.key: _band(int(measure.amount))})


def _band(days: int) -> Rank:
    named = next(((most, words) for most, words in BANDS if days <= most), (365, LONGER))
    return (named[0], _(named[1]))


figure(
    Figure(
        "booking.covers",
        "couverts",
        label=N_("Couverts"),
        explanation=N_(
            "Les couverts des réservations reçues ou attendues, à la date du repas. Ni les annulations, ni les "
            "absences, ni les tables seulement retenues ne comptent ; une réservation à confirmer compte, car sa "
            "table est gardée. Un repas qui commence après minuit appartient au service de la veille."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(counted(_covers), parts=SHIFT.key),
        dimensions=ALONG,
        filters=(BY_HOUSE, BY_SHIFT),
        today=day_counted,
        rows=_rows,
        rows_label=N_("Voir les réservations"),
        order=10,
    )
)
figure(
    Figure(
        "booking.reservations",
        "reservations",
        label=N_("Réservations"),
        explanation=N_(
            "Le nombre de réservations reçues ou attendues, à la date du repas. Elles sont comptées comme les couverts."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(counted(_reservations), parts=SHIFT.key),
        dimensions=ALONG,
        filters=(BY_HOUSE, BY_SHIFT),
        today=day_counted,
        rows=_rows,
        rows_label=N_("Voir les réservations"),
        order=11,
    )
)
figure(
    Figure(
        "booking.no_shows",
        "absences",
        label=N_("Taux d’absence"),
        explanation=N_(
            "La part des réservations attendues auxquelles personne n’est venu. Le calcul s’arrête à hier : ce soir "
            "n’est pas joué. Une réservation dont personne n’a rien noté compte comme venue ; une annulation ne "
            "compte pas."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.SHARE,
        series=summed(counted(_absences), mean=True),
        dimensions=ALONG,
        filters=(BY_HOUSE, BY_SHIFT),
        today=day_counted,
        order=12,
    )
)
figure(
    Figure(
        "booking.cancellations",
        "annulations",
        label=N_("Taux d’annulation"),
        explanation=N_(
            "La part des réservations promises pour ces jours qui ont été annulées, par le client ou par la maison. "
            "Les absences comptent parmi les promesses, non parmi les annulations."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.SHARE,
        series=summed(counted(_cancellations), mean=True),
        dimensions=ALONG,
        filters=(BY_HOUSE, BY_SHIFT),
        today=day_counted,
        order=13,
    )
)
figure(
    Figure(
        "booking.lead_time",
        "avance",
        label=N_("Avance des réservations"),
        explanation=N_(
            "Le nombre moyen de jours entre la prise d’une réservation et le repas, chaque réservation pesant "
            "autant. Une réservation prise le jour même compte pour zéro."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.DAYS,
        series=summed(_ahead, mean=True),
        dimensions=(DAY, WEEK, MONTH, WEEKDAY, COVERS),
        filters=(BY_HOUSE,),
        today=day_counted,
        whole=N_("En moyenne"),
        order=14,
    )
)
figure(
    Figure(
        "booking.lead_time_spread",
        "avance-repartie",
        label=N_("Quand les clients réservent"),
        explanation=N_(
            "La part des réservations prises le jour même, la veille, et plus tôt. Les réservations comptées sont "
            "celles que la maison a reçues ou attend sur ces jours."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.SHARE,
        series=summed(_spread),
        dimensions=(AHEAD,),
        filters=(BY_HOUSE,),
        today=day_counted,
        whole=N_("Ensemble"),
        compares=False,
        order=15,
        stands_alone=False,
    )
)
