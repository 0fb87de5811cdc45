"""Files that stayed in another storage: copied whole, proved, once, and taken from nowhere."""

import errno
import os

import pytest

from app.kernel import files, moving
from app.kernel.db import db, transaction
from app.kernel.files import StoredFile
from app.kernel.moving import Outcome, brought
from app.kernel.storage import Folder, StorageDown, opened

PAPERS = [b"", b"abc", bytes(range(256)) * 9000]


@pytest.fixture
def before(app, tmp_path, monkeypatch):
    """The folder of the house, with three papers in it."""
    monkeypatch.setitem(app.config, "STORAGE_URL", f"file://{tmp_path}/files")
    with transaction():
        for paper in PAPERS:
            files.keep(paper, "text/plain")
    return files.storage()


@pytest.fixture
def bucket(app, before, s3_server, monkeypatch):
    """The bucket to which `STORAGE_URL` was turned since."""
    monkeypatch.setitem(app.config, "STORAGE_URL", s3_server.url())
    yield s3_server
    opened.cache_clear()


def outcomes(source, target):
    return [each.outcome for each in brought(source, target)]


def bring(app, *arguments, **environment):
    return app.test_cli_runner().invoke(args=["files", "bring", *arguments], env=environment)


def test_every_file_is_copied_once_and_stays_where_it_was(app, before, bucket, monkeypatch):
    monkeypatch.setattr(moving, "AT_ONCE", 2)
    assert outcomes(before, files.storage()) == [Outcome.COPIED] * 3
    assert outcomes(before, files.storage()) == [Outcome.THERE] * 3
    assert sorted(bucket.objects.values()) == sorted(PAPERS)
    for file in db.session.query(StoredFile):
        assert files.content_of(file) == before.get(file.digest)


def test_what_came_damaged_is_replaced(app, before, tmp_path):
    target = Folder(tmp_path / "new")
    assert outcomes(before, target) == [Outcome.COPIED] * 3
    digest = before.put(b"abc")
    target._path(digest).write_bytes(b"abd")
    assert sorted(each.value for each in outcomes(before, target)) == ["copied", "there", "there"]
    assert target.get(digest) == b"abc"


def test_what_is_damaged_where_it_stands_is_said_and_never_copied(app, before, bucket):
    digest = before.put(b"abc")
    before._path(digest).write_bytes(b"abd")
    told = bring(app, "--from", f"file://{before.folder}")
    assert told.exit_code == 1
    assert digest in told.output
    assert "2 fichier(s) copié(s)" in told.output
    assert "1 introuvable(s)" in told.output
    assert len(bucket.objects) == 2


def test_it_is_stopped_and_begun_again(app, before, bucket):
    address = f"file://{before.folder}"
    bucket.answers = [404, 200, 403]
    stopped = bring(app, "--from", address)
    assert stopped.exit_code == 1
    assert "ne répond pas" in stopped.output
    told = bring(app, STORAGE_FROM=address)
    assert told.exit_code == 0, told.output
    assert len(bucket.objects) == 3


def test_a_disk_that_is_full_is_said_and_leaves_no_half_file(app, before, tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(app.config, "STORAGE_URL", f"file://{tmp_path}/new")
    with monkeypatch.context() as worn:
        worn.setattr(os, "fsync", full)
        told = bring(app, "--from", f"file://{before.folder}")
    assert told.exit_code == 1
    assert "No space left" in told.output
    assert [path for path in (tmp_path / "new").rglob("*") if path.is_file()] == []


def test_without_an_address_it_takes_the_folder_of_the_house(app, before, bucket, monkeypatch):
    monkeypatch.setitem(app.config, "DATA_DIR", before.folder.parent)
    assert before.folder.name == "files"
    told = bring(app)
    assert (told.exit_code, len(bucket.objects)) == (0, 3), told.output


@pytest.mark.parametrize("address", ["", "nulle part", "https://example.org/x", "s3://host/bucket"])
def test_what_is_no_other_storage_is_refused(app, before, address):
    told = bring(app, "--from", address or app.config["STORAGE_URL"])
    assert told.exit_code == 2
    assert "un autre stockage" in told.output


def test_one_that_was_swept_on_its_way_leaves_nothing(app, before, bucket, monkeypatch):
    monkeypatch.setattr(moving, "_is_known", lambda _digest: False)
    assert outcomes(before, files.storage()) == [Outcome.COPIED] * 3
    assert bucket.objects == {}


def test_a_storage_that_is_away_is_said(app, before, bucket):
    bucket.answers = [403] * 9
    with pytest.raises(StorageDown):
        outcomes(before, files.storage())
