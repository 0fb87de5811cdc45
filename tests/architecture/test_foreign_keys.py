"""A foreign key points to the same slice or to one below it in the graph."""

import sys
from types import ModuleType

import pytest
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint

from app.kernel import files
from app.kernel.db import db
from tests.architecture.tree import below, slice_of


@pytest.fixture
def owners(app) -> dict[str, str]:
    """Which slice each table belongs to: that of its class, or of the module that names it."""
    found = {
        table.name: slice_of(mapper.class_.__module__)
        for mapper in db.Model.registry.mappers
        for table in mapper.tables
    }
    for module in our_modules():
        for value in vars(module).values():
            if isinstance(value, Table):
                found.setdefault(value.name, slice_of(module.__name__))
    return found


def test_every_table_has_a_slice(owners):
    orphans = sorted(set(db.metadata.tables) - set(owners))
    assert not orphans, f"no class and no module names these tables: {orphans}"


def test_no_foreign_key_goes_against_the_graph(owners):
    wrong = [
        f"{key.parent} -> {key.target_fullname}: {owner} may not know {other}"
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if (other := owners[key.column.table.name]) not in below(owner := owners[table.name])
    ]
    assert not wrong, "\n".join(wrong)


def test_every_foreign_key_is_indexed(app):
    """Deleting or joining from the other side reads no whole table."""
    bare = [
        str(key.parent)
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if not leads_an_index(table, key.parent)
    ]
    assert not bare, f"no index begins with: {sorted(bare)}"


def test_every_column_that_keeps_a_file_is_declared(app):
    """The sweep removes what no declared column names: one that was forgotten would lose its files."""
    forgotten = [
        str(key.parent)
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "stored_files" and key.parent not in files.citing()
    ]
    assert not forgotten, f"files.cited_by() is missing for {sorted(forgotten)}"


def our_modules() -> list[ModuleType]:
    return [module for dotted, module in list(sys.modules.items()) if dotted.startswith("app.")]


def leads_an_index(table, column) -> bool:
    unique = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint | PrimaryKeyConstraint)]
    return any(next(iter(found.columns), None) is column for found in [*table.indexes, *unique])
