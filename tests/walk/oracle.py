"""Who may what, decided a second time from the bare rows of grants, without the code that decides in the house."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db

NARROWED = {
    "booking.view_tonight": ("booking.view", "tonight"),
    "booking.serve_tonight": ("booking.serve", "tonight"),
    "booking.view_health_tonight": ("booking.view_health", "tonight"),
}
BY_LINK = {"booking.see", "booking.change", "booking.cancel"}
TEAM_ONLY = ("desk.", "timetable.", "waiting_desk.")  # a guest's link opens the guest's own pages, not the desk's

GRANTS = sa.text(
    """
    SELECT role_permissions.permission, grants.scope_kind, grants.scope_id
    FROM grants JOIN role_permissions ON role_permissions.role_id = grants.role_id
    WHERE (grants.user_id = :user OR grants.team_id IN (SELECT team_id FROM team_members WHERE user_id = :user))
    AND grants.starts_at <= :now AND (grants.ends_at IS NULL OR grants.ends_at > :now)
    """
).bindparams(sa.bindparam("user", type_=sa.Uuid))


@dataclass(frozen=True)
class Thing:
    """A record as the oracle knows it: what it is, the houses it belongs to, whose link opens it beside its own."""

    kind: str
    id: UUID
    houses: frozenset[str] = frozenset()
    day: date | None = None
    opened_with: UUID | None = None


@dataclass
class Walker:
    """Somebody who tries every door: a user, the bearer of a link to one reservation, or nobody."""

    name: str
    user_id: UUID | None = None
    link_to: UUID | None = None
    held: set[tuple[str, str, str]] = field(default_factory=set)

    def learn(self) -> None:
        """Read what they were given."""
        if self.user_id is not None:
            now = clock.now().replace(tzinfo=None)
            self.held = {tuple(row) for row in db.session.execute(GRANTS, {"user": self.user_id, "now": str(now)})}

    def may(self, permission: str, thing: Thing | None, today: date) -> bool:
        """Decide, row by row."""
        for held, kind, house in self.held:
            base, narrowing = NARROWED.get(held, (held, ""))
            if base != permission:
                continue
            if thing is None:
                return True
            within = kind == "installation" or house in thing.houses
            if within and (narrowing != "tonight" or thing.day == today):
                return True
        if thing is None:
            return False
        if permission == "accounts.explain" and thing.kind == "user" and thing.id == self.user_id:
            return True
        opened_by = thing.id if thing.kind == "reservation" else thing.opened_with
        return permission in BY_LINK and opened_by is not None and opened_by == self.link_to
