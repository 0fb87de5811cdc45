"""The pages of the slice: the log and the capture box, one's own centre, preferences and devices, team chats."""

from app.notifications.views import (  # noqa: F401 - imported to declare
    centre,
    defaults,
    devices,
    messages,
    preferences,
    rooms,
    subscription,
)
from app.notifications.views.blueprint import bp

__all__ = ["bp"]
