"""The page « Sur votre site »: who may show the booking pages in a frame, and what to copy there."""

from typing import Any

from flask import Response, current_app, request, url_for
from markupsafe import Markup

from app.booking import permissions as may
from app.booking.service import room
from app.booking.settings import allowed_sites
from app.booking.settings_forms import SitesForm
from app.booking.settings_views.answers import answered, own_house, settings_page
from app.booking.settings_views.blueprint import bp
from app.directory.models import Establishment
from app.kernel.access import acting
from app.kernel.answers import Answer, opened
from app.kernel.editions import Overtaken
from app.kernel.guards import requires
from app.kernel.languages import LANGUAGES, N_, _
from app.kernel.navigation import entry
from app.kernel.security import holding_frames

SNIPPET = Markup(
    '<iframe src="{frame}" title="{title}" width="100%" height="900" style="border:0" loading="lazy"></iframe>\n'
    '<script async src="{script}"></script>'
)

entry(
    "settings",
    N_("Sur votre site"),
    "room.embedding_edit",
    icon="external-link",
    permission=may.CONFIGURE,
    order=44,
    hint=N_("Réserver depuis les pages de votre propre site."),
)


@bp.get("/sur-votre-site")
@requires(may.CONFIGURE)
def embedding_edit() -> Response:
    """Show on which sites guests may book, what to copy there, and how it looks."""
    house = own_house()
    return _embedding_page(house, SitesForm.of(house))


@bp.post("/sur-votre-site")
@requires(may.CONFIGURE)
def embedding_update() -> Response:
    """Change the sites."""
    house, form = own_house(), SitesForm()
    return answered(
        form,
        Answer(
            act=lambda: room.change_sites(house, form.sites.data, actor=acting()),
            show=lambda **context: _embedding_page(house, form, **context),
            message=_("Les sites où l’on peut réserver sont enregistrés."),
            fallback=url_for(".embedding_edit"),
            standing=lambda: SitesForm.of(house),
        ),
    )


def _embedding_page(
    house: Establishment, form: SitesForm, *, status: int = 200, overtaken: Overtaken | None = None
) -> Response:
    languages, looks = _choices()
    asked: dict[str, Any] = {
        name: request.args[name]
        for name, choices in (("langue", languages), ("apparence", looks))
        if request.args.get(name) in dict(choices) and request.args[name]
    }
    frame_url = url_for("frames.choice_show", slug=house.slug, **asked)
    return holding_frames(
        settings_page(
            "embedding_edit",
            status=status,
            form=form,
            url=url_for(".embedding_update"),
            sites=allowed_sites(house.id),
            asked=asked,
            language_choices=languages,
            looks=looks,
            frame_url=frame_url,
            snippet=_snippet(house, frame_url),
            **opened(form, overtaken),
        )
    )


def _choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    languages = [("", _("Celle du visiteur")), *LANGUAGES.items()]
    return languages, [("", _("Comme l’appareil")), ("claire", _("Claire")), ("sombre", _("Sombre"))]


def _snippet(house: Establishment, frame_url: str) -> str:
    """Write what is copied into the other site; without its second line the frame keeps a fixed height."""
    home = current_app.config["PUBLIC_URL"]
    return str(
        SNIPPET.format(
            frame=home + frame_url,
            title=_("Réserver une table, %(house)s", house=house.name),
            script=home + url_for("booking.frame_script_show"),
        )
    )
