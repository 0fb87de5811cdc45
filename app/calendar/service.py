"""The verbs of feeds: make one (which renews it), take it back, note that a calendar reads it."""

from datetime import timedelta

from app.accounts.models import User
from app.calendar import permissions as may
from app.calendar import queries
from app.calendar.events import FeedMade, FeedRevoked
from app.kernel import clock, links
from app.kernel.access import Actor
from app.kernel.events import publish
from app.kernel.lifecycle import require
from app.kernel.links import Link

FEED_FOR = timedelta(days=731)


def make_feed(user: User, *, actor: Actor) -> str:
    """Give the secret of a new feed, which nobody can read again; the one before is revoked. Raises NotAllowed."""
    require(actor, may.VIEW)
    standing = queries.feed_of(user)
    if standing is not None:
        links.revoke(standing)
    _link, secret = links.mint(queries.FEED, user, person_id=user.person_id, expires_at=clock.now() + FEED_FOR)
    publish(FeedMade(user, actor))
    return secret


def revoke_feed(user: User, *, actor: Actor) -> bool:
    """Take the feed back, at once; tell whether there was one."""
    standing = queries.feed_of(user)
    if standing is None:
        return False
    links.revoke(standing)
    publish(FeedRevoked(user, actor))
    return True


def note_reading(link: Link) -> None:
    """Keep when a calendar first read the feed."""
    link.first_used_at = link.first_used_at or clock.now()
