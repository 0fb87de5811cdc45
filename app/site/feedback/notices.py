"""The team is told of what was said."""

from typing import Any

from app.kernel.events import on
from app.kernel.languages import N_, _
from app.kernel.notices import Mode, notice, notice_category
from app.site.feedback.events import FeedbackLeft
from app.site.feedback.models import Feedback
from app.site.feedback.permissions import VIEW

CATEGORY = notice_category("feedback", N_("Avis des visiteurs"))
LEFT = notice(
    "feedback.left", N_("Un avis a été laissé"), category=CATEGORY, optional=True, audience=VIEW, mode=Mode.DAILY
)


@LEFT.summarised_by
def left_line(feedback: Feedback, _details: dict[str, Any]) -> str:
    """Say what was said, as far as one line holds it."""
    return _("%(kind)s : « %(text)s »", kind=feedback.nature.label, text=feedback.beginning)


@on(FeedbackLeft)
def tell_team(event: FeedbackLeft) -> None:
    """Tell those who may read it."""
    LEFT.announce(about=event.subject, actor=event.actor, key=str(event.subject.id))
