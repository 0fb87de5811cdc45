"""Changing how the house asks for money, gives it back, and books it."""

from collections.abc import Mapping
from typing import Any

from app.directory.models import Establishment
from app.kernel import settings
from app.kernel.access import Actor
from app.kernel.events import publish
from app.kernel.lifecycle import RuleBroken, require
from app.kernel.settings import INSTALLATION, Setting
from app.payments.events import PaymentRulesChanged
from app.payments.permissions import CONFIGURE


def change_rules(house: Establishment, wanted: Mapping[str, tuple[Setting[Any], str]], *, actor: Actor) -> None:
    """Keep settings, those of the books for the whole installation.

    Raises RuleBroken, naming the field, for what does not fit, NotAllowed without the right.
    """
    require(actor, CONFIGURE, house)
    changes: dict[str, tuple[str, str]] = {}
    for field, (setting, typed) in wanted.items():
        is_of_house = "establishment" in setting.levels
        level, holder = ("establishment", str(house.id)) if is_of_house else (INSTALLATION, "")
        before = str(setting.value(establishment=holder))
        try:
            after = str(settings.change(setting, typed, level=level, holder=holder))
        except RuleBroken as refusal:
            refusal.field = field
            raise
        if before != after:
            changes[setting.code] = (before, after)
    if changes:
        publish(PaymentRulesChanged(house, actor, changes=changes))
