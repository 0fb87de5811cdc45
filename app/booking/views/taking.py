"""Taking a reservation for a caller, and moving one: the same questions, the same refusals, the same levers."""

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.forms import MoveForm, StaffReservationForm
from app.booking.guarantees.asking import terms_wanted
from app.booking.guarantees.permissions import GUARANTEE
from app.booking.guests.acquaintance import form_s_acquaintances, name_guest
from app.booking.models import Reservation
from app.booking.queries.hours import first_day_offered
from app.booking.service import GuestUnclear, NotSeated
from app.booking.views.desk import back_to, bp, head
from app.booking.views.desk_times import call_refused, refused_call, times_around
from app.booking.views.levers import levers_around, permit_of, pulled_on, unlock
from app.booking.waiting.permissions import KEEP_WAITING
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.formats import clock_time
from app.kernel.forms import tidy
from app.kernel.guards import own_house, requires
from app.kernel.languages import _
from app.kernel.web import done, page


@bp.get("/nouvelle")
@requires(may.CREATE)
def reservation_new() -> Response:
    """Ask for what a caller says."""
    establishment = own_house(may.CREATE)
    form = StaffReservationForm(_units(establishment))
    first = first_day_offered(queries.house_of(establishment), establishment)
    form.date.data = request.args.get("date") or first.isoformat()
    form.covers.data = request.args.get("covers") or "2"
    form.time.data = request.args.get("time") or ""
    name_guest(form)
    return _new_page(establishment, form)


@bp.get("/_horaires")
@requires(may.CREATE)
def times_fragment() -> Response:
    """Show the times of the day and for the number being typed, while the caller speaks."""
    establishment = own_house(may.CREATE)
    form = StaffReservationForm([], formdata=request.args)
    return page("booking/_free_times.html", **times_around(establishment, form))


@bp.post("")
@requires(may.CREATE)
def reservation_create() -> Response:
    """Take a reservation for a caller; setting a rule aside needs the right to, and is named in the trail."""
    establishment = own_house(may.CREATE)
    form = StaffReservationForm(_units(establishment))
    if not form.validate_on_submit():
        return _new_page(establishment, form, status=422)
    lever = pulled_on(form)
    try:
        with transaction():
            unlock(lever)
            details = form.details(form.language.data)
            guest = service.guest_chosen(form.guest_id(), details, actor=acting())
            reservation = service.reserve(
                establishment,
                form.wish(unit=form.unit.data or None),
                service.as_known(details, guest),
                actor=acting(),
                permit=permit_of(lever),
                guest=guest,
            )
            service.forget_refused_search(establishment, refused_call())
    except NotSeated as refusal:
        return _new_page(establishment, form, status=refusal.status, refusal=refusal)
    except GuestUnclear as unclear:
        return _new_page(establishment, form, status=put(unclear, form))
    if terms_wanted(reservation) is not None and acting().may(GUARANTEE, reservation):
        message = _("La table est réservée. La règle de la maison demande une garantie.")
        return done(None, message=message, fallback=url_for("guarantee_desk.guarantee_new", id=reservation.id))
    return back_to(reservation, _("La table est réservée."))


@bp.get("/<uuid:id>/modification")
@requires(may.CHANGE, on=Reservation)
def move_new(reservation: Reservation) -> Response:
    """Ask for another date, time, number or table."""
    form = MoveForm(_units(reservation.establishment))
    form.date.data = reservation.service_date.isoformat()
    form.time.data, form.covers.data = clock_time(reservation.local_time), str(reservation.covers)
    form.unit.data = reservation.locked_unit or ""
    return _move_page(reservation, form)


@bp.post("/<uuid:id>/modification")
@requires(may.CHANGE, on=Reservation)
def move_create(reservation: Reservation) -> Response:
    """Move a reservation."""
    form = MoveForm(_units(reservation.establishment))
    if not form.validate_on_submit():
        return _move_page(reservation, form, status=422)
    lever = pulled_on(form)
    try:
        with transaction():
            unlock(lever)
            service.move_reservation(
                reservation,
                form.wish(unit=form.unit.data or None),
                actor=acting(),
                permit=permit_of(lever, reservation),
            )
    except NotSeated as refusal:
        return _move_page(reservation, form, status=refusal.status, refusal=refusal)
    return back_to(reservation, _("La réservation est modifiée."))


# --- pages ----------------------------------------------------------------------------------------------------


def _units(establishment: Establishment) -> list[tuple[str, str]]:
    return queries.unit_choices(establishment)


def _new_page(
    establishment: Establishment, form: StaffReservationForm, status: int = 200, refusal: NotSeated | None = None
) -> Response:
    return page(
        "booking/reservation_new.html",
        status=status,
        form=form,
        url=url_for(".reservation_create"),
        list_url=url_for(".reservation_list"),
        refusal=refusal,
        refused_call=call_refused(establishment, form, refusal),
        may_force=acting().may(may.FORCE),
        levers=levers_around(establishment, form, refusal),
        waiting_url=_waiting_url(form) if refusal and acting().may(KEEP_WAITING, establishment) else None,
        **times_around(establishment, form, refusal),
        **form_s_acquaintances(establishment, form),
    )


def _waiting_url(form: StaffReservationForm) -> str:
    """Give the address where a caller for whom there is no table is put on the waiting list."""
    guest = tidy(form.guest.data) or None
    return url_for("waiting_desk.entry_new", date=form.date.data, covers=form.covers.data, guest=guest)


def _move_page(
    reservation: Reservation, form: MoveForm, status: int = 200, refusal: NotSeated | None = None
) -> Response:
    return page(
        "booking/move_edit.html",
        status=status,
        form=form,
        refusal=refusal,
        may_force=acting().may(may.FORCE),
        url=url_for(".move_create", id=reservation.id),
        levers=levers_around(reservation.establishment, form, refusal, leaving_out=reservation.id),
        **head(reservation),
        **times_around(reservation.establishment, form, refusal),
    )
