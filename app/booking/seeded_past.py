"""The seasons behind the demo: evenings that are over, written as rows, so that its figures have something to say.

The days just behind are played by the real services (`seeds`); these are too many for that, and nobody looks at them
one by one. The guests are those the demo knows. Always the same for the same day.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.booking.models import (
    ArrivalCount,
    FunnelCount,
    FunnelStep,
    RefusedSearch,
    Reservation,
    ReservationOrigin,
    Stay,
)
from app.booking.models import ReservationState as S
from app.booking.opening import Slot, slots_on
from app.booking.queries import House, read_house
from app.booking.seating import Placement, Reason, Refusal
from app.booking.seating.room import stay_minutes
from app.booking.seeds import COVERS, DAYS_BEHIND, WEIGHTS
from app.booking.service.rows import REFERENCE_LENGTH, REFERENCE_LETTERS
from app.booking.trials.replay import LACKING, Ask, answered
from app.directory.models import Establishment
from app.kernel.db import db, new_id
from app.kernel.search import normalised
from app.kernel.seeds import seed

WEEKS = 20
ASKED = (16, 24)
"""How many parties ask for an evening at the end of the week: more than the room holds at eight."""
EIGHT = 20 * 60
Rows = dict[type[Any], list[dict[str, Any]]]


@seed("demo", order=40)
def demo_past() -> None:
    """Write the twenty weeks before the days that are played."""
    establishment = db.session.scalars(sa.select(Establishment).where(Establishment.slug == "chez-margot")).first()
    if establishment is None:
        return
    house, dice = read_house(establishment), random.Random(1926)  # noqa: S311 - dice, not secrets
    guests = list(
        db.session.execute(
            sa.select(Reservation.guest_id, Reservation.first_name, Reservation.last_name, Reservation.phone)
            .where(Reservation.establishment_id == establishment.id, Reservation.guest_id.is_not(None))
            .order_by(Reservation.starts_at, Reservation.reference)
        )
    )
    rows: Rows = {Reservation: [], Stay: [], ArrivalCount: [], RefusedSearch: [], FunnelCount: []}
    last = establishment.today() - timedelta(days=DAYS_BEHIND + 1)
    for back in range(WEEKS * 7 if guests else 0):
        _write_day(rows, house, last - timedelta(days=back), guests, dice)
    rows[ArrivalCount] = _arrivals(rows[Reservation])
    for model, written in rows.items():
        if written:
            db.session.execute(sa.insert(model), written)


def _write_day(rows: Rows, house: House, day: date, guests: list[Any], dice: random.Random) -> None:
    slots = slots_on(house.opening, day)
    evenings = [slot for slot in slots if slot.minutes >= 18 * 60]
    is_busy = day.isoweekday() in (5, 6) and bool(evenings)
    full = _full_evening(house, day, evenings, dice) if is_busy else []
    taken = [ask for ask, answer in full if isinstance(answer, Placement)]
    for ask in taken:
        slot = next(slot for slot in evenings if slot.local_time == ask.local_time)
        reservation = _reservation(house, day, slot, dice.choice(guests), dice, ask)
        rows[Reservation].append(reservation)
        if reservation["state"] is S.FINISHED:
            rows[Stay].append(_stay(reservation, dice))
    rows[RefusedSearch] += [
        _refused(house, day, ask, answer.reason)
        for ask, answer in full
        if isinstance(answer, Refusal) and answer.reason in LACKING
    ]
    parties = len(taken) if taken else dice.randint(4, 7) if slots else 0
    for _party in range(0 if taken else parties):
        slot = dice.choice(evenings if evenings and dice.random() < 0.7 else slots)
        reservation = _reservation(house, day, slot, dice.choice(guests), dice)
        rows[Reservation].append(reservation)
        if reservation["state"] is S.FINISHED:
            rows[Stay].append(_stay(reservation, dice))
    rows[RefusedSearch] += _refusals(house, evenings[:1], dice)
    rows[FunnelCount] += _steps(house, day, parties, dice)


def _full_evening(
    house: House, day: date, slots: list[Slot], dice: random.Random
) -> list[tuple[Ask, Placement | Refusal]]:
    """Let more people ask for a Friday or a Saturday evening than the room holds, and the engine answer them.

    Most of them are couples, and most want to eat around eight.
    """
    weights = [1 + 8 * (abs(slot.minutes - EIGHT) <= 30) for slot in slots]
    asks = []
    for _ask in range(dice.randint(*ASKED)):
        slot, covers = dice.choices(slots, weights)[0], dice.choices(COVERS, WEIGHTS)[0]
        asks.append(Ask(_asked_at(slot, dice), slot.local_time, covers))
    asks.sort(key=lambda ask: ask.at)
    return list(answered(house.opening, house.room, day, asks))


def _asked_at(slot: Slot, dice: random.Random) -> datetime:
    return slot.instant - timedelta(hours=dice.randint(2, 480), minutes=dice.randint(0, 59))


def _refused(house: House, day: date, ask: Ask, reason: Reason) -> dict[str, Any]:
    return {
        "id": new_id(),
        "establishment_id": house.establishment_id,
        "at": ask.at,
        "service_date": day,
        "local_time": ask.local_time,
        "covers": ask.covers,
        "reason": reason.value,
    }


def _reservation(
    house: House, day: date, slot: Slot, guest: Any, dice: random.Random, ask: Ask | None = None
) -> dict[str, Any]:
    guest_id, first_name, last_name, phone = guest
    covers, chance = ask.covers if ask else dice.choices(COVERS, WEIGHTS)[0], dice.random()
    made_at = ask.at if ask else _asked_at(slot, dice)
    state = S.CANCELLED if chance < 0.08 else S.NO_SHOW if chance < 0.14 else S.FINISHED
    reference = "".join(dice.choice(REFERENCE_LETTERS) for _n in range(REFERENCE_LENGTH))
    cancelled_at = made_at + timedelta(minutes=50) if state is S.CANCELLED else None
    return {
        "id": new_id(),
        "establishment_id": house.establishment_id,
        "reference": reference,
        "service_date": day,
        "local_time": slot.local_time,
        "starts_at": slot.instant,
        "quarter": slot.quarter,
        "duration_minutes": stay_minutes(slot.shift.durations or house.room.durations, covers),
        "covers": covers,
        "state": state,
        "origin": ReservationOrigin.ONLINE if dice.random() < 0.6 else ReservationOrigin.STAFF,
        "guest_id": guest_id,
        "first_name": first_name,
        "last_name": last_name,
        "phone": phone,
        "search_text": normalised(f"{reference} {first_name} {last_name}"),
        "search_contact": normalised(phone),
        "overridden": [],
        "created_at": made_at,
        "changed_at": cancelled_at or slot.instant + timedelta(minutes=100),
        "cancelled_at": cancelled_at,
    }


def _arrivals(reservations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count who came at each quarter, as each confirmation does."""
    counts: dict[int, dict[str, Any]] = {}
    for one in reservations:
        if one["state"] is S.FINISHED:
            keys = {name: one[name] for name in ("establishment_id", "quarter")}
            count = counts.setdefault(one["quarter"], {**keys, "covers": 0, "reservations": 0})
            count["covers"] += one["covers"]
            count["reservations"] += 1
    return list(counts.values())


