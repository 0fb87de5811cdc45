"""The pages, as a manager fills them in: with a browser that runs no script."""

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.invoices.documents import INVOICE
from app.invoices.jobs import verify_series
from app.invoices.models import (
    Invoice,
    InvoiceKind,
    InvoiceState,
    Issuer,
    NumberSeries,
    Recipient,
    VatRate,
)
from app.kernel import press
from app.kernel.db import db, transaction
from app.kernel.law import LegalWording
from app.kernel.outbox import OutboxRow
from tests.harness.mailbox import run_jobs
from tests.invoices.conftest import LUNCH


def filled(printer, **typed):
    """What a browser sends: every field, with two lines left free."""
    free = {f"lines-{place}-{name}": "" for place in range(3) for name in ("label", "quantity", "unit_price")}
    chosen = {
        f"lines-{place}-{name}": value for place in range(3) for name, value in (("unit", "C62"), ("vat", "normal"))
    }
    lunch = {
        "lines-0-label": "Menu",
        "lines-0-quantity": "1,5",
        "lines-0-unit_price": "1 250,50",
        "lines-0-vat": "intermediate",
    }
    about = {
        "kind": "invoice",
        "recipient": printer.id.hex,
        "supply_date": "2026-03-10",
        "operation": "services",
        "language": "fr",
    }
    return {**free, **chosen, **lunch, **about, **typed}


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


def only(model):
    return db.session.scalars(sa.select(model)).one()


def test_a_draft_is_typed_then_issued_then_downloaded(manager, printer):
    answer = manager.post("/admin/factures", data=filled(printer))
    draft = only(Invoice)
    assert answer.headers["Location"] == f"/admin/factures/{draft.id}"
    assert (draft.net, draft.gross, len(draft.lines)) == (1875_75, 2063_33, 1)
    page = manager.see(f"/admin/factures/{draft.id}")
    assert "Imprimerie Delorme" in page.text
    assert manager.post(f"/admin/factures/{draft.id}/emission").status_code == 303
    assert only(Invoice).number == "F2026-000001"
    assert manager.get(f"/admin/factures/{draft.id}/facture.pdf").status_code == 503
    INVOICE.ensured(only(Invoice))
    pdf = manager.get(f"/admin/factures/{draft.id}/facture.pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    xml = manager.get(f"/admin/factures/{draft.id}/factur-x.xml")
    assert xml.headers["Content-Disposition"].startswith("attachment")
    assert b"F2026-000001" in xml.data


def test_a_paper_that_failed_is_drawn_at_the_next_ask(manager, draft, issue, monkeypatch):
    def stops(_html, _archive):
        raise press.DrawingStopped("trop long")

    invoice = issue(draft())
    with monkeypatch.context() as worn:
        worn.setattr(press, "pdf", stops)
        assert INVOICE.ensured(invoice).reason == "trop long"
    url = f"/admin/factures/{invoice.id}/facture.pdf"
    assert manager.get(url).status_code == 503
    run_jobs()
    assert manager.get(url).data.startswith(b"%PDF-")


def test_more_lines_are_asked_for_and_nothing_typed_is_lost(manager, printer):
    page = manager.post("/admin/factures", data=filled(printer, more="1", note="Merci"))
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "lines-5-label" in text
    assert 'value="1 250,50"' in text
    assert db.session.scalars(sa.select(Invoice)).all() == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"lines-0-quantity": "0"}, "quantité nulle"),
        ({"lines-0-quantity": "beaucoup"}, "Indiquez un nombre"),
        ({"lines-0-quantity": "99999999"}, "est attendu"),
        ({"lines-0-unit_price": "-1"}, "est attendu"),
        ({"lines-0-unit_price": "1,234"}, "Indiquez un nombre"),
        ({"lines-0-unit_price": "1e9"}, "Indiquez un nombre"),
        ({"lines-0-label": ""}, "Complétez ou videz"),
        ({"lines-0-label": "x" * 201}, "200 caractères au plus"),
        ({"lines-0-label": "a\x00b"}, "caractères invisibles"),
        ({"lines-0-label": "a\uffffb"}, "caractères invisibles"),
        ({"note": "a\ufffeb"}, "caractères invisibles"),
        ({"lines-0-vat": "gratuit"}, ""),
        ({"supply_date": "2026-02-30"}, "n’existe pas"),
        ({"supply_date": "demain"}, "sous la forme"),
        ({"recipient": "0" * 32}, ""),
        ({"kind": "credit_note"}, ""),
        ({"operation": "troc"}, ""),
    ],
)
def test_what_cannot_be_read_is_said_beside_it(manager, printer, typed, said):
    answer = manager.post("/admin/factures", data=filled(printer, **typed))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True).replace("\u202f", " ").replace("\u00a0", " ")
    assert db.session.scalars(sa.select(Invoice)).all() == []


