"""Closed days, and the file accountants and the tax office read."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Response, current_app, url_for

from app.directory.models import Establishment
from app.directory.queries import siren_of
from app.kernel import datasets, navigation
from app.kernel.access import acting
from app.kernel.datasets.exports import apart
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.guards import own_house, requires
from app.kernel.languages import SOURCE, _
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, page
from app.payments import permissions as may
from app.payments import queries, service
from app.payments.accounting import FEC_TYPE, fec_heads, fec_lines, fec_name
from app.payments.datasets import CLOSINGS
from app.payments.events import BooksExported
from app.payments.forms import DayForm, PeriodForm
from app.payments.views.blueprint import bp

PIECE = 500


@bp.get("/journees")
@requires(may.VIEW)
def closing_list() -> Response:
    """Show the days that stand for good."""
    return _list_page(DayForm(formdata=None, day=_last_day_over()))


@bp.post("/journees")
@requires(may.CLOSE)
def closing_create() -> Response:
    """Close a day; one that is not over is asked about first, since what still comes in would be the next day's."""
    house, form = own_house(may.CLOSE), DayForm()
    if not form.validate_on_submit() or form.day.data is None:
        raise RuleBroken(_("Choisissez un jour."))
    if form.day.data == house.today() and not form.is_agreed:
        return _list_page(form, agreeing=True)
    with transaction():
        service.close_day(house, form.day.data, actor=acting())
    return done(None, message=_("La journée est arrêtée."), fallback=url_for(".closing_list"))


@bp.get("/comptabilite")
@requires(may.EXPORT)
def books_new() -> Response:
    """Ask which days are exported."""
    today = own_house(may.EXPORT).today()
    return _period_page(PeriodForm(formdata=None, first=today.replace(month=1, day=1), last=today - timedelta(days=1)))


@bp.post("/comptabilite")
@requires(may.EXPORT)
def books_export() -> Response:
    """Stream the accounting entries of closed days, in French whoever asks: the tax office reads them."""
    house, form = own_house(may.EXPORT), PeriodForm()
    if not form.validate_on_submit() or form.first.data is None or form.last.data is None:
        return _period_page(form, 422)
    first, last = form.first.data, form.last.data
    with transaction():
        publish(BooksExported(house, acting(), first.isoformat(), last.isoformat()))
    siren = siren_of(house)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    answer = Response(apart(app, SOURCE, _pieces(house, first, last)), content_type=FEC_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{fec_name(siren, last)}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _pieces(house: Establishment, first: date, last: date) -> Iterator[str]:
    """Read the lines in pieces, each in a transaction of its own, so that a slow reader holds nothing."""
    yield fec_heads()
    after: tuple[date, int] | None = None
    while lines := queries.closed_lines_between(house.id, first, last, after=after, limit=PIECE):
        after = lines[-1][0].booked_on, lines[-1][0].number
        yield "".join(fec_lines(lines))
        db.session.rollback()


def _last_day_over() -> date | None:
    """Give yesterday, or None once it is closed: whoever then closes a day chooses it."""
    house: Any = navigation.current_house()
    if house is None:
        return None
    over, closed = house.today() - timedelta(days=1), queries.last_closed_day(house.id)
    return over if closed is None or closed < over else None


def _list_page(form: DayForm, *, agreeing: bool = False) -> Response:
    house: Any = navigation.current_house()
    may_close = house is not None and acting().may(may.CLOSE, house)
    return datasets.list_page(
        CLOSINGS, "payments/closing_list.html", form=form if may_close else None, is_agreeing=agreeing
    )


def _period_page(form: PeriodForm, status: int = 200) -> Response:
    return page("payments/books_new.html", status=status, form=form)
