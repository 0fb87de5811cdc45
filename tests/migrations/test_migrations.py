"""Every migration goes up and down with rows in the tables, on both databases; the models are what the last one leaves."""

import os
import shutil
import sqlite3
import textwrap
from contextlib import closing
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from app.booking.guarantees import ruling
from app.booking.models import GuaranteeRule
from app.kernel import migrations
from app.kernel.db import db, is_sqlite, transaction
from tests.booking.guarantees.rules import wanted
from tests.booking.houses import TESTS, open_house
from tests.factories import make_cast
from tests.harness.databases import on_both, on_both_at_length
from tests.migrations.filled import counts, differences, fill, foreign_keys

RENAMED = {"mail_messages": "messages", "mail_attempts": "message_attempts"}


def revisions():
    """Every revision, the last first."""
    return [script.revision for script in ScriptDirectory(migrations.FOLDER).walk_revisions()]


def down(to, folder=migrations.FOLDER):
    db.session.remove()
    flask_migrate.downgrade(directory=str(folder), revision=to)


def up(to="head", folder=migrations.FOLDER):
    db.session.remove()
    flask_migrate.upgrade(directory=str(folder), revision=to)


@on_both
def test_models_are_what_the_migrations_leave(app):
    assert differences() == []


@on_both_at_length
def test_each_migration_goes_down_and_up_again_with_rows(app):
    fill(app)
    full = counts()
    assert all(full.values()), [name for name, count in full.items() if not count]
    for revision in revisions():
        down("-1")
        below = counts()
        up("+1")
        above = counts()
        assert {name: above[_now(name, above)] for name in below} == below, f"{revision} lost rows on its way up"
        assert below == {name: full[RENAMED.get(name, name)] for name in below}, f"{revision} lost rows on its way down"
        down("-1")
    assert counts() == {}, "a table is left behind"
    up()
    assert differences() == []


def _now(name, tables):
    """What a table is called above, where it may bear its new name."""
    return name if name in tables else RENAMED[name]


@pytest.mark.parametrize(
    ("moment", "hours", "shifts"),
    [
        ("any", {}, []),
        ("evening", {}, ["Dîner"]),
        ("midday", {}, ["Déjeuner"]),
        ("evening", {"Dîner": ("11:30", "22:00")}, ["Dîner"]),
        ("evening", {"Dîner": ("14:00", "15:00")}, ["Banquet"]),
        ("midday", {"Déjeuner": ("17:00", "18:00")}, ["Déjeuner"]),
    ],
)
def test_a_rule_of_noon_or_evening_names_the_shifts_it_was_about_and_never_comes_to_mean_all(
    app, moment, hours, shifts
):
    """The small house has a lunch, a dinner, and here a banquet of one night."""
    banquet = {"name": "Banquet", "first": "20:00", "last": "20:00"}
    house = open_house(exceptional=[{"date": "2026-03-14", "shifts": [banquet]}])
    with transaction():
        ruling.save_rule(house, wanted(), actor=TESTS)
    down("2aa161ca313d")
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE guarantee_rules SET moment = :moment"), {"moment": moment})
        for name, (first, last) in hours.items():
            said = {"name": name, "first": f"{first}:00.000000", "last": f"{last}:00.000000"}
            connection.execute(sa.text("UPDATE shifts SET first = :first, last = :last WHERE name = :name"), said)
    up()
    assert db.session.scalars(sa.select(GuaranteeRule)).one().shifts == shifts


# --- a parent rebuilt -------------------------------------------------------------------------------------------


@pytest.fixture
def migration_that(tmp_path):
    """`migration_that("…")` gives a folder of migrations whose last one does this."""

    def write(upgrade):
        folder = tmp_path / "migrations"
        shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "last.py").write_text(
            f'"""A migration of the tests."""\nimport sqlalchemy as sa\nfrom alembic import op\n'
            f'revision = "last"\ndown_revision = "{revisions()[0]}"\n\n\ndef upgrade():\n'
            f"{textwrap.indent(textwrap.dedent(upgrade), '    ')}\n\n\ndef downgrade():\n    pass\n"
        )
        return folder

    return write


@on_both_at_length
def test_rebuilding_a_parent_keeps_its_children(app, migration_that):
    fill(app)
    full, keys = counts(), foreign_keys()
    parents = sorted({parent for _child, _column, parent, _rule in keys})
    assert any(rule == "CASCADE" for *_key, rule in keys), "no child would vanish with its parent"
    folder = migration_that(f"""
        for parent in {parents}:
            with op.batch_alter_table(parent) as batch:
                batch.add_column(sa.Column("remark", sa.String(20), server_default="", nullable=False))
                batch.create_check_constraint("remark_is_short", "length(remark) < 20")
    """)
    up(folder=folder)
    assert counts() == full
    assert foreign_keys() == keys
    with db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT max(remark) FROM people")) == ""


@on_both
def test_a_migration_that_leaves_orphans_changes_nothing(app, cast, migration_that):
    full = counts()
    folder = migration_that("""op.execute("DELETE FROM people")""")
    with pytest.raises(Exception, match=r"point nowhere|violates foreign key"):
        up(folder=folder)
    assert counts() == full
    assert migrations.is_current()


@on_both
def test_children_are_guarded_again_after_a_migration(app, migration_that):
    up(folder=migration_that("pass"))
    make_cast()
    db.session.remove()
    with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM people"))


@on_both
def test_an_upgrade_keeps_a_copy_of_what_was_and_the_last_three(app, cast, migration_that, monkeypatch):
    folder, before = Path(app.config["DATA_DIR"]), revisions()[0]
    for path in folder.glob("before-upgrade-from-*"):
        path.unlink()
    for age, name in enumerate(("newer", "old", "oldest")):
        path = folder / f"before-upgrade-from-{name}.sqlite3"
        path.touch()
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    monkeypatch.setattr(
        migrations, "FOLDER", str(migration_that("""op.execute("UPDATE people SET last_name = 'X'")"""))
    )
    migrations.known_revisions.cache_clear()
    db.session.remove()
    assert migrations.upgrade(app)
    migrations.known_revisions.cache_clear()
    kept = {path.name.removeprefix("before-upgrade-from-") for path in folder.glob("before-upgrade-from-*")}
    if not is_sqlite():
        assert kept == {"newer.sqlite3", "old.sqlite3", "oldest.sqlite3"}
        return
    assert kept == {f"{before}.sqlite3", "newer.sqlite3", "old.sqlite3"}
    with closing(sqlite3.connect(folder / f"before-upgrade-from-{before}.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM people WHERE last_name <> 'X'").fetchone()[0] > 0
