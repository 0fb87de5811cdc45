"""Which files are kept: those a declared column names; and what the sweep says before it removes the others."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.kernel import clock, files
from app.kernel.db import db, transaction
from app.kernel.files import StoredFile
from app.kernel.privacy import retention_rules
from tests.factories import make_establishment


@pytest.fixture
def kept(app):
    """`kept(b"…")` keeps a content since two days."""

    def keep(content: bytes) -> StoredFile:
        with transaction():
            file = files.keep(content, "image/png")
            file.created_at = clock.now() - timedelta(days=2)
        return file

    return keep


def test_a_file_named_by_a_declared_column_is_never_swept(kept):
    with transaction():
        make_establishment().logo_digest = kept(b"logo").digest
    assert retention_rules()["kernel.files"].run() == 0
    assert files.storage().get(kept(b"logo").digest) == b"logo"


def test_the_database_itself_refuses_to_forget_one_that_is_shown(kept):
    shown = kept(b"logo")
    with transaction():
        make_establishment().logo_digest = shown.digest
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.delete(shown)


def test_one_of_today_may_still_find_its_record(app):
    with transaction():
        files.keep(b"new", "image/png")
    assert retention_rules()["kernel.files"].count() == 0


def test_the_sweep_says_what_it_would_remove_and_removes_nothing(app, kept):
    lost = kept(b"x" * 2048)
    told = app.test_cli_runner().invoke(args=["files", "orphans"])
    assert told.exit_code == 0, told.output
    assert lost.digest in told.output
    assert "1 fichier(s) à supprimer, 2\u00a0Ko." in told.output
    assert files.storage().get(lost.digest)
    assert retention_rules()["kernel.files"].run() == 1
    assert "0 fichier(s)" in app.test_cli_runner().invoke(args=["files", "orphans"]).output
