"""The languages of the interface: French is the source, others are catalogues; who reads decides."""

import re
from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale
from flask import Flask, g, has_request_context, request

LANGUAGES = {"fr": "Français", "en": "English"}
COOKIE = "language"
NARROW_SPACE = "\u202f"

babel = flask_babel.Babel()


def init_languages(app: Flask) -> None:
    """Choose the language of each request, and set French typography on what templates say."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["ROOT"] / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = "fr"
    babel.init_app(app, locale_selector=chosen_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=_, ngettext=ngettext, newstyle=False
    )


def N_(text: str) -> str:  # noqa: N802 - the gettext convention for "mark, translate later"
    """Mark a text for translation where it is declared; `_` translates it where it is shown."""
    return text


def _(text: str, **values: Any) -> str:
    """Translate into the reader's language, with the typography of that language."""
    translated = flask_babel.get_translations().ugettext(text) if text else ""
    if current_language() == "fr":
        translated = typographic(translated)
    return str(translated % values if values else translated)


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Translate a text that changes with a number, available in it as ``%(num)s``."""
    translated = flask_babel.get_translations().ungettext(one, many, num)
    if current_language() == "fr":
        # French: 0 and 1 are singular. The source strings have no catalogue, so the rule stands here.
        translated = typographic(one if abs(num) < 2 else many)
    return str(translated % {"num": num, **values})


@lru_cache(maxsize=4096)
def typographic(text: str) -> str:
    """Put the narrow no-break space before ; : ! ? » and after «, and the curved apostrophe (Imprimerie nationale)."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" (?=[;:!?»])", NARROW_SPACE, text)
    return text.replace("« ", f"«{NARROW_SPACE}")


def chosen_language() -> str:
    """Give the reader's language: chosen, then their browser's, then French."""
    if not has_request_context():
        return "fr"
    for chosen in (request.cookies.get(COOKIE), getattr(g, "preferred_language", None)):
        if chosen in LANGUAGES:
            return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES), default="fr") or "fr"


def current_language() -> str:
    """Give the code of the language now spoken."""
    locale = flask_babel.get_locale()
    return locale.language if locale else "fr"


@lru_cache
def text_direction(language: str) -> str:
    """Give ``ltr`` or ``rtl``."""
    return str(Locale.parse(language).text_direction)


def speaking(language: str) -> Any:
    """Speak another language for the length of a ``with`` (mails, documents)."""
    return flask_babel.force_locale(language if language in LANGUAGES else "fr")
