"""The guard of every route. One that declares none is refused."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kernel import settings
from app.kernel.access import Permission, acting
from app.kernel.db import Identified
from app.kernel.languages import _
from app.kernel.navigation import current_house
from app.kernel.web import page_before

View = Callable[..., Any]


def public(view: View) -> View:
    """Declare that anybody may call this route."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Declare that any user who logged in may call this route; others are sent to the login page."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if not acting().is_authenticated:
            return _to_login()
        _see_what_was_settled()
        return view(**values)

    guarded.access_rule = "signed in"  # type: ignore[attr-defined]
    return guarded


def fresh(view: View) -> View:
    """Demand, below @signed_in or @requires, that who acts proved who they are within the last quarter of an hour.

    A page is shown after the proof; a form sent too late is refused with the way to the proof and back to it.
    """

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if acting().is_fresh:
            return view(**values)
        if request.method == "GET" and not request.headers.get("HX-Request"):
            return redirect(url_for("security.confirmation_new", next=request.full_path.rstrip("?")), 303)
        return make_response(render_template("errors/proof_show.html", back=page_before()), 403)

    guarded.asks_for_proof = True  # type: ignore[attr-defined]
    return guarded


def requires(needed: Permission, *, on: type[Identified] | None = None) -> Callable[[View], View]:
    """Declare the permission a route needs.

    With ``on=Reservation`` the record named by the ``id`` of the path is loaded, checked, and handed to the view
    under its own name (``reservation``). An unknown record is 404, a known one out of reach 403; who is not logged
    in is sent to the login page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            record = None
            if on is not None:
                record = on.get(values.pop("id"))
                if record is None:
                    abort(404)
                values[on.kind().lower()] = record
            if not needed.allows(acting(), record):
                g.refused = (needed.code, record)
                return refuse()
            g.record = record
            _see_what_was_settled()
            return view(**values)

        guarded.access_rule = needed.code  # type: ignore[attr-defined]
        guarded.record_type = on  # type: ignore[attr-defined]
        return guarded

    return decorate


def accepts_files(most: int) -> Callable[[View], View]:
    """Let the form of this route weigh so many bytes, where others are small."""

    def decorate(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return decorate


def own_house(right: Permission) -> Any:
    """Give the establishment of this request, to whoever holds this right there."""
    house = current_house()
    if house is None:
        abort(404, description=_("Aucun établissement n’est encore créé : importez-en un."))
    if not acting().may(right, house):
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return house


def refuse() -> Response:
    """Send to the login page whoever is nobody yet; refuse others with 403."""
    if acting().is_authenticated or acting().links:
        abort(403, description=_("Votre compte n’a pas le droit de faire cela."))
    return _to_login()


def _see_what_was_settled() -> None:
    """Read the settings anew for who has just changed one, and for whatever is written: others may wait a moment.

    The next request may be answered by another process, which would show, and compare, what was settled before.
    """
    if request.method != "GET" or settings.settled_lately():
        settings.forget_kept()


def _to_login() -> Response:
    if request.method != "GET" or request.headers.get("HX-Request"):
        abort(403, description=_("Connectez-vous pour continuer."))
    return redirect(url_for("accounts.session_new", next=request.full_path.rstrip("?")))


def refuse_undeclared() -> None:
    """Refuse, before each request, any route that declares no rule."""
    if request.endpoint is None:
        return
    view = current_app.view_functions.get(request.endpoint)
    if getattr(view, "access_rule", None) is None:
        abort(403)
