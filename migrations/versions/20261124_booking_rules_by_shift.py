"""Booking: a rule of guarantees names shifts of the house, where it said noon or evening.

A rule of the evening names the shifts of the week that begin then; where none does, those that reach into it; where
none does either, those of exceptional days; else a usual name, so that it never comes to mean every shift.
"""

from datetime import time

import sqlalchemy as sa
from alembic import op

revision = "5c1e0d7a94b2"
down_revision = "2aa161ca313d"
branch_labels = None
depends_on = None

EVENING, NIGHT_ENDS = 16 * 60, 5 * 60
USUAL = {"midday": "Déjeuner", "evening": "Dîner"}
MOMENT = sa.Enum("any", "midday", "evening", name="guaranteemoment", native_enum=False, length=40)
RULES = sa.table(
    "guarantee_rules",
    sa.column("id", sa.Uuid()),
    sa.column("establishment_id", sa.Uuid()),
    sa.column("moment", sa.String()),
    sa.column("shifts", sa.JSON()),
)
SHIFTS = sa.table(
    "shifts",
    sa.column("establishment_id", sa.Uuid()),
    sa.column("exceptional_day_id", sa.Uuid()),
    sa.column("name", sa.String()),
    sa.column("first", sa.Time()),
    sa.column("last", sa.Time()),
    sa.column("position", sa.Integer()),
)


def upgrade() -> None:
    with op.batch_alter_table("guarantee_rules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shifts", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    connection = op.get_bind()
    for rule in connection.execute(sa.select(RULES).where(RULES.c.moment != "any")).all():
        rows = connection.execute(
            sa.select(SHIFTS).where(SHIFTS.c.establishment_id == rule.establishment_id).order_by(SHIFTS.c.position)
        ).all()
        connection.execute(RULES.update().where(RULES.c.id == rule.id).values(shifts=names_at(rule.moment, rows)))
    with op.batch_alter_table("guarantee_rules", schema=None) as batch_op:
        batch_op.alter_column("shifts", server_default=None, existing_type=sa.JSON(), existing_nullable=False)
        batch_op.drop_column("moment")


def names_at(moment: str, rows: list[sa.Row]) -> list[str]:
    week = [row for row in rows if row.exceptional_day_id is None]
    own = [row for row in rows if row.exceptional_day_id is not None]
    begin = [row for row in week if moment_of(minute(row.first)) == moment]
    reach = [row for row in week if any(moment_of(at % 1440) == moment for at in arrivals(row))]
    theirs = [row for row in own if moment_of(minute(row.first)) == moment]
    found = begin or reach or theirs
    return list(dict.fromkeys(row.name for row in found)) or [USUAL[moment]]


def moment_of(at: int) -> str:
    return "evening" if at >= EVENING or at < NIGHT_ENDS else "midday"


def arrivals(row: sa.Row) -> range:
    first, last = minute(row.first), minute(row.last)
    return range(first, (last if last >= first else last + 1440) + 1, 15)


def minute(at: time) -> int:
    return at.hour * 60 + at.minute


def downgrade() -> None:
    """Give every rule all hours back: it asks rather of more than of fewer."""
    with op.batch_alter_table("guarantee_rules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moment", MOMENT, nullable=False, server_default="any"))
        batch_op.drop_column("shifts")
    with op.batch_alter_table("guarantee_rules", schema=None) as batch_op:
        batch_op.alter_column("moment", server_default=None, existing_type=MOMENT, existing_nullable=False)
