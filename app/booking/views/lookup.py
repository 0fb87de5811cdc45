"""Finding a reservation again: reference and e-mail bring the link, by mail only."""

from flask import Response, url_for

from app.booking import queries, service
from app.booking.forms import LookupForm
from app.booking.views.public import bp
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.forms import tidy
from app.kernel.guards import public
from app.kernel.limits import limiter, reset_limit
from app.kernel.web import page, redirect_to


@bp.get("/reservations")
@public
def lookup_new() -> Response:
    """Ask for reference and e-mail."""
    return page("booking/lookup_new.html", form=LookupForm(), url=url_for(".lookup_create"), sent=False)


@bp.post("/reservations")
@public
@limiter.limit(reset_limit)
def lookup_create() -> Response:
    """Send the link if both fit; the answer is the same whether they do or not."""
    form = LookupForm()
    url = url_for(".lookup_create")
    if not form.validate_on_submit():
        return page("booking/lookup_new.html", status=422, form=form, url=url, sent=False)
    reservation = queries.reservation_with_reference(tidy(form.reference.data), tidy(form.email.data))
    if reservation is not None:
        with transaction():
            service.request_link(reservation, actor=acting())
    return redirect_to(url_for(".lookup_sent_show"))


@bp.get("/reservations/lien-envoye")
@public
def lookup_sent_show() -> Response:
    """Say that the link is on its way, if there is one to send."""
    return page("booking/lookup_new.html", form=LookupForm(), url=url_for(".lookup_create"), sent=True)
