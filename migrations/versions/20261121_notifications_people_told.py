"""People with an account are told: their centre, preferences and deliveries; addresses nothing is sent to."""

import sqlalchemy as sa
from alembic import op

revision = "5b188043eda6"
down_revision = "573b34e50688"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suppressed_addresses",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressed_addresses")),
        sa.UniqueConstraint("address", name=op.f("uq_suppressed_addresses_address")),
    )
    with op.batch_alter_table("suppressed_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suppressed_addresses_since_id"), ["since", "id"], unique=False)

    op.create_table(
        "told_announcements",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_told_announcements")),
    )
    with op.batch_alter_table("told_announcements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_announcements_told_at"), ["told_at"], unique=False)

    op.create_table(
        "notice_mutes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notice_mutes_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_mutes")),
        sa.UniqueConstraint(
            "person_id", "subject_kind", "subject_id", name=op.f("uq_notice_mutes_person_id_subject_kind_subject_id")
        ),
    )
    op.create_table(
        "notice_preferences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.Enum("email", name="channel", native_enum=False, length=40), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("now", "hourly", "daily", "weekly", "off", name="mode", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notice_preferences_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "target", "channel", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "notice_rhythms",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notice_rhythms_quiet_hours")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notice_rhythms_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_rhythms")),
    )
    op.create_table(
        "notifications",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("notice", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("repeats >= 0", name=op.f("ck_notifications_repeats")),
        sa.CheckConstraint("read_at IS NULL OR snoozed_until IS NULL", name=op.f("ck_notifications_put_off")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notifications_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notifications_person_id_category_last_at_id"),
            ["person_id", "category", "last_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_notifications_person_id_last_at_id"), ["person_id", "last_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_notifications_person_id_read_at_last_at_id"),
            ["person_id", "read_at", "last_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_notifications_put_off",
            ["person_id", "last_at", "id"],
            unique=False,
            sqlite_where=sa.text("snoozed_until IS NOT NULL"),
            postgresql_where=sa.text("snoozed_until IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_notifications_subject_kind_subject_id_last_at"),
            ["subject_kind", "subject_id", "last_at"],
            unique=False,
        )

    op.create_table(
        "notice_deliveries",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Enum("email", name="channel", native_enum=False, length=40), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("now", "hourly", "daily", "weekly", "off", name="mode", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_notice_deliveries_notification_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notice_deliveries_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_deliveries")),
    )
    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_deliveries_letter_due_at"), ["letter", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_deliveries_notification_id"), ["notification_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notice_deliveries_person_id_letter_due_at"), ["person_id", "letter", "due_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_deliveries_person_id_letter_due_at"))
        batch_op.drop_index(batch_op.f("ix_notice_deliveries_notification_id"))
        batch_op.drop_index(batch_op.f("ix_notice_deliveries_letter_due_at"))

    op.drop_table("notice_deliveries")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notifications_subject_kind_subject_id_last_at"))
        batch_op.drop_index("ix_notifications_put_off")
        batch_op.drop_index(batch_op.f("ix_notifications_person_id_read_at_last_at_id"))
        batch_op.drop_index(batch_op.f("ix_notifications_person_id_last_at_id"))
        batch_op.drop_index(batch_op.f("ix_notifications_person_id_category_last_at_id"))

    op.drop_table("notifications")
    op.drop_table("notice_rhythms")
    op.drop_table("notice_preferences")
    op.drop_table("notice_mutes")
    with op.batch_alter_table("told_announcements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_announcements_told_at"))

    op.drop_table("told_announcements")
    with op.batch_alter_table("suppressed_addresses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suppressed_addresses_since_id"))

    op.drop_table("suppressed_addresses")
