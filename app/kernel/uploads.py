"""Uploads: what a stranger's file is by its content, whatever its name says; pictures drawn anew, archives measured.

Nothing here trusts a name, a declared type or a declared size. What is not one of the kinds asked for is refused in
words; a picture keeps its pixels and nothing else; a document made of a zip is measured, and never unpacked.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from app.kernel.formats import number
from app.kernel.languages import _
from app.kernel.lifecycle import Unfit

LONGEST_NAME = 100
MOST_PIXELS = 16_000_000  # decoded whole: 64 MB
MOST_PIXELS_OF_A_PHOTO = 60_000_000  # a JPEG is decoded at the size it is drawn
LONGEST_SIDE = 2400
MOST_UNPACKED = 100 * 2**20
MOST_MEMBERS = 2000
NO_BREAK_SPACE = "\u00a0"
SEPARATORS = re.compile(r'[<>:"/\\|?*]+')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class UploadRefused(Unfit):
    """A file is not kept; the message names it and says why."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that may be sent: how it is called, what it is served as."""

    code: str
    label: str
    media_type: str


PDF = Kind("pdf", "PDF", "application/pdf")
JPEG = Kind("jpg", "JPEG", "image/jpeg")
PNG = Kind("png", "PNG", "image/png")
WEBP = Kind("webp", "WebP", "image/webp")
DOCX = Kind("docx", "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
XLSX = Kind("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
ODT = Kind("odt", "OpenDocument", "application/vnd.oasis.opendocument.text")
ODS = Kind("ods", "OpenDocument", "application/vnd.oasis.opendocument.spreadsheet")

PICTURES = (JPEG, PNG, WEBP)
PAPERS = (PDF, *PICTURES, DOCX, XLSX, ODT, ODS)


@dataclass(frozen=True)
class Received:
    """A file as it may be kept."""

    content: bytes
    media_type: str
    filename: str


def received(stream: IO[bytes], name: str, *, kinds: Sequence[Kind], biggest: int) -> Received:
    """Read and check one file. Raises UploadRefused, naming it."""
    told = clean_name(name)
    content = stream.read(biggest + 1)
    if len(content) > biggest:
        raise UploadRefused(_("« %(name)s » dépasse %(size)s.", name=told, size=size_in_words(biggest)))
    if not content:
        raise UploadRefused(_("« %(name)s » est vide.", name=told))
    kind = recognised(content)
    if kind is None or kind not in kinds:
        names = ", ".join(dict.fromkeys(each.label for each in kinds))
        raise UploadRefused(
            _(
                "« %(name)s » n’est pas accepté. D’après son contenu, ce n’est d’aucune de ces sortes : %(names)s.",
                name=told,
                names=names,
            )
        )
    if kind in PICTURES:
        content = _drawn_anew(content, kind, told)
    elif kind is not PDF:
        _measure(content, told)
    return Received(content, kind.media_type, f"{told.rpartition('.')[0] or told}.{kind.code}")


def recognised(content: bytes) -> Kind | None:
    """Tell the kind of a content by its first bytes, and by its members where it is a zip."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return _office(content) if content.startswith(b"PK\x03\x04") else None


def clean_name(name: str) -> str:
    """Give a name that is safe on every system and says what it said: no folder, nothing invisible, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    plain = " ".join(SEPARATORS.sub("-", seen).split()).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if dot and len(extension) <= 10:
        plain = f"{stem[:LONGEST_NAME].strip(' .')}.{extension}"
    else:
        plain = plain[:LONGEST_NAME].strip(" .")
    return f"_{plain}" if RESERVED.fullmatch(plain) else plain.lstrip(".") or _("fichier")


def size_in_words(size: int) -> str:
    """Write a size as people say it, on one line: "5 Mo", "312 Ko"."""
    if size >= 2**20:
        said = _("%(size)s Mo", size=number(round(size / 2**20, 1)))
    else:
        said = _("%(size)s Ko", size=number(max(1, round(size / 1024))))
    return said.replace(" ", NO_BREAK_SPACE)


def _office(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None
            first = archive.infolist()[0] if names else None
            if first is None or first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
                return None
            said = content[30 + len(first.filename) :][: first.file_size]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    return next((kind for kind in (ODT, ODS) if kind.media_type.encode() == said), None)


def _measure(content: bytes, told: str) -> None:
    """Refuse an archive that would fill a disk, names places outside itself, is locked or carries programs."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UploadRefused(_("« %(name)s » contient, une fois ouvert, plus qu’un document.", name=told))
    for member in members:
        steps = re.split(r"[/\\]", member.filename)
        if ".." in steps or steps[0] == "" or ":" in steps[0] or member.flag_bits & 1:
            raise UploadRefused(_("« %(name)s » n’est pas un document ordinaire.", name=told))
        if steps[-1].lower() == "vbaproject.bin":
            raise UploadRefused(_("« %(name)s » contient des macros : enregistrez-le sans elles.", name=told))


def _drawn_anew(content: bytes, kind: Kind, told: str) -> bytes:
    """Give the same picture, upright, of a size for a screen, without anything that is not a pixel."""
    from PIL import Image  # noqa: PLC0415 - eighteen megabytes: only where a picture comes in

    try:
        with Image.open(io.BytesIO(content), formats=[_format(kind)]) as picture:
            fits = picture.width * picture.height <= (MOST_PIXELS_OF_A_PHOTO if kind is JPEG else MOST_PIXELS)
            drawn = _redrawn(picture, kind) if fits else b""
    except Image.DecompressionBombError:  # announced so large that the library does not even open it
        fits, drawn = False, b""
    except Exception as error:  # a decoder given a broken picture may raise anything
        raise UploadRefused(_("L’image « %(name)s » est abîmée : elle ne s’ouvre pas.", name=told)) from error
    if not fits:
        raise UploadRefused(_("L’image « %(name)s » a trop de pixels : réduisez-la.", name=told))
    return drawn


def _redrawn(picture: Any, kind: Kind) -> bytes:
    from PIL import ImageOps  # noqa: PLC0415 - the same

    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if kind is not JPEG and upright.has_transparency_data else "RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright.info = {}  # comments, profiles and places: Pillow would write them again
    drawn = io.BytesIO()
    upright.save(drawn, _format(kind), **({} if kind is PNG else {"quality": 85}))
    return drawn.getvalue()


def _format(kind: Kind) -> str:
    return {"jpg": "JPEG"}.get(kind.code, kind.code.upper())
