"""The guest's way back from paying: to the confirmation, or to another try with all that was typed."""

from flask import Blueprint, Response, url_for

from app.booking import permissions as may
from app.booking.guarantees import queries
from app.booking.guarantees.asking import start_again
from app.booking.guarantees.leaving import promised_instead
from app.booking.guarantees.paying import kept_context, open_confirmation, open_payment
from app.booking.guarantees.settling import follow_payment
from app.booking.models import Guarantee, Reservation
from app.booking.models import ReservationState as S
from app.booking.views.visitors import network
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, search_limit, write_limit
from app.kernel.web import page, redirect_to

bp = Blueprint("guarantees", __name__, url_prefix="/reserver/garantie")


@bp.get("/<uuid:id>")
@requires(may.SEE, on=Guarantee)
def guarantee_show(guarantee: Guarantee) -> Response:
    """Lead to the confirmation once it is paid, to the payment while the table is kept, else offer to begin again."""
    with transaction():
        follow_payment(guarantee)
        url = _next(guarantee)
        instead = promised_instead(guarantee) if url is None else None
        instead_url = open_confirmation(instead) if instead is not None else None
    return redirect_to(url) if url else _gone_page(guarantee, instead_url=instead_url)


@bp.get("/<uuid:id>/_suite")
@requires(may.SEE, on=Guarantee)
@limiter.limit(search_limit)
def guarantee_fragment(guarantee: Guarantee) -> Response:
    """Lead on once it is known what becomes of money that came late; nothing until then."""
    is_followed = queries.is_money_followed(guarantee.reservation)
    return Response(status=204) if is_followed else redirect_to(url_for(".guarantee_show", id=guarantee.id))


@bp.post("/<uuid:id>")
@requires(may.SEE, on=Guarantee)
@limiter.limit(write_limit)
def guarantee_create(guarantee: Guarantee) -> Response:
    """Keep the same table again, with all that was typed, and lead to the payment."""
    if guarantee.reservation.state is not S.EXPIRED:
        return redirect_to(url_for(".guarantee_show", id=guarantee.id))
    try:
        with transaction():
            again = start_again(guarantee, network=network(), actor=acting())
            url = open_confirmation(again) if isinstance(again, Reservation) else open_payment(again)
    except RuleBroken as refusal:
        return _gone_page(guarantee, status=refusal.status, refusal=refusal)
    return redirect_to(url)


def _next(guarantee: Guarantee) -> str | None:
    reservation, is_payable = guarantee.reservation, guarantee.receivable.is_payable(clock.now())
    if is_payable and reservation.state not in (S.EXPIRED, S.CANCELLED, S.NO_SHOW):
        return open_payment(guarantee)
    if reservation.state in (S.HELD, S.EXPIRED):
        return None
    guarantee.left_for_id = None  # whoever reads the confirmation knows which table is theirs
    return open_confirmation(reservation)


def _gone_page(
    guarantee: Guarantee, *, status: int = 200, refusal: RuleBroken | None = None, instead_url: str | None = None
) -> Response:
    return page(
        "booking/guarantees/guarantee_show.html",
        status=status,
        refusal=refusal,
        instead_url=instead_url,
        is_followed=queries.is_money_followed(guarantee.reservation),
        here_url=url_for(".guarantee_show", id=guarantee.id),
        next_url=url_for(".guarantee_fragment", id=guarantee.id),
        was_paid=queries.was_paid(guarantee.reservation),
        url=url_for(".guarantee_create", id=guarantee.id),
        **kept_context(guarantee),
    )
