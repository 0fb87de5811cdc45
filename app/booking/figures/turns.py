"""How long parties really stay, and the durations that follow, offered with their risk and never set by themselves."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flask import url_for

from app.booking import permissions as may
from app.booking import turns
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
from app.booking.models import Shift
from app.booking.queries import house_of
from app.booking.queries.figures import Stayed, stays_between
from app.booking.queries.rooms import weekly_shifts_of
from app.directory.models import Establishment
from app.kernel import navigation
from app.kernel.access import Actor
from app.kernel.figures import WEEKDAY, Asked, Figure, Part, Point, Series, Unit, figure
from app.kernel.formats import short_weekdays
from app.kernel.languages import N_, _

RISKS = ((0.1, N_("1 tablée sur 10")), (0.2, N_("1 tablée sur 5")))
Found = tuple[Stayed, Rank]


def _found(houses: list[Establishment], asked: Asked) -> list[Found]:
    """Give the believable stays of the days asked for, with their shifts."""
    name = shift_names(houses)
    found = [
        (stay, name(stay.establishment_id, stay.service_date, stay.local_time))
        for stay in stays_between([house.id for house in houses], asked.first, asked.last)
    ]
    return [
        (stay, shift)
        for stay, shift in found
        if is_wanted(asked, shift) and turns.SHORTEST <= stay.minutes <= turns.LONGEST
    ]


def _series(actor: Actor, asked: Asked) -> Series:
    places: dict[Rank, list[float]] = defaultdict(list)
    found = _found(counted_houses(actor, asked), asked)
    for stay, shift in found:
        places[_place(stay, shift, asked)].append(stay.minutes)
    points = tuple(
        Point(
            label,
            (turns.quantile(sorted(minutes), 0.5),),
            turns.quantile(sorted(minutes), 0.1),
            turns.quantile(sorted(minutes), 0.9),
        )
        for (_rank, label), minutes in sorted(places.items())
    )
    every = sorted(stay.minutes for stay, _shift in found)
    median = turns.quantile(every, 0.5) if every else None
    return Series(
        _(asked.by.label),
        (_("Durée médiane"),),
        points,
        median,
        interval=(_("1 sur 10 part avant"), _("9 sur 10 partent avant")),
    )


def _place(stay: Stayed, shift: Rank, asked: Asked) -> Rank:
    if asked.by == SHIFT:
        return shift
    if asked.by == WEEKDAY:
        weekday = stay.service_date.weekday()
        return (weekday, short_weekdays()[weekday][1])
    return size(stay.covers)


def _proposals(actor: Actor, asked: Asked) -> dict[str, Any]:
    """Offer durations for the house and for each of its shifts, to whoever may set them."""
    house: Establishment | None = navigation.current_house()
    if house is None or house.id not in {each.id for each in counted_houses(actor, asked)}:
        return {"scopes": [], "may_configure": False}
    known, found = house_of(house), _found([house], asked)
    shifts = weekly_shifts_of(house)
    own = {shift.name for shift in shifts if shift.durations}
    usual = known.room.durations
    pure = {shift.id: shift for shift in known.opening.shifts}
    scopes = [
        _scope(_("Toute la maison"), url_for("room.rules_edit"), usual, [s for s, rank in found if rank[1] not in own])
    ]
    for shift in shifts:
        bands = pure[shift.id.hex].durations or usual
        scopes.append(_scope(shift.name, _settings_of(shift), bands, [s for s, rank in found if rank[1] == shift.name]))
    return {"scopes": scopes, "may_configure": actor.may(may.CONFIGURE, house), "enough": turns.ENOUGH}


def _settings_of(shift: Shift) -> str:
    return url_for("room.shift_edit", id=shift.id)


def _scope(name: str, url: str, bands: Any, stays: Iterable[Stayed]) -> dict[str, Any]:
    seen = [(stay.covers, stay.minutes) for stay in stays]
    offers = [(_(label), turns.learn(seen, bands, risk)) for risk, label in RISKS]
    rows = [
        {
            "size": _("jusqu’à %(num)s", num=first.up_to) if first.up_to else _("au-delà"),
            "stays": first.stays,
            "now": Unit.MINUTES.write(first.now),
            "exceeded_now": Unit.SHARE.write(first.exceeded_now),
            "offers": [Unit.MINUTES.write(each.proposed if each.is_learned else None) for each in same_band],
        }
        for first, *rest in zip(*(learned for _label, learned in offers), strict=True)
        for same_band in [(first, *rest)]
    ]
    acts = [
        (label, f"{url}?durees={turns.written(learned)}")
        for label, learned in offers
        if any(each.is_learned and each.proposed != each.now for each in learned)
    ]
    return {"name": name, "rows": rows, "risks": [label for label, _learned in offers], "acts": acts}


figure(
    Figure(
        "booking.turn_times",
        "durees",
        label=N_("Durée des repas"),
        explanation=N_(
            "Le temps entre « installer » et « terminer », tel que l’équipe le note : la moitié des tablées restent "
            "moins que la durée médiane. Les séjours de moins d’un quart d’heure ou de plus de huit heures sont "
            "écartés : un bouton touché deux fois, ou oublié jusqu’au lendemain. Une durée proposée est le quart "
            "d’heure que 9 tablées sur 10 (ou 4 sur 5) n’ont pas dépassé ; rien n’est proposé sous vingt séjours, et "
            "rien ne change sans vous."
        ),
        group=N_("La salle"),
        permission=may.VIEW_DEMAND,
        unit=Unit.MINUTES,
        series=_series,
        dimensions=(COVERS, SHIFT, WEEKDAY),
        filters=(BY_HOUSE, BY_SHIFT),
        period="90-derniers-jours",
        today=day_counted,
        whole=N_("Durée médiane"),
        part=Part("booking/_proposed_durations.html", _proposals),
        order=22,
    )
)
