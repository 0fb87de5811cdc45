"""The public booking: choose covers, date and time on one page; then details; then confirmation."""

from datetime import date, time
from typing import Any

from flask import Blueprint, Response, request, url_for

from app.booking import queries, service
from app.booking.forms import MOST_COVERS, DetailsForm, WishForm, parsed_covers, parsed_date, parsed_time
from app.booking.models import FunnelStep, Reservation
from app.booking.presentation import (
    alternatives_near,
    month_of,
    occasion_shown,
    promise_lines,
    shifts_shown,
)
from app.booking.queries import House
from app.booking.refusals import CLOSINGS, ONLINE_ONLY, explained
from app.booking.seating import Reason, Refusal, feasible, times_left
from app.booking.service import LeftOpen, NotSeated, TimeTaken
from app.booking.views.counters import Counter, own_counter
from app.booking.views.visitors import network
from app.booking.waiting.invitation import waiting_url, waiting_url_after
from app.booking.wish_jobs import answer_open_wish
from app.directory.models import Establishment
from app.directory.queries import establishments
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import clock_time, full_date
from app.kernel.guards import public
from app.kernel.languages import _, current_language, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import allows, limiter, search_limit, write_limit
from app.kernel.web import page, redirect_to

bp = Blueprint("booking", __name__)

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


@bp.get("/reserver", defaults={"slug": None})
@bp.get("/e/<string:slug>/reserver")
@public
def choice_show(slug: str | None) -> Response:
    """Show covers, calendar and times on one page, for whatever is chosen so far; of several houses, ask which."""
    if slug is None and len(establishments()) > 1:
        return redirect_to(url_for("site.home_show"))
    return choose(own_counter(slug))


@bp.post("/reserver", defaults={"slug": None})
@bp.post("/e/<string:slug>/reserver")
@public
@limiter.limit(write_limit)
def reservation_create(slug: str | None) -> Response:
    """Hold the chosen time; with the guest's details, promise the table."""
    return hold_or_reserve(own_counter(slug))


@bp.get("/reserver/coordonnees", defaults={"slug": None})
@bp.get("/e/<string:slug>/reserver/coordonnees")
@public
def details_new(slug: str | None) -> Response:
    """Ask who comes, while the table is held."""
    return ask_details(own_counter(slug))


# --- the steps, wherever they are shown -------------------------------------------------------------------------


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


def hold_or_reserve(counter: Counter) -> Response:
    """Hold the chosen time; with the guest's details, promise the table."""
    if "email" in request.form or "first_name" in request.form:
        return _reserve(counter)
    form = WishForm()
    if not form.validate_on_submit():
        return _choice_again(counter, form)
    known, asked_from = counter.visitor_from_now_on(), network()
    try:
        with transaction():
            service.hold_table(
                counter.establishment, form.wish(), visitor=known, network=asked_from, origin=counter.origin
            )
    except LeftOpen:
        return _details_page(counter, _details_of(form), is_open=True)
    except NotSeated as refusal:
        if isinstance(refusal, TimeTaken):
            _log_taken(counter.establishment, form.wish(), refusal)
        return _choice_again(counter, form, refusal)
    except RuleBroken as refusal:
        return _choice_again(counter, form, refusal, status=429)
    return redirect_to(counter.details_url)


def ask_details(counter: Counter) -> Response:
    """Ask who comes, while the table is held; without a hold, begin again."""
    known = counter.visitor()
    hold = queries.hold_of(known, clock.now()) if known else None
    if hold is None or hold.establishment_id != counter.establishment.id:
        return redirect_to(counter.url)
    form = DetailsForm(
        data={"date": hold.service_date.isoformat(), "covers": str(hold.covers), "time": clock_time(hold.local_time)}
    )
    return _details_page(counter, form, hold=hold)


def _details_of(wish: WishForm) -> DetailsForm:
    asked = {"date": wish.date.data, "covers": wish.covers.data, "time": wish.time.data}
    return DetailsForm(formdata=None, data=asked)


def _reserve(counter: Counter) -> Response:
    establishment = counter.establishment
    form = DetailsForm()
    instead = request.form.get("instead", "")
    if instead:
        form.date.data, _space, form.time.data = instead.partition(" ")
    if not form.validate_on_submit():
        return _details_page(counter, form, status=422)
    service.count_step(establishment, FunnelStep.TYPED)
    try:
        with transaction():
            reservation = service.reserve(
                establishment,
                form.wish(),
                form.details(current_language()),
                actor=acting(),
                visitor=counter.visitor_from_now_on(),
                origin=counter.origin,
            )
            confirmation_url = counter.conclude(reservation)
    except TimeTaken as refusal:
        _log_taken(establishment, form.wish(), refusal)
        form.time.errors = [refusal.message]
        status = 422 if refusal.reason in BAD_QUESTION else 409
        return _details_page(counter, form, status=status, refusal=refusal)
    except LeftOpen:
        return _ask_at_length(counter, form)
    except NotSeated as refusal:
        return _details_page(counter, form, status=409, refusal=refusal)
    return redirect_to(confirmation_url)