def test_a_draft_is_changed_and_thrown_away(manager, printer, draft):
    begun = draft(LUNCH)
    page = manager.see(f"/admin/factures/{begun.id}/modification")
    assert page.status == 200
    assert manager.post(f"/admin/factures/{begun.id}/modification", data=filled(printer)).status_code == 303
    assert only(Invoice).net == 1875_75
    assert manager.post(f"/admin/factures/{begun.id}/suppression").status_code == 303
    assert db.session.scalars(sa.select(Invoice)).all() == []


def test_what_is_issued_is_neither_changed_nor_thrown_away(manager, printer, draft, issue):
    invoice = issue(draft())
    assert manager.get(f"/admin/factures/{invoice.id}/modification").status_code == 409
    assert manager.post(f"/admin/factures/{invoice.id}/modification", data=filled(printer)).status_code == 409
    assert manager.post(f"/admin/factures/{invoice.id}/suppression").status_code == 409
    assert manager.post(f"/admin/factures/{invoice.id}/emission").status_code == 409


def test_a_narrow_list_keeps_the_total_and_says_the_rest_below(manager, draft, issue):
    issue(draft())
    page = manager.see("/admin/factures")
    kept = [head.text for head in page.all("thead th") if "minor" not in head.get("class", "")]
    assert kept == ["Numéro", "Destinataire", "Total TTC"]
    below = [part.text for part in page.all("tbody .list__sub--narrow")]
    assert below[0] == "Émise"
    assert below[1].startswith("Facture · ")


def test_what_lacks_is_listed_with_the_way_there(manager, printer, draft):
    begun = draft()
    with transaction():
        only(Issuer).legal_name = ""
        printer.city = ""
    page = manager.see(f"/admin/factures/{begun.id}")
    ways = {link["href"] for link in page.all(".notice a")}
    assert ways == {"/admin/reglages/factures", f"/admin/factures/destinataires/{printer.id}/modification"}
    assert manager.post(f"/admin/factures/{begun.id}/emission").status_code == 409
    assert only(Invoice).state is InvoiceState.DRAFT


def test_a_credit_note_is_prepared_cut_down_and_issued(manager, printer, draft, issue):
    invoice = issue(draft())
    answer = manager.post(f"/admin/factures/{invoice.id}/avoir")
    note_url = answer.headers["Location"]
    assert manager.see(f"{note_url}/modification").status == 200
    typed = filled(printer, **{"lines-0-quantity": "1", "lines-0-unit_price": "35"})
    assert manager.post(f"{note_url}/modification", data=typed).status_code == 303
    assert manager.post(f"{note_url}/emission").status_code == 303
    note = db.session.scalars(sa.select(Invoice).where(Invoice.invoice_kind == InvoiceKind.CREDIT_NOTE)).one()
    assert (note.number, note.gross, note.preceding_id) == ("A2026-000001", 38_50, invoice.id)
    assert "A2026-000001" in manager.see(f"/admin/factures/{invoice.id}").text


def test_it_leaves_by_mail_with_its_pdf(manager, draft, issue, outbox):
    invoice = issue(draft())
    assert (
        manager.post(f"/admin/factures/{invoice.id}/envoi", data={"address": "compta@delorme.example"}).status_code
        == 303
    )
    (mail,) = outbox
    assert mail.address == "compta@delorme.example"
    assert "F2026-000001" in mail.subject
    assert mail.attachments["F2026-000001.pdf"].startswith(b"%PDF")


