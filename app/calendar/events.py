"""What happens to the feeds. `subject` is the user whose feed it is; its secret is in no fact."""

from dataclasses import dataclass

from app.kernel.events import Event
from app.kernel.languages import N_


@dataclass(frozen=True, eq=False)
class FeedMade(Event):
    """An address by which calendars read what the user may see; the one before, if any, opens nothing any more."""

    code = "calendar.feed_made"
    heading = N_("Flux de calendrier créé")
    sentence = N_("a créé une adresse de calendrier")
    icon = "calendar-plus"


@dataclass(frozen=True, eq=False)
class FeedRevoked(Event):
    """The address opens nothing any more."""

    code = "calendar.feed_revoked"
    heading = N_("Flux de calendrier retiré")
    sentence = N_("a retiré son adresse de calendrier")
    icon = "calendar-x"
