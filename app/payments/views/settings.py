"""The settings of payments."""

from typing import Any

from flask import Blueprint, Response, abort, url_for

from app.kernel import navigation
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.web import done, page
from app.payments import permissions as may
from app.payments import service
from app.payments.forms import SETTINGS, SettingsForm

bp = Blueprint("payment_settings", __name__, url_prefix="/admin/reglages/paiements")


@bp.get("")
@requires(may.CONFIGURE)
def payments_edit() -> Response:
    """Show how the house asks for money and gives it back."""
    holder = str(_house().id)
    return _page(SettingsForm(data={name: str(kept.value(establishment=holder)) for name, kept in SETTINGS.items()}))


@bp.post("")
@requires(may.CONFIGURE)
def payments_update() -> Response:
    """Change it."""
    house, form = _house(), SettingsForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with transaction():
            service.change_rules(house, form.wanted(), actor=acting())
    except NotAllowed:
        raise
    except RuleBroken as refusal:
        form[refusal.field or "pay_minutes"].errors = [refusal.message]
        return _page(form, 422)
    return done(None, message=_("Les paiements sont réglés."), fallback=url_for(".payments_edit"))


def _house() -> Any:
    house = navigation.current_house()
    if house is None:
        abort(404, description=_("Aucun établissement n’est encore créé : importez-en un."))
    if not acting().may(may.CONFIGURE, house):
        raise NotAllowed(_("Vous n’avez pas le droit de faire cela."))
    return house


def _page(form: SettingsForm, status: int = 200) -> Response:
    return page("payments/settings_edit.html", status=status, form=form)
