"""Devices: the signed cookie by which a browser that logged in before is known."""

import hashlib
from uuid import UUID

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

KEPT_USERS = 20
FOUR_HUNDRED_DAYS = 60 * 60 * 24 * 400  # the longest life browsers grant a cookie


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
