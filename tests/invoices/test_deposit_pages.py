"""Deposits on the pages and papers: chosen with boxes, with and without script; said one by one."""

import io

import pypdf
import pytest
import sqlalchemy as sa

from app.invoices.documents import INVOICE
from app.invoices.models import Deduction, Invoice, InvoiceKind, InvoiceState
from app.kernel import files, privacy
from app.kernel.db import db, transaction
from tests.harness.databases import count_queries
from tests.invoices.conftest import LUNCH, WINE
from tests.invoices.test_deposits import left
from tests.invoices.test_issue import credit
from tests.invoices.test_pages import filled


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


def boxes(page):
    return {box["value"]: box.get("checked") is not None for box in page.all("input[name=deposits]")}


def only_draft():
    return db.session.scalars(sa.select(Invoice).where(Invoice.state == InvoiceState.DRAFT)).one()


def test_several_are_ticked_and_ticked_again_when_the_draft_is_opened(manager, printer, two):
    page = manager.see("/admin/factures/nouvelle")
    assert list(boxes(page)) == [deposit.id.hex for deposit in two]
    assert "F2026-000001, 330,00 €, du 10 mars 2026" in page.text
    typed = filled(printer, deposits=[deposit.id.hex for deposit in two])
    assert manager.post("/admin/factures", data=typed).status_code == 303
    draft = only_draft()
    assert (draft.prepaid, len(draft.deductions)) == (440_00, 2)
    assert all(boxes(manager.see(f"/admin/factures/{draft.id}/modification")).values())
    typed = filled(printer, deposits=[two[1].id.hex])
    assert manager.post(f"/admin/factures/{draft.id}/modification", data=typed).status_code == 303
    assert (only_draft().prepaid, len(only_draft().deductions)) == (110_00, 1)


def test_whoever_is_chosen_brings_their_own_deposits(manager, printer, leroy, two, paid):
    hers = paid(50_00, to=leroy)
    part = manager.see(f"/admin/factures/_acomptes?recipient={leroy.id.hex}")
    assert list(boxes(part)) == [hers.id.hex]
    for nobody in ("", "?recipient=", "?recipient=x", f"?recipient={'0' * 32}"):
        assert boxes(manager.see(f"/admin/factures/_acomptes{nobody}")) == {}
    page = manager.post("/admin/factures", data=filled(leroy, look="1")).get_data(as_text=True)
    assert hers.id.hex in page
    assert two[0].id.hex not in page
    assert db.session.scalars(sa.select(Invoice).where(Invoice.state == InvoiceState.DRAFT)).all() == []


@pytest.mark.parametrize("forged", ["0" * 32, "x", "leroy"])
def test_a_deposit_that_is_not_offered_is_refused_beside_the_boxes(manager, printer, leroy, two, paid, forged):
    chosen = paid(50_00, to=leroy).id.hex if forged == "leroy" else forged
    answer = manager.post("/admin/factures", data=filled(printer, deposits=[two[0].id.hex, chosen]))
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "deposits-error" in text
    assert "n’est plus, proposé" in text
    assert left(printer) == left(printer) != []


def test_a_draft_names_the_deposits_it_forgets_and_says_each_it_deducts(manager, draft, two):
    begun = draft(deposits=[two[0]])
    page = manager.see(f"/admin/factures/{begun.id}")
    assert "ne sont pas déduits ici : F2026-000002, 110,00 €" in page.text
    assert "Acompte déduit : F2026-000001 −330,00 €" in page.text
    assert f"/admin/factures/{begun.id}/modification#deposits-choice" in page.links().values()
    assert "pas déduits ici" not in manager.see(f"/admin/factures/{draft(deposits=two).id}").text


def test_a_paper_of_many_deposits_reads_no_more_often(manager, draft, issue, paid):
    few = issue(draft(deposits=[paid(10_00)]))
    many = issue(draft(deposits=[paid(10_00) for _each in range(8)]))
    asked = []
    for invoice in (few, few, many):
        with count_queries() as statements:
            assert manager.get(f"/admin/factures/{invoice.id}").status_code == 200
        asked.append(len(statements))
    assert asked[2] <= asked[1]


def test_who_comes_second_reads_why_and_the_form_offers_what_is_left(manager, draft, issue, two):
    first, second = draft(deposits=[two[0]]), draft(deposits=two)
    issue(first)
    answer = manager.post(f"/admin/factures/{second.id}/emission")
    assert answer.status_code == 409
    assert "F2026-000001 est déjà déduit de F2026-000003" in answer.get_data(as_text=True)
    page = manager.see(f"/admin/factures/{second.id}/modification")
    assert boxes(page) == {two[1].id.hex: True}
    assert page.submit("main form.form").status == 200
    assert manager.post(f"/admin/factures/{second.id}/emission").status_code == 303
    assert db.session.get_one(Invoice, second.id).prepaid == 110_00