def _ask_at_length(counter: Counter, form: DetailsForm) -> Response:
    """Keep the wish that nobody could decide upon yet, promise to look again, and lead to where the answer will be."""
    with transaction():
        kept = service.keep_open_wish(
            counter.establishment,
            form.wish(),
            form.details(current_language()),
            visitor=counter.visitor_from_now_on(),
            actor=acting(),
            origin=counter.origin,
        )
        answer_open_wish.later(key=f"wish:{kept.id}", wish_id=kept.id)
    return redirect_to(counter.open_wish_url(kept))


# --- pages ----------------------------------------------------------------------------------------------------


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
    today = establishment.today()
    shown = _month_asked() or day or today
    context: dict[str, Any] = {
        "url": url,
        "covers": covers,
        "covers_choices": _covers_choices(house, covers),
        "large_party_text": house.large_party_text,
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
    }
    if day is None:
        return context
    engine_day = queries.day_of(house, day)
    if leaving_out is not None and leaving_out.service_date == day:
        engine_day = queries.day_without(house, day, leaving_out.id)
    count = times_left(engine_day, covers)
    context["day"] = {
        "title": full_date(day)[:1].upper() + full_date(day)[1:],
        "count_sentence": ngettext("%(num)s horaire", "%(num)s horaires", count),
    }
    verdict = _verdict(engine_day, covers, chosen, count)
    if leaving_out is None:
        context["waiting_url"] = waiting_url(establishment, engine_day, chosen if verdict else None, covers)
    if count:
        context["groups"] = shifts_shown(engine_day, covers)
    if verdict is not None:
        context["verdict"] = verdict
        context["refusal"] = {"title": _refusal_title(count, chosen, verdict), "detail": explained(verdict, house)}
        if verdict.reason not in (Reason.PARTY_TOO_LARGE, Reason.PARTY_TOO_SMALL):
            context["alternatives_found"] = alternatives_near(house, establishment, day, chosen, covers, url)
    return context


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


def _month_asked() -> date | None:
    typed = request.args.get("mois", "")
    try:
        return parsed_date(f"{typed}-01") if typed else None
    except ValueError:
        return None


def _choice_again(
    counter: Counter,
    form: WishForm,
    refusal: RuleBroken | None = None,
    status: int = 409,
) -> Response:
    establishment = counter.establishment
    house = queries.house_of(establishment)
    covers, day, at = _readable(form)
    context = choice_context(establishment, house, covers, day, counter.url, chosen=at)
    context["problems"] = [error for field in form for error in field.errors]
    if refusal is None:
        status = 422
    elif isinstance(refusal, TimeTaken):
        status = 422 if refusal.reason in BAD_QUESTION else 409
        context["refusal"] = {"title": _("Cet horaire n’est pas libre"), "detail": refusal.message}
        if day and not context["alternatives_found"] and refusal.field == "time":
            context["alternatives_found"] = alternatives_near(house, establishment, day, at, covers, context["url"])
    else:
        context["problems"].append(refusal.message)
    return page("booking/choice_show.html", fragment="booking/_choice.html", status=status, **context)


def _readable(form: WishForm) -> tuple[int, date | None, time | None]:
    """Give what of a wrong form can be read, so that the page keeps it."""

    def read(parse: Any, typed: str | None, otherwise: Any) -> Any:
        try:
            return parse((typed or "").strip())
        except ValueError:
            return otherwise

    covers = read(parsed_covers, form.covers.data, USUAL_COVERS)
    return covers, read(parsed_date, form.date.data, None), read(parsed_time, form.time.data, None)


def _details_page(
    counter: Counter,
    form: DetailsForm,
    status: int = 200,
    refusal: NotSeated | None = None,
    hold: Reservation | None = None,
    *,
    is_open: bool = False,
) -> Response:
    establishment, url = counter.establishment, counter.url
    house, known = queries.house_of(establishment), counter.visitor()
    hold = hold or (queries.hold_of(known, clock.now()) if known else None)
    covers, day, at = _readable(form)
    lines = promise_lines(house, day, at, covers) if day and at else []
    alternatives = alternatives_near(house, establishment, day, at, covers, url) if refusal and day else []
    return page(
        "booking/details_new.html",
        fragment="booking/_details_form.html",
        status=status,
        form=form,
        hold=None if is_open else _shown_hold(hold),
        is_open=is_open,
        url=url,
        lines=lines,
        change_url=f"{url}?date={day}&covers={covers}" if day else url,
        refusal=refusal,
        alternatives_found=alternatives,
        waiting_url=waiting_url_after(refusal, establishment, day, at, covers),
        house_rule=queries.cancelling_rule(house, establishment),
        house=establishment,
    )


def _shown_hold(hold: Reservation | None) -> dict[str, str] | None:
    if hold is None or hold.held_until is None:
        return None
    zone = hold.establishment.timezone
    return {
        "expires_iso": hold.held_until.isoformat(),
        "now_iso": clock.now().isoformat(),
        "until": clock_time(clock.local(hold.held_until, zone).time()),
    }


def _log_taken(establishment: Establishment, wish: service.Wish, refusal: TimeTaken) -> None:
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
