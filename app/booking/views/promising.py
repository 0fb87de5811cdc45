"""Holding the chosen time while the guest says who comes, then promising the table."""

from flask import Response, request

from app.booking import queries, service
from app.booking.forms import DetailsForm, WishForm
from app.booking.guarantees.asking import hold_until_paid, terms_for
from app.booking.guarantees.leaving import kept_unknown_to, leave_others
from app.booking.guarantees.presentation import shown_terms
from app.booking.guarantees.terms import Terms
from app.booking.models import FunnelStep, Reservation
from app.booking.open_wishes.jobs import answer_open_wish
from app.booking.presentation.choices import alternatives_near
from app.booking.presentation.promises import promise_lines
from app.booking.service import LeftOpen, NotSeated, TimeTaken
from app.booking.views.choosing import choose_again, log_taken, readable, status_of
from app.booking.views.counters import Counter
from app.booking.views.visitors import network
from app.booking.waiting.invitation import waiting_url_after
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.formats import clock_time, spoken_time
from app.kernel.forms import tidy
from app.kernel.languages import _, current_language
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, page, redirect_to


def hold_or_reserve(counter: Counter) -> Response:
    """Hold the chosen time; with the guest's details, promise the table."""
    kept = _kept_unknown(counter)
    if kept is not None:
        return kept
    has_details = "email" in request.form or "first_name" in request.form
    return _reserve(counter) if has_details else _hold(counter)


def ask_details(counter: Counter) -> Response:
    """Ask who comes, while the table is held; without a hold, begin again."""
    known = counter.visitor()
    hold = queries.hold_of(known, clock.now()) if known else None
    kept = _kept_unknown(counter) if hold is None else None
    if kept is not None:
        return kept
    if hold is None or hold.establishment_id != counter.establishment.id:
        return redirect_to(counter.url)
    form = DetailsForm(
        data={"date": hold.service_date.isoformat(), "covers": str(hold.covers), "time": clock_time(hold.local_time)}
    )
    return _details_page(counter, form, hold=hold)


def _hold(counter: Counter) -> Response:
    form = WishForm()
    if not form.validate_on_submit():
        return choose_again(counter, form)
    known, asked_from = counter.visitor_from_now_on(), network()
    try:
        with transaction():
            hold = service.hold_table(
                counter.establishment, form.wish(), visitor=known, network=asked_from, origin=counter.origin
            )
            leave_others(known, hold, actor=acting())
    except LeftOpen:
        return _details_page(counter, _details_of(form), is_open=True)
    except RuleBroken as refusal:
        if isinstance(refusal, TimeTaken):
            log_taken(counter.establishment, form.wish(), refusal)
        return choose_again(counter, form, refusal)
    return redirect_to(counter.details_url)


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
    terms = terms_for(establishment, form.wish(), form.details("").email)
    if terms is not None and form.terms.data != terms.seal:
        form.terms.errors = [_("Lisez la garantie demandée et acceptez-la pour continuer.")]
        return _details_page(counter, form, status=422)
    service.count_step(establishment, FunnelStep.TYPED)
    try:
        with transaction():
            next_url = _promised(counter, form) if terms is None else _held(counter, form, terms)
    except TimeTaken as refusal:
        log_taken(establishment, form.wish(), refusal)
        form.time.errors = [refusal.message]
        return _details_page(counter, form, status=status_of(refusal), refusal=refusal)
    except LeftOpen:
        next_url = _ask_at_length(counter, form)
    except NotSeated as refusal:
        return _details_page(counter, form, status=refusal.status, refusal=refusal)
    return redirect_to(next_url)


def _kept_unknown(counter: Counter) -> Response | None:
    """Lead once to the table a guest had paid before they chose another: it is theirs, and they may not know."""
    known = counter.visitor()
    kept = kept_unknown_to(known) if known else None
    if kept is None:
        return None
    with transaction():
        url = counter.conclude(kept.reservation)
        kept.left_for_id = None
    message = _("Votre premier paiement est arrivé : cette table est à vous. L’autre n’est pas réservée.")
    return done(None, message=message, fallback=url)


def _promised(counter: Counter, form: DetailsForm) -> str:
    """Promise the table, and give where the guest reads so."""
    known = counter.visitor_from_now_on()
    reservation = service.reserve(
        counter.establishment,
        form.wish(),
        form.details(current_language()),
        actor=acting(),
        visitor=known,
        origin=counter.origin,
    )
    leave_others(known, reservation, actor=acting())
    return counter.conclude(reservation)


def _held(counter: Counter, form: DetailsForm, terms: Terms) -> str:
    """Keep the table while the guest pays, and give where; or where they read that it is promised already."""
    asked = hold_until_paid(
        counter.establishment,
        form.wish(),
        form.details(current_language()),
        terms,
        visitor=counter.visitor_from_now_on(),
        network=network(),
        origin=counter.origin,
        actor=acting(),
    )
    return counter.conclude(asked) if isinstance(asked, Reservation) else counter.pay(asked)


def _ask_at_length(counter: Counter, form: DetailsForm) -> str:
    """Keep the wish that nobody could decide upon yet, promise to look again, and give where the answer will be."""
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
    return counter.open_wish_url(kept)


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
    covers, day, at = readable(form)
    lines = promise_lines(house, day, at, covers) if day and at else []
    alternatives = alternatives_near(house, establishment, day, at, covers, url) if refusal and day else []
    wished = service.Wish(day, at, covers) if day and at else None
    terms = terms_for(establishment, wished, tidy(form.email.data) or None) if wished else None
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
        terms=shown_terms(terms, establishment) if terms else None,
    )


def _shown_hold(hold: Reservation | None) -> dict[str, str] | None:
    if hold is None or hold.held_until is None:
        return None
    zone = hold.establishment.timezone
    return {
        "expires_iso": hold.held_until.isoformat(),
        "now_iso": clock.now().isoformat(),
        "until": spoken_time(clock.local(hold.held_until, zone).time()),
    }
