"""How much of the room is used: seats, minutes, and covers for each seat and hour offered."""

from collections.abc import Callable, Iterator
from datetime import date

from app.booking import permissions as may
from app.booking.figures.grain import (
    BY_HOUSE,
    BY_SHIFT,
    SHIFT,
    counted_houses,
    day_counted,
    is_wanted,
    rank,
    seats_of,
    shift_names,
)
from app.booking.opening import Shift, shifts_on
from app.booking.queries import House, house_of
from app.booking.queries.figures import Tally, parties_by_table, tallies
from app.booking.seating.room import stay_minutes
from app.kernel.access import Actor
from app.kernel.figures import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Figure, Measure, Unit, figure, summed
from app.kernel.languages import N_

GROUP = N_("La salle")
ALONG = (DAY, WEEK, MONTH, WEEKDAY, SHIFT)
TABLE = Dimension("table", N_("Table"))
A_COUPLE = 2


def used_of_offered(
    used: Callable[[Tally], float], offered: Callable[[int, int], float]
) -> Callable[[Actor, Asked], Iterator[Measure]]:
    """Make measures of what was used, out of what seats and minutes were offered."""

    def read(actor: Actor, asked: Asked) -> Iterator[Measure]:
        houses = counted_houses(actor, asked)
        name = shift_names(houses)
        for tally in tallies([house.id for house in houses], asked.first, asked.last):
            shift = name(tally.establishment_id, tally.service_date, tally.local_time)
            if tally.is_received and is_wanted(asked, shift):
                yield Measure(tally.service_date, used(tally), 0, {SHIFT.key: shift})
        for house in map(house_of, houses):
            seats = seats_of(house)
            for day, offer, minutes in hours_offered(house, asked):
                yield Measure(day, 0, offered(seats, minutes), {SHIFT.key: rank(offer)})

    return read


def hours_offered(house: House, asked: Asked) -> Iterator[tuple[date, Shift, int]]:
    """Give each shift of the days asked for, with its minutes from the first arrival to the last departure."""
    for day in asked.days:
        for shift in shifts_on(house.opening, day):
            if is_wanted(asked, rank(shift)):
                stay = stay_minutes(shift.durations or house.room.durations, A_COUPLE)
                yield day, shift, shift.minutes[-1] - shift.minutes[0] + stay


def _parties_by_table(actor: Actor, asked: Asked) -> Iterator[Measure]:
    houses = [house.id for house in counted_houses(actor, asked)]
    for day, position, code, parties in parties_by_table(houses, asked.first, asked.last):
        yield Measure(day, parties, 0, {TABLE.key: (position, code)})


def _seat_minutes_used(tally: Tally) -> float:
    return tally.cover_minutes


def _covers(tally: Tally) -> float:
    return tally.covers * tally.count


figure(
    Figure(
        "booking.occupancy",
        "occupation",
        label=N_("Occupation de la salle"),
        explanation=N_(
            "Les minutes promises aux convives, sur les minutes de siège offertes. Sont offerts tous les sièges des "
            "tables en service aujourd’hui, du premier horaire au dernier, plus la durée d’un repas à deux. Une "
            "table de quatre donnée à deux personnes n’est donc qu’à moitié occupée ; une salle changée depuis "
            "change aussi le passé."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.SHARE,
        series=summed(used_of_offered(_seat_minutes_used, lambda seats, minutes: seats * minutes), mean=True),
        dimensions=ALONG,
        filters=(BY_HOUSE, BY_SHIFT),
        today=day_counted,
        order=20,
    )
)
figure(
    Figure(
        "booking.covers_per_seat_hour",
        "couverts-par-siege",
        label=N_("Couverts par siège et par heure"),
        explanation=N_(
            "Les couverts reçus ou attendus, sur les heures de siège offertes. C’est le RevPASH des restaurateurs, "
            "compté en couverts tant que Guichet ne connaît pas les additions : multipliez-le par votre ticket moyen "
            "pour avoir des euros. Les heures offertes sont celles de l’occupation."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.RATIO,
        series=summed(used_of_offered(_covers, lambda seats, minutes: seats * minutes / 60), mean=True),
        dimensions=ALONG,
        filters=(BY_HOUSE, BY_SHIFT),
        today=day_counted,
        order=21,
    )
)
figure(
    Figure(
        "booking.parties_by_table",
        "tables",
        label=N_("Tablées par table"),
        explanation=N_(
            "Les tablées reçues ou attendues à chaque table. Une tablée qui réunit deux tables compte à chacune. "
            "Les tables retirées depuis gardent leur passé."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(_parties_by_table),
        dimensions=(TABLE, DAY, WEEK, MONTH, WEEKDAY),
        filters=(BY_HOUSE,),
        today=day_counted,
        order=22,
    )
)
