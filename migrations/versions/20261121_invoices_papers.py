"""Invoices and credit notes, and the triggers by which the database itself refuses to change what is issued."""

import sqlalchemy as sa
from alembic import op

revision = "33e6af7b9661"
down_revision = "03e2863a8143"
branch_labels = None
depends_on = None

TABLES = (
    "invoice_lines",
    "invoices",
    "invoice_series",
    "invoice_recipients",
    "invoice_issuers",
    "vat_rates",
    "legal_wordings",
)
# A migration that rebuilds one of these tables on SQLite loses its triggers, and has to make them again.
GUARDS = {
    "sqlite": [
        *(
            f"""CREATE TRIGGER {table}_stand_{act.lower()} BEFORE {act} ON {table} WHEN {row}.state = 'issued'
            BEGIN SELECT RAISE(ABORT, 'an issued invoice never changes'); END"""
            for table, act, row in (
                ("invoices", "UPDATE", "OLD"),
                ("invoices", "DELETE", "OLD"),
                ("invoice_lines", "INSERT", "NEW"),
                ("invoice_lines", "UPDATE", "OLD"),
                ("invoice_lines", "DELETE", "OLD"),
            )
        ),
        """CREATE TRIGGER invoice_series_grow_update BEFORE UPDATE ON invoice_series
        WHEN NEW.last <> OLD.last + 1 OR NEW.issuer_id <> OLD.issuer_id OR NEW.code <> OLD.code
        BEGIN SELECT RAISE(ABORT, 'a series grows by one'); END""",
        """CREATE TRIGGER invoice_series_grow_delete BEFORE DELETE ON invoice_series
        BEGIN SELECT RAISE(ABORT, 'a series grows by one'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION invoices_stand() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = 'check_violation'; END $$""",
        """CREATE FUNCTION invoice_series_grow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a series grows by one' USING ERRCODE = 'check_violation'; END $$""",
        *(
            f"""CREATE TRIGGER {table}_stand_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW
            WHEN ({row}.state = 'issued') EXECUTE FUNCTION invoices_stand()"""
            for table, act, row in (
                ("invoices", "UPDATE", "OLD"),
                ("invoices", "DELETE", "OLD"),
                ("invoice_lines", "INSERT", "NEW"),
                ("invoice_lines", "UPDATE", "OLD"),
                ("invoice_lines", "DELETE", "OLD"),
            )
        ),
        """CREATE TRIGGER invoice_series_grow_update BEFORE UPDATE ON invoice_series FOR EACH ROW
        WHEN (NEW.last <> OLD.last + 1 OR NEW.issuer_id <> OLD.issuer_id OR NEW.code <> OLD.code)
        EXECUTE FUNCTION invoice_series_grow()""",
        """CREATE TRIGGER invoice_series_grow_delete BEFORE DELETE ON invoice_series FOR EACH ROW
        EXECUTE FUNCTION invoice_series_grow()""",
    ],
}


