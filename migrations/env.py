"""Alembic's environment: the application's own engine and metadata, on SQLite and PostgreSQL alike.

SQLite rebuilds a table to alter it; with foreign keys on, dropping the old one would delete the rows that point to it.
So they are off while migrations run, and checked afterwards.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


class MigrationBroke(Exception):
    """A migration left rows that point nowhere."""


def run(connection: sa.Connection) -> None:
    """Run the migrations on one connection."""
    options: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        process_revision_directives=_say_nothing_for_nothing,
        render_item=_render_plain_types,
        **options,
    )
    with context.begin_transaction():
        context.run_migrations()


def _say_nothing_for_nothing(_context: Any, _revision: Any, directives: Any) -> None:
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _render_plain_types(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write our own types as the plain ones they are: a migration must not change with the code."""
    if kind == "type" and isinstance(item, sa.TypeDecorator):
        return "sa.DateTime(timezone=True)"
    return False


def main() -> None:
    """Open the connection the migrations need, and close it again."""
    engine = database.engine
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            run(connection)
            connection.commit()
        return
    with engine.connect().execution_options(writing=True) as connection:
        raw = connection.connection.dbapi_connection
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            connection.begin()  # ours, so that nothing is kept before the rows have been checked
            run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise MigrationBroke(f"{len(broken)} row(s) point nowhere, the first in {broken[0][0]}")
            connection.commit()
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys=ON")


main()
