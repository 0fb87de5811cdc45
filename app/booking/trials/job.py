"""The job that plays a trial."""

from uuid import UUID

import sqlalchemy as sa

from app.booking.models import FloorTrial, TrialState
from app.booking.trials import service
from app.kernel.db import db
from app.kernel.jobs import job
from app.kernel.languages import N_


@job("booking.play_floor_trial", N_("Rejouer la demande sur une autre salle"))
def play_floor_trial(trial_id: str) -> bool:
    """Play a trial. Safe to run twice: what is done is not played again."""
    return service.play_trial(UUID(trial_id))


@play_floor_trial.when_given_up
def tell_failure(trial_id: str) -> None:
    """Let the waiting page say that nothing will come."""
    db.session.execute(sa.update(FloorTrial).where(FloorTrial.id == UUID(trial_id)).values(state=TrialState.FAILED))
