"""What the waiting list is worth: how many waited and how it ended, how many places offered were taken."""

from collections.abc import Iterator

from flask import url_for

from app.booking.figures.demand import GROUP
from app.booking.figures.grain import BY_HOUSE, counted_houses, day_counted
from app.booking.models import OfferState, WaitingState
from app.booking.permissions import VIEW_DEMAND
from app.booking.waiting.queries import answers, outcomes
from app.kernel.access import Actor
from app.kernel.figures import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Figure, Measure, Unit, figure, summed
from app.kernel.languages import N_

OUTCOME = Dimension("issue", N_("Issue"), shape="donut")
STATES = list(WaitingState)


def _entries(actor: Actor, asked: Asked) -> Iterator[Measure]:
    houses = [house.id for house in counted_houses(actor, asked)]
    for day, state, count in outcomes(houses, asked.first, asked.last):
        yield Measure(day, count, 0, {OUTCOME.key: (STATES.index(state), state.label)})


def _accepted(actor: Actor, asked: Asked) -> Iterator[Measure]:
    houses = [house.id for house in counted_houses(actor, asked)]
    for day, state, count in answers(houses, asked.first, asked.last):
        yield Measure(day, count if state is OfferState.ACCEPTED else 0, count)


def _rows(asked: Asked) -> str:
    return url_for("waiting_desk.entry_list", date=f"{asked.first.isoformat()}..{asked.last.isoformat()}")


figure(
    Figure(
        "booking.waiting",
        "liste-attente",
        label=N_("Liste d’attente"),
        explanation=N_(
            "Les inscriptions en liste d’attente, au jour pour lequel une place était attendue, et leur issue : place "
            "acceptée, offre restée sans réponse, inscription retirée, ou restée sans place."
        ),
        group=GROUP,
        permission=VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(_entries, parts=OUTCOME.key),
        dimensions=(DAY, WEEK, MONTH, WEEKDAY, OUTCOME),
        filters=(BY_HOUSE,),
        today=day_counted,
        rows=_rows,
        rows_label=N_("Voir la liste d’attente"),
        order=32,
    )
)
figure(
    Figure(
        "booking.waiting_accepted",
        "places-acceptees",
        label=N_("Places proposées puis acceptées"),
        explanation=N_(
            "La part des places proposées à la liste d’attente que les clients ont acceptées. Une offre restée sans "
            "réponse compte comme refusée ; une offre encore ouverte, ou reprise par la maison, ne compte pas."
        ),
        group=GROUP,
        permission=VIEW_DEMAND,
        unit=Unit.SHARE,
        series=summed(_accepted, mean=True),
        dimensions=(DAY, WEEK, MONTH, WEEKDAY),
        filters=(BY_HOUSE,),
        today=day_counted,
        order=33,
    )
)
