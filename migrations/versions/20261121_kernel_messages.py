"""Messages leave by more than one channel: the tables of the mail carry them all."""

import sqlalchemy as sa
from alembic import op

revision = "c41f0a7d2e63"
down_revision = "eb63c2b20515"
branch_labels = None
depends_on = None

STATES = ("queued", "sent", "refused", "failed", "dropped", "suppressed", "unwanted")
CHANNELS = ("email", "sms", "push", "webhook")
MESSAGE = (
    "id", "notice", "natural_key", "to_name", "to_address", "person_id", "language", "subject_kind", "subject_id",
    "details", "state", "created_at", "sent_at",
)  # fmt: skip
ATTEMPT = ("id", "message_id", "at", "accepted", "answer")


def upgrade() -> None:
    _create("messages", "message_attempts", sa.Column("channel", _choice("channel", CHANNELS), nullable=False))
    _copy("mail_messages", "messages", MESSAGE, channel=sa.literal("email"))
    _copy("mail_attempts", "message_attempts", ATTEMPT)
    op.drop_table("mail_attempts")
    op.drop_table("mail_messages")
    op.execute("UPDATE links SET record_kind = 'Message' WHERE record_kind = 'MailMessage'")
    op.execute("UPDATE outbox SET natural_key = 'message:' || substr(natural_key, 6) WHERE natural_key LIKE 'mail:%'")


def downgrade() -> None:
    """Mail alone is known below: what waits for another channel is not sent, and its key tells it from a letter's."""
    _create("mail_messages", "mail_attempts")
    op.execute("UPDATE messages SET state = 'dropped' WHERE channel <> 'email' AND state = 'queued'")
    op.execute(
        "UPDATE messages SET natural_key = channel || ':' || substr(natural_key, 1, 190) WHERE channel <> 'email'"
    )
    _copy("messages", "mail_messages", MESSAGE)
    _copy("message_attempts", "mail_attempts", ATTEMPT)
    op.drop_table("message_attempts")
    op.drop_table("messages")
    op.execute("UPDATE links SET record_kind = 'MailMessage' WHERE record_kind = 'Message'")
    op.execute("UPDATE outbox SET natural_key = 'mail:' || substr(natural_key, 9) WHERE natural_key LIKE 'message:%'")


def _copy(source: str, target: str, names: tuple[str, ...], **further: sa.ColumnElement[str]) -> None:
    old = sa.table(source, *(sa.column(name) for name in names))
    new = sa.table(target, *(sa.column(name) for name in (*names, *further)))
    op.execute(sa.insert(new).from_select([*names, *further], sa.select(*old.c, *further.values())))


def _create(messages: str, attempts: str, *further: sa.Column) -> None:
    key = ["natural_key", *(column.name for column in further)]
    op.create_table(
        messages,
        *further,
        sa.Column("notice", sa.String(length=80), nullable=False),
        sa.Column("natural_key", sa.String(length=200), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("state", _choice("messagestate", STATES), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{messages}")),
        sa.UniqueConstraint(*key, name=op.f(f"uq_{messages}_{'_'.join(key)}")),
    )
    with op.batch_alter_table(messages, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{messages}_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f(f"ix_{messages}_subject_kind_subject_id"), ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        attempts,
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], [f"{messages}.id"], name=op.f(f"fk_{attempts}_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{attempts}")),
    )
    with op.batch_alter_table(attempts, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{attempts}_message_id"), ["message_id"], unique=False)


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)
