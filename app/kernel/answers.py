"""How a page with a form answers: shown again with what was typed, told that somebody else saved first, or done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, request
from wtforms import BooleanField, FieldList, FormField, SelectField, SelectMultipleField

from app.kernel.db import transaction
from app.kernel.editions import Overtaken, edition_opened, refuse_overtaken
from app.kernel.fields import TypedField
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.web import done


@dataclass(frozen=True)
class Answer:
    """Where a form goes: what it does, how its page is shown again, what is said once it is done, and where one goes.

    `fallback` is an address, or makes one of what `act` gave. `standing` gives the form as it would open now: with it,
    nobody saves unawares over what came since.
    """

    act: Callable[[], Any]
    show: Callable[..., Response]
    message: str
    fallback: str | Callable[[Any], str]
    standing: Callable[[], Any] | None = None


def answered(form: Any, answer: Answer, *, but: tuple[type[RuleBroken], ...] = ()) -> Response:
    """Validate, act in one transaction, answer; whatever is refused shows the page again as it was typed.

    Refusals of the kinds in `but` are raised: they are answered in another way.
    """
    if not form.validate_on_submit():
        return answer.show(status=422)
    try:
        with transaction():
            if (standing := answer.standing) is not None:
                refuse_overtaken(request.path, lambda: _texts(standing()), _texts(form))
            made = answer.act()
    except but:
        raise
    except Overtaken as overtaken:
        return answer.show(status=overtaken.status, overtaken=overtaken)
    except RuleBroken as refusal:
        return answer.show(status=put(refusal, form))
    to = answer.fallback if isinstance(answer.fallback, str) else answer.fallback(made)
    return done(None, message=answer.message, fallback=to)


def put(refusal: RuleBroken, form: Any, *, beside: str = "") -> int:
    """Put a refusal beside the field it is about, else `beside` one or above the form; give the status of the answer.

    A lack of rights is said above the page: who lacks them may not be shown the form any more.
    """
    if refusal.field not in form and isinstance(refusal, NotAllowed):
        flash(refusal.message, "error")
    elif (field := refusal.field if refusal.field in form else beside) in form:
        form[field].errors = [*form[field].errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)
    return refusal.status


def opened(form: Any, overtaken: Overtaken | None = None) -> dict[str, Any]:
    """Give what the page of a form with a `standing` shows: what it was opened on, and what overtook it."""
    labels = {field.name: str(field.label.text) for field in form}
    return {
        "edition": edition_opened(overtaken.stands if overtaken else _texts(form), overtaken),
        "differences": overtaken.differences(labels) if overtaken else [],
    }


def _texts(form: Any) -> dict[str, str]:
    """Write each field as a person reads it."""
    return {field.name: _said(field) for field in form if field.name != "csrf_token"}


def _said(field: Any) -> str:
    if isinstance(field, SelectField):
        chosen = (field.data or ()) if isinstance(field, SelectMultipleField) else (field.data,)
        labels = [str(label) for value, label, *_more in field.iter_choices() if value in chosen]
        return ", ".join(labels or map(str, chosen))
    if isinstance(field, FieldList):
        return " ; ".join(filter(None, map(_said, field)))
    if isinstance(field, FormField):
        return " : ".join(filter(None, map(_said, field)))
    if isinstance(field, BooleanField):
        return _("oui") if field.data else _("non")
    if isinstance(field, TypedField) and field.data is not None:
        return field.written()
    return "" if field.data is None else str(field.data)
