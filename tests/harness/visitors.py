"""Visitors: somebody with a browser, logged in or not, whose requests are as apart as on a real server."""

from __future__ import annotations

import contextvars
import secrets
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from app.accounts.models import User, UserSession
from app.accounts.queries import secret_hash
from app.accounts.service import SESSION_KEY
from app.directory.models import Person
from app.kernel import clock, links
from app.kernel.db import Identified, db, transaction
from tests.harness.pages import Page


class ApartClient(FlaskClient):
    """Runs each request outside the test's own application context: nothing of `g` or of a session leaks."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        forget_readings()
        response = contextvars.Context().run(super().open, *args, **kwargs)
        forget_readings()
        return response


def forget_readings() -> None:
    """Let the test's own database session read anew what others wrote."""
    if has_app_context():
        db.session.rollback()
        db.session.expire_all()


class Visitor:
    """A person at a browser. `get` and `post` answer like Flask's client; `see` gives the page as a tree.

    A POST bears the token against forged requests; ``csrf = False`` leaves it out.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.csrf = True
        self.base_url = client.application.config["PUBLIC_URL"]

    def get(self, url: str, **request: Any) -> TestResponse:
        return self.client.get(url, base_url=self.base_url, **request)

    def post(self, url: str, *, headers: dict[str, str] | None = None, **request: Any) -> TestResponse:
        sent = dict(headers or {})
        if self.csrf:
            sent = {"X-CSRFToken": self.token(), "Referer": f"{self.base_url}/", **sent}
        return self.client.post(url, base_url=self.base_url, headers=sent, **request)

    def see(self, url: str, *, language: str = "fr", **request: Any) -> Page:
        """Open a page, following redirects as a browser does."""
        headers = {"Accept-Language": language, **request.pop("headers", {})}
        return self.arrive(url, self.get(url, headers=headers, **request))

    def arrive(self, url: str, response: TestResponse) -> Page:
        """Follow an answer to the page it leads to."""
        hops = 0
        while response.status_code in (301, 302, 303, 307, 308):
            assert hops < 10, f"{url} never stops redirecting"
            url, hops = response.headers["Location"].removeprefix(self.base_url) or "/", hops + 1
            response = self.get(url)
        return Page(self, url, response)

    def token(self) -> str:
        """A token as a page of this visitor would hold."""
        with self.session() as session:
            session.setdefault("csrf_token", secrets.token_hex(20))
            kept = session["csrf_token"]
        return contextvars.Context().run(self._token_on, kept)

    def _token_on(self, kept: str) -> str:
        """Sign in a context of its own: the form library keeps the first token it signs in `g`."""
        with self.client.application.test_request_context(base_url=self.base_url):
            from flask import session as drawn  # noqa: PLC0415 - the proxy of that request

            drawn["csrf_token"] = kept
            return str(generate_csrf())

    def session(self) -> Any:
        """The visitor's signed cookie, to read and change in a `with` block."""
        return self.client.session_transaction(base_url=self.base_url)

    def log_in(self, user: User) -> None:
        """Be this user from now on, without the login page."""
        secret = secrets.token_urlsafe(32)
        now = clock.now()
        with transaction() as writing:
            writing.add(
                UserSession(
                    user_id=user.id,
                    secret_hash=secret_hash(secret),
                    device="tests",
                    network="127.0.0.0",
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(days=30),
                )
            )
        with self.session() as session:
            session[SESSION_KEY] = secret

    def bear(self, scope: str, record: Identified, person: Person | None = None) -> str:
        """Be given a link to a record, already exchanged for the cookie; gives its secret."""
        with transaction():
            link, secret = links.mint(
                scope, record, person_id=person.id if person else None, expires_at=clock.now() + timedelta(days=60)
            )
        with self.session() as session:
            session["links"] = [*session.get("links", []), str(link.id)]
        return secret


@pytest.fixture
def visitor_of(database_kind):
    """`visitor_of(app, user)`: as `visit`, on an application made by `make_app`."""

    def arrive(app: Flask, somebody: User | Person | None = None) -> Visitor:
        visitor = Visitor(app.test_client())
        if isinstance(somebody, User):
            visitor.log_in(somebody)
        return visitor

    return arrive


@pytest.fixture
def visit(app, visitor_of):
    """`visit()` is a stranger, `visit(cast.chloe)` a user logged in, `visit(cast.alice)` a guest."""
    return partial(visitor_of, app)
