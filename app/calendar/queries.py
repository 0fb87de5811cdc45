"""Questions about feeds: whose address is open, and whom a secret reads for."""

from app.accounts.models import User
from app.kernel import clock, links
from app.kernel.links import Link

FEED = "calendar.feed"


def feed_of(user: User) -> Link | None:
    """Give the open feed of a user."""
    now = clock.now()
    return next((link for link in links.links_to(user) if link.scope == FEED and link.is_open(now)), None)


def reader_of(secret: str) -> tuple[Link, User] | None:
    """Give the feed a secret opens, with the user it reads for; None when it opens nothing (any more)."""
    link = links.opened_by(secret, FEED)
    user = User.get(link.record_id) if link is not None else None
    return (link, user) if link is not None and user is not None and user.is_active else None
