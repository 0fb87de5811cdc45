"""Storage: contents by their hash, in a folder or in a bucket of an S3 server, whole or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import files, storage
from app.kernel.db import transaction
from app.kernel.health import Unhealthy, storage_answers
from app.kernel.storage import PIECE, FileMissing, StorageDown, opened
from tests.harness.mailbox import run_jobs
from tests.harness.s3 import SECRET

LONG = bytes(range(256)) * (PIECE // 128)  # two pieces and more


@pytest.fixture
def bucket(s3_server):
    yield opened(s3_server.url())
    opened.cache_clear()


@pytest.fixture(params=["folder", "bucket"])
def kept(request, tmp_path):
    return opened(f"file://{tmp_path}/a%20b") if request.param == "folder" else request.getfixturevalue("bucket")


@pytest.fixture
def house_in_a_bucket(app, monkeypatch, s3_server):
    monkeypatch.setitem(app.config, "STORAGE_URL", s3_server.url())
    yield s3_server
    opened.cache_clear()


def test_what_was_put_comes_back(kept):
    for content in (b"", b"abc", LONG):
        assert kept.get(kept.put(content)) == content


def test_it_comes_piece_by_piece(kept):
    pieces = list(kept.pieces(kept.put(LONG)))
    assert len(pieces) >= 2
    assert b"".join(pieces) == LONG


def test_putting_twice_changes_nothing(kept):
    assert kept.put(b"abc") == kept.put(b"abc")
    assert kept.get(kept.put(b"abc")) == b"abc"


def test_what_was_removed_is_missing_and_removing_twice_is_no_fault(kept):
    digest = kept.put(b"abc")
    kept.remove(digest)
    kept.remove(digest)
    with pytest.raises(FileMissing):
        kept.get(digest)


def test_a_bucket_keeps_it_under_its_prefix(bucket, s3_server):
    digest = bucket.put(b"abc")
    assert s3_server.objects == {f"/maison/papiers/{digest[:2]}/{digest}": b"abc"}


def test_what_changed_in_the_bucket_is_never_given_to_its_end(bucket, s3_server):
    digest = bucket.put(LONG)
    s3_server.objects[f"/maison/papiers/{digest[:2]}/{digest}"] = LONG[:-1] + b"x"
    pieces, given_out = bucket.pieces(digest), 0
    with pytest.raises(FileMissing):
        for piece in pieces:
            given_out += len(piece)
    assert given_out < len(LONG)


def test_a_wrong_secret_is_refused_by_the_server(s3_server):
    stranger = opened(s3_server.url("another secret"))
    with pytest.raises(StorageDown):
        stranger.put(b"abc")
    assert (s3_server.objects, s3_server.refused) == ({}, 1)


def test_a_stumble_is_tried_again(bucket, s3_server):
    s3_server.answers = [500]
    assert bucket.get(bucket.put(b"abc")) == b"abc"
    assert s3_server.verbs == ["PUT", "PUT", "GET"]


def test_a_server_that_is_away_is_said_without_its_address_nor_its_key(s3_server):
    url = s3_server.url()
    s3_server.stop()
    with pytest.raises(StorageDown) as told:
        storage.Bucket(url).put(b"abc")
    assert "127.0.0.1" not in str(told.value)
    assert SECRET not in str(told.value)
    s3_server.start()


@given(st.binary(max_size=500))
def test_a_folder_gives_back_any_bytes(tmp_path_factory, content):
    folder = storage.Folder(tmp_path_factory.getbasetemp() / "any")
    assert folder.get(folder.put(content)) == content


# --- the house on a bucket ----------------------------------------------------------------------------------------


def test_the_house_keeps_its_files_there(app, house_in_a_bucket):
    with transaction():
        kept = files.keep(b"abc", "text/plain")
    assert list(house_in_a_bucket.objects.values()) == [b"abc"]
    with app.test_request_context():
        answer = files.send_stored(kept, "a.txt")
    assert (answer.get_data(), answer.headers["Content-Length"]) == (b"abc", "3")


def test_what_cannot_be_removed_now_is_removed_later(app, house_in_a_bucket):
    digest = files.storage().put(b"abc")
    house_in_a_bucket.answers = [403]
    files.remove([digest])
    assert house_in_a_bucket.objects
    run_jobs()
    assert not house_in_a_bucket.objects


def test_a_content_that_came_back_is_not_removed(app):
    with transaction():
        kept = files.keep(b"abc", "text/plain")
    files.remove([kept.digest])
    assert files.content_of(kept) == b"abc"


def test_the_house_says_when_its_storage_is_away(app, house_in_a_bucket):
    storage_answers()
    house_in_a_bucket.answers = [403]
    with pytest.raises(Unhealthy, match="storage_down"):
        storage_answers()