def test_a_deposit_says_where_it_is_deducted_and_is_credited_no_more(manager, draft, issue, two):
    invoice = issue(draft(deposits=two))
    page = manager.see(f"/admin/factures/{two[0].id}")
    assert page.links()[invoice.number] == f"/admin/factures/{invoice.id}"
    assert not page.has(f"form[action='/admin/factures/{two[0].id}/avoir']")
    assert manager.post(f"/admin/factures/{two[0].id}/avoir").status_code == 409
    assert f"a déduit cet acompte de {invoice.number}" in page.text
    credit(invoice, issue)
    page = manager.see(f"/admin/factures/{two[0].id}")
    assert page.has(f"form[action='/admin/factures/{two[0].id}/avoir']")
    assert "a libéré cet acompte par l’avoir A2026-000001" in page.text


def test_the_paper_says_each_with_its_vat(draft, issue, two):
    invoice = issue(draft(LUNCH, WINE, deposits=two))
    note = credit(invoice, issue)
    for paper, word in ((invoice, "Acompte déduit"), (note, "Acompte à déduire de nouveau")):
        drawn = INVOICE.ensured(paper)
        assert drawn.is_ready, drawn.reason
        pdf = pypdf.PdfReader(io.BytesIO(files.content_of(drawn.file)))
        text = " ".join(pdf.pages[0].extract_text().replace("\u00a0", " ").replace("\u202f", " ").split())
        assert len(pdf.pages) == 1
        assert text.count(word) == 2
        for said in ("F2026-000001 du 10 mars 2026, dont TVA 30,00 €", "−330,00 €", "−110,00 €", "808,00 €"):
            assert said in text, said


def test_a_paper_of_many_deposits_says_all(draft, issue, paid):
    many = [paid(10_00) for _each in range(36)]
    drawn = INVOICE.ensured(issue(draft(LUNCH, WINE, deposits=many)))
    assert drawn.is_ready, drawn.reason
    pages = pypdf.PdfReader(io.BytesIO(files.content_of(drawn.file))).pages
    text = "".join(page.extract_text() for page in pages)
    assert [deposit.number for deposit in many if text.count(deposit.number) != 1] == []
    assert "852,00" in text
    assert len(pages) == 3


def test_the_letter_says_each_and_what_is_left(manager, draft, issue, two, outbox):
    invoice = issue(draft(deposits=two))
    manager.post(f"/admin/factures/{invoice.id}/envoi", data={"address": "compta@delorme.example"})
    manager.post(f"/admin/factures/{credit(invoice, issue).id}/envoi", data={"address": "compta@delorme.example"})
    texts = [mail.text.replace("\u00a0", " ").replace("\u202f", " ") for mail in outbox]
    assert "Acompte déduit : F2026-000002 du 10 mars 2026, −110,00 €" in texts[0]
    assert "Reste à payer : 808,00 €" in texts[0]
    assert "À rendre : 808,00 €" in texts[1]


def test_the_export_has_what_deposits_came_to(manager, draft, issue, two):
    credit(issue(draft(deposits=two)), issue)
    csv = manager.post("/admin/donnees/invoices.invoices/export.csv?colonnes=numero&colonnes=acomptes&colonnes=du")
    rows = csv.get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")
    assert "F2026-000003;440,00;808,00" in rows
    assert "A2026-000001;-440,00;-808,00" in rows


def test_a_draft_thrown_away_or_of_somebody_erased_lets_its_deposits_go(manager, cast, leroy, draft, paid):
    with transaction():
        leroy.person_id = cast.alice.id
    deposit = paid(50_00, to=leroy)
    gone, kept = draft(to=leroy, deposits=[deposit]), draft(to=leroy, deposits=[deposit])
    assert manager.post(f"/admin/factures/{gone.id}/suppression").status_code == 303
    assert db.session.scalars(sa.select(Deduction.invoice_id)).all() == [kept.id]
    with transaction():
        privacy.erase(privacy.known(cast.alice.id))
    assert db.session.scalars(sa.select(Deduction)).all() == []
    kinds = db.session.scalars(sa.select(Invoice.invoice_kind)).all()
    assert kinds == [InvoiceKind.DEPOSIT]