def _stay(reservation: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Let larger parties and later hours stay longer."""
    seated_at: datetime = reservation["starts_at"] + timedelta(minutes=dice.randint(-3, 14))
    late = 14 if reservation["local_time"].hour >= 19 else 0
    minutes = max(35.0, dice.gauss(58 + late + 7 * reservation["covers"], 14))
    kept = ("establishment_id", "service_date", "local_time", "covers")
    return {
        "reservation_id": reservation["id"],
        **{name: reservation[name] for name in kept},
        "seated_at": seated_at,
        "left_at": seated_at + timedelta(minutes=minutes),
    }


def _refusals(house: House, slots: list[Slot] | tuple[Slot, ...], dice: random.Random) -> Iterator[dict[str, Any]]:
    reasons = (Reason.NO_TABLE, Reason.PACING, Reason.AREA, Reason.TOO_SOON)
    for slot in slots:
        if dice.random() < 0.25:
            yield {
                "id": new_id(),
                "establishment_id": house.establishment_id,
                "at": slot.instant - timedelta(hours=dice.randint(3, 60)),
                "service_date": slot.service_date,
                "local_time": slot.local_time,
                "covers": dice.choices(COVERS, WEIGHTS)[0],
                "reason": dice.choices(reasons, (7, 3, 2, 1))[0].value,
            }


def _steps(house: House, day: date, parties: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    confirmed = round(parties * 0.6)
    abandoned = dice.randint(0, 3)
    counts = {
        FunnelStep.SEEN: 8 + 4 * confirmed + dice.randint(0, 12),
        FunnelStep.CHOSEN: confirmed + abandoned + 1,
        FunnelStep.TYPED: confirmed + 1,
        FunnelStep.CONFIRMED: confirmed,
        FunnelStep.ABANDONED: abandoned,
    }
    for step, count in counts.items():
        yield {"establishment_id": house.establishment_id, "day": day, "step": step, "count": count}
