"""The job that plays a trial."""

from uuid import UUID

import sqlalchemy as sa

from app.booking.models import FloorTrial, TrialState
from app.booking.queries.houses import house_versions
from app.booking.trials import service
from app.directory.queries import establishments
from app.kernel.access import system
from app.kernel.db import db, transaction
from app.kernel.jobs import job
from app.kernel.languages import N_

WEEKLY = system("booking.try_one_more_table")


@job("booking.play_floor_trial", N_("Rejouer la demande sur une autre salle"))
def play_floor_trial(trial_id: str) -> bool:
    """Play a trial. Safe to run twice: what is done is not played again."""
    return service.play_trial(UUID(trial_id))


@job("booking.try_one_more_table", N_("Rejouer la demande avec une table de deux en plus"), cron="40 4 * * 1")
def try_one_more_table() -> int:
    """Promise, for each house, the trial of one more table for two, so that it is there to read on Monday."""
    promised = 0
    with transaction() as session:
        for house in establishments():
            trial = service.try_one_more_for_two(house, actor=WEEKLY) if house.id in house_versions() else None
            if trial is not None:
                session.flush()
                play_floor_trial.later(key=f"floor-trial:{trial.id}", trial_id=trial.id)
                promised += 1
    return promised


@play_floor_trial.when_given_up
def tell_failure(trial_id: str) -> None:
    """Let the waiting page say that nothing will come."""
    db.session.execute(sa.update(FloorTrial).where(FloorTrial.id == UUID(trial_id)).values(state=TrialState.FAILED))
