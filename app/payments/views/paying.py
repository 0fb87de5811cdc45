"""The page where somebody pays what is asked: by a link of their own, or right after asking for a table."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from app.kernel import clock, links
from app.kernel.db import db
from app.kernel.formats import euros, near_date, spoken_time
from app.kernel.guards import public, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, search_limit, write_limit
from app.kernel.security import leading_to
from app.kernel.web import error_page, page, redirect_to
from app.payments import queries
from app.payments.checkouts import is_under_way, opened_page, refreshed
from app.payments.models import Receivable, ReceivableState
from app.payments.permissions import PAY, PAY_LINK
from app.payments.presentation import written_sum
from app.payments.provider.client import ProviderAway, ProviderRefused, is_connected, pages_origin

NOWHERE = "/"
AT_ONCE = "aussitot"  # of a link followed by a press on a button to pay: what is asked was read where it stands

bp = Blueprint("paying", __name__)


@bp.get("/paiement/<string(length=43):secret>")
@public
@limiter.limit(write_limit)
def link_show(secret: str) -> Response:
    """Trade the link's secret for a cookie, and go on to a clean address: Stripe's for whoever pressed to pay."""
    link = links.exchange(secret, PAY_LINK)
    if link is None:
        return error_page(404, _("Ce lien de paiement n’est plus valable. Demandez-en un autre à la maison."))
    asked = Receivable.get(link.record_id) if AT_ONCE in request.args else None
    own_url = url_for(".receivable_show", id=link.record_id)
    try:
        return redirect_to(opened_page(asked).url if asked is not None else own_url)
    except (ProviderAway, ProviderRefused, RuleBroken):
        return redirect_to(own_url)


@bp.get("/paiements/<uuid:id>")
@requires(PAY, on=Receivable)
def receivable_show(receivable: Receivable) -> Response:
    """Say what is asked, under which rule, and where to pay."""
    return _page(receivable)


@bp.post("/paiements/<uuid:id>")
@requires(PAY, on=Receivable)
@limiter.limit(write_limit)
def checkout_create(receivable: Receivable) -> Response:
    """Go on to the payment page at Stripe."""
    try:
        return redirect_to(opened_page(receivable).url)
    except (ProviderAway, ProviderRefused):
        return _page(receivable, status=503, is_away=True)
    except RuleBroken as refusal:
        return _page(receivable, status=refusal.status, refusal=refusal)


@bp.get("/paiements/<uuid:id>/retour")
@requires(PAY, on=Receivable)
@limiter.limit(write_limit)
def return_show(receivable: Receivable) -> Response:
    """Come back from Stripe, which is asked how it went: its own message may be late."""
    url = _way_on(receivable)
    return redirect_to(url) if url else page("payments/return_show.html", **_what_is_asked(receivable))


@bp.get("/paiements/<uuid:id>/retour/_suite")
@requires(PAY, on=Receivable)
@limiter.limit(search_limit)
def return_fragment(receivable: Receivable) -> Response:
    """Lead on once Stripe has said how it went; nothing until then."""
    url = _way_on(receivable)
    return redirect_to(url) if url else Response(status=204)


def _way_on(receivable: Receivable) -> str | None:
    """Give where the payer goes on: where whoever asked says, or back to paying; None while nobody knows."""
    own_url = url_for(".receivable_show", id=receivable.id)
    try:
        refreshed(receivable)
    except (ProviderAway, ProviderRefused):  # a key that was changed meanwhile does not know the page
        return None
    db.session.refresh(receivable)
    if receivable.is_payable(clock.now()):
        return None if is_under_way(receivable) else own_url
    return receivable.back_path if receivable.back_path != NOWHERE else own_url


def _page(receivable: Receivable, *, status: int = 200, **context: Any) -> Response:
    answer = page(
        "payments/paying_show.html",
        status=status,
        **_what_is_asked(receivable),
        amount=euros(receivable.amount - queries.paid_on(receivable)),
        until=_until(receivable),
        is_open=receivable.is_payable(clock.now()),
        is_settled=receivable.state is ReceivableState.SETTLED,
        takes_cards=is_connected(),
        receipt_url=url_for(".own_receipt_show", id=receivable.id) if queries.last_payment_of(receivable) else "",
        **context,
    )
    return leading_to(answer, pages_origin())


def _what_is_asked(receivable: Receivable) -> dict[str, Any]:
    lines = [(_("Pour"), receivable.label), *_amount(receivable)]
    return {"receivable": receivable, "house": receivable.establishment, "lines": lines}


def _until(receivable: Receivable) -> str:
    """Say until when, as one says it: "À faire demain avant 19 h 30."."""
    if receivable.expires_at is None:
        return ""
    house = receivable.establishment
    end = clock.local(receivable.expires_at, house.timezone)
    day = near_date(end.date(), house.today())
    return _("À faire %(day)s avant %(time)s.", day=day, time=spoken_time(end.time()))


def _amount(receivable: Receivable) -> list[tuple[str, str]]:
    title = _("Garantie") if receivable.takes_a_card else receivable.purpose.label
    return [(title, written_sum(receivable))]
