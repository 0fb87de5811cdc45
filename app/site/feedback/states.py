"""What becomes of a feedback, as a table."""

from app.kernel.languages import N_
from app.kernel.lifecycle import Lifecycle, Transition
from app.site.feedback import permissions as may
from app.site.feedback.models import FeedbackState as S

LIFECYCLE = Lifecycle(
    Transition("read", (S.NEW,), S.READ, may.HANDLE, N_("Marquer comme lu")),
    Transition("handle", (S.NEW, S.READ), S.HANDLED, may.HANDLE, N_("Marquer comme traité")),
    Transition("reopen", (S.HANDLED,), S.READ, may.HANDLE, N_("Rouvrir")),
)
