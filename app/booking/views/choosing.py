"""Choosing a time: covers, calendar and times on one page, and why what was asked for cannot be."""

from datetime import date, time
from typing import Any

from flask import Response, request

from app.booking import queries, service
from app.booking.forms import MOST_COVERS, WishForm, parsed_covers, parsed_date, parsed_time
from app.booking.guarantees.presentation import asked_on
from app.booking.models import FunnelStep, Reservation
from app.booking.presentation.choices import alternatives_near, month_of, occasion_shown, shifts_shown
from app.booking.queries import House
from app.booking.queries.hours import first_day_open
from app.booking.refusals import CLOSINGS, ONLINE_ONLY, explained
from app.booking.seating import Reason, Refusal, feasible, times_left
from app.booking.service import TimeTaken
from app.booking.views.counters import Counter
from app.booking.waiting.invitation import waiting_url
from app.directory.models import Establishment
from app.kernel.db import transaction
from app.kernel.formats import clock_time, full_date
from app.kernel.languages import _, ngettext, typographic
from app.kernel.lifecycle import RuleBroken, Unfit
from app.kernel.limits import allows, search_limit
from app.kernel.web import page

USUAL_COVERS = 2
SHOWN_COVERS = 8
BAD_QUESTION = (
    Reason.PARTY_TOO_LARGE,
    Reason.PARTY_TOO_SMALL,
    Reason.PAST,
    Reason.TOO_FAR,
    Reason.NOT_OFFERED,
    Reason.TOO_SOON,
    Reason.CLOSED,
)
SAID_FIRST = (*ONLINE_ONLY, *CLOSINGS, Reason.NO_TABLE, Reason.PACING)


def choose(counter: Counter) -> Response:
    """Show covers, calendar and times; what is refused is written down."""
    establishment = counter.establishment
    house = queries.house_of(establishment)
    problems, covers, day, at = _typed_wish()
    context = choice_context(establishment, house, covers, day, counter.url, chosen=at)
    context["problems"] = problems
    if day is not None and not problems:
        service.count_step(establishment, FunnelStep.SEEN)
    refusal = context["verdict"]
    if day is not None and refusal is not None:
        _log_refusal(establishment, day, at, covers, refusal)
    status = 422 if problems or (refusal and refusal.reason in BAD_QUESTION[:4]) else 200
    return page("booking/choice_show.html", fragment="booking/_choice.html", status=status, **context)


def choose_again(counter: Counter, form: WishForm, refusal: RuleBroken | None = None) -> Response:
    establishment = counter.establishment
    house = queries.house_of(establishment)
    covers, day, at = readable(form)
    context = choice_context(establishment, house, covers, day, counter.url, chosen=at)
    context["problems"] = [error for field in form for error in field.errors]
    if isinstance(refusal, TimeTaken):
        context["refusal"] = {"title": _("Cet horaire n’est pas libre"), "detail": refusal.message}
        if day and not context["alternatives_found"] and refusal.field == "time":
            context["alternatives_found"] = alternatives_near(house, establishment, day, at, covers, context["url"])
    elif refusal is not None:
        context["problems"].append(refusal.message)
    status = status_of(refusal) if refusal else 422
    return page("booking/choice_show.html", fragment="booking/_choice.html", status=status, **context)


def status_of(refusal: RuleBroken) -> int:
    """Give what a guest is answered with: what no room could grant, however empty, is a question that does not fit."""
    is_unfit = isinstance(refusal, TimeTaken) and refusal.reason in BAD_QUESTION
    return Unfit.status if is_unfit else refusal.status


def choice_context(
    establishment: Establishment,
    house: House,
    covers: int,
    day: date | None,
    url: str,
    *,
    chosen: time | None = None,
    leaving_out: Reservation | None = None,
) -> dict[str, Any]:
    """Give what the page of covers, calendar and times shows."""
    shown = _month_asked() or day or first_day_open(house, establishment)
    context: dict[str, Any] = {
        "url": url,
        "covers": covers,
        "covers_choices": _covers_choices(house, covers),
        "large_party_text": typographic(house.large_party_text),
        "date": day.isoformat() if day else None,
        "day": None,
        "month": month_of(house, establishment, shown, covers, day, url),
        "groups": [],
        "alternatives_found": [],
        "refusal": None,
        "verdict": None,
        "time_error": None,
        "chosen_time": clock_time(chosen) if chosen else None,
        "house_rule": queries.cancelling_rule(house, establishment),
        "house": establishment,
        "occasion": occasion_shown(house, day) if day else None,
        "guarantees": [],
    }
    if day is None:
        return context
    if leaving_out is not None and leaving_out.service_date == day:
        engine_day = queries.day_without(house, day, leaving_out.id)
    else:
        engine_day = queries.day_of(house, day)
    count = times_left(engine_day, covers)
    title = full_date(day)
    context["day"] = {
        "title": title[:1].upper() + title[1:],
        "count_sentence": ngettext("%(num)s horaire", "%(num)s horaires", count),
    }
    if count:
        context["groups"] = shifts_shown(engine_day, covers)
    verdict = _verdict(engine_day, covers, chosen, count)
    if leaving_out is None:
        context["waiting_url"] = waiting_url(establishment, engine_day, chosen if verdict else None, covers)
        context["guarantees"] = asked_on(establishment, day, covers, context["groups"]) if count else []
    if verdict is not None:
        context |= _refused(establishment, house, verdict, covers, day, chosen, count=count, url=url)
    return context


