"""The languages of the interface: French is the source, others are catalogues; who reads decides.

Catalogues are read once per process by Babel and asked directly: sixty sentences a page make the shortest way matter.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request

from app.config import ROOT

SOURCE = "fr"
LANGUAGES = {SOURCE: "Français", "en": "English"}
CATALOGUES = ROOT / "translations"
COOKIE = "language"
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"

DIALLED = re.compile(r"(?<!\d)0[1-9](?: \d\d){4}(?!\d)")

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def init_languages(app: Flask) -> None:
    """Let templates translate, with the typography of the reader's language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=_, ngettext=ngettext, newstyle=False
    )
    app.jinja_env.globals["_"] = _
    app.extensions["guichet_language"] = lambda: None


def N_(text: str) -> str:  # noqa: N802 - the gettext convention for "mark, translate later"
    """Mark a text for translation where it is declared; `_` translates it where it is shown."""
    return text


def _(text: str, /, **values: Any) -> str:
    """Translate into the reader's language, with the typography of that language."""
    language = current_language()
    translated = typographic(text) if language == SOURCE else _translated(text, language)
    return str(translated % values) if values else translated


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Translate a text that changes with a number, available in it as ``%(num)s``. French: 0 and 1 are singular."""
    language = current_language()
    if language == SOURCE:
        translated = typographic(one if abs(num) < 2 else many)
    else:
        translated = str(_catalogue(language).ungettext(one, many, num))
    return str(translated % {"num": num, **values})


@lru_cache(maxsize=4096)
def _translated(text: str, language: str) -> str:
    return cited(str(_catalogue(language).ugettext(text))) if text else ""


@lru_cache
def _catalogue(language: str, folder: Path = CATALOGUES) -> NullTranslations:
    return Translations.load(folder, [language])


@lru_cache(maxsize=4096)
def typographic(text: str) -> str:
    """Put the narrow no-break space before ; : ! ? » and after «, the wide one before % and € and in phone numbers, and
    the curved apostrophe (Imprimerie nationale).
    """
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" (?=[;:!?»])", NARROW_SPACE, text)
    text = re.sub(r" (?=€|%%|%(?![(\w]))", NO_BREAK_SPACE, text)
    text = DIALLED.sub(lambda found: found[0].replace(" ", NO_BREAK_SPACE), text)
    return cited(text.replace("« ", f"«{NARROW_SPACE}"))


@lru_cache(maxsize=4096)
def cited(text: str) -> str:
    """Keep on one line what names an article of law, in French or English: "article L214-1", "n° 2004-575"."""
    text = re.sub(r"\b(articles?|[LRD]\.|n°) (?=[LRD]?\d|[LRD]\. )", rf"\1{NO_BREAK_SPACE}", text)
    return re.sub(r"\b((?:[LRD]|n°)\W{0,2}\d{2,4})-(?=\d)", rf"\1{NO_BREAK_HYPHEN}", text)


def current_language() -> str:
    """Give the code of the language now spoken."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    if not has_request_context():
        return SOURCE
    if "language" not in g:
        g.language = _chosen()
    return str(g.language)


def _chosen() -> str:
    """Give the reader's language: chosen by the user, then in this browser, then the browser's own, then French."""
    chosen = current_app.extensions["guichet_language"]() or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES), default=SOURCE) or SOURCE


@lru_cache
def text_direction(language: str) -> str:
    """Give ``ltr`` or ``rtl``."""
    return str(Locale.parse(language).text_direction)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for the length of a ``with`` (mails, documents)."""
    token = _spoken.set(language if language in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _spoken.reset(token)
