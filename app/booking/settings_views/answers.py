"""How every settings page answers: shown, refused with what was typed, told what it would break, or saved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request, url_for
from wtforms import SelectField

from app.booking import permissions as may
from app.booking.impact import Break
from app.booking.service.room import ChangeBreaks
from app.directory.models import Establishment
from app.kernel import navigation
from app.kernel.access import Permission, acting
from app.kernel.db import transaction
from app.kernel.editions import Overtaken, edition_opened, refuse_overtaken
from app.kernel.formats import full_date, spoken_time
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.web import done, page

SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class Answer:
    """Where a form goes: what it does, how its page is shown again, what is said and shown once it is done.

    `standing` gives the form as it would open now: with it, nobody saves unawares over what came since.
    """

    act: Callable[[], object]
    show: Callable[..., Response]
    message: str
    fallback: str
    standing: Callable[[], Any] | None = None


def own_house(right: Permission = may.CONFIGURE) -> Establishment:
    """Give the establishment of this request, to whoever may set it."""
    house: Establishment | None = navigation.current_house()
    if house is None:
        abort(404, description=_("Aucun établissement n’est encore créé : importez-en un."))
    if not acting().may(right, house):
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return house


def is_forced() -> bool:
    """Tell whether the second button was pressed: save although promises are broken."""
    return request.form.get("force") == "1"


def settings_page(template: str, *, status: int = 200, **context: Any) -> Response:
    """Show a page of the settings, beside the list of them all."""
    context.setdefault("broken", None)
    return page(
        f"booking/settings/{template}.html",
        status=status,
        **context,
    )


def opened(form: Any, overtaken: Overtaken | None = None) -> dict[str, Any]:
    """Give what the page of a form with a `standing` shows: what it was opened on, and what overtook it."""
    labels = {field.name: str(field.label.text) for field in form}
    return {
        "edition": edition_opened(overtaken.stands if overtaken else _texts(form), overtaken),
        "differences": overtaken.differences(labels) if overtaken else [],
    }


def answered(form: Any, answer: Answer) -> Response:
    """Validate, act in one transaction, answer; whatever is refused shows the page again as it was typed."""
    if not form.validate_on_submit():
        return answer.show(status=422)
    try:
        with transaction():
            if (standing := answer.standing) is not None:
                refuse_overtaken(request.path, lambda: _texts(standing()), _texts(form))
            answer.act()
    except NotAllowed:
        raise
    except Overtaken as overtaken:
        return answer.show(status=409, overtaken=overtaken)
    except ChangeBreaks as refusal:
        return answer.show(status=409, broken=told(refusal))
    except RuleBroken as refusal:
        if refusal.field in form:
            form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
        else:
            form.form_errors.append(refusal.message)
        return answer.show(status=409)
    return done(None, message=answer.message, fallback=answer.fallback)


def _texts(form: Any) -> dict[str, str]:
    """Write each field as a person reads it."""
    return {field.name: _said(field) for field in form if field.name != "csrf_token"}


def _said(field: Any) -> str:
    if isinstance(field, SelectField):
        return next(
            (str(label) for value, label, *_more in field.iter_choices() if value == field.data), str(field.data)
        )
    return "" if field.data is None else str(field.data)


def removed(act: Callable[[], object], *, message: str, back_url: str, fallback: str) -> Response:
    """Take something away in one transaction; what that would break is shown on a page of its own."""
    try:
        with transaction():
            act()
    except ChangeBreaks as refusal:
        return settings_page("breaks_show", status=409, broken=told(refusal), url=request.path, back_url=back_url)
    return done(None, message=message, fallback=fallback)


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