def _refused(
    establishment: Establishment,
    house: House,
    verdict: Refusal,
    covers: int,
    day: date,
    chosen: time | None,
    *,
    count: int,
    url: str,
) -> dict[str, Any]:
    """Give what the page shows of a refusal: why, and the nearest times that work, if another time can help."""
    helps = verdict.reason not in (Reason.PARTY_TOO_LARGE, Reason.PARTY_TOO_SMALL)
    return {
        "verdict": verdict,
        "refusal": {"title": _refusal_title(count, chosen, verdict), "detail": explained(verdict, house)},
        "alternatives_found": alternatives_near(house, establishment, day, chosen, covers, url) if helps else [],
    }


def _refusal_title(count: int, chosen: time | None, refusal: Refusal) -> str:
    if refusal.reason in ONLINE_ONLY:
        return (
            _("Plus de table en ligne à %(time)s", time=clock_time(chosen)) if chosen else _("Plus de table en ligne")
        )
    if count and chosen:
        return _("%(time)s n’est pas libre", time=clock_time(chosen))
    return _("Aucune table ce jour-là")


def _verdict(engine_day: Any, covers: int, chosen: time | None, count: int) -> Refusal | None:
    if chosen is not None:
        verdict = feasible(engine_day, chosen, covers)
        return verdict if isinstance(verdict, Refusal) else None
    if count:
        return None
    slots = engine_day.slots
    if not slots:
        first = feasible(engine_day, time(12), covers)
        return first if isinstance(first, Refusal) else None
    verdicts = [feasible(engine_day, slot, covers) for slot in slots]
    refusals = [verdict for verdict in verdicts if isinstance(verdict, Refusal)]
    by_room = [refusal for refusal in refusals if refusal.reason in SAID_FIRST]
    return (by_room or refusals)[0]


def _covers_choices(house: House, covers: int) -> list[int]:
    most = min(house.rules.max_covers_online, max(SHOWN_COVERS, house.rules.max_covers_online), 12)
    choices = list(range(1, most + 1))
    return choices if covers in choices else [*choices, covers]


def _month_asked() -> date | None:
    typed = request.args.get("mois", "")
    try:
        return parsed_date(f"{typed}-01") if typed else None
    except ValueError:
        return None


# --- what was asked for -----------------------------------------------------------------------------------------


def _typed_wish() -> tuple[list[str], int, date | None, time | None]:
    problems: list[str] = []

    def read(name: str, parse: Any, otherwise: Any) -> Any:
        typed = request.args.get(name, "").strip()
        if not typed:
            return otherwise
        try:
            return parse(typed)
        except ValueError as error:
            problems.append(str(error))
            return otherwise

    covers = read("covers", parsed_covers, USUAL_COVERS)
    return problems, min(covers, MOST_COVERS * 50), read("date", parsed_date, None), read("time", parsed_time, None)


def readable(form: WishForm) -> tuple[int, date | None, time | None]:
    """Give what of a wrong form can be read, so that the page keeps it."""

    def read(parse: Any, typed: str | None, otherwise: Any) -> Any:
        try:
            return parse((typed or "").strip())
        except ValueError:
            return otherwise

    covers = read(parsed_covers, form.covers.data, USUAL_COVERS)
    return covers, read(parsed_date, form.date.data, None), read(parsed_time, form.time.data, None)


# --- what was refused, written down -----------------------------------------------------------------------------


def log_taken(establishment: Establishment, wish: service.Wish, refusal: TimeTaken) -> None:
    with transaction():
        service.log_refused_search(
            establishment,
            service_date=wish.service_date,
            local_time=wish.local_time,
            covers=wish.covers,
            reason=refusal.reason.value,
        )


def _log_refusal(establishment: Establishment, day: date, at: time | None, covers: int, refusal: Refusal) -> None:
    if not allows(search_limit):  # who asks without end is answered, and no longer written down
        return
    with transaction():
        service.log_refused_search(
            establishment, service_date=day, local_time=at, covers=covers, reason=refusal.reason.value
        )
