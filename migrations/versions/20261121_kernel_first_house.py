"""The tables of the first house: kernel, directory, accounts, booking, notifications."""

import sqlalchemy as sa
from alembic import op

revision = "1d4cdc3a4111"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entries_subject_kind_subject_id_number"),
            ["subject_kind", "subject_id", "number"],
            unique=False,
        )

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "dataset_exports",
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("owner_label", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "running", "done", "failed", "expired", name="exportstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (file_name IS NOT NULL)", name=op.f("ck_dataset_exports_file_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_exports")),
    )
    with op.batch_alter_table("dataset_exports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dataset_exports_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dataset_exports_state_expires_at"), ["state", "expires_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_leases")),
    )
    op.create_table(
        "links",
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_links_secret_hash")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_record_kind_record_id"), ["record_kind", "record_id"], unique=False)

    op.create_table(
        "login_attempts",
        sa.Column("counted", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempts_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_attempts_counted_at"), ["counted", "at"], unique=False)

    op.create_table(
        "mail_messages",
        sa.Column("notice", sa.String(length=80), nullable=False),
        sa.Column("natural_key", sa.String(length=200), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("queued", "sent", "refused", "failed", "dropped", name="mailstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_messages")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_mail_messages_natural_key")),
    )
    with op.batch_alter_table("mail_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_messages_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_mail_messages_subject_kind_subject_id"), ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "organisations",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("legal_form", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("siret", name=op.f("uq_organisations_siret")),
    )
    op.create_table(
        "outbox",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("natural_key", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "running", "done", "failed", name="jobstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_outbox_natural_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "people",
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_normalised", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email_normalised", name=op.f("uq_people_email_normalised")),
    )
    op.create_table(
        "roles",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("code", name=op.f("uq_roles_code")),
    )
    op.create_table(
        "saved_views",
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_saved_views_dataset_owner_id_position"), ["dataset", "owner_id", "position"], unique=False
        )

    op.create_table(
        "schedules",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("cron", sa.String(length=60), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_schedules")),
    )
    op.create_table(
        "seeds_done",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_seeds_done")),
    )
    op.create_table(
        "setting_values",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", "level", "holder", name=op.f("pk_setting_values")),
    )
    op.create_table(
        "stored_files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_files_size")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_stored_files")),
    )
    op.create_table(
        "default_views",
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_views.id"], name=op.f("fk_default_views_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dataset", "holder", name=op.f("pk_default_views")),
    )
    with op.batch_alter_table("default_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_default_views_view_id"), ["view_id"], unique=False)

    op.create_table(
        "documents",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "ready", "failed", name="documentstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'ready') = (file_digest IS NOT NULL)", name=op.f("ck_documents_file_digest")),
        sa.ForeignKeyConstraint(["file_digest"], ["stored_files.digest"], name=op.f("fk_documents_file_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "code",
            "sequence",
            "language",
            name=op.f("uq_documents_subject_kind_subject_id_code_sequence_language"),
        ),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_file_digest"), ["file_digest"], unique=False)

    op.create_table(
        "establishments",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("address_line1", sa.String(length=120), nullable=False),
        sa.Column("address_line2", sa.String(length=120), nullable=False),
        sa.Column("postal_code", sa.String(length=12), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_establishments_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishments")),
        sa.UniqueConstraint("slug", name=op.f("uq_establishments_slug")),
    )
    with op.batch_alter_table("establishments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_establishments_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "mail_attempts",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["mail_messages.id"], name=op.f("fk_mail_attempts_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_attempts")),
    )
    with op.batch_alter_table("mail_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_attempts_message_id"), ["message_id"], unique=False)

    op.create_table(
        "role_permissions",
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_role_permissions_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", "permission", name=op.f("pk_role_permissions")),
    )
    op.create_table(
        "users",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_users_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_users_person_id")),
    )
    op.create_table(
        "areas",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_areas_establishment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("establishment_id", "code", name=op.f("uq_areas_establishment_id_code")),
    )
    op.create_table(
        "arrival_counts",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("reservations", sa.Integer(), nullable=False),
        sa.CheckConstraint("covers >= 0 AND reservations >= 0", name=op.f("ck_arrival_counts_counts")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_arrival_counts_establishment_id")
        ),
        sa.PrimaryKeyConstraint("establishment_id", "quarter", name=op.f("pk_arrival_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "booking_policies",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("turnover_minutes", sa.Integer(), nullable=False),
        sa.Column("durations", sa.JSON(), nullable=False),
        sa.Column("min_notice_minutes", sa.Integer(), nullable=False),
        sa.Column("max_advance_days", sa.Integer(), nullable=False),
        sa.Column("max_covers_online", sa.Integer(), nullable=False),
        sa.Column("large_party_text", sa.Text(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("cancel_until_minutes", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("max_covers_online >= 1", name=op.f("ck_booking_policies_max_covers_online")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_booking_policies_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("establishment_id", name=op.f("pk_booking_policies")),
    )
    op.create_table(
        "closures",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_closures_days")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_closures_establishment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_closures_establishment_id_first_day"), ["establishment_id", "first_day"], unique=False
        )

    op.create_table(
        "combinations",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("min_covers", sa.Integer(), nullable=False),
        sa.Column("max_covers", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name=op.f("ck_combinations_covers")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_combinations_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_combinations")),
        sa.UniqueConstraint("establishment_id", "code", name=op.f("uq_combinations_establishment_id_code")),
    )
    op.create_table(
        "exceptional_days",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_exceptional_days_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptional_days")),
        sa.UniqueConstraint("establishment_id", "day", name=op.f("uq_exceptional_days_establishment_id_day")),
    )
    op.create_table(
        "funnel_counts",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "seen", "chosen", "typed", "confirmed", "abandoned", name="funnelstep", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_funnel_counts_establishment_id")
        ),
        sa.PrimaryKeyConstraint("establishment_id", "day", "step", name=op.f("pk_funnel_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "grants",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("scope_kind", sa.String(length=40), nullable=False),
        sa.Column("scope_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_grants_role_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_role_id"), ["role_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grants_user_id"), ["user_id"], unique=False)

    op.create_table(
        "refused_searches",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=True),
        sa.Column("local_time", sa.Time(), nullable=True),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_refused_searches_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_searches")),
    )
    with op.batch_alter_table("refused_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refused_searches_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_refused_searches_establishment_id_at"), ["establishment_id", "at"], unique=False
        )

    op.create_table(
        "reservations",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("area_wish", sa.String(length=40), nullable=True),
        sa.Column("locked_unit", sa.String(length=60), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "requested",
                "confirmed",
                "seated",
                "finished",
                "no_show",
                "cancelled",
                "expired",
                name="reservationstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin", sa.Enum("online", "staff", name="reservationorigin", native_enum=False, length=40), nullable=False
        ),
        sa.Column("guest_id", sa.Uuid(), nullable=True),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("special_requests", sa.Text(), nullable=False),
        sa.Column("search_text", sa.String(length=500), nullable=False),
        sa.Column("search_contact", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visitor", sa.String(length=64), nullable=True),
        sa.Column("network", sa.String(length=64), nullable=True),
        sa.Column("overridden", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reminder_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancellation_reason", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_reservations_cancelled_at")
        ),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name=op.f("ck_reservations_held_until")),
        sa.CheckConstraint("state IN ('held', 'expired') OR guest_id IS NOT NULL", name=op.f("ck_reservations_guest")),
        sa.CheckConstraint("covers >= 1", name=op.f("ck_reservations_covers")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_reservations_establishment_id")
        ),
        sa.ForeignKeyConstraint(["guest_id"], ["people.id"], name=op.f("fk_reservations_guest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("reference", name=op.f("uq_reservations_reference")),
    )
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reservations_establishment_id_service_date_quarter"),
            ["establishment_id", "service_date", "quarter"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_reservations_establishment_id_state_starts_at"),
            ["establishment_id", "state", "starts_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_reservations_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(
            "ix_reservations_held_until",
            ["held_until"],
            unique=False,
            sqlite_where=sa.text("held_until IS NOT NULL"),
            postgresql_where=sa.text("held_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_reservations_reminder_due",
            ["reminder_due_at"],
            unique=False,
            sqlite_where=sa.text("reminder_due_at IS NOT NULL"),
            postgresql_where=sa.text("reminder_due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_reservations_starts_at_id"), ["starts_at", "id"], unique=False)
        batch_op.create_index(
            "ix_reservations_visitor",
            ["visitor"],
            unique=False,
            sqlite_where=sa.text("visitor IS NOT NULL"),
            postgresql_where=sa.text("visitor IS NOT NULL"),
        )

    op.create_table(
        "service_days",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_service_days_establishment_id")
        ),
        sa.PrimaryKeyConstraint("establishment_id", "service_date", name=op.f("pk_service_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "user_sessions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("network", sa.String(length=45), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_user_sessions_secret_hash")),
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "reservation_notes",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservations.id"],
            name=op.f("fk_reservation_notes_reservation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation_notes")),
    )
    with op.batch_alter_table("reservation_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservation_notes_reservation_id"), ["reservation_id"], unique=False)

    op.create_table(
        "shifts",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("exceptional_day_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("first", sa.Time(), nullable=False),
        sa.Column("last", sa.Time(), nullable=False),
        sa.Column("pacing_covers", sa.Integer(), nullable=True),
        sa.Column("pacing_reservations", sa.Integer(), nullable=True),
        sa.Column("durations", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_shifts_establishment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["exceptional_day_id"],
            ["exceptional_days.id"],
            name=op.f("fk_shifts_exceptional_day_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shifts_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shifts_exceptional_day_id"), ["exceptional_day_id"], unique=False)

    op.create_table(
        "tables",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("min_covers", sa.Integer(), nullable=False),
        sa.Column("max_covers", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name=op.f("ck_tables_covers")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_tables_area_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_tables_establishment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tables")),
        sa.UniqueConstraint("establishment_id", "code", name=op.f("uq_tables_establishment_id_code")),
    )
    with op.batch_alter_table("tables", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tables_area_id"), ["area_id"], unique=False)

    op.create_table(
        "combination_tables",
        sa.Column("combination_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["combination_id"],
            ["combinations.id"],
            name=op.f("fk_combination_tables_combination_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["tables.id"], name=op.f("fk_combination_tables_table_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("combination_id", "table_id", name=op.f("pk_combination_tables")),
    )
    with op.batch_alter_table("combination_tables", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_combination_tables_table_id"), ["table_id"], unique=False)

    op.create_table(
        "seating_cells",
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_seating_cells_reservation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["table_id"], ["tables.id"], name=op.f("fk_seating_cells_table_id")),
        sa.PrimaryKeyConstraint("table_id", "quarter", name=op.f("pk_seating_cells")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("seating_cells", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seating_cells_reservation_id"), ["reservation_id"], unique=False)

    op.create_table(
        "seatings",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("first_quarter", sa.Integer(), nullable=False),
        sa.Column("end_quarter", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("end_quarter > first_quarter", name=op.f("ck_seatings_quarters")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_seatings_reservation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["table_id"], ["tables.id"], name=op.f("fk_seatings_table_id")),
        sa.PrimaryKeyConstraint("reservation_id", "table_id", name=op.f("pk_seatings")),
    )
    with op.batch_alter_table("seatings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seatings_establishment_id_first_quarter"),
            ["establishment_id", "first_quarter"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_seatings_table_id"), ["table_id"], unique=False)

    head = sa.table("audit_head", sa.column("id"), sa.column("number"), sa.column("hash"))
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": "0" * 64}])


def downgrade() -> None:
    with op.batch_alter_table("seatings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seatings_table_id"))
        batch_op.drop_index(batch_op.f("ix_seatings_establishment_id_first_quarter"))

    op.drop_table("seatings")
    with op.batch_alter_table("seating_cells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seating_cells_reservation_id"))

    op.drop_table("seating_cells")
    with op.batch_alter_table("combination_tables", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_combination_tables_table_id"))

    op.drop_table("combination_tables")
    with op.batch_alter_table("tables", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tables_area_id"))

    op.drop_table("tables")
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shifts_exceptional_day_id"))
        batch_op.drop_index(batch_op.f("ix_shifts_establishment_id"))

    op.drop_table("shifts")
    with op.batch_alter_table("reservation_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_notes_reservation_id"))

    op.drop_table("reservation_notes")
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_sessions_user_id"))

    op.drop_table("user_sessions")
    op.drop_table("service_days")
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reservations_visitor",
            sqlite_where=sa.text("visitor IS NOT NULL"),
            postgresql_where=sa.text("visitor IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reservations_starts_at_id"))
        batch_op.drop_index(
            "ix_reservations_reminder_due",
            sqlite_where=sa.text("reminder_due_at IS NOT NULL"),
            postgresql_where=sa.text("reminder_due_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_reservations_held_until",
            sqlite_where=sa.text("held_until IS NOT NULL"),
            postgresql_where=sa.text("held_until IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reservations_guest_id"))
        batch_op.drop_index(batch_op.f("ix_reservations_establishment_id_state_starts_at"))
        batch_op.drop_index(batch_op.f("ix_reservations_establishment_id_service_date_quarter"))

    op.drop_table("reservations")
    with op.batch_alter_table("refused_searches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_searches_establishment_id_at"))
        batch_op.drop_index(batch_op.f("ix_refused_searches_at_id"))

    op.drop_table("refused_searches")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grants_user_id"))
        batch_op.drop_index(batch_op.f("ix_grants_role_id"))

    op.drop_table("grants")
    op.drop_table("funnel_counts")
    op.drop_table("exceptional_days")
    op.drop_table("combinations")
    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closures_establishment_id_first_day"))

    op.drop_table("closures")
    op.drop_table("booking_policies")
    op.drop_table("arrival_counts")
    op.drop_table("areas")
    op.drop_table("users")
    op.drop_table("role_permissions")
    with op.batch_alter_table("mail_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_attempts_message_id"))

    op.drop_table("mail_attempts")
    with op.batch_alter_table("establishments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_establishments_organisation_id"))

    op.drop_table("establishments")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_file_digest"))
        batch_op.drop_index(batch_op.f("ix_documents_created_at"))

    op.drop_table("documents")
    with op.batch_alter_table("default_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_default_views_view_id"))

    op.drop_table("default_views")
    op.drop_table("stored_files")
    op.drop_table("setting_values")
    op.drop_table("seeds_done")
    op.drop_table("schedules")
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_views_dataset_owner_id_position"))

    op.drop_table("saved_views")
    op.drop_table("roles")
    op.drop_table("people")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_created_at"))

    op.drop_table("outbox")
    op.drop_table("organisations")
    with op.batch_alter_table("mail_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_messages_subject_kind_subject_id"))
        batch_op.drop_index(batch_op.f("ix_mail_messages_created_at_id"))

    op.drop_table("mail_messages")
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempts_counted_at"))
        batch_op.drop_index(batch_op.f("ix_login_attempts_at"))

    op.drop_table("login_attempts")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_record_kind_record_id"))

    op.drop_table("links")
    op.drop_table("leases")
    with op.batch_alter_table("dataset_exports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dataset_exports_state_expires_at"))
        batch_op.drop_index(batch_op.f("ix_dataset_exports_owner_id"))

    op.drop_table("dataset_exports")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_subject_kind_subject_id_number"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))

    op.drop_table("audit_entries")
