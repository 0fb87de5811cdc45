"""The pages of the trials: the list, a new one, how far one has come and what came out."""

from typing import Any

from flask import Blueprint, Response, abort, url_for

from app.booking import permissions as may
from app.booking.models import FloorTrial
from app.booking.queries import rooms
from app.booking.refusals import SHORTLY
from app.booking.seating import Reason
from app.booking.settings_views.answers import own_house
from app.booking.trials import service, telling
from app.booking.trials.forms import FloorTrialForm
from app.booking.trials.job import play_floor_trial
from app.booking.trials.queries import trials_of
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.datasets.periods import dated
from app.kernel.db import transaction
from app.kernel.figures import WEEKDAY, Point, Series, Unit, drawing
from app.kernel.formats import short_weekdays
from app.kernel.guards import requires
from app.kernel.languages import N_, _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.navigation import entry
from app.kernel.web import done, page

bp = Blueprint("trials", __name__, url_prefix="/admin/chiffres/et-si")

entry(
    "figures",
    N_("Et si la salle était autre ?"),
    "trials.trial_list",
    icon="table",
    permission=may.VIEW_DEMAND,
    hint=N_("Rejouez la demande de quatre-vingt-dix jours, refus compris, avec des tables en plus ou en moins"),
)


@bp.get("")
@requires(may.VIEW_DEMAND)
def trial_list() -> Response:
    """Show the trials of the house."""
    house = own_house(may.VIEW_DEMAND)
    rows = [(trial, telling.gain(trial)) for trial in trials_of(house.id)]
    return page("booking/trials/trial_list.html", rows=rows, may_try=acting().may(may.CONFIGURE, house))


@bp.get("/nouveau")
@requires(may.CONFIGURE)
def trial_new() -> Response:
    """Ask which floor is to be tried."""
    house = own_house()
    form = _form(house)
    form.begin()
    return _form_page(form)


@bp.post("")
@requires(may.CONFIGURE)
def trial_create() -> Response:
    """Keep a floor to be tried, and promise its trial."""
    house = own_house()
    form = _form(house)
    if not form.validate_on_submit():
        return _form_page(form, status=422)
    try:
        with transaction() as session:
            trial = service.try_floor(house, form.name.data, form.wanted_removed(), form.wanted_added(), actor=acting())
            session.flush()
            play_floor_trial.later(key=f"floor-trial:{trial.id}", trial_id=trial.id)
    except RuleBroken as refusal:
        return _form_page(form, status=put(refusal, form))
    return done(None, message=_("L’essai est lancé."), fallback=url_for(".trial_show", id=trial.id))


@bp.get("/<uuid:id>")
@requires(may.VIEW_DEMAND, on=FloorTrial)
def trial_show(floortrial: FloorTrial) -> Response:
    """Show a trial: how far it has come, or what came out."""
    may_delete = acting().may(may.CONFIGURE, floortrial)
    return page("booking/trials/trial_show.html", **_context(floortrial), may_delete=may_delete)


@bp.get("/<uuid:id>/_avancement")
@requires(may.VIEW_DEMAND, on=FloorTrial)
def trial_fragment(floortrial: FloorTrial) -> Response:
    """Give the part that says how far a trial has come."""
    return page("booking/trials/_trial.html", **_context(floortrial))


@bp.post("/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=FloorTrial)
def trial_delete(floortrial: FloorTrial) -> Response:
    """Take a trial away."""
    with transaction():
        trial = FloorTrial.get(floortrial.id)
        if trial is None:
            abort(404)
        service.delete_trial(trial, actor=acting())
    return done(None, message=_("L’essai est supprimé."), fallback=url_for(".trial_list"))


def _form(house: Establishment) -> FloorTrialForm:
    return FloorTrialForm(rooms.areas_of(house), rooms.tables_of(house))


def _form_page(form: FloorTrialForm, *, status: int = 200) -> Response:
    return page("booking/trials/trial_new.html", status=status, form=form, days=service.DAYS)


def _context(trial: FloorTrial) -> dict[str, Any]:
    today = trial.establishment.today()
    return {
        "trial": trial,
        "what": _floor_in_words(trial),
        "span": _("du %(first)s au %(last)s", first=dated(trial.first_day, today), last=dated(trial.last_day, today)),
        "share": trial.days_done / trial.days_total,
        "gain": telling.gain(trial),
        **(_result(trial.result) if trial.result else {}),
    }


def _floor_in_words(trial: FloorTrial) -> list[str]:
    codes = rooms.codes_of(trial.establishment)
    removed = [_("sans la table %(code)s", code=codes.get(each, "?")) for each in trial.removed]
    added = [
        ngettext(
            "%(num)s table de plus, de %(least)s à %(most)s (%(area)s)",
            "%(num)s tables de plus, de %(least)s à %(most)s (%(area)s)",
            each["count"],
            least=each["min_covers"],
            most=each["max_covers"],
            area=each["area"],
        )
        for each in trial.added
    ]
    return [*removed, *added]


def _result(result: dict[str, Any]) -> dict[str, Any]:
    before, after = result["before"], result["after"]
    write = Unit.COUNT.write
    named = {code: _(SHORTLY[Reason(code)]) for code in {**before["why"], **after["why"]}}
    weekdays = [long for _short, long in short_weekdays()]
    drawn = drawing.chart(_by_weekday(after), Unit.COUNT, _by_weekday(before))
    return {
        "share_gained": Unit.COUNT.change(after["covers"], before["covers"])
        if after["covers"] != before["covers"]
        else "",
        "because": telling.because(result),
        "one_more": telling.one_more(result),
        "advice": telling.advice(result),
        "totals": [
            (_("Couverts reçus"), write(before["covers"]), write(after["covers"])),
            (_("Tablées reçues"), write(before["parties"]), write(after["parties"])),
            (_("Couverts refusés"), write(before["refused_covers"]), write(after["refused_covers"])),
        ],
        "refusals": [
            (name, write(before["why"].get(code, 0)), write(after["why"].get(code, 0)))
            for code, name in sorted(named.items(), key=lambda pair: pair[1])
        ],
        "weekdays": [
            (name, write(was), write(would))
            for name, was, would in zip(weekdays, before["by_weekday"], after["by_weekday"], strict=True)
        ],
        "chart": drawn,
    }


def _by_weekday(side: dict[str, Any]) -> Series:
    weekdays = [long for _short, long in short_weekdays()]
    points = tuple(Point(name, (covers,)) for name, covers in zip(weekdays, side["by_weekday"], strict=True))
    return Series(_(WEEKDAY.label), ("",), points, side["covers"])
