"""The PDF: an archive that carries its Factur-X, in the reader's language, drawn once."""

import io
from dataclasses import replace

import pypdf
import pytest

from app.invoices.documents import INVOICE
from app.invoices.models import InvoiceKind
from app.kernel import files, printing
from tests.invoices.conftest import LUNCH, WINE


@pytest.fixture
def paper():
    """`paper(invoice)` draws it and opens it."""

    def draw(invoice):
        drawn = INVOICE.ensured(invoice)
        assert drawn.is_ready, drawn.reason
        return pypdf.PdfReader(io.BytesIO(files.content_of(drawn.file))), drawn

    return draw


def test_it_carries_the_xml_and_says_what_it_is(draft, issue, paper):
    invoice = issue(draft())
    pdf, drawn = paper(invoice)
    metadata = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert pdf.attachments["factur-x.xml"] == [invoice.xml.encode()]
    assert [each.get_object()["/AFRelationship"] for each in pdf.trailer["/Root"]["/AF"]] == ["/Data"]
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
    assert "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" in metadata
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3" in metadata
    assert 'pdfaid:conformance="B"' in metadata or "<pdfaid:conformance>B" in metadata
    assert "/OutputIntents" in pdf.trailer["/Root"]
    assert drawn.filename == "F2026-000001.pdf"


def test_it_says_all_the_law_wants(draft, issue, paper):
    invoice = issue(draft())
    text = " ".join(paper(invoice)[0].pages[0].extract_text().split())
    for said in (
        "F2026-000001", "10 mars 2026", "9 avril 2026", "Margot et fils", "SARL au capital de 8 000 €, 100 000 009 RCS Orléans",
        "Imprimerie Delorme", "SIREN 123 456 782", "Menu du marché", "1 248,00 €", "138,00 €", "trois fois l’intérêt légal",
        "40 €", "Pas d’escompte", "FR76 3000 6000 0112 3456 7890 189",
    ):  # fmt: skip
        assert said in text.replace("\u00a0", " ").replace("\u202f", " "), said


def test_a_deposit_and_what_deducts_it_say_so(draft, issue, paper):
    deposit = issue(draft(LUNCH, kind=InvoiceKind.DEPOSIT))
    final = issue(draft(LUNCH, WINE, deposits=[deposit]))
    assert "Facture d’acompte" in paper(deposit)[0].pages[0].extract_text()
    text = paper(final)[0].pages[0].extract_text().replace("\u00a0", " ").replace("\u202f", " ")
    assert "Acompte déduit" in text
    assert "324,00 €" in text


def test_what_is_typed_fetches_nothing(draft, issue, paper):
    hostile = '<img src="file:///etc/passwd"><style>@import url(http://127.0.0.1/)</style>'
    invoice = issue(draft(note=hostile))
    assert "file:///etc/passwd" in paper(invoice)[0].pages[0].extract_text()


STRANGE = "Zoé 🎉 田中 👩‍🍳 Ωμέγα"


def test_a_sign_that_no_font_has_is_drawn_as_none_and_the_xml_keeps_it(draft, issue, paper):
    """PDF/A-3 and PDF/UA-1 forbid the glyph of what is missing (ISO 19005-3, 6.2.11.8; ISO 14289-1, 7.21.8)."""
    invoice = issue(draft(replace(LUNCH, label=f"Menu {STRANGE}")))
    pdf, _drawn = paper(invoice)
    assert signs_without_a_glyph(pdf) == 0
    assert "Menu Zoé" in pdf.pages[0].extract_text()
    assert "🎉 田中 👩‍🍳" in pdf.attachments["factur-x.xml"][0].decode()


@pytest.mark.parametrize("archive", [None, printing.Archive("a.txt", "a", "")])
def test_what_no_font_has_is_a_question_mark_or_nothing(app, archive, tmp_path):
    if archive:
        (tmp_path / "about.xmp").write_text("<x/>")
        archive = replace(archive, metadata=str(tmp_path / "about.xmp"))
    signs = "".join(map(chr, (0x1F389, 0x12345, 0xE000)))  # an emoji, a cuneiform letter, a sign of nobody's
    html = f"<!doctype html><html lang=fr><title>x</title><p>Zoé{signs}</p><h1>Zoé{signs}</h1>"
    pdf = pypdf.PdfReader(io.BytesIO(printing.pdf(html, archive)))
    assert signs_without_a_glyph(pdf) == 0
    assert pdf.pages[0].extract_text().split() == ["Zoé?", "Zoé?"]


def signs_without_a_glyph(pdf):
    """How many signs of a paper its fonts have no drawing for: WeasyPrint maps those, and only those, by a map of its own."""
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    return sum(font["/Encoding"] != "/Identity-H" for font in fonts)