def upgrade() -> None:
    op.create_table(
        "legal_wordings",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_wordings")),
        sa.UniqueConstraint("key", "language", "valid_from", name=op.f("uq_legal_wordings_key_language_valid_from")),
    )
    op.create_table(
        "vat_rates",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column(
            "category", sa.Enum("S", "E", "AE", name="vatcategory", native_enum=False, length=40), nullable=False
        ),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("exemption_code", sa.String(length=30), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(category = 'S') = (rate > 0)", name=op.f("ck_vat_rates_category")),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name=op.f("ck_vat_rates_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_rates")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_vat_rates_key_valid_from")),
    )
    op.create_table(
        "invoice_issuers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("legal_name", sa.String(length=120), nullable=False),
        sa.Column(
            "legal_form",
            sa.Enum(
                "sarl",
                "eurl",
                "sas",
                "sasu",
                "sa",
                "snc",
                "sole_trader",
                "association",
                name="legalform",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("capital", sa.BigInteger(), nullable=True),
        sa.Column("siren", sa.String(length=9), nullable=False),
        sa.Column("register_city", sa.String(length=80), nullable=False),
        sa.Column("vat_number", sa.String(length=20), nullable=False),
        sa.Column("vat_on_debits", sa.Boolean(), nullable=False),
        sa.Column("address_line1", sa.String(length=120), nullable=False),
        sa.Column("address_line2", sa.String(length=120), nullable=False),
        sa.Column("postal_code", sa.String(length=12), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("capital IS NULL OR capital >= 0", name=op.f("ck_invoice_issuers_capital")),
        sa.CheckConstraint("payment_days BETWEEN 0 AND 60", name=op.f("ck_invoice_issuers_payment_days")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_invoice_issuers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_issuers")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_invoice_issuers_organisation_id")),
    )
    op.create_table(
        "invoice_recipients",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "recipient_kind",
            sa.Enum("organisation", "person", name="recipientkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("siren", sa.String(length=9), nullable=False),
        sa.Column("vat_number", sa.String(length=20), nullable=False),
        sa.Column("address_line1", sa.String(length=120), nullable=False),
        sa.Column("address_line2", sa.String(length=120), nullable=False),
        sa.Column("postal_code", sa.String(length=12), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("search_text", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_invoice_recipients_name")),
        sa.CheckConstraint(
            "recipient_kind = 'organisation' OR (siren = '' AND vat_number = '')",
            name=op.f("ck_invoice_recipients_numbers"),
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_invoice_recipients_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invoice_recipients_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_recipients")),
    )
    op.create_index(
        op.f("ix_invoice_recipients_establishment_id_name"),
        "invoice_recipients",
        ["establishment_id", "name"],
        unique=False,
    )
    op.create_index(op.f("ix_invoice_recipients_person_id"), "invoice_recipients", ["person_id"], unique=False)

    op.create_table(
        "invoice_series",
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_invoice_series_last")),
        sa.ForeignKeyConstraint(["issuer_id"], ["invoice_issuers.id"], name=op.f("fk_invoice_series_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", "code", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "invoices",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("preceding_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("invoice", "deposit", "credit_note", name="invoicekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state", sa.Enum("draft", "issued", name="invoicestate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "operation",
            sa.Enum("services", "goods", "mixed", name="operation", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("supply_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("order_reference", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("search_text", sa.String(length=300), nullable=False),
        sa.Column("series", sa.String(length=10), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("issue_date", sa.Date(), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("prepaid", sa.BigInteger(), nullable=False),
        sa.Column("seller", sa.JSON(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("xml", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'issued') = (number IS NOT NULL AND sequence IS NOT NULL AND issue_date IS NOT NULL "
            "AND due_date IS NOT NULL AND issued_at IS NOT NULL AND xml IS NOT NULL)",
            name=op.f("ck_invoices_issued_whole"),
        ),
        sa.CheckConstraint(
            "kind <> 'credit_note' OR preceding_id IS NOT NULL", name=op.f("ck_invoices_credit_note_corrects")
        ),
        sa.CheckConstraint("state = 'draft' OR gross > 0", name=op.f("ck_invoices_gross")),
        sa.CheckConstraint("gross = net + vat AND prepaid >= 0 AND prepaid <= gross", name=op.f("ck_invoices_totals")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name=op.f("fk_invoices_establishment_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["invoice_issuers.id"], name=op.f("fk_invoices_issuer_id")),
        sa.ForeignKeyConstraint(["preceding_id"], ["invoices.id"], name=op.f("fk_invoices_preceding_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["invoice_recipients.id"], name=op.f("fk_invoices_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("id", "state", name=op.f("uq_invoices_id_state")),
        sa.UniqueConstraint("issuer_id", "number", name=op.f("uq_invoices_issuer_id_number")),
        sa.UniqueConstraint("issuer_id", "series", "sequence", name=op.f("uq_invoices_issuer_id_series_sequence")),
    )
    op.create_index(
        op.f("ix_invoices_establishment_id_created_at"), "invoices", ["establishment_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_invoices_issue_date"), "invoices", ["issue_date"], unique=False)
    op.create_index(op.f("ix_invoices_preceding_id"), "invoices", ["preceding_id"], unique=False)
    op.create_index(
        op.f("ix_invoices_recipient_id_created_at"), "invoices", ["recipient_id", "created_at"], unique=False
    )

    op.create_table(
        "invoice_lines",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state", sa.Enum("draft", "issued", name="invoicestate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column(
            "unit", sa.Enum("C62", "IE", "HUR", "DAY", "KGM", name="unit", native_enum=False, length=40), nullable=False
        ),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("vat_key", sa.String(length=40), nullable=False),
        sa.Column(
            "vat_category", sa.Enum("S", "E", "AE", name="vatcategory", native_enum=False, length=40), nullable=False
        ),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(vat_category = 'S') = (vat_rate > 0)", name=op.f("ck_invoice_lines_vat_category")),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_invoice_lines_quantity")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_invoice_lines_unit_price")),
        sa.ForeignKeyConstraint(
            ["invoice_id", "state"],
            ["invoices.id", "invoices.state"],
            name="fk_invoice_lines_invoice",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_lines")),
        sa.UniqueConstraint("invoice_id", "position", name=op.f("uq_invoice_lines_invoice_id_position")),
    )
    op.create_index(op.f("ix_invoice_lines_state_invoice_id"), "invoice_lines", ["state", "invoice_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION invoices_stand")
        op.execute("DROP FUNCTION invoice_series_grow")
