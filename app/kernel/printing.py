"""Printing: an HTML text made into a PDF, with nothing fetched from anywhere but our own memory.

What runs inside the press (`kernel.press`), and nowhere else: WeasyPrint and its system libraries (Pango, HarfBuzz)
weigh a lot and may be missing. The fonts are our own files; nothing is asked of the system's.
"""

import atexit
import base64
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import current_app

PREFIX = "app:"
STYLE_SHEET = "documents/_base/print.css"
# The text faces have neither the narrow no-break space, their own being narrow already, nor the no-break hyphen.
DRAWN = str.maketrans({"\u202f": "\u00a0", "\u2011": "-"})

# Emoji, marks without a letter and signs of nobody's: a paper loses nothing without them.
PICTURES = ("So", "Sk", "Mn", "Me", "Mc", "Cf", "Cc", "Co", "Cn", "Cs")

# What a document may name, as `app:<name>`, and where it stands under static/.
RESOURCES = {
    "bricolage-600": ("vendor/bricolage-grotesque/bricolage-grotesque-latin-600-normal.woff2", "font/woff2"),
    "bricolage-600-ext": (
        "vendor/bricolage-grotesque/bricolage-grotesque-latin-ext-600-normal.woff2",
        "font/woff2",
    ),
    "source-400": ("vendor/source-sans-3/source-sans-3-latin-400-normal.woff2", "font/woff2"),
    "source-400-ext": ("vendor/source-sans-3/source-sans-3-latin-ext-400-normal.woff2", "font/woff2"),
    "source-600": ("vendor/source-sans-3/source-sans-3-latin-600-normal.woff2", "font/woff2"),
    "source-600-ext": ("vendor/source-sans-3/source-sans-3-latin-ext-600-normal.woff2", "font/woff2"),
    "logo": ("img/favicon.svg", "image/svg+xml"),
}

# A sheet of paper on a desk, smaller on a smaller screen; papers that leave their margins to the page get them here.
DESK = (
    "html { background: #E4DED3; padding: 6mm; } :where(body) { width: 210mm; } "
    "body { margin-inline: auto; background: #FFFFFF; box-shadow: 0 1mm 4mm rgb(31 36 33 / 16%); } "
    "@media (max-width: 52rem) { html { zoom: .8; } } @media (max-width: 42rem) { html { zoom: .6; } } "
    "@media (max-width: 30rem) { html { zoom: .42; } }"
)

_drawing = threading.Lock()


class PrintingUnavailable(Exception):
    """Documents cannot be drawn here: a library of the system is missing."""


class OutsideResource(Exception):
    """A document names something that is not ours: a file, an address on a network."""


@dataclass(frozen=True)
class Archive:
    """What makes of a document an archive (PDF/A-3b): the text it carries, and the file of XMP that says what it is."""

    filename: str
    text: str
    metadata: str


def pdf(html: str, archive: Archive | None = None) -> bytes:
    """Draw a PDF, one at a time in a process; one for screen readers (PDF/UA-1), or an archive that carries a file.

    A sign that no font has is not drawn as an empty box, which both norms forbid (ISO 19005-3, 6.2.11.8; ISO 14289-1,
    7.21.8): a picture is left out, a letter is a question mark. What the archive carries keeps it. Raises
    PrintingUnavailable where WeasyPrint cannot run, OutsideResource when the text asks for what is not ours.
    """
    weasyprint = _weasyprint()
    text = html.translate(DRAWN)
    with _drawing:
        try:
            drawn, strange = _drawn(weasyprint, text, archive)
            if strange:
                drawn, _left = _drawn(weasyprint, text.translate({each: _instead(each) for each in strange}), archive)
        except weasyprint.urls.FatalURLFetchingError as refusal:
            raise OutsideResource(str(refusal)) from refusal
    return drawn


def _drawn(weasyprint: Any, html: str, archive: Archive | None) -> tuple[bytes, set[int]]:
    """Draw once; give the signs that no font has, too."""
    strange: set[int] = set()

    def finish(document: Any, pdf: Any) -> None:
        strange.update(*(font.missing for font in document.fonts.values()))
        if archive is not None:
            _name_once(pdf)

    fonts, sheet = _fonts_and_sheet()
    document = weasyprint.HTML(string=html, url_fetcher=_closed_fetcher(weasyprint), base_url=None)
    options = {"pdf_variant": "pdf/ua-1"} if archive is None else _archived(weasyprint, archive)
    drawn = document.write_pdf(
        stylesheets=[sheet], font_config=fonts, optimize_images=False, finisher=finish, **options
    )
    return drawn, strange


def _instead(sign: int) -> str:
    return "" if unicodedata.category(chr(sign)) in PICTURES else "?"


def _archived(weasyprint: Any, archive: Archive) -> dict[str, Any]:
    carried = weasyprint.Attachment(string=archive.text, name=archive.filename, relationship="Data")
    return {
        "pdf_variant": "pdf/a-3b",
        "pdf_tags": True,
        "attachments": [carried],
        "xmp_metadata": [archive.metadata],
    }


def _name_once(pdf: Any) -> None:
    """Name the carried file once: WeasyPrint lists it as embedded, then again as it finds it."""
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def on_screen(html: str) -> str:
    """Give a document as a browser shows it without asking for anything: its sheet and fonts inside, on a desk."""
    sheet = current_app.jinja_env.get_template(STYLE_SHEET).render()
    dressed = html.replace("</head>", f"<style>{sheet}{DESK}</style></head>", 1)
    return re.sub(rf"{PREFIX}([a-z0-9-]+)", _carried, dressed)


def _carried(named: re.Match[str]) -> str:
    if named[1] not in RESOURCES:
        return named[0]
    return f"data:{RESOURCES[named[1]][1]};base64,{base64.b64encode(resource(named[1])).decode()}"


def is_available() -> bool:
    """Tell whether WeasyPrint is installed, without loading it; whether its libraries are is known by drawing."""
    return find_spec("weasyprint") is not None


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - see the docstring of the module
    except (ImportError, OSError) as error:
        raise PrintingUnavailable(f"{type(error).__name__}: {error}"[:300]) from error
    return weasyprint


@lru_cache(maxsize=1)
def _fonts_and_sheet() -> tuple[Any, Any]:
    """Read the fonts and the common sheet once per process: half of the time of a small document."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    atexit.register(_fonts_and_sheet.cache_clear)  # its libraries are gone when the interpreter ends
    text = current_app.jinja_env.get_template(STYLE_SHEET).render()
    sheet = weasyprint.CSS(string=text, font_config=fonts, url_fetcher=_closed_fetcher(weasyprint))
    return fonts, sheet


def _closed_fetcher(weasyprint: Any) -> Callable[[str], Any]:
    urls = weasyprint.urls

    class ClosedFetcher(urls.URLFetcher):  # type: ignore[misc,name-defined]
        """Gives what `RESOURCES` names and what the text itself carries; anything else stops the drawing."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith(PREFIX):
                return super().fetch(url, headers)
            name = url.removeprefix(PREFIX)
            return urls.URLFetcherResponse(url, resource(name), {"Content-Type": RESOURCES[name][1]})

    fetcher: Callable[[str], Any] = ClosedFetcher(
        allowed_protocols=("app", "data"), allow_redirects=False, fail_on_errors=True
    )
    return fetcher


@lru_cache(maxsize=len(RESOURCES))
def resource(name: str) -> bytes:
    """Read one of the files a document may name, and keep it."""
    return (Path(current_app.config["STATIC_DIR"]) / RESOURCES[name][0]).read_bytes()
