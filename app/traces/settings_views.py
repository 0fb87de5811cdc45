"""The house's duties, as settings pages: how long things are kept, and the register of processing."""

from typing import Any

from flask import Blueprint, Response, abort, url_for

from app.directory.queries import first_organisation, house_zone
from app.kernel import clock, privacy
from app.kernel.access import acting
from app.kernel.db import new_id, transaction
from app.kernel.formats import full_date, instant
from app.kernel.guards import requires
from app.kernel.languages import _, ngettext
from app.kernel.web import done, page
from app.traces import queries
from app.traces.jobs import apply_one_rule
from app.traces.permissions import REGISTER, RETAIN

bp = Blueprint("duties", __name__, url_prefix="/admin/reglages")


@bp.get("/conservation")
@requires(RETAIN)
def retention_list() -> Response:
    """Show every rule, and what it would touch today."""
    runs = queries.retention_runs()
    return page(
        "traces/retention_list.html",
        rules=[
            {
                "declared": rule,
                "count": rule.count(),
                "url": url_for(".application_create", code=code),
                "last": _last(runs[code]) if code in runs else "",
            }
            for code, rule in privacy.retention_rules().items()
        ],
    )


@bp.post("/conservation/<string:code>/application")
@requires(RETAIN)
def application_create(code: str) -> Response:
    """Have one rule applied now, by a job."""
    rule = privacy.retention_rules().get(code)
    if rule is None:
        abort(404)
    with transaction():
        apply_one_rule.later(key=f"traces.apply_one_rule:{new_id()}", code=code, asked_by=acting().id)
    return done(
        None,
        message=_("« %(rule)s » s’applique : rechargez cette page dans un instant.", rule=_(rule.label)),
        fallback=url_for(".retention_list"),
    )


@bp.get("/registre")
@requires(REGISTER)
def register_show() -> Response:
    """Show the register of processing (RGPD, article 30), made of what the slices declare."""
    return page(
        "traces/register_show.html",
        organisation=first_organisation(),
        holdings=privacy.all_personal_data(),
        rules=list(privacy.retention_rules().values()),
        today=full_date(clock.today(house_zone())),
    )


def _last(run: Any) -> str:
    return ngettext("%(when)s, %(num)s ligne", "%(when)s, %(num)s lignes", run.rows, when=instant(run.at, house_zone()))
