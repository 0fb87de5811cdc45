"""How every settings page answers: shown, refused with what was typed, told what it would break, or saved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking.impact import Break
from app.booking.service.room import ChangeBreaks, NameStillUsed
from app.directory.models import Establishment
from app.kernel import answers, guards
from app.kernel.access import Permission, acting
from app.kernel.answers import Answer
from app.kernel.db import transaction
from app.kernel.formats import full_date, spoken_time
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, page

SHOWN_AT_MOST = 200


def own_house(right: Permission = may.CONFIGURE) -> Establishment:
    """Give the establishment of this request, to whoever may set it."""
    house: Establishment = guards.own_house(right)
    return house


def is_forced() -> bool:
    """Tell whether the second button was pressed: save although promises are broken."""
    return request.form.get("force") == "1"


def settings_page(template: str, *, status: int = 200, **context: Any) -> Response:
    """Show a page of the settings, beside the list of them all."""
    context.setdefault("broken", None)
    context.setdefault("kept", None)
    return page(
        f"booking/settings/{template}.html",
        status=status,
        **context,
    )


def answered(form: Any, answer: Answer) -> Response:
    """Answer as every form does, and with what a change would break."""
    try:
        return answers.answered(form, answer, but=(ChangeBreaks,))
    except ChangeBreaks as refusal:
        return answer.show(status=refusal.status, broken=told(refusal))


@dataclass(frozen=True)
class Removal:
    """How something is taken away: what that does, how its page is shown again, its address, and where one goes."""

    act: Callable[[], object]
    show: Callable[..., Response]
    page_url: str
    message: str
    fallback: str


def removed(removal: Removal) -> Response:
    """Take something away in one transaction; what that would break is shown on a page of its own.

    Whatever else forbids it is said on the page of the thing, beside its button, with the way out.
    """
    try:
        with transaction():
            removal.act()
    except ChangeBreaks as refusal:
        url, back_url = request.path, removal.page_url
        return settings_page("breaks_show", status=refusal.status, broken=told(refusal), url=url, back_url=back_url)
    except RuleBroken as refusal:
        return removal.show(status=refusal.status, kept={"why": refusal.message, "way": _way_out(refusal)})
    return done(None, message=removal.message, fallback=removal.fallback)


def _way_out(refusal: RuleBroken) -> str:
    """Give the address at which what forbids a removal is changed, where there is one."""
    return url_for("guarantee_settings.rule_edit", id=refusal.rule_id) if isinstance(refusal, NameStillUsed) else ""


def told(refusal: ChangeBreaks) -> dict[str, Any]:
    """Give what a change would break, in words; names only to whoever may see reservations."""
    names = acting().may(may.VIEW)
    return {
        "title": refusal.message,
        "rows": [_row(broken, names=names) for broken in refusal.breaks[:SHOWN_AT_MOST]],
        "more": max(0, len(refusal.breaks) - SHOWN_AT_MOST),
        "may_force": acting().may(may.FORCE),
    }


def _row(broken: Break, *, names: bool) -> dict[str, Any]:
    promise = broken.promise
    facts = [
        _("%(day)s à %(time)s", day=full_date(promise.service_date), time=spoken_time(promise.local_time)),
        ngettext("%(num)s couvert", "%(num)s couverts", promise.covers),
        promise.guest_name if names else "",
    ]
    return {
        "url": url_for("desk.reservation_show", id=promise.id) if names else None,
        "title": ", ".join(filter(None, facts)),
        "reference": promise.reference,
        "why": broken.sentence,
    }
