"""Pages and their answers: one address serves page and fragment, every form works without JavaScript."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from flask import Flask, Response, flash, g, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError  # noqa: A004 - the pool's own
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from app.kernel import disk
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken
from app.kernel.storage import FileMissing, StorageDown

log = structlog.get_logger()


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part (htmx 4's `HX-Request-Type`)."""
    return request.headers.get("HX-Request-Type") == "partial"


def page(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """Answer with the whole page, or with its part when htmx asks for one."""
    chosen = fragment if fragment and wants_fragment() else template
    response = make_response(render_template(chosen, **context), status)
    if fragment:
        response.headers.add("Vary", "HX-Request-Type")
    return response


def done(template: str | None, *, fallback: str, message: str = "", **context: Any) -> Response:
    """Answer a POST that succeeded: swapped parts for htmx, 303 to `fallback` for others."""
    if template is not None and wants_fragment():
        return make_response(render_template(template, message=message, **context))
    if message:
        flash(message, "success")
    return redirect_to(fallback)


def redirect_to(url: str) -> Response:
    """Send the browser to another page (303; for htmx by its header, so that the whole page changes)."""
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": url})
    answer = redirect(url, 303)
    return Response(answer.get_data(), 303, dict(answer.headers))


def dom_id(record: Any, part: str = "") -> str:
    """Give the id of a record's part in a page."""
    record_id = record.id.hex if isinstance(record.id, UUID) else record.id
    return f"{record.kind().lower()}-{record_id}" + (f"-{part}" if part else "")


# --- errors ---------------------------------------------------------------------------------------------------

ERROR_TITLES = {
    400: N_("Cette demande n’est pas lisible"),
    401: N_("Connectez-vous pour continuer"),
    403: N_("Cette page ne vous est pas ouverte"),
    404: N_("Cette page n’existe pas"),
    405: N_("Cette adresse ne s’utilise pas ainsi"),
    409: N_("Ce n’est plus possible"),
    410: N_("Ce n’est plus là"),
    413: N_("C’est trop volumineux"),
    415: N_("Ce format n’est pas accepté"),
    422: N_("Quelque chose manque ou ne convient pas"),
    429: N_("Trop de demandes en peu de temps"),
    500: N_("Une erreur est survenue chez nous"),
    503: N_("Le service reprend dans un instant"),
    507: N_("Rien ne peut être enregistré pour l’instant"),
}


ERROR_ADVICE = {
    400: N_("Revenez en arrière, rechargez la page et recommencez : ce que vous aviez tapé y est encore."),
    401: N_("Cette page est réservée à l’équipe de la maison."),
    403: N_("Si vous pensez que c’est une erreur, demandez à la maison."),
    404: N_("L’adresse est peut-être incomplète, ou la page a été retirée."),
    405: N_("Revenez à la page précédente et servez-vous de ses boutons."),
    409: N_("Quelqu’un d’autre est peut-être passé avant. Rechargez la page pour voir ce qu’il en est."),
    410: N_("Le fichier a été retiré, ou s’est perdu. Demandez à la maison."),
    413: N_(
        "Ce que vous avez envoyé dépasse la taille acceptée, et n’a pas été reçu. Revenez en arrière avec votre "
        "navigateur : ce que vous aviez tapé y est encore. Raccourcissez-le, ou choisissez un fichier plus léger."
    ),
    415: N_("Servez-vous du formulaire de la page."),
    422: N_("Vérifiez ce que vous avez tapé, puis recommencez."),
    429: N_("Attendez un instant, puis recommencez : rien n’est perdu."),
    500: N_(
        "L’incident est noté. Ce que vous avez envoyé n’a peut-être pas été enregistré : vérifiez avant de recommencer."
    ),
    503: N_("Patientez une minute, puis rechargez la page : rien n’est perdu."),
    507: N_(
        "Il n’y a plus de place pour écrire. Tout ce qui était enregistré est là, et se lit. Prévenez la maison, puis "
        "recommencez."
    ),
}

LATER = (503, 507)
COME_BACK = {"Retry-After": "60"}

# What keeps a form from being given back on the page that says it was not kept.
SECRET = re.compile(r"password|secret|code|response|token(?<!csrf_token)")


def init_errors(app: Flask) -> None:
    """Answer every error with a page of the house, never with a trace."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(RuleBroken, lambda error: error_page(error.status, error.message))
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(StorageDown, _storage_away)
    app.register_error_handler(FileMissing, _file_gone)
    app.register_error_handler(OSError, _not_written)
    app.register_error_handler(TimeoutError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, explanation: str = "", headers: dict[str, str] | None = None) -> Response:
    """Give the error page: what happened, what was kept, what to do, and the request's id."""
    title = _(ERROR_TITLES.get(status, ERROR_TITLES[500]))
    explanation = explanation or _(ERROR_ADVICE.get(status, ERROR_ADVICE[500]))
    again = _typed() if status in LATER else []
    context = {"code": status, "title": title, "explanation": explanation, "again": again, "url": request.full_path}
    response = make_response(render_template("errors/error_show.html", **context, back=page_before()), status)
    response.headers.update(headers or {})
    return response


def page_before() -> str | None:
    """Give the address of our own page that led here, if one did."""
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host else None


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        answer = error.get_response()
        return Response(answer.get_data(), answer.status_code, dict(answer.headers))
    standard = getattr(type(error), "description", None)
    explanation = error.description if error.description and error.description != standard else ""
    headers = dict(COME_BACK) if error.code in (429, *LATER) else {}
    if error.code == 413:
        request.form = ImmutableMultiDict()  # too heavy to be read, for the page that says so as well
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        headers["Allow"] = ", ".join(allowed)
    return error_page(error.code, str(explanation), headers)


def _stale_form(_error: CSRFError) -> Response:
    return error_page(
        400,
        _(
            "Ce formulaire a été ouvert il y a trop longtemps, ou dans une autre fenêtre. "
            "Revenez en arrière, rechargez la page et envoyez-le de nouveau."
        ),
    )


def _database_away(error: OperationalError | TimeoutError) -> Response:
    if disk.says_full(error):
        return _not_written(error)
    log.error("database_unavailable", error=type(error.orig if isinstance(error, OperationalError) else error).__name__)
    return _page_or_line(503)


def _storage_away(error: StorageDown) -> Response:
    log.error("storage_unavailable", error=str(error))
    return _page_or_line(503)


def _file_gone(error: FileMissing) -> Response:
    log.error("file_missing", digest=str(error))
    return _page_or_line(410)


def _not_written(error: Exception) -> Response:
    if not disk.says_full(error):
        return _unexpected(error)
    log.error("no_room_left", error=type(error).__name__, why=str(getattr(error, "orig", error)))
    return _page_or_line(507)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected_error", error=type(error).__name__, exc_info=error)
    return _page_or_line(500)


def _page_or_line(status: int) -> Response:
    """Give the error page, or one plain line when what broke the page breaks the error page too."""
    headers = dict(COME_BACK) if status in LATER else {}
    try:
        return error_page(status, headers=headers)
    except Exception as second:  # noqa: BLE001 - the visitor is answered whatever happens
        log.warning("error_page_failed", error=type(second).__name__)
        told = f"{_(ERROR_TITLES[status])} ({g.get('request_id', '')}).\n"
        return Response(told, status, headers, content_type="text/plain; charset=utf-8")


def _typed() -> list[tuple[str, str]]:
    """Give what a form had sent, to be sent again as it is; nothing of a form that held a secret or a file."""
    fields = list(request.form.items(multi=True)) if request.method == "POST" and not request.files else []
    return [] if any(SECRET.search(name) for name, _value in fields) else fields
