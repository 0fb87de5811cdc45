"""The pages of the booking slice: the public's, the guest's own, and the team's."""

from app.booking.views import acts, door, lookup, open_wishes, own, rearranging, sheet, taking  # noqa: F401 - they add their routes to the blueprints
from app.booking.views.consents import bp as consents
from app.booking.views.demand import bp as demand
from app.booking.views.desk import bp as desk
from app.booking.views.floor import bp as floor
from app.booking.views.frames import bp as frames
from app.booking.views.pause import bp as pause
from app.booking.views.public import bp as public
from app.booking.views.timetable import bp as timetable

BLUEPRINTS = (public, desk, floor, demand, consents, timetable, pause, frames)

__all__ = ["BLUEPRINTS"]
