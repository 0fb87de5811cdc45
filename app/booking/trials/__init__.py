"""« Et si… »: the demand of past days, accepted and refused, played again on another floor. Nothing real is touched."""

from app.booking.trials import events, job  # noqa: F401 - imported to declare
from app.booking.trials.views import bp

__all__ = ["bp"]
