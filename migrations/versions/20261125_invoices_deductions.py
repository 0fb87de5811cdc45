"""Invoices: which deposits a paper deducts or gives back, several for one invoice; each is deducted once.

What an invoice named as its deposit moves there, and `preceding_id` stays with credit notes. Rows that were issued are
touched for that, and for nothing else: on SQLite the table is rebuilt, and its triggers with it; on PostgreSQL the one
that refuses changes rests meanwhile. Going back keeps the first deposit of each invoice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "c4d2a97e51b8"
down_revision = "b7d41f0a6c52"
branch_labels = None
depends_on = None

INVOICES = sa.table(
    "invoices",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("state", sa.String()),
    sa.column("preceding_id", sa.Uuid()),
    sa.column("prepaid", sa.BigInteger()),
    sa.column("gross", sa.BigInteger()),
    sa.column("vat", sa.BigInteger()),
)
DEDUCTIONS = sa.table(
    "invoice_deductions",
    sa.column("id", sa.Uuid()),
    sa.column("invoice_id", sa.Uuid()),
    sa.column("state", sa.String()),
    sa.column("position", sa.Integer()),
    sa.column("deposit_id", sa.Uuid()),
    sa.column("gives_back", sa.Boolean()),
    sa.column("turn", sa.Integer()),
    sa.column("amount", sa.BigInteger()),
    sa.column("vat", sa.BigInteger()),
)
CORRECTS = "ck_invoices_credit_note_corrects"
BEFORE, NOW = "kind <> 'credit_note' OR preceding_id IS NOT NULL", "(kind = 'credit_note') = (preceding_id IS NOT NULL)"
ACTS = (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))


def upgrade() -> None:
    op.create_table(
        "invoice_deductions",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state", sa.Enum("draft", "issued", name="invoicestate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("gives_back", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_invoice_deductions_amount")),
        sa.CheckConstraint("invoice_id <> deposit_id", name=op.f("ck_invoice_deductions_another")),
        sa.CheckConstraint("state = 'draft' OR turn IS NOT NULL", name=op.f("ck_invoice_deductions_issued_turn")),
        sa.CheckConstraint(
            "turn IS NULL OR turn >= 1 AND (turn % 2 = 0) = gives_back", name=op.f("ck_invoice_deductions_turn")
        ),
        sa.ForeignKeyConstraint(["deposit_id"], ["invoices.id"], name=op.f("fk_invoice_deductions_deposit_id")),
        sa.ForeignKeyConstraint(
            ["invoice_id", "state"],
            ["invoices.id", "invoices.state"],
            name="fk_invoice_deductions_invoice",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_deductions")),
        sa.UniqueConstraint("deposit_id", "turn", name=op.f("uq_invoice_deductions_deposit_id_turn")),
        sa.UniqueConstraint("invoice_id", "deposit_id", name=op.f("uq_invoice_deductions_invoice_id_deposit_id")),
    )
    op.create_index(
        op.f("ix_invoice_deductions_state_invoice_id"), "invoice_deductions", ["state", "invoice_id"], unique=False
    )
    move_deposits()
    with issued_papers_open():
        op.execute(INVOICES.update().where(INVOICES.c.kind != "credit_note").values(preceding_id=None))
        say_what_corrects(NOW)
    guard_deductions()


def downgrade() -> None:
    with issued_papers_open():
        say_what_corrects(BEFORE)
        first = sa.select(DEDUCTIONS.c.deposit_id).where(
            DEDUCTIONS.c.invoice_id == INVOICES.c.id, DEDUCTIONS.c.position == 1
        )
        op.execute(INVOICES.update().where(INVOICES.c.kind == "invoice").values(preceding_id=first.scalar_subquery()))
    op.drop_table("invoice_deductions")


def move_deposits() -> None:
    """Write what each invoice deducts; a deposit that credit notes gave back whole is deducted by no draft any more."""
    connection, note = op.get_bind(), INVOICES.alias()
    deposit = INVOICES.alias()
    given_back = sa.select(sa.func.coalesce(sa.func.sum(note.c.vat), 0)).where(
        note.c.preceding_id == deposit.c.id, note.c.kind == "credit_note", note.c.state == "issued"
    )
    deducting = sa.select(
        INVOICES.c.id, INVOICES.c.state, INVOICES.c.prepaid, deposit.c.id, deposit.c.vat - given_back.scalar_subquery()
    ).where(INVOICES.c.kind == "invoice", INVOICES.c.preceding_id == deposit.c.id, INVOICES.c.prepaid > 0)
    rows = [
        {
            "id": uuid4(),
            "invoice_id": invoice_id,
            "state": state,
            "position": 1,
            "deposit_id": deposit_id,
            "gives_back": False,
            "turn": 1 if state == "issued" else None,
            "amount": prepaid,
            "vat": int(vat),
        }
        for invoice_id, state, prepaid, deposit_id, vat in connection.execute(deducting)
    ]
    if rows:
        connection.execute(DEDUCTIONS.insert(), rows)


@contextmanager
def issued_papers_open() -> Iterator[None]:
    """Let rows of papers that were issued change in between, and guard them again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE invoices DISABLE TRIGGER invoices_stand_update")
        yield
        op.execute("ALTER TABLE invoices ENABLE TRIGGER invoices_stand_update")
        return
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER invoices_stand_{act}")
    yield
    for act in ("UPDATE", "DELETE"):
        op.execute(sqlite_guard("invoices", act, "OLD"))


def say_what_corrects(check: str) -> None:
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(CORRECTS), type_="check")
        batch_op.create_check_constraint(batch_op.f(CORRECTS), check)


def guard_deductions() -> None:
    """Refuse to add, change or remove what a paper that was issued says of deposits, as its lines do."""
    for act, row in ACTS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER invoice_deductions_stand_{act.lower()} BEFORE {act} ON invoice_deductions "
                f"FOR EACH ROW WHEN ({row}.state = 'issued') EXECUTE FUNCTION invoices_stand()"
            )
        else:
            op.execute(sqlite_guard("invoice_deductions", act, row))


def sqlite_guard(table: str, act: str, row: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stand_{act.lower()} BEFORE {act} ON {table} WHEN {row}.state = 'issued' "
        "BEGIN SELECT RAISE(ABORT, 'an issued invoice never changes'); END"
    )
