"""Pages to log in and out."""

from flask import Response, current_app, flash, request, url_for

from app.accounts import queries, service
from app.accounts.arrivals import safe_next, wanted
from app.accounts.forms import LoginForm
from app.accounts.models import UserSession
from app.accounts.views.blueprint import bp
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.guards import public
from app.kernel.languages import _, ngettext
from app.kernel.lifecycle import RuleBroken
from app.kernel.seeds import announcements
from app.kernel.web import done, page, redirect_to


@bp.get("/connexion")
@public
def session_new() -> Response:
    """Show the login form, or the way in to whoever is logged in already."""
    if acting().is_authenticated:
        return redirect_to(safe_next())
    return _login_page(LoginForm())


@bp.post("/connexion")
@public
def session_create() -> Response:
    """Log in."""
    form = LoginForm()
    status = 422
    if form.validate_on_submit():
        try:
            opened = service.log_in(
                form.email.data or "",
                form.password.data or "",
                address=request.remote_addr or "",
                device=request.user_agent.string,
            )
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            if opened is None:
                return redirect_to(url_for("security.verification_new", next=wanted()))
            _tell_failures(opened)
            return redirect_to(safe_next())
    answer = _login_page(form, status)
    if status == 429:
        answer.headers["Retry-After"] = "900"
    return answer


@bp.post("/deconnexion")
@public
def session_delete() -> Response:
    """Log out here."""
    service.log_out(actor=acting())
    return done(None, fallback=url_for("site.home_show"), message=_("Vous êtes déconnecté."))


def _tell_failures(opened: UserSession) -> None:
    missed = len(queries.failures_since_login_before(opened))
    if missed:
        told = ngettext(
            "%(num)s connexion manquée depuis votre dernière venue. Le détail est dans « Mes connexions ».",
            "%(num)s connexions manquées depuis votre dernière venue. Le détail est dans « Mes connexions ».",
            missed,
        )
        flash(told, "warning")


def _login_page(form: LoginForm, status: int = 200) -> Response:
    url = url_for(".session_create", next=wanted())
    logins = announcements() if current_app.config["CONFIGURATION"].is_demo else []
    return page("accounts/session_new.html", status=status, form=form, url=url, onward=wanted(), demo_logins=logins)
