"""The configuration: read once from the environment, typed, and refused when it makes no sense."""

import hashlib
import ipaddress
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

ENVIRONMENTS = ("demo", "production", "test")
TRUTHS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
STRIPE = "https://api.stripe.com"
HIDDEN = ("secret_key", "stripe_secret_key", "stripe_webhook_secret")
NEAR_HOSTS = ("localhost", "127.0.0.1")
LONGEST_SOCKET = 100  # the kernel allows 107 bytes
ROOT = Path(__file__).resolve().parent.parent


class ConfigurationRefused(Exception):
    """One or several variables make no sense; each problem names its variable."""

    def __init__(self, problems: list[str]) -> None:
        """Keep every problem, so that one start tells them all."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Provider:
    """Where people may log in with an account they have elsewhere: OpenID Connect, or OAuth 2 for who has no issuer."""

    name: str
    label: str
    client_id: str
    client_secret: str = field(repr=False)
    issuer: str = ""


@dataclass(frozen=True)
class Configuration:
    """Every variable Guichet reads, with its default. README lists them all."""

    environment: str = "demo"
    data_dir: Path = ROOT / "var"
    secret_key: str = ""
    database_url: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    bounce_mailbox: str = ""
    sms_url: str = ""
    sms_from: str = ""
    outbound_allowed: str = ""
    public_url: str = ""
    port: int = 8000
    bind: str = "127.0.0.1"
    web_processes: int = 2
    web_threads: int = 8
    trusted_proxies: int = 0
    audit_head_file: str = ""
    job_lease_seconds: int = 120
    sweep_seconds: int = 15
    log_level: str = "INFO"
    slow_query_ms: int = 200
    embedded_valkey: bool = True
    storage_url: str = ""
    clamd_url: str = ""
    stripe_secret_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_url: str = STRIPE
    providers: tuple[Provider, ...] = ()

    @property
    def is_demo(self) -> bool:
        """Demo logins and the capture box exist only here."""
        return self.environment == "demo"

    @property
    def is_https(self) -> bool:
        """Decide on Secure cookies, the __Host- prefix and HSTS."""
        return self.public_url.startswith("https://")

    @property
    def valkey_socket(self) -> Path:
        """Give the embedded Valkey's socket: in the data folder, or in a short one when its path is too long."""
        socket = self.data_dir / "valkey.sock"
        if len(os.fsencode(socket)) <= LONGEST_SOCKET:
            return socket
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"guichet-{os.getuid()}-{digest}" / "valkey.sock"

    @property
    def broker_url(self) -> str:
        """Give the address of Valkey or Redis: the one named, or the embedded one's socket."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @property
    def captures_messages(self) -> bool:
        """Nothing leaves: without SMTP nor a gateway, messages are kept in the local capture box."""
        return not self.smtp_url and not self.sms_url

    def shown(self) -> dict[str, str]:
        """Give every variable as it may be shown: secrets and passwords hidden."""
        shown = {}
        for each in fields(self):
            value = getattr(self, each.name)
            text = "" if value is None else str(value)
            if each.name in HIDDEN:
                text = "***" if text else ""
            elif each.name == "providers":
                text = ", ".join(provider.label for provider in value)
            shown[each.name.upper()] = re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", text)
        return shown


def read_configuration(environ: Mapping[str, str] | None = None) -> Configuration:
    """Read, check and complete the configuration.

    A secret may stand in a file named by ``<VARIABLE>_FILE``.
    Raises ConfigurationRefused with every problem, each naming its variable.
    """
    environ = os.environ if environ is None else environ
    problems: list[str] = []
    values: dict[str, Any] = {}
    for each in fields(Configuration):
        variable = each.name.upper()
        raw = _raw(environ, variable, problems)
        if raw is not None and raw != "" and each.name != "providers":
            typed = _typed(variable, raw, each.default, problems)
            if typed is not None:
                values[each.name] = typed
    values["providers"] = _providers(environ, problems)
    configuration = _completed(values)
    problems += _nonsense(configuration)
    if not problems and not configuration.secret_key:
        configuration = replace(configuration, secret_key=_kept_secret(configuration.data_dir, problems))
    if problems:
        raise ConfigurationRefused(problems)
    return configuration


def _raw(environ: Mapping[str, str], variable: str, problems: list[str]) -> str | None:
    path = environ.get(f"{variable}_FILE")
    if path is None or variable.endswith("_FILE"):
        return environ.get(variable)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        problems.append(f"{variable}_FILE : impossible de lire {path} ({error.strerror})")
        return None


def _typed(variable: str, raw: str, default: object, problems: list[str]) -> object | None:
    """Give the value in the type of its default; None, and a problem, when it cannot be read so."""
    if isinstance(default, bool):
        if raw.lower() in TRUTHS:
            return TRUTHS[raw.lower()]
        problems.append(f"{variable} : attend yes ou no, pas {raw!r}")
    elif isinstance(default, int):
        if re.fullmatch(r"\d{1,9}", raw):
            return int(raw)
        problems.append(f"{variable} : attend un nombre entier, pas {raw!r}")
    else:
        return Path(raw).expanduser().resolve() if isinstance(default, Path) else raw
    return None


def _providers(environ: Mapping[str, str], problems: list[str]) -> tuple[Provider, ...]:
    """Read Google, Facebook and every OIDC_<NAME>; one that is half said is a problem."""
    named = {
        match[1]
        for name in environ
        if (match := re.fullmatch(r"OIDC_([A-Z0-9]+)_(ISSUER|CLIENT_ID|CLIENT_SECRET|LABEL)(_FILE)?", name))
    }
    presets = [("GOOGLE", "Google", "https://accounts.google.com"), ("FACEBOOK", "Facebook", "")]
    for name in sorted(named):
        prefix = f"OIDC_{name}"
        issuer = _raw(environ, f"{prefix}_ISSUER", problems) or ""
        address = urlsplit(issuer)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in NEAR_HOSTS):
            problems.append(f"{prefix}_ISSUER : attend l’adresse https du fournisseur")
        presets.append((prefix, _raw(environ, f"{prefix}_LABEL", problems) or name.title(), issuer.rstrip("/")))
    read = []
    for prefix, label, issuer in presets:
        client_id = _raw(environ, f"{prefix}_CLIENT_ID", problems) or ""
        client_secret = _raw(environ, f"{prefix}_CLIENT_SECRET", problems) or ""
        if client_id and client_secret:
            code = prefix.removeprefix("OIDC_").lower()
            read.append(Provider(code, label, client_id, client_secret, issuer))
        elif client_id or client_secret or prefix.startswith("OIDC_"):
            missing = "CLIENT_SECRET" if client_id else "CLIENT_ID"
            problems.append(f"{prefix}_{missing} : manque pour que l’on puisse se connecter avec {label}")
    if len({provider.name for provider in read}) < len(read):
        problems.append("OIDC_GOOGLE, OIDC_FACEBOOK : ces noms sont ceux de GOOGLE_CLIENT_ID et FACEBOOK_CLIENT_ID")
    return tuple(read)


def _completed(values: dict[str, Any]) -> Configuration:
    plain = Configuration(**values)
    data_dir = plain.data_dir
    values.setdefault("database_url", f"sqlite:///{data_dir / 'guichet.sqlite3'}")
    values["database_url"] = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", values["database_url"])
    values.setdefault("storage_url", folder_address(data_dir))
    values.setdefault("audit_head_file", str(data_dir / "audit-head"))
    values.setdefault("public_url", f"http://localhost:{plain.port}")  # passkeys want a name, not an address
    values["public_url"] = values["public_url"].rstrip("/")
    values.setdefault("mail_from", f"guichet@{urlsplit(values['public_url']).hostname}")
    return Configuration(**values)


def _kept_secret(data_dir: Path, problems: list[str]) -> str:
    """Outside production a secret is made at first start and kept, so sessions survive a restart."""
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    except OSError as error:
        problems.append(f"DATA_DIR : impossible d’écrire dans {data_dir} ({error.strerror})")
        return ""
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret


def _nonsense(configuration: Configuration) -> list[str]:
    problems = []
    production = configuration.environment == "production"
    if configuration.environment not in ENVIRONMENTS:
        problems.append(f"ENVIRONMENT : {configuration.environment!r} n’est pas l’un de {', '.join(ENVIRONMENTS)}")
    if production and len(configuration.secret_key) < 32:
        problems.append("SECRET_KEY : la production demande un secret d’au moins 32 caractères")
    if production and not configuration.is_https:
        problems.append("PUBLIC_URL : la production demande l’adresse https que le public utilise")
    if production and not configuration.smtp_url:
        problems.append("SMTP_URL : la production demande un serveur de courrier, comme smtp://user:pass@host:587")
    if configuration.sms_url and not re.fullmatch(r"\+[1-9]\d{6,14}|[A-Za-z0-9 ]{3,11}", configuration.sms_from):
        problems.append("SMS_FROM : attend un numéro comme +33612345678, ou un nom de 3 à 11 lettres et chiffres")
    problems += _wrong_urls(configuration)
    problems += _wrong_networks(configuration) + _wrong_storage(configuration)
    problems += _wrong_stripe(configuration)
    if not 1 <= configuration.port <= 65535:
        problems.append(f"PORT : {configuration.port} n’est pas entre 1 et 65535")
    for name, least, most in (
        ("web_processes", 1, 64),
        ("web_threads", 1, 256),
        ("job_lease_seconds", 5, 3600),
        ("sweep_seconds", 1, 600),
        ("trusted_proxies", 0, 5),
    ):
        value = getattr(configuration, name)
        if not least <= value <= most:
            problems.append(f"{name.upper()} : {value} n’est pas entre {least} et {most}")
    if configuration.log_level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        problems.append(f"LOG_LEVEL : {configuration.log_level!r} n’est pas l’un de DEBUG, INFO, WARNING, ERROR")
    return problems


def _wrong_urls(configuration: Configuration) -> list[str]:
    problems = []
    for variable, schemes in (
        ("database_url", ("sqlite", "postgresql+psycopg")),
        ("redis_url", ("redis", "rediss", "unix")),
        ("smtp_url", ("smtp", "smtps")),
        ("bounce_mailbox", ("imap", "imaps")),
        ("sms_url", ("http", "https")),
        ("public_url", ("http", "https")),
        ("clamd_url", ("tcp", "unix")),
    ):
        value = getattr(configuration, variable)
        scheme = value.partition("://")[0]
        if value and scheme not in schemes:
            known = ", ".join(f"{name}://" for name in schemes)
            problems.append(f"{variable.upper()} : attend une adresse qui commence par {known}")
    mailbox = urlsplit(configuration.bounce_mailbox)
    if configuration.bounce_mailbox and not (mailbox.hostname and mailbox.username and mailbox.password):
        problems.append("BOUNCE_MAILBOX : attend imaps://nom:mot-de-passe@serveur/dossier")
    if "@" not in configuration.mail_from:
        problems.append(f"MAIL_FROM : {configuration.mail_from!r} n’est pas une adresse e-mail")
    return problems


def _wrong_stripe(configuration: Configuration) -> list[str]:
    key, url = configuration.stripe_secret_key, configuration.stripe_api_url
    problems = []
    if key and not re.fullmatch(r"(sk|rk)_(test|live)_[A-Za-z0-9_]{4,}", key):
        problems.append("STRIPE_SECRET_KEY : attend une clé secrète de Stripe, comme sk_live_…")
    if key and not configuration.stripe_webhook_secret.strip(" ,"):
        problems.append("STRIPE_WEBHOOK_SECRET : manque pour que Stripe puisse annoncer les paiements")
    if "_live_" in key and url != STRIPE:
        problems.append("STRIPE_API_URL : une clé réelle ne parle qu’à Stripe")
    if "_live_" in key and not configuration.is_https:
        problems.append("PUBLIC_URL : une clé réelle demande l’adresse https que le public utilise")
    if url != STRIPE and urlsplit(url).hostname not in NEAR_HOSTS and urlsplit(url).scheme != "https":
        problems.append("STRIPE_API_URL : attend une adresse https, ou celle d’un serveur de cette machine")
    return problems


def _wrong_networks(configuration: Configuration) -> list[str]:
    problems = []
    for network in configuration.outbound_allowed.replace(",", " ").split():
        try:
            ipaddress.ip_network(network)
        except ValueError:
            problems.append(f"OUTBOUND_ALLOWED : {network!r} n’est pas un réseau comme 10.0.0.0/8")
    return problems


def folder_address(data_dir: Path) -> str:
    """Give the address of the folder where files are kept when nothing else is said."""
    return f"file://{quote(str(data_dir / 'files'))}"


def names_a_storage(url: str) -> bool:
    """Tell whether this is the address of a storage: a folder of this machine, or a bucket with its key."""
    parts = urlsplit(url)
    is_folder = parts.scheme == "file" and not parts.netloc and len(parts.path) > 1
    is_bucket = parts.scheme in ("s3", "s3+http") and parts.hostname and parts.password and parts.path.strip("/")
    return bool(is_folder or is_bucket)


def _wrong_storage(configuration: Configuration) -> list[str]:
    if names_a_storage(configuration.storage_url):
        return []
    return ["STORAGE_URL : attend file:///dossier, ou s3://clé:secret@serveur/seau/préfixe?region=…"]
