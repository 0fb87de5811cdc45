"""Preferences: how the interface shows itself, chosen by each user over what is proposed to them."""

from typing import Any, TypeVar

from flask import current_app, has_request_context

from app.kernel.access import ANONYMOUS, Actor, acting
from app.kernel.languages import LANGUAGES, N_
from app.kernel.lifecycle import RuleBroken
from app.kernel.settings import INSTALLATION, Setting, setting, settings

T = TypeVar("T", int, str, bool)
PAGE = "preferences"
LISTS = "lists"
ROW_CHOICES = (25, 50, 100, 200)
LEVELS = (INSTALLATION, "role", "user")
AUTO = "auto"
AS_DEVICE = (AUTO, N_("Comme l’appareil"))
AS_LANGUAGE = (AUTO, N_("Comme la langue"))
AS_HOUSE = (AUTO, N_("Comme l’établissement"))

THEME = setting(
    "display.theme",
    N_("Apparence"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    choices=(
        AS_DEVICE,
        ("light", N_("Claire")),
        ("dark", N_("Sombre")),
        ("contrast", N_("Contraste renforcé")),
    ),
)
DENSITY = setting(
    "display.density",
    N_("Densité"),
    "comfortable",
    levels=LEVELS,
    page=PAGE,
    hint=N_("Plus de lignes à l’écran, ou plus d’air entre elles."),
    choices=(("comfortable", N_("Confortable")), ("compact", N_("Serrée"))),
)
TEXT_SIZE = setting(
    "display.text_size",
    N_("Taille du texte"),
    "normal",
    levels=LEVELS,
    page=PAGE,
    choices=(("normal", N_("Normale")), ("large", N_("Grande")), ("larger", N_("Très grande"))),
)
MOTION = setting(
    "display.motion",
    N_("Mouvements"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    choices=(AS_DEVICE, ("reduced", N_("Réduits"))),
)
LANGUAGE = setting(
    "display.language",
    N_("Langue"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    choices=((AUTO, N_("Comme le navigateur")), *LANGUAGES.items()),
)
DATES = setting(
    "display.dates",
    N_("Dates dans les listes"),
    "words",
    levels=LEVELS,
    page=PAGE,
    choices=(("words", N_("En mots : sam. 14 mars")), ("figures", N_("En chiffres : 14/03/2026"))),
)
HOURS = setting(
    "display.hours",
    N_("Heures"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    choices=(AS_LANGUAGE, ("24", N_("Sur 24 heures : 19:30")), ("12", N_("Sur 12 heures : 7:30 pm"))),
)
FIRST_DAY = setting(
    "display.first_day",
    N_("Premier jour de la semaine"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    hint=N_("Dans tous les calendriers."),
    choices=(
        AS_LANGUAGE,
        ("monday", N_("Lundi")),
        ("sunday", N_("Dimanche")),
        ("saturday", N_("Samedi")),
    ),
)
CALENDAR_FROM = setting(
    "display.calendar_from",
    N_("Calendrier, à partir de"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    hint=N_("L’heure par laquelle commence une journée du calendrier."),
    choices=(AS_HOUSE, *((f"{hour:02}", f"{hour:02}:00") for hour in range(24))),
)
CALENDAR_UNTIL = setting(
    "display.calendar_until",
    N_("Calendrier, jusqu’à"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    hint=N_("L’heure par laquelle elle finit."),
    choices=(AS_HOUSE, *((f"{hour:02}", f"{hour:02}:00") for hour in range(1, 25))),
)
NUMBERS = setting(
    "display.numbers",
    N_("Nombres et montants"),
    AUTO,
    levels=LEVELS,
    page=PAGE,
    choices=(AS_LANGUAGE, ("fr", N_("À la française : 1 234,50")), ("en", N_("À l’anglaise : 1,234.50"))),
)
PAGE_ROWS = setting(
    "display.page_rows",
    N_("Lignes par page"),
    50,
    levels=LEVELS,
    page=PAGE,
    hint=N_("Dans toutes les listes."),
    check=lambda rows: rows in ROW_CHOICES,
)
START_PAGE = setting(
    "display.start_page",
    N_("Page d’accueil"),
    "",
    levels=LEVELS,
    page=PAGE,
    hint=N_("Celle qui s’ouvre après la connexion."),
    check=lambda path: path == "" or (path.startswith(("/admin", "/espace")) and len(path) <= 200),
)


def declared_preferences() -> list[Setting[int] | Setting[str] | Setting[bool]]:
    """Give every preference of the page, in the order in which it was declared."""
    return [declared for declared in settings().values() if declared.page == PAGE]


def kept_preferences() -> dict[str, Setting[Any]]:
    """Give everything an account keeps of its holder's wishes, by code: the page's, and what is kept of each list."""
    return {code: declared for code, declared in settings().items() if declared.page in (PAGE, LISTS)}


def keep(declared: Setting[Any], value: str, actor: Actor) -> None:
    """Keep the choice of a user on their account ("" forgets it). Raises RuleBroken for a value that does not fit."""
    current_app.extensions["guichet_keep_preference"]({declared.code: value or None}, actor=actor)


def preferred(declared: Setting[T], actor: Actor | None = None) -> T:
    """Give what somebody prefers (who acts, unless said): their own choice, their role's, the installation's.

    Outside of a request nobody prefers anything. A choice that is no longer offered counts for nothing.
    """
    if actor is None:
        actor = acting() if has_request_context() else ANONYMOUS
    own = actor.preferences.get(declared.code)
    if own is not None and fits(declared, own):
        return declared.parse(own)
    return proposed(declared, actor.roles)


def proposed(declared: Setting[T], roles: tuple[str, ...] = ()) -> T:
    """Give what is proposed to somebody of these roles who chose nothing: the first role that says something wins."""
    for role in roles:
        kept = declared.kept_at("role", role)
        if kept is not None:
            return kept
    return declared.value()


def fits(declared: Setting[T], raw: str) -> bool:
    """Tell whether a text is a value of this preference."""
    try:
        declared.parse(raw)
    except RuleBroken:
        return False
    return True
