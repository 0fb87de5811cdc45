"""The logo of a house: the page where it is set, and the picture itself."""

from flask import Blueprint, Response, abort, request, url_for

from app.directory import queries, service
from app.directory.forms import LogoForm
from app.directory.logos import BIGGEST, announced, received_logo
from app.directory.models import Establishment
from app.directory.permissions import MANAGE_ESTABLISHMENT
from app.kernel import files
from app.kernel.access import acting
from app.kernel.answers import put
from app.kernel.db import transaction
from app.kernel.guards import accepts_files, own_house, public, requires
from app.kernel.languages import N_, _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.navigation import entry
from app.kernel.web import done, page

bp = Blueprint("logos", __name__)

entry(
    "settings",
    N_("Logo"),
    "logos.logo_edit",
    icon="star",
    permission=MANAGE_ESTABLISHMENT,
    order=11,
    hint=N_("L’image qui vous représente, sur vos pages et vos documents."),
)


@bp.get("/admin/reglages/logo")
@requires(MANAGE_ESTABLISHMENT)
def logo_edit() -> Response:
    """Show the logo of the house as its guests see it, and ask for another."""
    return _page(own_house(MANAGE_ESTABLISHMENT), LogoForm())


@bp.post("/admin/reglages/logo")
@accepts_files(BIGGEST + 256 * 1024)
@requires(MANAGE_ESTABLISHMENT)
@limiter.limit(write_limit)
def logo_update() -> Response:
    """Keep the picture that was sent, or say why it cannot serve."""
    house, form = own_house(MANAGE_ESTABLISHMENT), LogoForm()
    sent = request.files.get("logo")
    if not form.validate_on_submit() or sent is None or not sent.filename:
        form.logo.errors = [_("Choisissez une image.")]
        return _page(house, form, 422)
    try:
        content = received_logo(sent.stream, sent.filename)
        digest = files.storage().put(content)  # before the transaction: a bucket is far away
        with transaction():
            service.change_logo(house, files.note(digest, len(content), "image/png"), actor=acting())
    except RuleBroken as refusal:
        return _page(house, form, put(refusal, form, beside="logo"))
    return done(None, message=_("Le logo est enregistré."), fallback=url_for(".logo_edit"))


@bp.post("/admin/reglages/logo/retrait")
@requires(MANAGE_ESTABLISHMENT)
def logo_delete() -> Response:
    """Show the initials of the house again."""
    with transaction():
        service.remove_logo(own_house(MANAGE_ESTABLISHMENT), actor=acting())
    return done(None, message=_("Le logo est retiré : vos initiales le remplacent."), fallback=url_for(".logo_edit"))


@bp.get("/logos/<string(length=64):digest>.png")
@public
def logo_show(digest: str) -> Response:
    """Give the logo of one of the houses; any other file is nothing here."""
    stored = queries.logo_with(digest)
    if stored is None:
        abort(404)
    response = files.send_stored(stored, "logo.png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _page(house: Establishment, form: LogoForm, status: int = 200) -> Response:
    return page("directory/logo_edit.html", status=status, form=form, shown=house, announced=announced())
