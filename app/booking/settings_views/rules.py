"""Pages of the rules of booking, and of the establishment's own record."""

from typing import Any

from flask import Response, request, url_for

from app.booking import permissions as may
from app.booking import turns
from app.booking.queries import rooms
from app.booking.service import room
from app.booking.settings_forms import EstablishmentForm, RulesForm
from app.booking.settings_views.answers import answered, is_forced, own_house, settings_page
from app.booking.settings_views.blueprint import bp
from app.directory.models import Establishment
from app.directory.permissions import MANAGE_ESTABLISHMENT
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.answers import Answer, opened
from app.kernel.editions import Overtaken
from app.kernel.formats import spoken_time
from app.kernel.guards import requires
from app.kernel.languages import _

ZONES = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "America/St_Barthelemy",
    "America/Marigot",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Marquesas",
    "Pacific/Gambier",
    "Pacific/Wallis",
    "Europe/Brussels",
    "Europe/Luxembourg",
    "Europe/Zurich",
    "Europe/Monaco",
)


@bp.get("/regles")
@requires(may.CONFIGURE)
def rules_edit() -> Response:
    """Show how the house takes bookings."""
    house, proposed = own_house(), turns.read(request.args.get("durees", ""))
    return _rules_page(house, RulesForm(rooms.policy_of(house), proposed), is_proposal=proposed is not None)


@bp.post("/regles")
@requires(may.CONFIGURE)
def rules_update() -> Response:
    """Change how the house takes bookings."""
    house = own_house()
    form = RulesForm(rooms.policy_of(house))
    return answered(
        form,
        Answer(
            act=lambda: room.change_rules(
                house,
                form.wanted(),
                answers=form.answers(),
                guards=form.guards(),
                actor=acting(),
                force=is_forced(),
            ),
            show=lambda **context: _rules_page(house, form, **context),
            message=_("Les règles sont enregistrées."),
            fallback=url_for(".rules_edit"),
            standing=lambda: _rules_in_force(house),
        ),
    )


@bp.get("/etablissement")
@requires(MANAGE_ESTABLISHMENT)
def establishment_edit() -> Response:
    """Show who the house is, where it stands and how to reach it."""
    house = own_house(MANAGE_ESTABLISHMENT)
    return _establishment_page(house, EstablishmentForm(house))


@bp.post("/etablissement")
@requires(MANAGE_ESTABLISHMENT)
def establishment_update() -> Response:
    """Change the establishment's record; another zone shows what it moves."""
    house = own_house(MANAGE_ESTABLISHMENT)
    form = EstablishmentForm(house)
    return answered(
        form,
        Answer(
            act=lambda: room.describe_establishment(house, form.wanted(), actor=acting(), force=is_forced()),
            show=lambda **context: _establishment_page(house, form, **context),
            message=_("Les coordonnées de la maison sont enregistrées."),
            fallback=url_for(".establishment_edit"),
            standing=lambda: EstablishmentForm(house, formdata=None),
        ),
    )


def _rules_in_force(house: Establishment) -> RulesForm:
    return RulesForm(rooms.policy_of(house), formdata=None)


def _rules_page(
    house: Establishment, form: RulesForm, *, status: int = 200, overtaken: Overtaken | None = None, **context: Any
) -> Response:
    return settings_page(
        "rules_edit",
        status=status,
        form=form,
        url=url_for(".rules_update"),
        **opened(_rules_in_force(house), overtaken),
        **context,
    )


def _establishment_page(
    house: Establishment,
    form: EstablishmentForm,
    *,
    status: int = 200,
    overtaken: Overtaken | None = None,
    **context: Any,
) -> Response:
    here = clock.local(clock.now(), house.timezone)
    return settings_page(
        "establishment_edit",
        status=status,
        form=form,
        url=url_for(".establishment_update"),
        zones=ZONES,
        slug=house.slug,
        hour_here=spoken_time(here.time()),
        **opened(form, overtaken),
        **context,
    )
