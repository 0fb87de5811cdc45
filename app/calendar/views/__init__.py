"""The pages of the calendar slice: the calendar itself, and one's own feed."""

from app.calendar.views.board import bp as board
from app.calendar.views.feeds import bp as feeds

BLUEPRINTS = (board, feeds)

__all__ = ["BLUEPRINTS"]
