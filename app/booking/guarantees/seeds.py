"""The guarantees of the demo: two rules, a large party that paid, and one that called off. At the counter, in cash: at
this hour no Stripe answers yet.
"""

from dataclasses import replace
from datetime import time, timedelta

import sqlalchemy as sa

from app.booking import queries as booking
from app.booking import service
from app.booking.guarantees import ruling
from app.booking.guarantees.asking import ask
from app.booking.guarantees.ruling import WantedRule
from app.booking.guarantees.terms import terms_of
from app.booking.models import Guarantee, GuaranteeKind, GuaranteeRule, GuaranteeWho, Reservation
from app.booking.opening import occasion_on, slot_at
from app.booking.seating import STAFF
from app.booking.seeds import tell_nobody_of
from app.booking.service import Details, NotSeated, Wish
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import system
from app.kernel.db import db
from app.kernel.seeds import seed
from app.payments import service as payments
from app.payments.models import Method, Purpose

ACTOR = system("seed")
LARGE = WantedRule(
    covers_from=8,
    covers_to=None,
    weekdays=[],
    shifts=["Dîner"],
    is_for_occasions=False,
    who=GuaranteeWho.ANYBODY,
    basis=GuaranteeKind.PER_COVER,
    amount=1000,
    word=Purpose.PLEDGE,
    free_hours=48,
    kept_percent=100,
)
SPECIAL = replace(
    LARGE,
    covers_from=1,
    shifts=[],
    is_for_occasions=True,
    basis=GuaranteeKind.IMPRINT,
    amount=2500,
    free_hours=24,
)
COVERS, AT = 8, (time(19, 15), time(20), time(21))


@seed("demo", order=55)
def demo_guarantees() -> None:
    """Set the rules; let one party of eight pay for a day to come, and one call off too late."""
    establishment = db.session.scalars(sa.select(Establishment).where(Establishment.slug == "chez-margot")).first()
    if establishment is None:
        return
    _special, large = [ruling.save_rule(establishment, wanted, actor=ACTOR) for wanted in (SPECIAL, LARGE)]
    _paid_table(establishment, large, range(4, 12), Details("Blanche", "Rousseau", "", "+33639980041"))
    late = _paid_table(
        establishment, large, range(1, 3), Details("Octave", "Mercier", "", "+33639980042"), is_late=True
    )
    if late is not None:
        service.cancel_reservation(late, actor=ACTOR, reason="Le client est souffrant.", by_guest=True)
    tell_nobody_of(Reservation)
    tell_nobody_of(Guarantee)


def _paid_table(
    establishment: Establishment, rule: GuaranteeRule, days: range, details: Details, *, is_late: bool = False
) -> Reservation | None:
    """Promise a table on the first of these days that has one, its guarantee paid in cash at the counter.

    `is_late`: only where calling off now would already cost the guest.
    """
    opening, today, now = booking.house_of(establishment).opening, establishment.today(), clock.now()
    for wish in (Wish(today + timedelta(days=day), at, COVERS) for day in days for at in AT):
        slot = slot_at(opening, wish.service_date, wish.local_time)
        if slot is None or occasion_on(opening, wish.service_date).title:
            continue
        terms = terms_of(rule, COVERS, slot.instant)
        if (terms.free_until < now) is not is_late:
            continue
        try:
            with db.session.begin_nested():
                made = service.reserve(establishment, wish, details, actor=ACTOR, permit=STAFF)
        except NotSeated:
            continue
        guarantee = ask(made, terms, visitor=None, expires_at=None, is_accepted=False, actor=ACTOR)
        payments.record_payment(
            guarantee.receivable,
            amount=guarantee.amount,
            method=Method.CASH,
            reference="",
            key=str(guarantee.id),
            actor=ACTOR,
        )
        return made
    return None
