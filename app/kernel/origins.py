"""Web sites as browsers name them: scheme, host and port, "https://www.exemple.fr"."""

import re
from urllib.parse import urlsplit

from app.kernel.languages import _

HOST = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
USUAL_PORTS = {"http": 80, "https": 443}


def origin_of(typed: str) -> str:
    """Read a site as people write it: with a page behind it, without its scheme, in capitals, with accents.

    Raises ValueError in the reader's language. What is given holds nothing that could end or widen a policy.
    """
    text = typed.strip()
    if "*" in text:
        raise ValueError(_("« %(typed)s » : nommez chaque site en entier, sans astérisque.", typed=text))
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError as error:
        raise ValueError(_unreadable(text)) from error
    if parts.scheme not in USUAL_PORTS or "@" in parts.netloc or not _is_host(host) or port == 0:
        raise ValueError(_unreadable(text))
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, USUAL_PORTS[parts.scheme]) else "")


def _ascii(host: str) -> str:
    return host.encode("idna").decode("ascii").lower() if host else ""


def _is_host(host: str) -> bool:
    return HOST.fullmatch(host) is not None and ("." in host or host == "localhost")


def _unreadable(text: str) -> str:
    return _("« %(typed)s » n’est pas l’adresse d’un site, comme https://www.exemple.fr.", typed=text[:80])
