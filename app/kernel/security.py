"""Security of every answer: headers, cookies, forged requests, request ids, limits."""

import re
import secrets

import structlog
from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Configuration
from app.kernel.framing import current_frame

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MAX_BODY = 256 * 1024
csrf = CSRFProtect()


class LeanSession(SecureCookieSessionInterface):
    """The signed cookie, read only when it is there: a page that keeps nothing sets no cookie."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:  # noqa: ARG002
        """Write the cookie only when its content changed; in a frame of another site, never."""
        return session.modified and current_frame() is None


def init_security(app: Flask, configuration: Configuration) -> None:
    """Set cookies, headers, request ids and the guard against forged requests."""
    secure = configuration.is_https
    app.config.update(
        SECRET_KEY=configuration.secret_key,
        SESSION_COOKIE_NAME="__Host-guichet" if secure else "guichet",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 60,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=400,
        WTF_CSRF_TIME_LIMIT=60 * 60 * 12,
        WTF_CSRF_SSL_STRICT=secure,
    )
    app.session_interface = LeanSession()
    app.before_request(_let_files_in)
    csrf.init_app(app)
    if configuration.trusted_proxies:
        hops = configuration.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_identify_request)
    app.after_request(lambda response: _harden(response, secure=secure))


def _let_files_in() -> None:
    """Let a form that declares files be as heavy as they may be, before anybody reads it."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most_bytes", None)
    if most is not None:
        request.max_content_length = most


def _identify_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,40}", given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def holding_frames(response: Response) -> Response:
    """Let a page hold frames of the house's own."""
    response.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return response


def leading_to(response: Response, origin: str) -> Response:
    """Let the forms of a page lead to another site, where their answer sends the browser."""
    policy = _headers()["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", f"form-action 'self' {origin}")
    return response


def _headers() -> dict[str, str]:
    """Give the headers of this answer: those of a page for a frame name the sites that may show it."""
    frame = current_frame()
    if frame is None or not frame.sites:
        return HEADERS
    policy = CONTENT_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {frame.ancestors}")
    kept = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
    return {**kept, "Content-Security-Policy": policy}


def _harden(response: Response, *, secure: bool) -> Response:
    for name, value in _headers().items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if response.status_code >= 400 else "private, no-cache"
    return response
