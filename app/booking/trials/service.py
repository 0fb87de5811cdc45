"""The verbs of the trials: ask for one, play it, take it away."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.booking.models import FloorTrial, TrialState
from app.booking.queries import house_of
from app.booking.seating import GUARDED, PolicyName, Table
from app.booking.trials.events import FloorTrialDeleted, FloorTried
from app.booking.trials.one_more import FOR_TWO, OneMore, candidates
from app.booking.trials.queries import asks_of, trials_by
from app.booking.trials.replay import Outcome, changed, play
from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db, transaction
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

DAYS = 90
MOST_TABLES = 500
TOLD_EVERY = 5


@dataclass(frozen=True)
class AddedTables:
    """So many tables alike, in an area."""

    area: str
    count: int
    min_covers: int
    max_covers: int


def try_floor(
    establishment: Establishment, name: str, removed: list[str], added: list[AddedTables], *, actor: Actor
) -> FloorTrial:
    """Keep what floor is to be tried on the ninety days up to yesterday. Raises RuleBroken when nothing changes."""
    house = house_of(establishment)
    room = changed(house.room, removed, new_tables([asdict(each) for each in added]))
    if not removed and not added:
        raise RuleBroken(_("Retirez ou ajoutez au moins une table."))
    if not room.tables:
        raise RuleBroken(_("Il ne resterait aucune table."), "removed")
    if len(room.tables) > MOST_TABLES:
        raise RuleBroken(_("Au plus %(most)s tables.", most=MOST_TABLES))
    yesterday = establishment.today() - timedelta(days=1)
    trial = FloorTrial(
        establishment_id=establishment.id,
        name=name,
        removed=removed,
        added=[asdict(each) for each in added],
        first_day=yesterday - timedelta(days=DAYS - 1),
        last_day=yesterday,
        state=TrialState.WAITING,
        days_done=0,
        days_total=DAYS,
        created_at=clock.now(),
        created_by=actor.label[:200],
    )
    db.session.add(trial)
    publish(FloorTried(trial, actor))
    return trial


def try_one_more_for_two(establishment: Establishment, *, actor: Actor) -> FloorTrial | None:
    """Try one more table for two, in the place of the trial this actor made before; None in a house without tables."""
    more = next(iter(candidates(house_of(establishment).room)), None)
    if more is None:
        return None
    for earlier in trials_by(establishment.id, actor.label):
        delete_trial(earlier, actor=actor)
    return try_floor(
        establishment, _("Une table de deux de plus"), [], [AddedTables(more.area, 1, *FOR_TWO)], actor=actor
    )


def delete_trial(trial: FloorTrial, *, actor: Actor) -> None:
    """Take a trial and its result away; one that is being played is played for nobody."""
    publish(FloorTrialDeleted(trial, actor))
    db.session.delete(trial)


def play_trial(trial_id: UUID) -> bool:
    """Play a trial day by day, telling how far it has come; each telling is a transaction of its own."""
    trial = FloorTrial.get(trial_id)
    if trial is None or trial.state is TrialState.DONE:
        return False
    house = house_of(trial.establishment)
    floors = (house.room, changed(house.room, trial.removed, new_tables(trial.added)))
    policy = GUARDED if house.policy.name is PolicyName.EXACT else house.policy  # a job cannot be left undecided
    days = [trial.first_day + timedelta(days=offset) for offset in range(trial.days_total)]
    totals, by_weekday = (Outcome(), Outcome()), ([0] * 7, [0] * 7)
    more = OneMore(house.room)
    for done, day in enumerate(days, start=1):
        asks = asks_of(house, day)
        outcomes = [play(house.opening, floor, day, asks, policy) for floor in floors]
        for outcome, total, covers in zip(outcomes, totals, by_weekday, strict=True):
            total.add(outcome)
            covers[day.weekday()] += outcome.covers
        more.add(house.opening, day, asks, policy, outcomes[0])
        if done % TOLD_EVERY == 0 and not _tell(trial_id, state=TrialState.RUNNING, days_done=done):
            return False
    sides = [_kept(total, covers) for total, covers in zip(totals, by_weekday, strict=True)]
    result = {"before": sides[0], "after": sides[1], "one_more": more.kept()}
    return _tell(trial_id, state=TrialState.DONE, days_done=len(days), result=result)


def new_tables(added: list[dict[str, Any]]) -> list[Table]:
    """Give added tables as the engine takes them."""
    return [
        Table(f"new-{line}-{number}", each["area"], each["min_covers"], each["max_covers"])
        for line, each in enumerate(added)
        for number in range(each["count"])
    ]


def _kept(outcome: Outcome, by_weekday: list[int]) -> dict[str, Any]:
    return {
        "parties": outcome.parties,
        "covers": outcome.covers,
        "refused_covers": outcome.refused_covers,
        "why": dict(outcome.why),
        "sizes": {str(size): covers for size, covers in outcome.sizes.items()},
        "found": outcome.found,
        "by_weekday": by_weekday,
    }


def _tell(trial_id: UUID, **values: Any) -> bool:
    """Say how far a trial has come; tell whether it is still there."""
    with transaction() as session:
        trial = session.get(FloorTrial, trial_id)
        for name, value in values.items() if trial else ():
            setattr(trial, name, value)
    return trial is not None
