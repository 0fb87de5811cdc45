"""Payments: the books and the triggers that keep them, what is asked, what is known of Stripe."""

import sqlalchemy as sa
from alembic import op

revision = "03e2863a8143"
down_revision = "f1555c78ee3b"
branch_labels = None
depends_on = None

NEVER = ("money_movements", "payment_allocations", "daily_closings")
KEPT = "the books are never changed"


def keep_the_books() -> None:
    """Have the database itself refuse what the books never bear, whatever program asks."""
    if op.get_bind().dialect.name == "sqlite":
        for table in NEVER:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
                )
        op.execute(
            "CREATE TRIGGER money_movements_closed BEFORE INSERT ON money_movements WHEN EXISTS (SELECT 1 FROM "
            "daily_closings WHERE establishment_id = NEW.establishment_id AND day >= NEW.booked_on) "
            "BEGIN SELECT RAISE(ABORT, 'that day is closed'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION books_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE FUNCTION books_day_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM "
        "daily_closings WHERE establishment_id = NEW.establishment_id AND day >= NEW.booked_on) THEN "
        "RAISE EXCEPTION 'that day is closed' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    for table in NEVER:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION books_refuse()"
        )
    op.execute(
        "CREATE TRIGGER money_movements_closed BEFORE INSERT ON money_movements "
        "FOR EACH ROW EXECUTE FUNCTION books_day_closed()"
    )


def let_the_books_go() -> None:
    """Take the triggers away before the tables."""
    if op.get_bind().dialect.name == "sqlite":
        for table in NEVER:
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_{act}")
        op.execute("DROP TRIGGER money_movements_closed")
        return
    for table in NEVER:
        op.execute(f"DROP TRIGGER {table}_kept ON {table}")
    op.execute("DROP TRIGGER money_movements_closed ON money_movements")
    op.execute("DROP FUNCTION books_refuse()")
    op.execute("DROP FUNCTION books_day_closed()")


