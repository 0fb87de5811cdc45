"""The pages of the slice: the log and the capture box, one's own centre and preferences, subscriptions by letter."""

from app.notifications.views import centre, defaults, messages, preferences, subscription  # noqa: F401 - imported to declare
from app.notifications.views.blueprint import bp

__all__ = ["bp"]
