"""What a logo has to be: seen on white paper, of a shape that fits in a head, light enough for a page."""

import io
from typing import IO, Any

from app.kernel import antivirus
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken, Unfit
from app.kernel.uploads import PICTURES, received, size_in_words

BIGGEST = 2 * 2**20
WIDEST, HIGHEST = 600, 200  # three times what a screen shows, and what paper prints at 300 dots to the inch
LONGEST_SHAPE, TALLEST_SHAPE = 8, 1 / 3
DARK, LEAST_DARK = 190, 0.01  # a grey that is read on white, and how much of a logo has to be no paler
LIGHT_ENOUGH = 40 * 1024


def announced() -> str:
    """Say beforehand what may be sent."""
    names = ", ".join(kind.label for kind in PICTURES)
    return _(
        "%(names)s, %(size)s au plus. Un fond blanc ou transparent convient le mieux.", names=names, size=_biggest()
    )


def _biggest() -> str:
    return size_in_words(BIGGEST)


def received_logo(stream: IO[bytes], name: str) -> bytes:
    """Read a picture that was sent, and give it as a logo is kept. Raises RuleBroken, saying what does not serve."""
    came = received(stream, name, kinds=PICTURES, biggest=BIGGEST)
    if antivirus.is_configured():
        try:
            threat = antivirus.threat_in(came.content)
        except antivirus.AntivirusAway:
            raise RuleBroken(_("L’antivirus ne répond pas : réessayez dans un instant."), "logo") from None
        if threat:
            raise Unfit(_("L’antivirus refuse ce fichier : %(threat)s.", threat=threat), "logo")
    return fitted(came.content)


def fitted(content: bytes) -> bytes:
    """Give a picture as a PNG without its empty edges, of the size it is shown at. Raises RuleBroken."""
    from PIL import Image  # noqa: PLC0415 - eighteen megabytes: only where a picture comes in

    with Image.open(io.BytesIO(content)) as picture:
        whole = picture.convert("RGBA")
    ink = _on_white(whole).convert("L").point(lambda grey: 255 if grey < 250 else 0)
    edges = ink.getbbox()
    if edges is None:
        raise Unfit(_("Sur du papier blanc, ce logo ne se verrait pas : envoyez sa version foncée."), "logo")
    logo = whole.crop(edges)
    if not TALLEST_SHAPE <= logo.width / logo.height <= LONGEST_SHAPE:
        raise Unfit(_("Ce logo est trop étiré pour tenir en tête d’une page."), "logo")
    grey = _on_white(logo).convert("L")
    if sum(grey.histogram()[:DARK]) < LEAST_DARK * logo.width * logo.height:
        raise Unfit(_("Ce logo est trop pâle pour se lire sur du papier : envoyez sa version foncée."), "logo")
    logo.thumbnail((WIDEST, HIGHEST))
    return _written(_on_white(logo).convert("RGB"))  # mail programs that darken a letter leave a picture's own ground


def _on_white(picture: Any) -> Any:
    from PIL import Image  # noqa: PLC0415 - the same

    paper = Image.new("RGBA", picture.size, "#FFFFFF")
    paper.alpha_composite(picture)
    return paper


def _written(logo: Any) -> bytes:
    """Write it without loss; one that weighs too much, a photograph, in 256 colours."""
    drawn = io.BytesIO()
    logo.save(drawn, "PNG", optimize=True)
    if drawn.tell() > LIGHT_ENOUGH:
        drawn = io.BytesIO()
        logo.quantize(256).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()
