"""Who knows what of the guests. A guest belongs to the houses in which they have booked."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from app.booking.models import Reservation
from app.booking.models import ReservationState as S
from app.booking.permissions import TEAM, TONIGHT, VIEW_CONTACT
from app.directory.models import Person
from app.kernel.access import Actor, FieldGroup, Permission, in_words, permission
from app.kernel.db import db
from app.kernel.languages import N_
from app.kernel.scopes import Scope

VIEW_GUESTS = permission("booking.view_guests", N_("Voir les fiches des convives"), seed=TEAM)
KEEP_GUESTS = permission("booking.keep_guests", N_("Tenir les fiches des convives"), seed=TEAM)
VIEW_HEALTH = permission(
    "booking.view_health", N_("Voir les allergies et la santé des convives"), seed=TEAM, group=FieldGroup.SENSITIVE
)
VIEW_HEALTH_TONIGHT = VIEW_HEALTH.narrowed(
    TONIGHT,
    "booking.view_health_tonight",
    N_("Voir les allergies et la santé des convives du jour seulement"),
    seed=("waiter",),
)
KEEP_HEALTH = permission(
    "booking.keep_health", N_("Noter les allergies et la santé des convives"), seed=TEAM, group=FieldGroup.SENSITIVE
)


def houses_of(scopes: Iterable[Scope]) -> list[UUID]:
    """Give the establishments among these scopes."""
    return [UUID(scope.id) for scope in scopes if scope.kind == "establishment"]


def received_at(houses: list[UUID]) -> sa.ColumnElement[bool]:
    """Select the people who have booked in one of these houses."""
    return (
        sa.select(Reservation.id)
        .where(
            Reservation.guest_id == Person.id,
            Reservation.state.not_in((S.HELD, S.EXPIRED)),
            Reservation.establishment_id.in_(houses),
        )
        .correlate(Person)
        .exists()
    )


def _within_one_s_houses(needed: Permission) -> None:
    @needed.also
    @in_words(N_("La personne a réservé dans un établissement où l’on a ce droit."))
    def has_booked_in_one_s_house(actor: Actor, record: object) -> bool:
        houses = houses_of(actor.scopes(needed))
        if not houses or not isinstance(record, Person):
            return False
        return db.session.scalar(sa.select(Person.id).where(Person.id == record.id, received_at(houses))) is not None


for each in (VIEW_GUESTS, KEEP_GUESTS, VIEW_HEALTH, KEEP_HEALTH, VIEW_CONTACT):
    _within_one_s_houses(each)
