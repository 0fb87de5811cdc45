"""The guest's pages of the waiting list: joining it, following one's entry by its link, answering an offer."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for

from app.booking import queries, service
from app.booking.forms import parsed_covers, parsed_date, parsed_time
from app.booking.models import WaitingEntry
from app.booking.service import TimeTaken
from app.booking.views.counters import establishment_here
from app.booking.views.visitors import visitor_from_now_on
from app.booking.waiting.forms import OnlineWaitingForm
from app.booking.waiting.joining import join_list, open_to_visitor
from app.booking.waiting.offering import accept_offer, withdraw_entry
from app.booking.waiting.permissions import WAIT, WAITING_LINK
from app.booking.waiting.presentation import standing_of, stretch_without_a_table, times_to_wait_for
from app.directory.models import Establishment
from app.kernel import links
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import clock_time, full_date
from app.kernel.forms import tidy
from app.kernel.guards import public, requires
from app.kernel.languages import _, current_language
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.web import done, error_page, page, redirect_to

bp = Blueprint("waiting", __name__)


@bp.get("/reserver/liste-attente", defaults={"slug": None})
@bp.get("/e/<string:slug>/reserver/liste-attente")
@public
def entry_new(slug: str | None) -> Response:
    """Ask between which hours one would come, and who comes."""
    establishment = establishment_here(slug)
    day = _day_asked()
    if day is None:
        return redirect_to(url_for("booking.choice_show", slug=slug))
    asked = request.args
    form = OnlineWaitingForm(formdata=None, data={"date": day.isoformat(), "covers": asked.get("covers", "2")})
    form.first_time.data, form.last_time.data = _times_proposed(establishment, day)
    return _entry_page(establishment, slug, form, day)


@bp.post("/reserver/liste-attente", defaults={"slug": None})
@bp.post("/e/<string:slug>/reserver/liste-attente")
@public
@limiter.limit(write_limit)
def entry_create(slug: str | None) -> Response:
    """Put the guest on the list, and open their entry to them."""
    establishment = establishment_here(slug)
    day, form = _day_asked(), OnlineWaitingForm()
    if day is None:
        return redirect_to(url_for("booking.choice_show", slug=slug))
    form.offer(times_to_wait_for(establishment, day), queries.house_of(establishment).areas)
    if not form.validate_on_submit():
        return _entry_page(establishment, slug, form, day, status=422)
    try:
        with transaction():
            entry = join_list(
                establishment,
                form.hope(),
                form.details(current_language()),
                actor=acting(),
                visitor=visitor_from_now_on(),
            )
            open_to_visitor(entry)
    except RuleBroken as refusal:
        return _entry_page(establishment, slug, form, day, status=refusal.status, refusal=refusal)
    return done(
        None,
        message=_("Vous êtes sur la liste d’attente. Un message part à l’instant vers %(email)s.", email=entry.email),
        fallback=url_for(".entry_show", id=entry.id),
    )


@bp.get("/liste-attente/<string(length=43):secret>")
@bp.get("/a/<string(length=16):secret>")
@public
@limiter.limit(write_limit)
def link_show(secret: str) -> Response:
    """Trade the link's secret for a cookie, and go on to a clean address."""
    link = links.exchange(secret, WAITING_LINK)
    if link is None:
        return error_page(404, _("Ce lien n’est plus valable : votre attente est terminée depuis longtemps."))
    return redirect_to(url_for(".entry_show", id=link.record_id))


@bp.get("/liste-attente/<uuid:id>")
@requires(WAIT, on=WaitingEntry)
def entry_show(waitingentry: WaitingEntry) -> Response:
    """Show the guest where they stand, and the place kept for them."""
    return _own_page(waitingentry)


@bp.post("/liste-attente/<uuid:id>/acceptation")
@requires(WAIT, on=WaitingEntry)
@limiter.limit(write_limit)
def acceptance_create(waitingentry: WaitingEntry) -> Response:
    """Make the place kept a reservation, and open it to the guest."""
    try:
        with transaction():
            reservation = accept_offer(waitingentry, actor=acting())
            service.open_to_visitor(reservation)
    except RuleBroken as refusal:
        return _own_page(waitingentry, status=refusal.status, refusal=refusal)
    return redirect_to(url_for("booking.confirmation_show", id=reservation.id))


@bp.post("/liste-attente/<uuid:id>/retrait")
@requires(WAIT, on=WaitingEntry)
@limiter.limit(write_limit)
def withdrawal_create(waitingentry: WaitingEntry) -> Response:
    """Take the guest off the list; a place kept goes to the next."""
    try:
        with transaction():
            withdraw_entry(waitingentry, actor=acting())
    except RuleBroken as refusal:
        return _own_page(waitingentry, status=refusal.status, refusal=refusal)
    return done(
        None, message=_("Vous n’êtes plus sur la liste d’attente."), fallback=url_for(".entry_show", id=waitingentry.id)
    )


# --- pages ----------------------------------------------------------------------------------------------------


def _day_asked() -> date | None:
    try:
        return parsed_date(tidy(request.values.get("date", "")))
    except ValueError:
        return None


def _times_proposed(establishment: Establishment, day: date) -> tuple[str, str]:
    """Give the time asked for, else the hours at which the house has no table left."""
    at = _time_asked(request.args.get("time", ""))
    try:
        covers = parsed_covers(tidy(request.args.get("covers", "")))
    except ValueError:
        return at, at
    return (at, at) if at else stretch_without_a_table(establishment, day, covers)


def _time_asked(typed: str) -> str:
    try:
        return clock_time(parsed_time(tidy(typed)))
    except ValueError:
        return ""


def _entry_page(
    establishment: Establishment,
    slug: str | None,
    form: OnlineWaitingForm,
    day: date,
    status: int = 200,
    refusal: RuleBroken | None = None,
) -> Response:
    times = times_to_wait_for(establishment, day)
    form.offer(times, queries.house_of(establishment).areas)
    choice_url = url_for("booking.choice_show", slug=slug, date=day.isoformat(), covers=tidy(form.covers.data))
    lines: list[tuple[str, Any]] = [(_("Jour"), full_date(day)), (_("Convives"), tidy(form.covers.data))]
    return page(
        "booking/waiting/entry_new.html",
        fragment="booking/waiting/_entry_form.html",
        status=status,
        form=form,
        times=times,
        has_areas=len(form.areas) > 1,
        refusal=refusal,
        is_taken=isinstance(refusal, TimeTaken),
        url=url_for(".entry_create", slug=slug),
        choice_url=choice_url,
        lines=lines,
        house=establishment,
    )


def _own_page(entry: WaitingEntry, status: int = 200, refusal: RuleBroken | None = None) -> Response:
    return page(
        "booking/waiting/entry_show.html",
        status=status,
        refusal=refusal,
        accept_url=url_for(".acceptance_create", id=entry.id),
        withdraw_url=url_for(".withdrawal_create", id=entry.id) if entry.is_live else None,
        booking_url=url_for("booking.choice_show", slug=entry.establishment.slug),
        **standing_of(entry),
    )
