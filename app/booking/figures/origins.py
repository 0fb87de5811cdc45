"""By which way reservations come in: online, from the house's own site, by telephone, at the door, from the list."""

from collections.abc import Iterator

from flask import url_for

from app.booking import permissions as may
from app.booking.figures.attendance import GROUP
from app.booking.figures.grain import BY_HOUSE, Rank, counted_houses, day_counted
from app.booking.models import ReservationOrigin
from app.booking.queries.figures import Coming, comings
from app.kernel.access import Actor
from app.kernel.figures import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Figure, Measure, Unit, figure, summed
from app.kernel.languages import N_, _

ORIGIN = Dimension("origine", N_("Origine"), shape="donut")
ORDER = list(ReservationOrigin)


def _origins(actor: Actor, asked: Asked) -> Iterator[Measure]:
    houses = [house.id for house in counted_houses(actor, asked)]
    for coming in comings(houses, asked.first, asked.last):
        yield Measure(coming.service_date, coming.count, 0, {ORIGIN.key: _way(coming)})


def _way(coming: Coming) -> Rank:
    """Name the way a reservation came in. One made of a place offered came from the list, whoever put it there."""
    if coming.waited:
        return (len(ORDER), _("Liste d’attente"))
    return (ORDER.index(coming.origin), coming.origin.label)


def _rows(asked: Asked) -> str:
    days = f"{asked.first.isoformat()}..{asked.last.isoformat()}"
    return url_for("desk.reservation_list", date=days, maison=asked.filters.get(BY_HOUSE.name) or None)


figure(
    Figure(
        "booking.origins",
        "origines",
        label=N_("Origine des réservations"),
        explanation=N_(
            "Les réservations reçues ou attendues, à la date du repas, selon la façon dont elles sont venues : prises "
            "en ligne, sur le site de la maison, saisies par l’équipe, ou sans réservation. Une place de la liste "
            "d’attente qui a été acceptée compte pour la liste, que le client s’y soit inscrit en ligne ou par "
            "téléphone."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(_origins, parts=ORIGIN.key),
        dimensions=(DAY, WEEK, MONTH, WEEKDAY, ORIGIN),
        filters=(BY_HOUSE,),
        today=day_counted,
        whole=N_("Réservations"),
        rows=_rows,
        rows_label=N_("Voir les réservations"),
        order=16,
    )
)
