"""The drawing of the floor; a party's arrival, its stages, its leaving; guests who come without a reservation."""

import sqlalchemy as sa
from alembic import op

revision = "294361432e77"
down_revision = "44d9e030f52f"
branch_labels = None
depends_on = None

GUEST = "state IN ('held', 'expired') OR guest_id IS NOT NULL"
GUEST_OR_WALK_IN = "state IN ('held', 'expired') OR origin = 'walk_in' OR guest_id IS NOT NULL"
STAGE = "stage IS NULL OR state IN ('seated', 'finished')"
PLACE = (
    "(shape IS NULL) = (x IS NULL) AND (x IS NULL) = (y IS NULL) AND (y IS NULL) = (width IS NULL)"
    " AND (width IS NULL) = (height IS NULL) AND (height IS NULL) = (rotation IS NULL)"
)


def upgrade() -> None:
    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.add_column(sa.Column("walls", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("labels", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.alter_column("walls", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
        batch_op.alter_column("labels", existing_type=sa.JSON(), existing_nullable=False, server_default=None)

    with op.batch_alter_table("tables", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "shape",
                sa.Enum("round", "square", "rectangle", name="shape", native_enum=False, length=40),
                nullable=True,
            )
        )
        for name in ("x", "y", "width", "height", "rotation"):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_tables_place"), PLACE)

    with op.batch_alter_table("reservations", schema=None) as batch_op:
        for name in ("arrived_at", "seated_at", "left_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "stage",
                sa.Enum("starter", "main", "dessert", "bill", name="stage", native_enum=False, length=40),
                nullable=True,
            )
        )
        batch_op.drop_constraint(op.f("ck_reservations_guest"), type_="check")
        batch_op.create_check_constraint(op.f("ck_reservations_guest"), GUEST_OR_WALK_IN)
        batch_op.create_check_constraint(op.f("ck_reservations_stage"), STAGE)


def downgrade() -> None:
    _forget_what_was_unknown()
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_reservations_stage"), type_="check")
        batch_op.drop_constraint(op.f("ck_reservations_guest"), type_="check")
        for name in ("stage", "left_at", "seated_at", "arrived_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_reservations_guest"), GUEST)

    with op.batch_alter_table("tables", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_tables_place"), type_="check")
        for name in ("rotation", "height", "width", "y", "x", "shape"):
            batch_op.drop_column(name)

    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.drop_column("labels")
        batch_op.drop_column("walls")


def _forget_what_was_unknown() -> None:
    """Say it in the words of before: who has arrived is expected; who came without a reservation was taken by the team.

    Those without a name belong to nobody the directory knows: they cannot be told then, and go.
    """
    op.execute("UPDATE reservations SET state = 'confirmed' WHERE state = 'arrived'")
    nobody = "SELECT id FROM reservations WHERE origin = 'walk_in' AND guest_id IS NULL"
    for table in ("seating_cells", "seatings", "reservation_notes"):
        op.execute(f"DELETE FROM {table} WHERE reservation_id IN ({nobody})")  # noqa: S608 - our own words
    op.execute("DELETE FROM reservations WHERE origin = 'walk_in' AND guest_id IS NULL")
    op.execute("UPDATE reservations SET origin = 'staff' WHERE origin = 'walk_in'")
