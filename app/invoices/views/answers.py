"""How every page of invoices answers: shown, refused with what was typed, or done."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort

from app.directory.models import Establishment
from app.kernel import navigation
from app.kernel.access import Permission, acting
from app.kernel.db import transaction
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.web import done


def own_house(right: Permission) -> Establishment:
    """Give the establishment of this request, to whoever may do this there."""
    house: Establishment | None = navigation.current_house()
    if house is None:
        abort(404, description=_("Aucun établissement n’est encore créé : importez-en un."))
    if not acting().may(right, house):
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return house


def answered(form: Any, act: Callable[[], str], show: Callable[[int], Response], message: str) -> Response:
    """Validate, act in one transaction, go where `act` says; whatever is refused shows the page as it was typed."""
    if not form.validate_on_submit():
        return show(422)
    try:
        with transaction():
            fallback = act()
    except NotAllowed:
        raise
    except RuleBroken as refusal:
        if refusal.field in form:
            form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
        else:
            form.form_errors.append(refusal.message)
        return show(409)
    return done(None, message=message, fallback=fallback)
