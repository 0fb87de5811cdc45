"""The files that go with feedback: a screenshot of what went wrong, a picture, a document."""

from app.directory.queries import zone_of
from app.kernel.attachments import file_place
from app.kernel.file_panels import attachments_shown
from app.kernel.navigation import panel
from app.kernel.uploads import PDF, PICTURES
from app.site.feedback.models import Feedback
from app.site.feedback.permissions import HANDLE, VIEW

FILES = file_place(
    "feedback.files", kinds=(*PICTURES, PDF), most=3, biggest=5 * 2**20, permission=VIEW, removing=HANDLE
)


panel(
    Feedback.kind(),
    "files/_attachments_panel.html",
    VIEW,
    lambda feedback: attachments_shown(feedback, zone_of(feedback.establishment)),
)
