"""Verbs on what visitors and the team say."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from app.directory.models import Establishment
from app.kernel import attachments, clock
from app.kernel.access import Actor
from app.kernel.attachments import Attachment
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.lifecycle import require
from app.kernel.search import normalised
from app.site.feedback.events import FeedbackHandled, FeedbackLeft, FeedbackNoted, FeedbackRead, FeedbackReopened
from app.site.feedback.models import Feedback, Said
from app.site.feedback.permissions import HANDLE
from app.site.feedback.states import LIFECYCLE


def leave_feedback(
    said: Said, *, house: Establishment | None, actor: Actor, files: Collection[Attachment] = ()
) -> Feedback:
    """Keep what somebody says and what they show, and under their name if they have logged in."""
    feedback = Feedback(
        establishment_id=house.id if house else None,
        nature=said.kind,
        text=said.text,
        search_text=normalised(said.text),
        page=said.page,
        email=said.email,
        person_id=actor.person_id if actor.is_authenticated else None,
        language=said.language,
        created_at=clock.now(),
    )
    db.session.add(feedback)
    attachments.attach(files, feedback)
    publish(FeedbackLeft(feedback, actor, said.kind.source_label))
    return feedback


def read_feedback(feedback: Feedback, *, actor: Actor) -> None:
    """Note that the team has read it."""
    LIFECYCLE.apply("read", feedback, actor)
    publish(FeedbackRead(feedback, actor))


def handle_feedback(feedback: Feedback, *, actor: Actor) -> None:
    """Note that what had to be done is done."""
    LIFECYCLE.apply("handle", feedback, actor)
    publish(FeedbackHandled(feedback, actor))


def reopen_feedback(feedback: Feedback, *, actor: Actor) -> None:
    """Take it up again."""
    LIFECYCLE.apply("reopen", feedback, actor)
    publish(FeedbackReopened(feedback, actor))


def note_feedback(feedback: Feedback, text: str, *, actor: Actor) -> None:
    """Keep the team's note beside it; the same text again is no news."""
    require(actor, HANDLE, feedback)
    if text != feedback.team_note:
        feedback.team_note = text
        publish(FeedbackNoted(feedback, actor))


def forget_feedback(ids: Collection[UUID]) -> None:
    """Delete what was said and shown: kept long enough, or its author is forgotten."""
    attachments.forget_those_of(Feedback.kind(), ids)
    db.session.execute(sa.delete(Feedback).where(Feedback.id.in_(ids)))
