"""Closed days, and the file accountants and the tax office read."""

import heapq
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

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
from app.payments.accounting import FEC_TYPE, Journal, fec_entry, fec_heads, fec_name
from app.payments.companies import houses_with, journal_of
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
    readable, _others = _company(house)
    with transaction():
        for each in readable:
            publish(BooksExported(each, acting(), first.isoformat(), last.isoformat()))
    journals = [(each.id, journal_of(each)) for each in readable]
    name = fec_name(siren_of(house), last)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    answer = Response(apart(app, SOURCE, _pieces(journals, first, last)), content_type=FEC_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _company(house: Establishment) -> tuple[list[Establishment], list[Establishment]]:
    """Give the houses of the company whose entries this actor may take out, and the others."""
    houses, actor = houses_with(house), acting()
    return (
        [each for each in houses if actor.may(may.EXPORT, each)],
        [each for each in houses if not actor.may(may.EXPORT, each)],
    )


def _pieces(journals: list[tuple[UUID, Journal]], first: date, last: date) -> Iterator[str]:
    """Write the entries of all journals in the order in which their days were closed, some hundred at a time."""
    yield fec_heads()
    entries = heapq.merge(*(_entries(house_id, journal, first, last) for house_id, journal in journals))
    while piece := list(islice(entries, PIECE)):
        yield "".join(written for _order, written in piece)


def _entries(
    house_id: UUID, journal: Journal, first: date, last: date
) -> Iterator[tuple[tuple[datetime, str, int], str]]:
    """Read the lines of a house in pieces, each in a transaction of its own, so that a slow reader holds nothing."""
    after: tuple[date, int] | None = None
    while lines := queries.closed_lines_between(house_id, first, last, after=after, limit=PIECE):
        after = lines[-1][0].booked_on, lines[-1][0].number
        written = [
            ((closed_at, journal.code, line.number), fec_entry(journal, line, closed_at))
            for line, closed_at in lines
            if journal.holds(line)
        ]
        db.session.rollback()
        yield from written


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
    readable, others = _company(own_house(may.EXPORT))
    return page(
        "payments/books_new.html",
        status=status,
        form=form,
        included=_named(readable),
        missing=_named(others),
        is_shared=len(readable + others) > 1,
    )


def _named(houses: list[Establishment]) -> str:
    return ", ".join(house.name for house in houses)