@pytest.mark.parametrize("address", ["", "nulle part", "a@b\nBcc: x@y.example"])
def test_it_leaves_for_no_false_address(manager, draft, issue, outbox, address):
    invoice = issue(draft())
    assert manager.post(f"/admin/factures/{invoice.id}/envoi", data={"address": address}).status_code in (409, 422)
    assert list(outbox) == []


def test_a_draft_is_not_sent(manager, draft, outbox):
    begun = draft()
    assert manager.post(f"/admin/factures/{begun.id}/envoi", data={"address": "a@example.org"}).status_code == 409
    assert list(outbox) == []


# --- parties ----------------------------------------------------------------------------------------------------

COMPANY = {
    "recipient_kind": "organisation", "name": "Atelier Nord", "siren": "732 829 320", "vat_number": "fr 44 732 829 320",
    "address_line1": "1 rue du Nord", "postal_code": "59000", "city": "Lille", "country": "fr", "email": "a@nord.example", "language": "fr",
}  # fmt: skip


def test_a_company_is_noted_with_its_numbers(manager):
    assert manager.post("/admin/factures/destinataires", data=COMPANY).status_code == 303
    kept = only(Recipient)
    assert (kept.siren, kept.vat_number, kept.country) == ("732829320", "FR44732829320", "FR")
    assert "Atelier Nord" in manager.see("/admin/factures/destinataires?q=lille").text
    assert manager.see(f"/admin/factures/destinataires/{kept.id}").status == 200
    changed = {**COMPANY, "name": "Atelier du Nord"}
    assert manager.post(f"/admin/factures/destinataires/{kept.id}/modification", data=changed).status_code == 303
    assert only(Recipient).name == "Atelier du Nord"


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"siren": "732829321"}, 409, "SIREN n’est pas valable"),
        ({"siren": "", "vat_number": "FR45732829320"}, 409, "numéro de TVA n’est pas valable"),
        ({"vat_number": "FR11123456782"}, 409, "celui d’un autre SIREN"),
        ({"siren": "", "vat_number": "XX12345678"}, 409, "numéro de TVA n’est pas valable"),
        ({"country": "UK"}, 409, "n’est celui d’aucun pays"),
        ({"country": "12"}, 409, "n’est celui d’aucun pays"),
        ({"name": "a\uffffb"}, 422, "caractères invisibles"),
        ({"recipient_kind": "person"}, 409, "Un particulier n’a ni SIREN"),
        ({"name": ""}, 422, "nécessaire"),
        ({"recipient_kind": "martien"}, 422, ""),
        ({"language": "tlh"}, 422, ""),
    ],
)
def test_a_number_that_disproves_itself_is_refused(manager, typed, status, said):
    answer = manager.post("/admin/factures/destinataires", data={**COMPANY, **typed})
    assert answer.status_code == status
    assert said in answer.get_data(as_text=True).replace("\u202f", " ").replace("\u00a0", " ")
    assert db.session.scalars(sa.select(Recipient)).all() == []


# --- settings ---------------------------------------------------------------------------------------------------

ISSUER = {
    "legal_name": "Margot", "legal_form": "sas", "capital": "10 000", "siren": "732829320", "register_city": "Paris",
    "vat_number": "FR44732829320", "address_line1": "1 rue X", "postal_code": "75001", "city": "Paris", "country": "FR",
    "email": "", "iban": "FR76 3000 6000 0112 3456 7890 189", "bic": "agrifrpp", "payment_days": "45",
}  # fmt: skip


def test_the_house_is_described_and_the_trail_says_what_changed(manager):
    assert manager.see("/admin/reglages/factures").status == 200
    assert manager.post("/admin/reglages/factures", data=ISSUER).status_code == 303
    kept = only(Issuer)
    assert (kept.capital, kept.iban, kept.bic, kept.payment_days) == (
        10_000_00,
        "FR7630006000011234567890189",
        "AGRIFRPP",
        45,
    )


