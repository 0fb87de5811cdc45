"""Verbs on the rules of booking, and on the establishment's own record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.booking.models import BookingPolicy
from app.booking.opening import DurationBand
from app.booking.queries.rooms import policy_of
from app.booking.seating import Rules
from app.booking.service.room.changing import changing
from app.booking.service.room.hours import stored_bands
from app.booking.settings import ALLOWED_SITES, CONFIRMATION, GUEST_SMS, NO_SHOW_LETTER
from app.directory.models import Establishment
from app.directory.permissions import MANAGE_ESTABLISHMENT
from app.kernel import settings, topics
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.languages import N_

USUAL_STAYS = (DurationBand(2, 90), DurationBand(4, 105), DurationBand(None, 120))


@dataclass(frozen=True)
class HouseRules:
    """How the house takes bookings; the guest's own limits are `online`."""

    slot_minutes: int
    turnover_minutes: int
    durations: tuple[DurationBand, ...]
    online: Rules
    large_party_text: str
    hold_minutes: int
    cancel_until_minutes: int
    policy: str


@dataclass(frozen=True)
class Answers:
    """How guests are answered: at once or by the team, after a no-show, by text message (None where none can leave)."""

    confirmation: str
    no_show_letter: bool = False
    guest_sms: str | None = None


@dataclass(frozen=True)
class Description:
    """Who the house is, where it stands and how to reach it."""

    name: str
    timezone: str
    address_line1: str
    address_line2: str
    postal_code: str
    city: str
    country: str
    phone: str
    email: str


def new_policy(establishment: Establishment) -> BookingPolicy:
    """Give a new establishment the usual rules of booking."""
    policy = BookingPolicy(establishment_id=establishment.id, durations=stored_bands(USUAL_STAYS))
    db.session.add(policy)
    db.session.flush()
    return policy


def change_rules(
    establishment: Establishment,
    wanted: HouseRules,
    *,
    answers: Answers,
    guards: Mapping[settings.Setting[int], object] = MappingProxyType({}),
    actor: Actor,
    force: bool = False,
) -> None:
    """Change the rules, how guests are answered, and within which limits others are moved."""
    with changing(establishment, N_("les règles de réservation"), actor=actor, force=force) as further:
        fill_policy(policy_of(establishment), wanted)
        further.update(_set(establishment, CONFIRMATION, answers.confirmation))
        further.update(_set(establishment, NO_SHOW_LETTER, answers.no_show_letter))
        for guard, value in guards.items():
            further.update(_set(establishment, guard, value))
        if answers.guest_sms is not None:
            further.update(_set(establishment, GUEST_SMS, answers.guest_sms))


def change_patience(
    establishment: Establishment, wanted: Mapping[settings.Setting[Any], object], *, actor: Actor
) -> None:
    """Change from when on the room calls somebody late, and who is sent the sheet."""
    with changing(establishment, N_("le service en salle"), actor=actor) as further:
        for setting, value in wanted.items():
            further.update(_set(establishment, setting, value))
    topics.touch(f"reservations:{establishment.id}")


def change_sites(establishment: Establishment, sites: Sequence[str], *, actor: Actor) -> None:
    """Change which other web sites may show the booking pages in a frame."""
    with changing(establishment, N_("les sites où l’on peut réserver"), actor=actor) as further:
        further.update(_set(establishment, ALLOWED_SITES, " ".join(sites)))


def change_waiting(
    establishment: Establishment, wanted: Mapping[settings.Setting[Any], object], *, actor: Actor
) -> None:
    """Change how the house keeps its waiting list."""
    with changing(establishment, N_("la liste d’attente"), actor=actor) as further:
        for setting, value in wanted.items():
            further.update(_set(establishment, setting, value))
    topics.touch(f"reservations:{establishment.id}")


def _set(establishment: Establishment, setting: settings.Setting[Any], value: object) -> dict[str, tuple[str, str]]:
    """Keep a setting of the house; give what that changes."""
    holder = str(establishment.id)
    before, after = str(setting.value(establishment=holder)), str(value)
    settings.change(setting, after, level="establishment", holder=holder)
    return {} if before == after else {setting.code: (before, after)}


def describe_establishment(
    establishment: Establishment, wanted: Description, *, actor: Actor, force: bool = False
) -> None:
    """Change name, address, contact or zone. In another zone coming reservations keep their wall time."""
    what, right = N_("les coordonnées de la maison"), MANAGE_ESTABLISHMENT
    with changing(establishment, what, actor=actor, force=force, right=right):
        fill_establishment(establishment, wanted)


# --- shared with the file of an establishment -----------------------------------------------------------------


def fill_policy(policy: BookingPolicy, wanted: HouseRules) -> None:
    """Write the rules."""
    policy.slot_minutes, policy.turnover_minutes = wanted.slot_minutes, wanted.turnover_minutes
    policy.durations = stored_bands(wanted.durations)
    policy.min_notice_minutes = wanted.online.min_notice_minutes
    policy.max_advance_days = wanted.online.max_advance_days
    policy.max_covers_online = wanted.online.max_covers_online
    policy.large_party_text = wanted.large_party_text
    policy.hold_minutes, policy.cancel_until_minutes = wanted.hold_minutes, wanted.cancel_until_minutes
    policy.engine = wanted.policy


def fill_establishment(establishment: Establishment, wanted: Description) -> None:
    """Write the establishment's own record."""
    for name, value in vars(wanted).items():
        setattr(establishment, name, value)
