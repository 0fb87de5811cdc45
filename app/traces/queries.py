"""Questions to the trail."""

from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.directory.models import Person
from app.kernel.access import Actor, Scope
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.jobs import JobState, OutboxRow
from app.traces.models import AuditVerification
from app.traces.permissions import VIEW

MOST_ACCOUNTS = 50


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Give the trail to whoever may read all of it, nothing to others: it speaks of the whole installation."""
    query = sa.select(AuditEntry)
    return query if Scope() in actor.scopes(VIEW) else query.where(sa.false())


def entry_with_number(number: int, actor: Actor) -> AuditEntry | None:
    """Give one entry."""
    return db.session.scalars(visible_to(actor).where(AuditEntry.number == number)).first()


def accounts_named(typed: str) -> list[str]:
    """Give the ids of the accounts whose login or name is like this, a few dozen at most."""
    everything = Person.first_name + " " + Person.last_name + " " + User.login
    named = [everything.icontains(word, autoescape=True) for word in typed.split()]
    query = sa.select(User.id).join(Person, User.person_id == Person.id).where(*named).limit(MOST_ACCOUNTS)
    return [str(user_id) for user_id in db.session.scalars(query)]


def last_verification() -> AuditVerification | None:
    """Give the verdict that stands."""
    return db.session.scalars(sa.select(AuditVerification).order_by(AuditVerification.at.desc()).limit(1)).first()


def is_promised(job: str) -> bool:
    """Tell whether a job is waiting or at work."""
    pending = OutboxRow.state.in_([JobState.WAITING, JobState.RUNNING])
    return db.session.scalar(sa.select(OutboxRow.id).where(pending, OutboxRow.job == job).limit(1)) is not None


def last_number() -> int:
    """Give how many entries the trail holds."""
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0