def test_the_accounting_file_bears_the_number_the_house_bills_under(manager, printer):
    days = {"first": "2026-01-01", "last": "2026-01-31"}
    answer = manager.post("/admin/paiements/comptabilite", data=days)
    assert only(Issuer).siren
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{only(Issuer).siren}FEC20260131.txt"'


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"siren": "100000009"}, "celui d’un autre SIREN"),
        ({"iban": "FR7630006000011234567890188"}, "IBAN n’est pas valable"),
        ({"bic": "AGRI"}, "BIC n’est pas valable"),
    ],
)
def test_what_would_pay_somebody_else_is_refused(manager, typed, said):
    answer = manager.post("/admin/reglages/factures", data={**ISSUER, **typed})
    assert answer.status_code == 409
    assert said in answer.get_data(as_text=True).replace("\u202f", " ").replace("\u00a0", " ")
    assert only(Issuer).legal_name == "Margot et fils"


def test_a_rate_and_a_wording_change_from_a_day_on(manager):
    page = manager.see("/admin/reglages/factures/loi")
    assert [link.text for link in page.all("a[aria-current]") if "factures" in link["href"]] == [
        "Taux et mentions légales"
    ]
    rate = {"key": "normal", "rate": "21", "valid_from": "2027-01-01", "source": "loi de finances"}
    assert manager.post("/admin/reglages/factures/loi/taux", data=rate).status_code == 303
    assert db.session.scalars(
        sa.select(VatRate.rate).where(VatRate.key == "normal").order_by(VatRate.valid_from)
    ).all() == [2000, 2100]
    assert manager.post("/admin/reglages/factures/loi/taux", data=rate).status_code == 409
    assert (
        manager.post(
            "/admin/reglages/factures/loi/taux", data={**rate, "rate": "0", "valid_from": "2028-01-01"}
        ).status_code
        == 409
    )
    words = {"key": "early_payment", "language": "fr", "text": "", "valid_from": "2027-01-01", "source": "loi"}
    assert manager.post("/admin/reglages/factures/loi/mentions", data=words).status_code == 303
    assert manager.post("/admin/reglages/factures/loi/mentions", data=words).status_code == 409
    assert len(db.session.scalars(sa.select(LegalWording).where(LegalWording.key == "early_payment")).all()) == 3


def test_a_choice_that_is_offered_no_more_is_said_in_french(manager, printer):
    for forged in ({"recipient": "0" * 32}, {"lines-0-vat": "gone"}):
        answer = manager.post("/admin/factures", data=filled(printer, **forged))
        assert answer.status_code == 422
        assert "n’est plus, proposé" in answer.get_data(as_text=True)
        assert "valid choice" not in answer.get_data(as_text=True)


# --- others -----------------------------------------------------------------------------------------------------


def test_a_strange_number_shows_as_text(manager, draft, issue):
    issue(draft(LUNCH, note="<script>alert(1)</script>", reference="=1+1"))
    page = manager.get("/admin/factures?vue=toutes&colonnes=numero&colonnes=reference")
    assert page.status_code == 200
    exported = manager.post("/admin/donnees/invoices.invoices/export.csv?colonnes=numero&colonnes=reference").get_data(
        as_text=True
    )
    assert not re.search(r"(^|;)\"?=1", exported, re.MULTILINE)


def test_the_night_tells_of_a_hole(app, draft, issue, cast):
    issue(draft())
    assert verify_series() == 0
    with transaction() as session:
        session.execute(sa.update(NumberSeries).values(last=NumberSeries.last + 1))
    assert verify_series() == 1
    promised = db.session.scalars(sa.select(OutboxRow.natural_key).where(OutboxRow.job == "kernel.tell_people"))
    assert list(promised) == ["announce:invoices.broken_series:F2026:20260310"]


def test_quantities_are_read_as_people_write_them(manager, printer):
    manager.post("/admin/factures", data=filled(printer, **{"lines-0-quantity": "0.25", "lines-0-unit_price": "100 €"}))
    assert (only(Invoice).lines[0].quantity, only(Invoice).net) == (Decimal("0.25"), 25_00)
