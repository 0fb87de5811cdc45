"""Devices: how a browser names itself, in words; and the signed cookie by which one that logged in before is known."""

import hashlib
from uuid import UUID

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from app.kernel.languages import N_, _

KEPT_USERS = 20
FOUR_HUNDRED_DAYS = 60 * 60 * 24 * 400  # the longest life browsers grant a cookie

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
UNKNOWN = N_("Appareil inconnu")


def device_in_words(agent: str) -> str:
    """Write "Firefox sur Linux" for what a browser says of itself, as far as it is recognised."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s sur %(system)s", browser=browser, system=system)
    return browser or system or _(UNKNOWN)


def is_known(user_id: UUID) -> bool:
    """Tell whether this browser logged this user in before."""
    return _mark(user_id) in _marks()


def remember(user_id: UUID) -> None:
    """Have the answer to this request mark the browser as one that logged this user in."""
    marks = [mark for mark in _marks() if mark != _mark(user_id)][-KEPT_USERS + 1 :]
    signed = _serializer().dumps([*marks, _mark(user_id)])

    @after_this_request
    def keep(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            _cookie(), str(signed), max_age=FOUR_HUNDRED_DAYS, secure=secure, httponly=True, samesite="Lax"
        )
        return response


def _marks() -> list[str]:
    try:
        marks: list[str] = _serializer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return []
    return marks


def _mark(user_id: UUID) -> str:
    """Name a user by a digest: the cookie says who logged in here to nobody but this house."""
    return hashlib.sha256(f"device:{user_id}".encode()).hexdigest()[:20]


def _cookie() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")
