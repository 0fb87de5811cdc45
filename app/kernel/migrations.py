"""The schema of the database: brought to the present at start, and compared with what this version knows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app

from app.config import ROOT
from app.kernel.db import db, is_sqlite
from app.kernel.languages import _

FOLDER = str(ROOT / "migrations")
COPIES_KEPT = 3
ONE_AT_A_TIME = 7_263_001  # any number will do: it names our lock among PostgreSQL's advisory locks


class DatabaseIsNewer(Exception):
    """A later version of Guichet has migrated this database; this one would misread it."""

    def __init__(self, revision: str) -> None:
        """Say it in the reader's language."""
        super().__init__(
            _(
                "La base de données vient d’une version plus récente de Guichet (révision %(revision)s) : "
                "mettez le programme à jour.",
                revision=revision,
            )
        )


@lru_cache
def known_revisions() -> tuple[str, frozenset[str]]:
    """Give the last revision this version knows, and all it knows."""
    scripts = ScriptDirectory(FOLDER)
    return scripts.get_current_head() or "", frozenset(script.revision for script in scripts.walk_revisions())


def revision_of_database() -> str:
    """Give the revision the database stands at; "" for a new one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current() -> bool:
    """Tell whether every migration this version knows has been made."""
    return revision_of_database() == known_revisions()[0]


def upgrade(app: Flask) -> bool:
    """Make the migrations that are missing; tell whether there were any.

    An SQLite database that holds something is copied beside itself first; the last three copies are kept. Raises
    DatabaseIsNewer.
    """
    with _one_at_a_time():
        head, known = known_revisions()
        revision = revision_of_database()
        if revision and revision not in known:
            raise DatabaseIsNewer(revision)
        if revision == head:
            return False
        if revision and is_sqlite():
            _copy_aside(Path(str(db.engine.url.database)), revision)
        with app.app_context():
            flask_migrate.upgrade(directory=FOLDER)
        return True


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one machine migrate a shared PostgreSQL while the others wait; SQLite has one machine."""
    if is_sqlite():
        yield
        return
    with db.engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(ONE_AT_A_TIME)))
        connection.commit()
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(ONE_AT_A_TIME)))


def _copy_aside(path: Path, revision: str) -> None:
    folder = Path(current_app.config["DATA_DIR"])
    copy = folder / f"before-upgrade-from-{revision}.sqlite3"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    copies = sorted(folder.glob("before-upgrade-from-*.sqlite3"), key=lambda found: found.stat().st_mtime_ns)
    for older in copies[:-COPIES_KEPT]:
        older.unlink()