def upgrade() -> None:
    op.create_table(
        "book_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("movement", sa.Integer(), nullable=False),
        sa.Column("closing", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_heads")),
    )
    op.create_table(
        "provider_events",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_events")),
    )
    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_events_received_at"), ["received_at"], unique=False)

    op.create_table(
        "reconciliations",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    with op.batch_alter_table("reconciliations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reconciliations_at"), ["at"], unique=False)

    op.create_table(
        "daily_closings",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_daily_closings_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_closings")),
        sa.UniqueConstraint("establishment_id", "day", name=op.f("uq_daily_closings_establishment_id_day")),
        sa.UniqueConstraint("number", name=op.f("uq_daily_closings_number")),
    )
    op.create_table(
        "money_movements",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "nature",
            sa.Enum("payment", "refund", "reversal", name="movementnature", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("payable_kind", sa.String(length=40), nullable=False),
        sa.Column("payable_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column(
            "method",
            sa.Enum("card", "terminal", "cash", "transfer", "cheque", name="method", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("natural_key", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(nature = 'payment') = (corrects_id IS NULL)", name=op.f("ck_money_movements_corrects")),
        sa.CheckConstraint("currency = 'EUR'", name=op.f("ck_money_movements_currency")),
        sa.CheckConstraint("nature <> 'payment' OR amount > 0", name=op.f("ck_money_movements_payment")),
        sa.CheckConstraint("nature <> 'refund' OR amount < 0", name=op.f("ck_money_movements_refund")),
        sa.CheckConstraint("amount <> 0 AND abs(amount) <= 100000000", name=op.f("ck_money_movements_amount")),
        sa.ForeignKeyConstraint(["corrects_id"], ["money_movements.id"], name=op.f("fk_money_movements_corrects_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_money_movements_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_movements")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_money_movements_natural_key")),
        sa.UniqueConstraint("number", name=op.f("uq_money_movements_number")),
    )
    with op.batch_alter_table("money_movements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_money_movements_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_money_movements_corrects_id"), ["corrects_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_money_movements_establishment_id_booked_on"), ["establishment_id", "booked_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_money_movements_payable_kind_payable_id"), ["payable_kind", "payable_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_money_movements_reference"), ["reference"], unique=False)

    op.create_table(
        "receivables",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("payable_kind", sa.String(length=40), nullable=False),
        sa.Column("payable_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "pledge", "deposit", "prepayment", "imprint", "charge", name="purpose", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("back_path", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "settled",
                "expired",
                "released",
                "forgiven",
                name="receivablestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("payer_name", sa.String(length=200), nullable=False),
        sa.Column("payer_email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_receivables_closed_at")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receivables_amount")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_receivables_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_receivables_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivables")),
    )
    with op.batch_alter_table("receivables", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receivables_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_receivables_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_receivables_payable_kind_payable_id"), ["payable_kind", "payable_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_receivables_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_receivables_state_expires_at"), ["state", "expires_at"], unique=False)

    op.create_table(
        "payment_allocations",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("receivable_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_payment_allocations_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["money_movements.id"], name=op.f("fk_payment_allocations_payment_id")),
        sa.ForeignKeyConstraint(
            ["receivable_id"], ["receivables.id"], name=op.f("fk_payment_allocations_receivable_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_allocations")),
    )
    with op.batch_alter_table("payment_allocations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_allocations_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_allocations_receivable_id"), ["receivable_id"], unique=False)

    op.create_table(
        "payment_checkouts",
        sa.Column("receivable_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "complete", "expired", name="checkoutstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["receivable_id"], ["receivables.id"], name=op.f("fk_payment_checkouts_receivable_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_checkouts")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_checkouts_reference")),
    )
    with op.batch_alter_table("payment_checkouts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_checkouts_receivable_id"), ["receivable_id"], unique=False)

    op.create_table(
        "refund_requests",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "promised", "done", "declined", "failed", name="refundstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_requests_amount")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_refund_requests_establishment_id")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["money_movements.id"], name=op.f("fk_refund_requests_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_requests_key")),
    )
    with op.batch_alter_table("refund_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_requests_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refund_requests_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refund_requests_state_asked_at"), ["state", "asked_at"], unique=False)

    op.create_table(
        "saved_cards",
        sa.Column("receivable_id", sa.Uuid(), nullable=False),
        sa.Column("customer", sa.String(length=120), nullable=False),
        sa.Column("card", sa.String(length=120), nullable=False),
        sa.Column("brand", sa.String(length=20), nullable=False),
        sa.Column("last_digits", sa.String(length=4), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["receivable_id"], ["receivables.id"], name=op.f("fk_saved_cards_receivable_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_cards")),
        sa.UniqueConstraint("receivable_id", name=op.f("uq_saved_cards_receivable_id")),
    )
    op.create_table(
        "card_charges",
        sa.Column("receivable_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["saved_cards.id"], name=op.f("fk_card_charges_card_id")),
        sa.ForeignKeyConstraint(["receivable_id"], ["receivables.id"], name=op.f("fk_card_charges_receivable_id")),
        sa.PrimaryKeyConstraint("receivable_id", name=op.f("pk_card_charges")),
        sa.UniqueConstraint("key", name=op.f("uq_card_charges_key")),
    )
    with op.batch_alter_table("card_charges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_charges_card_id"), ["card_id"], unique=False)

    keep_the_books()


def downgrade() -> None:
    let_the_books_go()
    with op.batch_alter_table("card_charges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_charges_card_id"))

    op.drop_table("card_charges")
    op.drop_table("saved_cards")
    with op.batch_alter_table("refund_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_requests_state_asked_at"))
        batch_op.drop_index(batch_op.f("ix_refund_requests_payment_id"))
        batch_op.drop_index(batch_op.f("ix_refund_requests_establishment_id"))

    op.drop_table("refund_requests")
    with op.batch_alter_table("payment_checkouts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_checkouts_receivable_id"))

    op.drop_table("payment_checkouts")
    with op.batch_alter_table("payment_allocations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_allocations_receivable_id"))
        batch_op.drop_index(batch_op.f("ix_payment_allocations_payment_id"))

    op.drop_table("payment_allocations")
    with op.batch_alter_table("receivables", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receivables_state_expires_at"))
        batch_op.drop_index(batch_op.f("ix_receivables_person_id"))
        batch_op.drop_index(batch_op.f("ix_receivables_payable_kind_payable_id"))
        batch_op.drop_index(batch_op.f("ix_receivables_establishment_id"))
        batch_op.drop_index(batch_op.f("ix_receivables_created_at"))

    op.drop_table("receivables")
    with op.batch_alter_table("money_movements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_movements_reference"))
        batch_op.drop_index(batch_op.f("ix_money_movements_payable_kind_payable_id"))
        batch_op.drop_index(batch_op.f("ix_money_movements_establishment_id_booked_on"))
        batch_op.drop_index(batch_op.f("ix_money_movements_corrects_id"))
        batch_op.drop_index(batch_op.f("ix_money_movements_at"))

    op.drop_table("money_movements")
    op.drop_table("daily_closings")
    with op.batch_alter_table("reconciliations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reconciliations_at"))

    op.drop_table("reconciliations")
    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_events_received_at"))

    op.drop_table("provider_events")
    op.drop_table("book_heads")
