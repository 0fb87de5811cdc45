"""The configuration: typed, complete, and refused in plain words when it makes no sense."""

import pytest

from app.config import ConfigurationRefused, read_configuration

SECRET = "s" * 32


@pytest.fixture
def read(tmp_path):
    return lambda **environ: read_configuration({"DATA_DIR": str(tmp_path / "data"), **environ})


@pytest.fixture
def problems(read):
    def told(**environ):
        with pytest.raises(ConfigurationRefused) as refusal:
            read(**environ)
        return refusal.value.problems

    return told


PRODUCTION = {
    "ENVIRONMENT": "production", "SECRET_KEY": SECRET, "PUBLIC_URL": "https://guichet.example",
    "SMTP_URL": "smtp://mail.example:587", "MAIL_FROM": "accueil@guichet.example",
}  # fmt: skip


def test_nothing_needs_to_be_said(read, tmp_path):
    kept = read()
    assert kept.is_demo
    assert kept.captures_messages
    assert kept.bind == "127.0.0.1"
    assert kept.database_url == f"sqlite:///{tmp_path}/data/guichet.sqlite3"
    assert kept.broker_url == f"unix://{tmp_path}/data/valkey.sock"
    assert kept.public_url == "http://localhost:8000"


def test_the_secret_is_made_once_and_kept_private(read, tmp_path):
    assert read().secret_key == read().secret_key != ""
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("WEB_PROCESSES", "0"),
        ("WEB_THREADS", "1000"),
        ("JOB_LEASE_SECONDS", "1"),
        ("SWEEP_SECONDS", "0"),
        ("TRUSTED_PROXIES", "9"),
        ("ENVIRONMENT", "staging"),
        ("BOUNCE_MAILBOX", "pop3://a:b@mail.example/"),
        ("BOUNCE_MAILBOX", "imaps://mail.example/INBOX"),
        ("STORAGE_URL", "files"),
        ("CLAMD_URL", "http://127.0.0.1:3310"),
        ("STORAGE_URL", "file://elsewhere/files"),
        ("STORAGE_URL", "s3://store.example/bucket"),
        ("STORAGE_URL", "s3://key:secret@store.example"),
        ("BOUNCE_MAILBOX", "imaps://a@mail.example/INBOX"),
        ("DATABASE_URL", "mysql://host/db"),
        ("REDIS_URL", "localhost:6379"),
        ("SMTP_URL", "mail.example"),
        ("PUBLIC_URL", "guichet.example"),
        ("MAIL_FROM", "guichet"),
        ("LOG_LEVEL", "LOUD"),
        ("EMBEDDED_VALKEY", "perhaps"),
    ],
)
def test_nonsense_is_refused_by_its_name(problems, variable, value):
    told = problems(**{variable: value})
    assert [line for line in told if line.startswith(f"{variable} :")], told


def test_everything_wrong_is_told_at_once(problems):
    told = problems(PORT="abc", WEB_THREADS="0", LOG_LEVEL="LOUD")
    assert {line.split(" :")[0] for line in told} == {"PORT", "WEB_THREADS", "LOG_LEVEL"}


def test_a_secret_may_stand_in_a_file(read, tmp_path):
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    assert read(SECRET_KEY_FILE=str(tmp_path / "secret")).secret_key == SECRET


def test_a_missing_secret_file_is_named(problems):
    assert problems(SECRET_KEY_FILE="/nowhere/secret")[0].startswith("SECRET_KEY_FILE :")


def test_production_is_accepted_when_it_is_complete(read):
    kept = read(**PRODUCTION)
    assert kept.is_https
    assert not kept.is_demo


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SECRET_KEY", "short"), ("SECRET_KEY", ""), ("PUBLIC_URL", "http://guichet.example"), ("SMTP_URL", "")],
)
def test_production_needs_its_secrets_https_and_mail(problems, variable, value):
    told = problems(**{**PRODUCTION, variable: value})
    assert [line for line in told if line.startswith(f"{variable} :")], told


def test_a_folder_that_cannot_be_written_is_named(problems, tmp_path):
    (tmp_path / "file").write_text("")
    assert problems(DATA_DIR=str(tmp_path / "file" / "data"))[0].startswith("DATA_DIR :")


def test_postgres_addresses_name_the_driver(read):
    assert read(DATABASE_URL="postgres://u:p@h/db").database_url == "postgresql+psycopg://u:p@h/db"
    assert read(DATABASE_URL="postgresql://u:p@h/db").database_url == "postgresql+psycopg://u:p@h/db"


def test_a_long_folder_gets_a_short_socket(read, tmp_path):
    socket = read(DATA_DIR=str(tmp_path / ("long" * 30))).valkey_socket
    assert len(str(socket)) < 100


def test_what_is_shown_hides_secrets(read):
    shown = read(SECRET_KEY=SECRET, DATABASE_URL="postgresql://guichet:hush@host/db").shown()
    assert shown["SECRET_KEY"] == "***"
    assert "hush" not in shown["DATABASE_URL"]
    assert "guichet" in shown["DATABASE_URL"]
