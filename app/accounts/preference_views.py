"""Pages of preferences: one's own, and what is proposed to others."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from app.accounts import preference_sample, queries, service
from app.accounts.arrivals import start_pages
from app.accounts.permissions import PROPOSE_DISPLAY
from app.directory.queries import house_zone
from app.kernel import clock
from app.kernel.access import acting
from app.kernel.db import transaction
from app.kernel.guards import requires, signed_in
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.preferences import PAGE_ROWS, ROW_CHOICES, START_PAGE, declared_preferences, kept_preferences, proposed
from app.kernel.search import normalised
from app.kernel.settings import Setting
from app.kernel.web import done, page

bp = Blueprint("preferences", __name__)

MOST_FILE = 20_000
AS_PROPOSED = ""


@bp.get("/espace/affichage")
@signed_in
def preferences_edit() -> Response:
    """Show the reader's own choices beside what is proposed to them."""
    return _own_page()


@bp.post("/espace/affichage")
@signed_in
def preferences_update() -> Response:
    """Keep the reader's choices."""
    chosen = _typed()
    try:
        with transaction():
            service.change_preferences(service.own_user(acting()), chosen, actor=acting())
    except RuleBroken as refusal:
        return _own_page(problem=refusal.message, status=refusal.status)
    return done(None, message=_("L’affichage est enregistré."), fallback=url_for(".preferences_edit"))


@bp.post("/espace/affichage/apercu")
@signed_in
def preview_create() -> Response:
    """Show how the choices typed would look; nothing is kept."""
    try:
        service.try_on(service.own_user(acting()), _typed(), actor=acting())
    except RuleBroken as refusal:
        return _own_page(problem=refusal.message, status=refusal.status)
    return _own_page()


@bp.post("/espace/affichage/retour")
@signed_in
def preferences_delete() -> Response:
    """Go back to what is proposed, for everything."""
    with transaction():
        everything: dict[str, str | None] = dict.fromkeys(kept_preferences())
        service.change_preferences(service.own_user(acting()), everything, actor=acting())
    return done(None, message=_("L’affichage est celui qui est proposé à tous."), fallback=url_for(".preferences_edit"))


@bp.get("/espace/affichage/fichier")
@signed_in
def preferences_export() -> Response:
    """Give the reader's choices as a file."""
    answer = Response(service.written_file(service.own_user(acting())), content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="affichage-guichet.json"'
    return answer


@bp.post("/espace/affichage/fichier")
@signed_in
def preferences_file_create() -> Response:
    """Take over the choices of a file."""
    sent = request.files.get("file")
    try:
        chosen = service.read_file(sent.read(MOST_FILE) if sent else b"")
        with transaction():
            service.change_preferences(service.own_user(acting()), chosen, actor=acting())
    except RuleBroken as refusal:
        return _own_page(file_problem=refusal.message, status=refusal.status)
    return done(None, message=_("L’affichage du fichier est repris."), fallback=url_for(".preferences_edit"))


@bp.get("/admin/reglages/affichage")
@requires(PROPOSE_DISPLAY)
def proposal_edit() -> Response:
    """Show what is proposed to everybody, or to one role."""
    return _proposal_page()


@bp.post("/admin/reglages/affichage")
@requires(PROPOSE_DISPLAY)
def proposal_update() -> Response:
    """Keep what is proposed."""
    role = _role()
    try:
        with transaction():
            service.propose(_typed(), role=role, actor=acting())
    except RuleBroken as refusal:
        return _proposal_page(problem=refusal.message, status=refusal.status)
    return done(
        None, message=_("La proposition est enregistrée."), fallback=url_for(".proposal_edit", role=role or None)
    )


# --- pages ----------------------------------------------------------------------------------------------------


def _typed() -> dict[str, str | None]:
    codes = [declared.code for declared in declared_preferences()]
    return {code: request.form[code] or None for code in codes if code in request.form}


def _role() -> str:
    """Give the role a proposal is for: one that exists, or none for everybody."""
    typed = request.values.get("role", "")
    return typed if queries.role_with_code(typed) is not None else ""


def _own_page(*, problem: str = "", file_problem: str = "", status: int = 200) -> Response:
    actor = acting()
    own = service.own_user(actor).preferences or {}
    fields = [_field(declared, own.get(declared.code), actor.roles) for declared in declared_preferences()]
    search = normalised(request.args.get("q", ""))
    return page(
        "accounts/preferences_edit.html",
        fragment="accounts/_preferences_preview.html",
        status=status,
        sample=preference_sample.sample(clock.today(house_zone())),
        problem=problem,
        file_problem=file_problem,
        search=request.args.get("q", ""),
        fields=[field for field in fields if search in normalised(f"{field['label']} {field['hint']}")],
    )


def _proposal_page(*, problem: str = "", status: int = 200) -> Response:
    role = _role()
    level, holder = ("role", role) if role else ("installation", "")
    fields = []
    for declared in declared_preferences():
        kept: Any = declared.kept_at(level, holder)
        fields.append(_field(declared, None if kept is None else str(kept), (), above=bool(role)))
    return page(
        "accounts/proposal_edit.html",
        status=status,
        problem=problem,
        fields=fields,
        role=role,
        roles=[(each.code, _(each.name)) for each in queries.roles()],
    )


def _field(declared: Setting[Any], own: str | None, roles: tuple[str, ...], *, above: bool = True) -> dict[str, Any]:
    choices = _choices(declared)
    offered = str(proposed(declared, roles)) if above else str(declared.default)
    label = dict(choices).get(offered) or choices[0][1]
    typed = request.form.get(declared.code)
    return {
        "code": declared.code,
        "label": _(declared.label),
        "hint": _(declared.hint) if declared.hint else "",
        "value": own or AS_PROPOSED if typed is None else typed,
        "choices": [(AS_PROPOSED, _("Proposé : %(value)s", value=label)), *choices],
    }


def _choices(declared: Setting[Any]) -> list[tuple[str, str]]:
    if declared is START_PAGE:
        return start_pages(acting())
    if declared is PAGE_ROWS:
        return [(str(rows), str(rows)) for rows in ROW_CHOICES]
    return [(value, _(label)) for value, label in declared.choices]
