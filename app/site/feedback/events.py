"""What happens to a feedback. `subject` is the feedback; its text stays with it and out of the trail."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("Feedback", N_("Avis laissé"))


@dataclass(frozen=True, eq=False)
class FeedbackLeft(Event):
    """Somebody said something; `said` is its kind."""

    code = "feedback.left"
    heading = N_("Avis laissé")
    sentence = N_("a laissé un avis : %(said)s")
    icon = "star"

    said: str


@dataclass(frozen=True, eq=False)
class FeedbackRead(Event):
    """The team has read it."""

    code = "feedback.read"
    heading = N_("Avis lu")
    sentence = N_("a lu l’avis")
    icon = "eye"


@dataclass(frozen=True, eq=False)
class FeedbackHandled(Event):
    """What had to be done about it is done."""

    code = "feedback.handled"
    heading = N_("Avis traité")
    sentence = N_("a traité l’avis")
    icon = "check"


@dataclass(frozen=True, eq=False)
class FeedbackReopened(Event):
    """There is more to do about it."""

    code = "feedback.reopened"
    heading = N_("Avis rouvert")
    sentence = N_("a rouvert l’avis")
    icon = "undo"


@dataclass(frozen=True, eq=False)
class FeedbackNoted(Event):
    """The team's note was written or changed; its text stays with the feedback."""

    code = "feedback.noted"
    heading = N_("Note sur un avis")
    sentence = N_("a changé la note de l’équipe")
    icon = "note"
