"""What stands beside the telephone: the times of the day being spoken of, or what comes nearest to a refusal."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for

from app.booking import queries, service
from app.booking.forms import MoveForm, StaffReservationForm, parsed_covers, parsed_date, parsed_time
from app.booking.guarantees.presentation import asked_on
from app.booking.presentation.choices import alternatives_near, shifts_shown
from app.booking.presentation.room import covers_in_words
from app.booking.queries.hours import first_day_offered
from app.booking.seating import STAFF
from app.booking.service import NotSeated, TimeTaken
from app.directory.models import Establishment
from app.kernel.db import transaction
from app.kernel.formats import near_date
from app.kernel.forms import tidy

USUAL_COVERS = 2


def times_around(
    establishment: Establishment, form: StaffReservationForm | MoveForm, refusal: NotSeated | None = None
) -> dict[str, Any]:
    """Give the times of the day that the form asks for, and the nearest yes after a refusal."""
    house, covers = queries.house_of(establishment), _covers(form)
    first = first_day_offered(house, establishment)
    day = _day(form, first)
    near = near_date(day, first)
    groups = shifts_shown(queries.day_of(house, day), covers, permit=STAFF)
    return {
        "times_url": url_for("desk.times_fragment"),
        "times_title": f"{near[:1].upper()}{near[1:]}, {covers_in_words(covers)}",
        "groups": groups,
        "guarantees": asked_on(establishment, day, covers, groups),
        "alternatives_found": alternatives_near(
            house, establishment, day, parsed_time(tidy(form.time.data)), covers, "", permit=STAFF
        )
        if refusal
        else [],
    }


def refused_call() -> UUID | None:
    """Give the refusal already written down for the caller on the line, if the form carries one."""
    return request.form.get("refused", type=UUID)


def call_refused(establishment: Establishment, form: StaffReservationForm, refusal: NotSeated | None) -> UUID | None:
    """Write down what a caller was refused, once in a call: what they asked for first."""
    earlier = refused_call()
    if earlier is not None or not isinstance(refusal, TimeTaken):
        return earlier
    wish = form.wish()
    with transaction():
        return service.log_refused_search(
            establishment,
            service_date=wish.service_date,
            local_time=wish.local_time,
            covers=wish.covers,
            reason=refusal.reason.value,
        ).id


def _day(form: StaffReservationForm | MoveForm, usual: date) -> date:
    try:
        return parsed_date(tidy(form.date.data))
    except ValueError:
        return usual


def _covers(form: StaffReservationForm | MoveForm) -> int:
    try:
        return parsed_covers(tidy(form.covers.data))
    except ValueError:
        return USUAL_COVERS
