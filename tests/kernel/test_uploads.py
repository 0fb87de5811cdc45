"""Files as strangers send them: known by their content, drawn anew, measured, named afresh; or refused in words."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.kernel.uploads import (
    DOCX,
    JPEG,
    ODT,
    PAPERS,
    PDF,
    PICTURES,
    PNG,
    UploadRefused,
    clean_name,
    received,
    recognised,
)

MEGABYTE = 2**20


def picture(form="JPEG", size=(40, 30), **options) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "#1E5B4F").save(drawn, form, **options)
    return drawn.getvalue()


def archive(members: dict[str, bytes], *, first_stored: bool = False) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept:
        for number, (name, content) in enumerate(members.items()):
            how = zipfile.ZIP_STORED if first_stored and number == 0 else zipfile.ZIP_DEFLATED
            kept.writestr(zipfile.ZipInfo(name), content, how)
    return packed.getvalue()


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


def take(content: bytes, name="capture.png", kinds=PAPERS, biggest=MEGABYTE):
    return received(io.BytesIO(content), name, kinds=kinds, biggest=biggest)


def png_announcing(width: int, height: int) -> bytes:
    """A PNG of some bytes that claims to be that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


# --- what it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", PDF),
        (picture(), JPEG),
        (picture("PNG"), PNG),
        (archive(WORD), DOCX),
        (archive({"mimetype": ODT.media_type.encode(), "content.xml": b"<x/>"}, first_stored=True), ODT),
        (archive({"a.txt": b"x"}), None),
        (b"<html><script>alert(1)</script>", None),
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04 and nothing more", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_holds(content, kind):
    assert recognised(content) == kind


@given(st.binary(max_size=200))
def test_any_bytes_are_known_or_not_and_never_break(content):
    for beginning in (b"", b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF1234WEBP"):
        recognised(beginning + content)


@pytest.mark.parametrize("name", ["photo.jpg", "facture.pdf", "rien", "a.exe"])
def test_a_file_that_lies_about_its_kind_is_refused(app, name):
    with pytest.raises(UploadRefused, match="n’est pas accepté. D’après son contenu"):
        take(b"<html><script>alert(1)</script>", name)


def test_one_that_only_bears_a_wrong_name_takes_the_right_one(app):
    kept = take(picture(), "document.pdf")
    assert (kept.filename, kept.media_type) == ("document.jpg", "image/jpeg")


def test_an_empty_one_and_one_too_big_are_refused(app):
    with pytest.raises(UploadRefused, match="est vide"):
        take(b"")
    with pytest.raises(UploadRefused, match="gros.pdf.* dépasse 1.Mo"):
        take(b"%PDF-" + bytes(MEGABYTE), "gros.pdf")


# --- pictures -------------------------------------------------------------------------------------------------------


def test_a_picture_is_drawn_anew_without_what_was_hidden_in_it(app):
    exif = Image.Exif()
    exif[0x010E] = "48.8566 N, 2.3522 E"
    kept = take(picture(exif=exif, comment=b"<?php evil() ?>") + b"<script>polyglot</script>", "photo.jpg")
    assert b"48.8566" not in kept.content
    assert b"php" not in kept.content
    assert b"script" not in kept.content
    assert Image.open(io.BytesIO(kept.content)).size == (40, 30)


def test_a_photo_taken_sideways_stands_upright(app):
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = take(picture(exif=exif), "photo.jpg")
    assert Image.open(io.BytesIO(kept.content)).size == (30, 40)


@pytest.mark.parametrize(("form", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_large_picture_is_made_smaller(app, form, name):
    kept = take(picture(form, (3000, 10)), name)
    assert Image.open(io.BytesIO(kept.content)).size == (2400, 8)
    assert kept.filename == name


@pytest.mark.parametrize("size", [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (1, 2**30)])
def test_a_picture_bomb_is_refused_before_it_is_opened(app, size):
    with pytest.raises(UploadRefused, match="trop de pixels"):
        take(png_announcing(*size))


@pytest.mark.parametrize("cut", [20, 100, 300])
def test_a_broken_picture_is_refused(app, cut):
    with pytest.raises(UploadRefused, match="abîmée"):
        take(picture(size=(200, 200), quality=95)[:cut], "photo.jpg", kinds=PICTURES)


# --- archives -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"word/media/zeros.bin": bytes(120 * MEGABYTE)}, "plus qu’un document"),
        ({f"word/{number}.xml": b"" for number in range(2100)}, "plus qu’un document"),
        ({"../../etc/cron.d/x": b"x"}, "pas un document ordinaire"),
        ({"/etc/passwd": b"x"}, "pas un document ordinaire"),
        ({"..\\x": b"x"}, "pas un document ordinaire"),
        ({"C:/x": b"x"}, "pas un document ordinaire"),
        ({"word/vbaProject.bin": b"x"}, "contient des macros"),
    ],
)
def test_an_archive_that_is_more_than_a_document_is_refused(app, members, told):
    with pytest.raises(UploadRefused, match=told):
        take(archive({**WORD, **members}), "contrat.docx")


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Zoé\\été.pdf", "été.pdf"),
        ("a\x00.php.jpg", "a.php.jpg"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie- x.pdf"),
        ("CON.pdf", "_CON.pdf"),
        (" . . ", "fichier"),
        ("", "fichier"),
        ("..", "fichier"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ('a<b>"c|d?.pdf', "a-b-c-d-.pdf"),
    ],
)
def test_a_name_is_made_safe(app, typed, kept):
    assert clean_name(typed) == kept


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(typed):
    name = clean_name(typed)
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\\0\r\n<>:"|?*')
    assert not name.startswith(".")
    assert clean_name(name) == name
