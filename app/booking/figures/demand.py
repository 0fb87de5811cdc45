"""What was looked for: searches that found no table, and how far those who look go."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import url_for

from app.booking import permissions as may
from app.booking.figures.grain import BY_HOUSE, counted_houses, day_counted
from app.booking.queries.figures import refusals, steps_between
from app.booking.refusals import SHORTLY
from app.booking.seating import Reason
from app.booking.trials.queries import last_played
from app.booking.trials.telling import advice, because, one_more
from app.kernel.access import Actor
from app.kernel.datasets.periods import dated
from app.kernel.figures import DAY, MONTH, WEEK, WEEKDAY, Asked, Dimension, Figure, Measure, Part, Unit, figure, summed
from app.kernel.languages import N_, _

GROUP = N_("La demande")
REASON = Dimension("motif", N_("Motif"), shape="donut")
STEP = Dimension("etape", N_("Étape"))
REASONS = list(Reason)


def _refused(actor: Actor, asked: Asked) -> Iterator[Measure]:
    houses = [house.id for house in counted_houses(actor, asked)]
    for day, code, _count, covers in refusals(houses, asked.first, asked.last):
        reason = Reason(code)
        yield Measure(day, covers, 0, {REASON.key: (REASONS.index(reason), _(SHORTLY[reason]))})


def _steps(actor: Actor, asked: Asked, *, of_engine: bool = False) -> Iterator[Measure]:
    houses = [house.id for house in counted_houses(actor, asked)]
    counted = steps_between(houses, asked.first, asked.last, of_engine=of_engine)
    for place, (step, count) in enumerate(counted.items() if any(counted.values()) else ()):
        yield Measure(asked.first, count, 0, {STEP.key: (place, step.label)})


def _rows(asked: Asked) -> str:
    return url_for("demand.refused_search_list", date=f"{asked.first.isoformat()}..{asked.last.isoformat()}")


def _one_more(actor: Actor, asked: Asked) -> dict[str, Any]:
    """Say, for each house, what one more table would have brought: by the last trial whose result is known."""
    houses = counted_houses(actor, asked)
    told = []
    for house in houses:
        trial = last_played(house.id)
        if trial is not None and trial.result and trial.result.get("one_more"):
            span = {"first": dated(trial.first_day, asked.today), "last": dated(trial.last_day, asked.today)}
            told.append(
                {
                    "id": house.id.hex,
                    "house": house.name if len(houses) > 1 else "",
                    "because": because(trial.result),
                    "one_more": one_more(trial.result),
                    "advice": advice(trial.result),
                    "url": url_for("trials.trial_show", id=trial.id),
                    "span": _("du %(first)s au %(last)s", **span),
                }
            )
    may_try = any(actor.may(may.CONFIGURE, house) for house in houses)
    return {"told": told, "try_url": url_for("trials.trial_new") if may_try else ""}


figure(
    Figure(
        "booking.lost_demand",
        "demande-refusee",
        label=N_("Demande refusée"),
        explanation=N_(
            "Les couverts des recherches restées sans table, au jour pour lequel on cherchait. C’est un plafond : "
            "qui cherche trois fois compte trois fois, et qui a trouvé une autre heure ensuite reste compté. "
            "Personne n’est suivi ; il ne reste d’une recherche que sa date, son heure, sa taille et le motif du "
            "refus."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(_refused, parts=REASON.key),
        dimensions=(DAY, WEEK, MONTH, WEEKDAY, REASON),
        filters=(BY_HOUSE,),
        today=day_counted,
        rows=_rows,
        rows_label=N_("Voir les recherches"),
        part=Part("booking/trials/_lost_demand.html", _one_more),
        order=30,
    )
)
figure(
    Figure(
        "booking.funnel",
        "parcours",
        label=N_("Du regard à la réservation"),
        explanation=N_(
            "Combien de fois chaque étape d’une réservation en ligne a été franchie. Des nombres seulement : "
            "personne n’est suivi, et un même visiteur compte à chaque passage."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(_steps),
        dimensions=(STEP,),
        filters=(BY_HOUSE,),
        today=day_counted,
        whole=N_("Étapes franchies"),
        order=31,
        stands_alone=False,
    )
)
figure(
    Figure(
        "booking.left_open",
        "placements-en-suspens",
        label=N_("Placements en suspens"),
        explanation=N_(
            "Combien de fois le placement n’a pas su dire à temps si une table existait, et combien de fois un plan a "
            "été écarté à la dernière vérification. Rien de cela n’est compté comme un refus : la question est posée "
            "de nouveau avec plus de temps."
        ),
        group=GROUP,
        permission=may.VIEW_DEMAND,
        unit=Unit.COUNT,
        series=summed(partial(_steps, of_engine=True)),
        dimensions=(STEP,),
        filters=(BY_HOUSE,),
        today=day_counted,
        whole=N_("Placements en suspens"),
        order=32,
    )
)
