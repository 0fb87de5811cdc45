"""What the team is told about guarantees; guests are written to by payments and with their reservation."""

from typing import Any

from app.booking.models import Guarantee, Reservation
from app.booking.notices import CATEGORY
from app.booking.permissions import VIEW
from app.kernel.access import Actor
from app.kernel.formats import euros, full_date
from app.kernel.languages import N_, _
from app.kernel.notices import notice
from app.payments.models import Receivable
from app.payments.permissions import VIEW as VIEW_PAYMENTS

TEAM_UNPAID = notice(
    "booking.team_guarantee_unpaid", N_("Garantie non payée à temps"), category=CATEGORY, optional=True, audience=VIEW
)
TEAM_LATE = notice(
    "booking.team_guarantee_late", N_("Garantie payée trop tard"), category=CATEGORY, optional=True,
    audience=VIEW_PAYMENTS,
)  # fmt: skip


def tell_unpaid(guarantee: Guarantee, *, actor: Actor) -> None:
    """Say that a promised table stands without its guarantee."""
    TEAM_UNPAID.announce(
        about=guarantee.reservation, actor=actor, key=str(guarantee.id), amount=euros(guarantee.amount)
    )


def tell_late(guarantee: Guarantee, amount: str, *, is_seated: bool, actor: Actor) -> None:
    """Say what became of money that came after the table was let go."""
    TEAM_LATE.announce(
        about=guarantee.receivable, actor=actor, key=str(guarantee.id), amount=amount, is_seated=is_seated
    )


@TEAM_UNPAID.summarised_by
def unpaid_line(reservation: Reservation, details: dict[str, Any]) -> str:
    """Say whose guarantee is missing."""
    day = full_date(reservation.service_date)
    return _(
        "%(guest)s, %(day)s : la garantie de %(amount)s n’est pas payée ; la table reste réservée.",
        guest=reservation.guest_name,
        day=day,
        amount=details["amount"],
    )


@TEAM_LATE.summarised_by
def late_line(receivable: Receivable, details: dict[str, Any]) -> str:
    """Say whether there was still a table."""
    said = {"label": receivable.label, "amount": details["amount"]}
    if details["is_seated"]:
        return _("%(label)s : %(amount)s payés après le délai, une table est redonnée.", **said)
    return _("%(label)s : %(amount)s payés après le délai, plus de table, la somme est rendue.", **said)
