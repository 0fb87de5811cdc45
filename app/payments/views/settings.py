"""The settings of payments."""

from typing import Any

from flask import Blueprint, Response, current_app, url_for

from app.config import STRIPE
from app.kernel.access import acting
from app.kernel.answers import Answer, answered, opened
from app.kernel.db import new_id, transaction
from app.kernel.editions import Overtaken
from app.kernel.formats import euros, spoken_instant
from app.kernel.guards import own_house, requires
from app.kernel.languages import N_, _
from app.kernel.web import done, page
from app.payments import permissions as may
from app.payments import queries, service
from app.payments.forms import SettingsForm
from app.payments.jobs import reconcile
from app.payments.provider import calls
from app.payments.provider.client import KeyRefused, ProviderAway, ProviderRefused, is_connected, is_live
from app.payments.troubles import troubles

ANOTHER_ACCOUNT = N_(
    "Stripe répond, mais ne connaît pas le dernier paiement de la maison : la clé est celle d’un autre compte. "
    "Remettez l’ancienne pour rembourser ou débiter ce qui y fut payé."
)
bp = Blueprint("payment_settings", __name__, url_prefix="/admin/reglages/paiements")


@bp.get("")
@requires(may.CONFIGURE)
def payments_edit() -> Response:
    """Show how the house asks for money and gives it back."""
    return _page(SettingsForm.of(str(own_house(may.CONFIGURE).id)))


@bp.post("")
@requires(may.CONFIGURE)
def payments_update() -> Response:
    """Change it."""
    house, form = own_house(may.CONFIGURE), SettingsForm()
    return answered(
        form,
        Answer(
            act=lambda: service.change_rules(house, form.wanted(), actor=acting()),
            show=lambda **context: _page(form, **context),
            message=_("Les paiements sont réglés."),
            fallback=url_for(".payments_edit"),
            standing=lambda: SettingsForm.of(str(house.id)),
        ),
    )


@bp.get("/liaison")
@requires(may.CONFIGURE)
def connection_show() -> Response:
    """Tell whether keys and webhook work, and what the last comparison found."""
    return _connection_page()


@bp.post("/liaison")
@requires(may.CONFIGURE)
def connection_create() -> Response:
    """Ask Stripe, now, whether it knows the key."""
    last = queries.last_reference()
    try:
        calls.account()
        if last:
            calls.intent(last)
    except KeyRefused as refusal:
        return _connection_page(refusal=_("Stripe refuse la clé : %(why)s", why=_(str(refusal))), status=409)
    except ProviderRefused:
        return _connection_page(refusal=_(ANOTHER_ACCOUNT), status=409)
    except ProviderAway:
        return _connection_page(refusal=_("Stripe ne répond pas. Réessayez dans une minute."), status=503)
    return done(None, message=_("Stripe répond et connaît la clé."), fallback=url_for(".connection_show"))


@bp.post("/liaison/rapprochement")
@requires(may.CONFIGURE)
def reconciliation_create() -> Response:
    """Have the books compared with Stripe now, by a job."""
    with transaction():
        reconcile.later(key=f"payments.reconcile:{new_id()}")
    return done(
        None,
        message=_("Le rapprochement est demandé : rechargez cette page dans un instant."),
        fallback=url_for(".connection_show"),
    )


def _connection_page(*, status: int = 200, refusal: str = "") -> Response:
    zone = own_house(may.CONFIGURE).timezone
    event, compared = queries.last_event(), queries.last_reconciliation()
    return page(
        "payments/connection_show.html",
        status=status,
        refusal=refusal,
        is_connected=is_connected(),
        is_live=is_live(),
        troubles=troubles(),
        double_url=_double_url(),
        webhook_url=f"{current_app.config['PUBLIC_URL']}{url_for('stripe.event_create')}",
        heard=spoken_instant(event.received_at, zone) if event else "",
        compared=spoken_instant(compared.at, zone) if compared else "",
        compared_count=compared.compared if compared else 0,
        differences=[_difference(found) for found in compared.found] if compared else [],
        held=_held(compared.held) if compared and compared.held else [],
    )


def _double_url() -> str:
    """Give the address of what stands in Stripe's place, if anything does."""
    spoken_to: str = current_app.config["STRIPE_API_URL"]
    return "" if spoken_to == STRIPE else spoken_to


def _difference(found: dict[str, Any]) -> dict[str, str]:
    amounts = [euros(found[side]) if found[side] is not None else "–" for side in ("there", "here")]
    what = str(found["what"])
    return {"reference": found["reference"], "what": _(what), "there": amounts[0], "here": amounts[1]}


def _held(held: dict[str, int]) -> list[tuple[str, str]]:
    """Say what Stripe holds, what the books say it does, and what is between it and the bank."""
    lines = [(_("Chez Stripe"), euros(held["there"])), (_("Dans les comptes"), euros(held["here"] + held["sent"]))]
    return [*lines, (_("En route vers la banque"), euros(held["sent"]))] if held["sent"] else lines


def _page(form: SettingsForm, *, status: int = 200, overtaken: Overtaken | None = None) -> Response:
    return page("payments/settings_edit.html", status=status, form=form, **opened(form, overtaken))
