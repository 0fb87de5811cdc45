"""The logo of a house: sent, checked, drawn anew, shown on pages and papers, taken away; and files that are none."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from app.accounts.service import actor_for
from app.booking.documents import CONFIRMATION
from app.directory import service
from app.directory.logos import BIGGEST, HIGHEST, WIDEST, fitted, received_logo
from app.kernel import clock, documents, files, letterheads
from app.kernel.audit import entries_on
from app.kernel.db import db, transaction
from app.kernel.lifecycle import NotAllowed, RuleBroken
from app.kernel.privacy import retention_rules
from app.kernel.storage import FileMissing, StorageDown
from app.kernel.wordings import wordings
from tests.booking.houses import open_house, promise
from tests.harness.markup import read
from tests.kernel.test_uploads import archive, picture, png_announcing

URL = "/admin/reglages/logo"


def drawn(size=(300, 120), ink="#1E5B4F", ground="#FFFFFF00", margin=10) -> bytes:
    """A logo: a block of ink on a transparent ground, with empty edges."""
    image = Image.new("RGBA", (size[0] + 2 * margin, size[1] + 2 * margin), ground)
    image.paste(ink, (margin, margin, size[0] + margin, size[1] + margin))
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def chloe(visit, cast, house):
    return visit(cast.chloe)


def send(visitor, content: bytes, name="logo.png"):
    values = {"logo": FileStorage(io.BytesIO(content), filename=name)}
    body, _length, boundary = stream_encode_multipart(values, threshold=10**8)
    answer = visitor.post(URL, data=body.read(), content_type=f"multipart/form-data; boundary={boundary}")
    db.session.expire_all()
    return answer


def photograph(size) -> bytes:
    kept = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def told(house) -> list[str]:
    facts = [entry.fact for entry in entries_on("Establishment", house.id)]
    return [fact for fact in facts if fact.startswith("directory.")]


def opened(house) -> Image.Image:
    return Image.open(io.BytesIO(files.storage().get(house.logo_digest)))


# --- sending --------------------------------------------------------------------------------------------------------


def test_it_is_kept_without_its_empty_edges(chloe, house):
    assert "JPEG, PNG, WebP, 2\u00a0Mo au plus" in chloe.get(URL).get_data(as_text=True)
    page = chloe.arrive(URL, send(chloe, drawn()))
    assert "Le logo est enregistré." in page.text
    assert (opened(house).format, opened(house).size) == ("PNG", (300, 120))


def test_a_large_one_is_made_smaller_and_a_photograph_lighter(chloe, house):
    send(chloe, photograph((1600, 900)), "photo.jpg")
    assert opened(house).width <= WIDEST
    assert opened(house).height == HIGHEST
    assert len(files.storage().get(house.logo_digest)) < 120_000


def test_what_is_hidden_in_it_does_not_stay(chloe, house):
    exif = Image.Exif()
    exif[0x010E] = "48.8566 N, 2.3522 E"
    send(chloe, picture(exif=exif, comment=b"<?php evil() ?>") + b"<script>polyglot</script>", "logo.jpg")
    kept = files.storage().get(house.logo_digest)
    assert not any(word in kept for word in (b"48.8566", b"php", b"script"))


def test_the_trail_tells_it_once(chloe, house):
    send(chloe, drawn())
    send(chloe, drawn())
    assert told(house) == ["directory.logo_changed"]


# --- what cannot serve ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"<html><script>alert(1)</script>", "logo.png", "n’est pas accepté"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "n’est pas accepté"),
        (b"%PDF-1.7", "logo.pdf", "n’est pas accepté"),
        (archive({"[Content_Types].xml": b"", "word/document.xml": bytes(2**20)}), "logo.png", "n’est pas accepté"),
        (png_announcing(50_000, 50_000), "logo.png", "a trop de pixels"),
        (png_announcing(2**31 - 1, 2**31 - 1), "logo.png", "a trop de pixels"),
        (picture(size=(200, 200), quality=95)[:300], "logo.jpg", "abîmée"),
        (b"\x89PNG\r\n\x1a\n" + bytes(BIGGEST), "logo.png", "dépasse 2.Mo"),
        (b"", "logo.png", "est vide"),
        (drawn(ink="#FFFFFF"), "logo.png", "ne se verrait pas"),
        (drawn(ink="#F3EFC8"), "logo.png", "trop pâle"),
        (drawn((900, 20)), "logo.png", "trop étiré"),
        (drawn((20, 900)), "logo.png", "trop étiré"),
    ],
)
def test_what_cannot_serve_is_refused_in_words(app, content, name, told):
    with pytest.raises(RuleBroken, match=told):
        received_logo(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [(b"MZ", "../../etc/\x00x.png", "« x.png » n’est pas accepté"), (b"", "", "Choisissez une image.")],
)
def test_it_is_told_on_the_page_and_nothing_changes(chloe, house, content, name, told):
    page = chloe.arrive(URL, send(chloe, content, name))
    assert (page.status, told in page.text) == (422, True)
    assert house.logo_digest is None


def test_more_than_the_form_may_weigh_is_not_read(chloe):
    body = {"data": bytes(3 * 2**20), "content_type": "multipart/form-data; boundary=b"}
    assert chloe.post(URL, **body).status_code == 413


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (8, 3)])
def test_the_smallest_are_logos_too(app, size):
    assert Image.open(io.BytesIO(fitted(drawn(size, margin=0)))).size == size


def test_the_antivirus_reads_it_first(clamd, chloe, house, monkeypatch):
    monkeypatch.setattr(clamd, "answers", ["stream: Eicar-Test-Signature FOUND"])
    assert "Eicar-Test-Signature" in chloe.arrive(URL, send(chloe, drawn())).text
    clamd.answers = [""]
    assert "ne répond pas" in chloe.arrive(URL, send(chloe, drawn())).text
    assert house.logo_digest is None
    clamd.answers = []
    send(chloe, drawn())
    assert house.logo_digest


# --- showing --------------------------------------------------------------------------------------------------------


@pytest.fixture
def dressed(chloe, house):
    send(chloe, drawn())
    return house


def test_guests_see_it_on_the_page_where_they_book(visit, dressed):
    page = visit().see("/reserver")
    (shown,) = page.all(".masthead .plate img")
    assert shown["alt"] == ""  # the name of the house stands beside it
    assert not page.has(".masthead .monogram")
    answer = visit().get(shown["src"])
    assert (answer.mimetype, answer.data[:4]) == ("image/png", b"\x89PNG")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_no_other_file_comes_out_of_its_door(visit, dressed):
    with transaction():
        secret = files.keep(b"secret", "text/plain")
    for digest in (secret.digest, "0" * 64, "../" * 21 + "x", "%00" * 64):
        assert visit().get(f"/logos/{digest}.png").status_code == 404


def test_a_paper_carries_it(app, dressed):
    sample = wordings()[CONFIRMATION.code].sample(dressed).context
    html = documents.written(CONFIRMATION, sample)
    assert '<img class="logo" src="data:image/png;base64,' in html
    assert documents.drawn(CONFIRMATION, sample).startswith(b"%PDF-")


def test_a_paper_without_its_picture_shows_the_initials(app, dressed, monkeypatch):
    def gone(_storage, digest):
        raise FileMissing(digest)

    monkeypatch.setattr("app.kernel.storage.Storage.get", gone)
    html = documents.written(CONFIRMATION, wordings()[CONFIRMATION.code].sample(dressed).context)
    assert '<p class="monogram"' in html


def test_it_is_never_swept_as_long_as_it_is_shown(dressed, at):
    at(clock.now() + timedelta(days=40))
    assert retention_rules()["kernel.files"].run() == 0
    assert opened(dressed).size == (300, 120)


def test_one_that_was_replaced_goes(chloe, dressed, at):
    before = dressed.logo_digest
    send(chloe, drawn((200, 100)))
    at(clock.now() + timedelta(days=40))
    assert retention_rules()["kernel.files"].run() == 1
    with pytest.raises(FileMissing):
        files.storage().get(before)


# --- taking away, and who may ---------------------------------------------------------------------------------------


def test_it_is_taken_away(chloe, dressed):
    page = chloe.see(URL).submit(f"form[action='{URL}/retrait']", javascript=False)
    assert "vos initiales le remplacent" in page.text
    db.session.expire_all()
    assert dressed.logo_digest is None
    assert told(dressed)[0] == "directory.logo_removed"


@pytest.mark.parametrize("stranger", ["bruno", "alice"])
def test_others_change_nothing(visit, cast, dressed, stranger):
    visitor = visit(getattr(cast, stranger))
    assert visitor.get(URL).status_code in (302, 403)
    assert send(visitor, drawn((50, 50))).status_code == 403
    assert visitor.post(f"{URL}/retrait").status_code == 403
    assert opened(dressed).size == (300, 120)
    with pytest.raises(NotAllowed):
        service.remove_logo(dressed, actor=actor_for(cast.bruno))


# --- letters ------------------------------------------------------------------------------------------------------


@pytest.fixture
def letter(dressed, outbox):
    """`letter()`: what a guest who books is written."""
    letterheads._picture.cache_clear()

    def write():
        promise(dressed, email="alice@example.org")
        return next(mail for mail in outbox if mail.address == "alice@example.org")

    return write


def test_a_letter_carries_it_and_fetches_nothing(dressed, letter):
    written = letter()
    (picture,) = [part for part in written.raw.walk() if part["Content-ID"]]
    shown = read(written.html).first("img")
    assert shown["src"] == f"cid:{picture['Content-ID'].strip('<>')}"
    assert shown["alt"] == dressed.initials
    assert (int(shown["width"]) <= 150, int(shown["height"]) <= 40) == (True, True)
    assert picture.get_content() == files.storage().get(dressed.logo_digest)
    assert picture.get_content_disposition() == "inline"
    assert "logo.png" not in written.attachments
    assert 'src="http' not in written.html
    assert "url(" not in written.html


def test_a_letter_of_a_house_without_one_has_its_initials_and_no_picture(chloe, dressed, letter):
    chloe.post(f"{URL}/retrait")
    written = letter()
    assert read(written.html).all("img") == []
    assert not [part for part in written.raw.walk() if part["Content-ID"]]


@pytest.mark.parametrize("trouble", [FileMissing, StorageDown])
def test_a_picture_that_cannot_be_read_keeps_no_letter_back(letter, monkeypatch, trouble):
    def fails(_digest):
        raise trouble("gone")

    monkeypatch.setattr(letterheads, "_picture", fails)
    assert read(letter().html).all("img") == []


def test_the_preview_of_a_letter_shows_it_too(chloe, dressed):
    page = chloe.see("/admin/reglages/courriers/booking.confirmed/fr/apercu")
    assert page.first("img")["src"].startswith("data:image/png;base64,")


def test_it_keeps_its_own_white_ground_where_letters_are_darkened(app):
    with Image.open(io.BytesIO(fitted(drawn(ink="#1E5B4FCC")))) as logo:
        assert logo.mode == "RGB"
