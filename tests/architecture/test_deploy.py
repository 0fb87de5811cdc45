"""The container files, read without Docker: what they start exists, no secret is in them, no root."""

import re
import subprocess
from dataclasses import fields
from importlib.metadata import entry_points

import yaml

from app.config import Configuration, read_configuration
from tests.architecture.tree import ROOT, source

COMPOSE = yaml.safe_load(source(ROOT / "compose.yaml"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("guichet")}
DOCKERFILE = source(ROOT / "Dockerfile")
INSTRUCTIONS = re.findall(r"^([A-Z]+)\s+(.*)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def arguments(instruction: str) -> list[str]:
    return [rest for word, rest in INSTRUCTIONS if word == instruction]


def test_every_service_is_restarted_and_watched():
    bare = [f"{name}: no {key}" for name in SERVICES for key in ("restart", "healthcheck") if key not in SERVICES[name]]
    assert not bare, bare


def test_every_process_has_its_service():
    commands = {" ".join(service["command"]) for service in OURS.values()}
    assert commands == {f"flask --app wsgi {act}" for act in ("web", "worker", "scheduler", "db upgrade")}


def test_every_command_exists(app):
    known = set(app.cli.commands) | {entry.name for entry in entry_points(group="flask.commands")}
    started = {name: service["command"][3] for name, service in OURS.items()}
    assert set(started.values()) <= known, f"{started}; flask knows {sorted(known)}"


def test_no_secret_is_written_down():
    written = [
        f"{name}: {key}"
        for name, service in SERVICES.items()
        for key, value in service.get("environment", {}).items()
        if re.search(r"SECRET|PASSWORD|TOKEN|_KEY|DATABASE_URL|SMTP_URL|BOUNCE_MAILBOX|SMS_URL", key)
        and not key.endswith("_FILE")
    ]
    assert not written, f"hand it over by a file: {written}"
    assert not re.search(r"://[^/\s:]+:[^@\s]+@", source(ROOT / "compose.yaml") + DOCKERFILE)


def test_what_is_used_is_declared():
    for kind in ("secrets", "networks"):
        used = {item for service in SERVICES.values() for item in service.get(kind, [])}
        assert used == set(COMPOSE[kind]), kind
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {volume for volume in mounted if not volume.startswith(".")} == set(COMPOSE["volumes"])
    assert all((ROOT / volume).is_file() for volume in mounted if volume.startswith("."))


def test_every_setting_is_one_guichet_reads():
    known = {field.name.upper() for field in fields(Configuration)}
    given = {key for service in OURS.values() for key in service["environment"]}
    given |= set(re.findall(r"\b([A-Z_]+)=", " ".join(arguments("ENV")[-1:]))) - {"PATH"}
    unknown = {key for key in given if key.removesuffix("_FILE") not in known and key not in known}
    assert {key for key in unknown if not key.startswith("PYTHON")} == set()


def test_production_accepts_these_settings(tmp_path):
    secrets = {
        "secret-key": "k" * 48,
        "database-url": "postgresql://g:p@postgres/g",
        "smtp-url": "smtp://mail:25",
        "bounce-mailbox": "",
        "sms-url": "",
        "stripe-secret-key": "",
        "stripe-webhook-secret": "",
    }
    for name, content in secrets.items():
        (tmp_path / name).write_text(content)
    environment = {
        key: re.sub(r"\$\{\w+:-(\w*)\}", r"\1", re.sub(r"\$\{MAIL_FROM.*", "guichet@example.org", str(value))).replace(
            "/run/secrets", str(tmp_path)
        )
        for key, value in OURS["web"]["environment"].items()
    }
    environment["PUBLIC_URL"] = "https://reservations.example.org"
    configuration = read_configuration({**environment, "DATA_DIR": str(tmp_path)})
    assert configuration.database_url == "postgresql+psycopg://g:p@postgres/g"
    assert configuration.is_https
    assert not configuration.embedded_valkey


def test_nothing_of_ours_runs_as_root():
    assert re.fullmatch(r"(\d+):\1", arguments("USER")[-1]), "the last USER is a number, not root"
    assert arguments("USER")[-1] != "0:0"
    assert not [name for name, service in OURS.items() if "user" in service or service.get("privileged")]


def test_the_image_is_reproducible():
    assert not [image for image in arguments("FROM") if ":" not in image or "latest" in image]
    assert "--require-hashes -r requirements.txt" in DOCKERFILE
    assert not [service["image"] for service in SERVICES.values() if ":" not in service["image"]]


def test_what_the_image_copies_and_calls_is_let_in():
    ignored = source(ROOT / ".dockerignore").splitlines()
    for path in ("app", "migrations", "requirements.txt", "static", "templates", "translations", "wsgi.py"):
        assert f"!{path}" in ignored, path
    for called in re.findall(r"(?:python\"?,? \"?)((?:bin|deploy)/[\w.\-]+)", DOCKERFILE):
        assert (ROOT / called).is_file(), called
        assert f"!{called}" in ignored, called


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["postgres"]["networks"] == SERVICES["valkey"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"]


def test_the_proxy_speaks_to_the_web_process():
    caddyfile = source(ROOT / "deploy" / "Caddyfile")
    assert "reverse_proxy web:8000" in caddyfile
    assert "health_uri /health" in caddyfile


def test_secrets_are_made_once_and_never_committed(tmp_path):
    (tmp_path / "secrets").mkdir()
    script = tmp_path / "create-secrets"
    script.write_text(source(ROOT / "deploy" / "create-secrets"))
    made = []
    for _time in range(2):
        subprocess.run(["bash", script], check=True, capture_output=True)
        made.append({path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()})
    assert made[0] == made[1]
    assert set(made[0]) == set(COMPOSE["secrets"])
    assert made[0]["database-password"] in made[0]["database-url"]
    assert "\n*\n" in source(ROOT / "deploy" / "secrets" / ".gitignore")
