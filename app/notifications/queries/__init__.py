"""Questions about messages, about people to be told, and about one's own centre."""

from app.notifications.queries.centre import (
    Shown,
    categories_told,
    mutes_with_lines,
    notification_of,
    notifications_of,
    unread_count,
    waiting_digest,
)
from app.notifications.queries.lines import Line, lines_of
from app.notifications.queries.messages import (
    notice_choices,
    notice_label,
    suppressed_visible_to,
    visible_to,
)
from app.notifications.queries.people import (
    Wishes,
    account_holders,
    actor_of,
    delivered_by,
    devices_of,
    due_deliveries,
    mutes_of,
    people_told,
    recent_lines,
    rhythms_of,
    roles,
    roles_of,
    waiting_deliveries,
    wishes_of,
    with_phone,
)
from app.notifications.queries.rooms import last_posts, rooms_of, rooms_visible_to
from app.notifications.queries.tellings import Telling, tellings_of

__all__ = [
    "Line",
    "Shown",
    "Telling",
    "Wishes",
    "account_holders",
    "actor_of",
    "categories_told",
    "delivered_by",
    "devices_of",
    "due_deliveries",
    "last_posts",
    "lines_of",
    "mutes_of",
    "mutes_with_lines",
    "notice_choices",
    "notice_label",
    "notification_of",
    "notifications_of",
    "people_told",
    "recent_lines",
    "rhythms_of",
    "roles",
    "roles_of",
    "rooms_of",
    "rooms_visible_to",
    "suppressed_visible_to",
    "tellings_of",
    "unread_count",
    "visible_to",
    "waiting_deliveries",
    "waiting_digest",
    "wishes_of",
    "with_phone",
]
