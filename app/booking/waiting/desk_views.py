"""The team's pages of the waiting list: the list, one entry, taking one by telephone, offering, answering."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.booking import permissions as may
from app.booking import queries
from app.booking.forms import parsed_date, parsed_time
from app.booking.guests.acquaintance import form_s_acquaintances, name_guest
from app.booking.models import OfferState, WaitingEntry, WaitingOffer
from app.booking.seating import STAFF, times_on
from app.booking.service import as_known, guest_chosen
from app.booking.settings_views.answers import own_house
from app.booking.waiting.datasets import WAITING
from app.booking.waiting.forms import OfferForm, StaffWaitingForm
from app.booking.waiting.joining import join_list
from app.booking.waiting.offering import accept_offer, offer_by_hand, take_offer_back, withdraw_entry
from app.booking.waiting.permissions import KEEP_WAITING, VIEW_WAITING, WAIT
from app.booking.waiting.presentation import TONES, standing_of, times_to_wait_for
from app.booking.waiting.settings import SHORTEST_LEAD
from app.booking.waiting.states import LIFECYCLE
from app.directory.models import Establishment
from app.kernel import clock, datasets, telling
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.formats import clock_time, phone
from app.kernel.forms import tidy
from app.kernel.guards import refuse, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.personal import masked_email, masked_phone, shown_to
from app.kernel.web import done, page

bp = Blueprint("waiting_desk", __name__, url_prefix="/admin/liste-attente")


@bp.before_request
def refuse_guests() -> ResponseReturnValue | None:
    """Keep these pages to the team."""
    return None if acting().is_staff else refuse()


@bp.get("")
@requires(VIEW_WAITING)
def entry_list() -> Response:
    """Show who waits, by day and shift."""
    return datasets.list_page(
        WAITING,
        template="booking/waiting/entry_list.html",
        new_url=url_for(".entry_new") if acting().may(KEEP_WAITING) else None,
    )


@bp.get("/<uuid:id>")
@requires(VIEW_WAITING, on=WaitingEntry)
def entry_show(waitingentry: WaitingEntry) -> Response:
    """Show one entry: who waits, what was offered, what can be done."""
    return _record_page(waitingentry)


@bp.get("/nouvelle")
@requires(KEEP_WAITING)
def entry_new() -> Response:
    """Ask for what a caller says."""
    house = own_house(KEEP_WAITING)
    asked = request.args
    day = _day_of(house, asked.get("date", ""))
    form = StaffWaitingForm(formdata=None, data={"date": day.isoformat(), "covers": asked.get("covers", "2")})
    name_guest(form)
    return _new_page(house, form, day)


@bp.post("")
@requires(KEEP_WAITING)
def entry_create() -> Response:
    """Put a caller on the list."""
    house, form = own_house(KEEP_WAITING), StaffWaitingForm()
    day = _day_of(house, form.date.data or "")
    form.offer(times_to_wait_for(house, day), queries.house_of(house).areas)
    if not form.validate_on_submit():
        return _new_page(house, form, day, status=422)
    try:
        with transaction():
            details = form.details(form.language.data)
            guest = guest_chosen(form.guest_id(), details, actor=acting())
            details = as_known(details, guest)
            entry = join_list(house, form.hope(), details, actor=acting(), permit=STAFF, guest=guest)
    except RuleBroken as refusal:
        return _new_page(house, form, day, status=put(refusal, form))
    return _back_to(entry, _("L’inscription est notée."))


@bp.post("/<uuid:id>/offre")
@requires(KEEP_WAITING, on=WaitingEntry)
def offer_create(waitingentry: WaitingEntry) -> Response:
    """Offer a place by hand, out of turn."""
    form = OfferForm()
    if not form.validate_on_submit():
        return _record_page(waitingentry, status=422, form=form)
    try:
        with transaction():
            offer_by_hand(waitingentry, parsed_time(tidy(form.time.data)), actor=acting())
    except RuleBroken as refusal:
        return _record_page(waitingentry, status=refusal.status, form=form, refusal=refusal)
    return _back_to(waitingentry, _("La place est proposée, et gardée le temps d’une réponse."))


@bp.post("/<uuid:id>/offre/retrait")
@requires(KEEP_WAITING, on=WaitingEntry)
def offer_delete(waitingentry: WaitingEntry) -> Response:
    """Take back a place offered; the team has ten minutes for it."""
    with transaction():
        take_offer_back(waitingentry, actor=acting())
    return _back_to(waitingentry, _("La place est reprise : rien n’est proposé pour ce jour pendant dix minutes."))


@bp.post("/<uuid:id>/acceptation")
@requires(WAIT, on=WaitingEntry)
def acceptance_create(waitingentry: WaitingEntry) -> Response:
    """Accept for a guest who said yes by telephone."""
    with transaction():
        reservation = accept_offer(waitingentry, actor=acting())
    return done(
        None,
        message=_("La table est réservée."),
        fallback=url_for("desk.reservation_show", id=reservation.id),
    )


@bp.post("/<uuid:id>/retrait")
@requires(WAIT, on=WaitingEntry)
def withdrawal_create(waitingentry: WaitingEntry) -> Response:
    """Take a party off the list."""
    with transaction():
        withdraw_entry(waitingentry, actor=acting())
    return _back_to(waitingentry, _("L’inscription est retirée."))


# --- pages ----------------------------------------------------------------------------------------------------


def _back_to(entry: WaitingEntry, message: str) -> Response:
    return done(None, message=message, fallback=url_for(".entry_show", id=entry.id))


def _day_of(house: Establishment, typed: str) -> date:
    try:
        return parsed_date(tidy(typed))
    except ValueError:
        return house.today()


def _new_page(house: Establishment, form: StaffWaitingForm, day: date, status: int = 200) -> Response:
    times = times_to_wait_for(house, day)
    form.offer(times, queries.house_of(house).areas)
    return page(
        "booking/waiting/desk_entry_new.html",
        status=status,
        form=form,
        times=times,
        has_areas=len(form.areas) > 1,
        url=url_for(".entry_create"),
        day_url=url_for(".entry_new"),
        list_url=url_for(".entry_list"),
        **form_s_acquaintances(house, form),
    )


def _record_page(
    entry: WaitingEntry, *, status: int = 200, form: OfferForm | None = None, refusal: RuleBroken | None = None
) -> Response:
    actor = acting()
    open_acts = {transition.name for transition in LIFECYCLE.available(entry, actor)}
    form = form or OfferForm(formdata=None)
    form.offer(_free_times(entry) if "offer" in open_acts else [])
    return page(
        "booking/waiting/desk_entry_show.html",
        status=status,
        form=form,
        refusal=refusal,
        open_acts=open_acts,
        tone=TONES.get(entry.state.value, "neutral"),
        list_url=url_for(".entry_list"),
        past_offers=[_offer_line(entry, offer) for offer in entry.offers],
        sees_contact=actor.may(may.VIEW_CONTACT, entry),
        shown_phone=shown_to(actor, may.VIEW_CONTACT, entry.phone, mask=masked_phone, record=entry, write=phone),
        shown_email=shown_to(actor, may.VIEW_CONTACT, entry.email, mask=masked_email, record=entry),
        entries=telling.history_of(entry.kind(), entry.id, entry.establishment.timezone),
        **standing_of(entry),
    )


def _free_times(entry: WaitingEntry) -> list[str]:
    """Give the times of the day at which the house has a place for this party, whatever it accepted."""
    day = queries.day_of(queries.house_of(entry.establishment), entry.service_date)
    earliest = clock.now() + timedelta(minutes=SHORTEST_LEAD)
    offers = times_on(day, entry.covers, entry.area_wish, permit=STAFF)
    return [clock_time(each.slot.local_time) for each in offers if each.is_free and each.slot.instant > earliest]


def _offer_line(entry: WaitingEntry, offer: WaitingOffer) -> dict[str, Any]:
    zone, reservation = entry.establishment.timezone, offer.reservation
    promised = reservation if offer.state is OfferState.ACCEPTED else None
    return {
        "state": offer.state.label,
        "time": clock_time(reservation.local_time) if reservation else "",
        "made": clock_time(clock.local(offer.made_at, zone).time()),
        "until": clock_time(clock.local(offer.expires_at, zone).time()),
        "url": url_for("desk.reservation_show", id=promised.id) if promised else None,
    }
