"""Security of every answer: headers, cookies, forged requests, and error pages that tell nothing."""

import re

import pytest
from flask import Blueprint, abort, request, session
from sqlalchemy.exc import OperationalError

from app.kernel.guards import public
from app.kernel.lifecycle import NotAllowed, RuleBroken

STATUSES = (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)


@pytest.fixture(scope="module")
def routes():
    trials = Blueprint("tests", __name__)

    @trials.get("/essai/<int:status>")
    @public
    def trial_show(status):
        abort(status)

    @trials.get("/essai/panne")
    @public
    def failure_show():
        raise ZeroDivisionError("a secret of the house")

    @trials.get("/essai/base")
    @public
    def database_show():
        raise OperationalError("SELECT secret", {}, OSError("away"))

    @trials.get("/essai/regle")
    @public
    def rule_show():
        raise RuleBroken("Ce jour est fermé.")

    @trials.get("/essai/droit")
    @public
    def right_show():
        raise NotAllowed("Ce n’est pas à vous.")

    @trials.get("/essai/cookie")
    @public
    def cookie_show():
        session["x"] = 1
        return "x"

    @trials.post("/essai/envoi")
    @public
    def sending_create():
        return "envoyé"

    return trials


@pytest.fixture
def trial(kept_app, routes):
    app = kept_app(routes)
    with app.app_context():
        yield app


@pytest.fixture
def client(trial):
    return trial.test_client()


# --- error pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_each_error_has_a_page_of_the_house(client, status):
    answer = client.get(f"/essai/{status}")
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["X-Request-Id"] in answer.text
    assert "Werkzeug" not in answer.text
    assert "<h1" in answer.text


def test_an_unknown_address_is_404(client):
    assert client.get("/nulle-part").status_code == 404


def test_a_wrong_method_says_which_are_right(client):
    answer = client.get("/essai/envoi")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_failure_shows_no_trace_and_no_secret(client, capsys):
    answer = client.get("/essai/panne")
    assert answer.status_code == 500
    assert not re.search("Traceback|ZeroDivision|secret|File &", answer.text)
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_database_away_is_503_and_says_when_to_come_back(client):
    answer = client.get("/essai/base")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "secret" not in answer.text


def test_a_broken_rule_is_409_and_a_missing_right_403(client):
    rule, right = client.get("/essai/regle"), client.get("/essai/droit")
    assert (rule.status_code, right.status_code) == (409, 403)
    assert "Ce jour est fermé." in rule.text
    assert "Ce n’est pas à vous." in right.text


def test_an_error_page_that_fails_becomes_one_line(client, trial, monkeypatch):
    def fail(*_names):
        raise RuntimeError("templates are gone")

    monkeypatch.setattr(trial.jinja_env, "get_or_select_template", fail)
    answer = client.get("/essai/panne")
    assert answer.status_code == 500
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_request_id_given_by_a_proxy_is_kept_when_it_is_one(client):
    good = client.get("/essai/404", headers={"X-Request-Id": "abcdef-123456"})
    bad = client.get("/essai/404", headers={"X-Request-Id": "<script>alert(1)</script>"})
    assert good.headers["X-Request-Id"] == "abcdef-123456"
    assert re.fullmatch(r"[0-9a-f]{16}", bad.headers["X-Request-Id"])


# --- headers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/essai/404", "/essai/panne", "/health", "/connexion"])
def test_every_answer_is_hardened(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|\*|http:", policy)
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_errors_are_not_kept_by_caches(client):
    assert client.get("/essai/404").headers["Cache-Control"] == "no-store"


def test_https_is_asked_for_only_where_it_is(kept_app, routes, client):
    secure = kept_app(routes, PUBLIC_URL="https://guichet.example").test_client()
    assert "max-age" in secure.get("/health").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/health").headers


# --- cookies ----------------------------------------------------------------------------------------------------


def test_a_cookie_is_closed_to_scripts_and_other_sites(client):
    cookie = client.get("/essai/cookie").headers["Set-Cookie"]
    assert cookie.startswith("guichet=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_a_cookie_is_secure_and_bound_to_its_host(kept_app, routes):
    client = kept_app(routes, PUBLIC_URL="https://guichet.example").test_client()
    cookie = client.get("/essai/cookie", base_url="https://guichet.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-guichet=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_a_page_that_keeps_nothing_sets_no_cookie(client):
    assert "Set-Cookie" not in client.get("/health").headers


# --- forged requests --------------------------------------------------------------------------------------------


def test_a_post_without_its_token_is_refused_in_plain_words(trial, visitor_of):
    visitor = visitor_of(trial)
    visitor.csrf = False
    answer = visitor.post("/essai/envoi")
    assert answer.status_code == 400
    assert "rechargez la page" in answer.text


def test_a_post_with_its_token_passes(trial, visitor_of):
    assert visitor_of(trial).post("/essai/envoi").text == "envoyé"


def test_a_token_of_another_visitor_is_refused(trial, visitor_of):
    stolen, visitor = visitor_of(trial).token(), visitor_of(trial)
    visitor.token()
    visitor.csrf = False
    assert visitor.post("/essai/envoi", headers={"X-CSRFToken": stolen}).status_code == 400


def test_a_huge_body_is_refused(trial, visitor_of):
    answer = visitor_of(trial).post("/essai/envoi", data={"x": "y" * 300_000})
    assert answer.status_code == 413


# --- proxies ----------------------------------------------------------------------------------------------------


def test_the_address_a_stranger_claims_is_not_believed(make_app):
    assert seen_address(make_app()) == "127.0.0.1"


def test_the_address_our_proxy_tells_is_believed(make_app):
    assert seen_address(make_app(TRUSTED_PROXIES="1")) == "203.0.113.9"


def seen_address(app):
    @app.get("/essai/adresse")
    @public
    def address_show():
        return request.remote_addr

    return app.test_client().get("/essai/adresse", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}).text
