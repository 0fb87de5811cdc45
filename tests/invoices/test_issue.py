"""Issuing: the number, the date, what is fixed for ever, what stands in the way."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.invoices import queries, service
from app.invoices.models import Invoice, InvoiceKind, InvoiceLine, InvoiceState, NumberSeries
from app.invoices.service import InvoiceWanted, LineWanted, MentionsMissing
from app.kernel.access import ANONYMOUS
from app.kernel.audit import AuditEntry
from app.kernel.db import db, new_id, transaction
from app.kernel.law import LegalWording
from app.kernel.lifecycle import NotAllowed, RuleBroken
from tests.factories import TESTS
from tests.harness.databases import on_both
from tests.invoices.conftest import LUNCH, WINE

TRAINING = LineWanted("Formation", Decimal(7), 120_00, "exempt_training")


def test_it_issues(draft, issue):
    invoice = issue(draft(LUNCH, WINE))
    assert (invoice.number, invoice.state, invoice.issue_date) == (
        "F2026-000001",
        InvoiceState.ISSUED,
        date(2026, 3, 10),
    )
    assert (invoice.net, invoice.vat, invoice.gross) == (1110_00, 138_00, 1248_00)
    assert invoice.due_date == date(2026, 4, 9)
    assert invoice.seller["siren"] == "100000009"
    assert invoice.buyer["name"] == "Imprimerie Delorme"


def test_numbers_follow_each_other_in_each_series_and_begin_again_each_year(draft, issue, at):
    first, second = issue(draft()), issue(draft())
    with transaction():
        note = service.draft_credit_note(first, actor=TESTS)
    numbers = [first.number, second.number, issue(note).number]
    at("2027-01-01 00:30")
    assert [*numbers, issue(draft()).number] == ["F2026-000001", "F2026-000002", "A2026-000001", "F2027-000001"]


def test_a_number_is_not_lost_when_issuing_is_undone(draft, issue):
    undone = draft()
    with pytest.raises(RuntimeError), transaction():
        service.issue_invoice(undone, actor=TESTS)
        raise RuntimeError
    assert issue(draft()).number == "F2026-000001"


def test_it_is_written_in_the_trail_without_names(draft, issue):
    invoice = issue(draft())
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.fact == "invoices.invoice_issued")).one()
    assert entry.details == {"number": invoice.number, "gross": 1248_00}


def test_it_is_issued_once(draft, issue):
    invoice = issue(draft())
    with pytest.raises(RuleBroken, match="n’est plus possible"):
        issue(invoice)


def test_it_refuses_without_the_right(draft, issue):
    with pytest.raises(NotAllowed):
        issue(draft(), actor=ANONYMOUS)


def test_what_was_said_stays_when_the_house_or_the_client_moves(house, printer, draft, issue):
    invoice = issue(draft())
    with transaction():
        printer.name, printer.city = "Autre nom", "Paris"
        queries.issuer_of(house.organisation_id).legal_name = "Autre maison"
    kept = db.session.get_one(Invoice, invoice.id)
    assert (kept.buyer["name"], kept.seller["name"]) == ("Imprimerie Delorme", "Margot et fils")


# --- what the law wants -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("legal_name", "Dénomination sociale"),
        ("siren", "SIREN"),
        ("capital", "Capital social"),
        ("register_city", "Ville du RCS"),
        ("vat_number", "Numéro de TVA intracommunautaire"),
        ("address_line1", "Adresse"),
        ("city", "Ville"),
    ],
)
def test_a_mention_of_the_house_that_lacks_is_named_with_its_page(house, draft, issue, field, said):
    begun = draft()
    with transaction():
        setattr(queries.issuer_of(house.organisation_id), field, None if field == "capital" else "")
    with pytest.raises(MentionsMissing) as refusal:
        issue(begun)
    assert [(each.label, each.place.value) for each in refusal.value.lacking] == [(said, "issuer")]
    assert said in refusal.value.message
    assert "Mentions de la maison" in refusal.value.message


def test_the_siren_of_the_client_is_asked_for_from_the_reform_on(printer, draft, issue, at):
    with transaction():
        printer.siren = printer.vat_number = ""
    assert issue(draft()).number == "F2026-000001"
    at("2026-09-01 10:00")
    with pytest.raises(MentionsMissing, match="SIREN du destinataire"):
        issue(draft())


def test_nothing_to_bill_is_not_issued(house, printer, issue):
    with transaction():
        empty = service.draft_invoice(house, printer, InvoiceWanted([], date(2026, 3, 10)), actor=TESTS)
    with pytest.raises(MentionsMissing, match="Au moins une ligne"):
        issue(empty)


def test_a_wording_that_lacks_is_named(draft, issue):
    begun = draft(TRAINING)
    with transaction() as session:
        session.execute(sa.delete(LegalWording).where(LegalWording.key == "vat.exempt_training"))
    with pytest.raises(MentionsMissing, match="Exonération de la formation"):
        issue(begun)


def test_the_words_are_those_of_the_day(draft, issue, at):
    before = issue(draft(TRAINING))
    with transaction():
        service.set_wording(
            "vat.exempt_training", "fr", "Exonération, code des impositions.", valid_from=date(2027, 1, 1),
            source="ordonnance", actor=TESTS,
        )  # fmt: skip
    at("2027-01-01 09:00")
    assert before.mentions["vat.exempt_training"].endswith("article\u00a0261, 4, 4° a du CGI.")
    assert issue(draft(TRAINING)).mentions["vat.exempt_training"] == "Exonération, code des impositions."


def test_an_obligation_that_ended_is_neither_printed_nor_missed(draft, issue):
    with transaction():
        service.set_wording("early_payment", "fr", "", valid_from=date(2026, 1, 1), source="loi", actor=TESTS)
    assert "early_payment" not in issue(draft()).mentions


def test_a_company_reads_the_penalties_and_a_person_does_not(draft, issue, leroy):
    assert {"late_penalties", "recovery_indemnity", "early_payment"} <= set(issue(draft()).mentions)
    assert not {"late_penalties", "recovery_indemnity"} & set(issue(draft(to=leroy)).mentions)


def test_the_kind_of_operation_is_printed_from_the_reform_on(draft, issue, at):
    assert "operation" not in issue(draft()).mentions
    at("2026-09-02 10:00")
    assert issue(draft()).mentions["operation"] == "Nature de l’opération\u202f: prestations de services."


def test_the_rate_is_that_of_the_day_of_supply(draft):
    with transaction():
        wanted = service.law.RateWanted("normal", 2100, date(2026, 6, 1), "loi de finances")
        service.set_vat_rate(wanted, actor=TESTS)
    before, after = draft(WINE, supply_date=date(2026, 5, 31)), draft(WINE, supply_date=date(2026, 6, 1))
    assert (before.lines[0].vat_rate, after.lines[0].vat_rate) == (2000, 2100)


def test_a_due_date_that_is_past_is_refused(draft, issue):
    with pytest.raises(RuleBroken, match="échéance est passée"):
        issue(draft(due_date=date(2026, 3, 9)))


# --- credit notes and deposits ----------------------------------------------------------------------------------


def credit(invoice, issue, lines=None):
    with transaction():
        note = service.draft_credit_note(invoice, actor=TESTS)
        if lines is not None:
            wanted = InvoiceWanted(lines, note.supply_date)
            service.change_draft(note, note.recipient, wanted, actor=TESTS)
    return issue(note)


def test_a_credit_note_gives_all_back_and_names_what_it_corrects(draft, issue):
    invoice = issue(draft())
    note = credit(invoice, issue)
    assert (note.gross, note.preceding_id, note.number) == (1248_00, invoice.id, "A2026-000001")
    with pytest.raises(RuleBroken, match="déjà rendue en entier"):
        credit(invoice, issue)


def test_credit_notes_never_give_back_more_than_was_billed_at_any_rate(draft, issue):
    invoice = issue(draft(LUNCH, WINE))
    credit(invoice, issue, [LineWanted("Vins", Decimal(8), 22_50, "normal")])
    with pytest.raises(RuleBroken, match="rend plus"):
        credit(invoice, issue, [LineWanted("Vins", Decimal(5), 22_50, "normal")])
    assert credit(invoice, issue, [LineWanted("Vins", Decimal(4), 22_50, "normal")]).gross == 108_00


def test_a_draft_or_a_credit_note_is_not_credited(draft, issue):
    begun = draft()
    with pytest.raises(RuleBroken, match="facture émise"):
        credit(begun, issue)
    with pytest.raises(RuleBroken, match="facture émise"):
        credit(credit(issue(begun), issue), issue)


def test_a_deposit_is_deducted_once(draft, issue):
    deposit = issue(draft(LineWanted("Acompte", Decimal(1), 300_00, "intermediate"), kind=InvoiceKind.DEPOSIT))
    one, two = draft(deposits=[deposit]), draft(deposits=[deposit])
    assert issue(one).due == 1248_00 - 330_00
    with pytest.raises(RuleBroken, match="déjà déduit"):
        issue(two)


def test_a_deposit_that_was_deducted_is_not_given_back_as_well(draft, issue):
    deposit = issue(draft(LUNCH, kind=InvoiceKind.DEPOSIT))
    issue(draft(LUNCH, WINE, deposits=[deposit]))
    with pytest.raises(RuleBroken, match="c’est elle que l’avoir corrige"):
        credit(deposit, issue)


def test_a_deposit_that_was_given_back_is_not_deducted(draft, issue):
    deposit = issue(draft(LUNCH, kind=InvoiceKind.DEPOSIT))
    begun = draft(LUNCH, WINE, deposits=[deposit])
    credit(deposit, issue)
    with pytest.raises(RuleBroken, match="rendu par avoir"):
        issue(begun)


def test_a_deposit_of_somebody_else_is_refused(draft, issue, leroy):
    deposit = issue(draft(LUNCH, to=leroy, kind=InvoiceKind.DEPOSIT))
    with pytest.raises(RuleBroken, match="émise pour ce destinataire"):
        draft(deposits=[deposit])


def test_a_total_never_goes_below_what_was_paid(draft, issue):
    deposit = issue(draft(LUNCH, WINE, kind=InvoiceKind.DEPOSIT))
    with pytest.raises(RuleBroken, match="rester positif"):
        draft(LUNCH, deposits=[deposit])
    with pytest.raises(RuleBroken, match="rester positif"):
        draft(LineWanted("Remise", Decimal(-1), 10_00, "normal"))


def test_a_total_beyond_what_the_books_hold_says_so(draft):
    with pytest.raises(RuleBroken, match="le plus qu’une facture compte"):
        draft(LineWanted("Énorme", Decimal(100_000), 1_000_000_00, "normal"))


# --- for ever ---------------------------------------------------------------------------------------------------


@on_both
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE invoices SET gross = gross + 1, net = net + 1",
        "UPDATE invoices SET state = 'draft', number = NULL, sequence = NULL, issue_date = NULL, issued_at = NULL, xml = NULL",
        "UPDATE invoices SET number = 'F2026-000009'",
        "UPDATE invoice_lines SET net = 1",
        "DELETE FROM invoice_lines",
        "DELETE FROM invoices",
        "UPDATE invoice_series SET last = 0",
        "UPDATE invoice_series SET last = last + 2",
        "DELETE FROM invoice_series",
    ],
)
def test_the_database_itself_refuses(draft, issue, attack):
    issue(draft())
    db.session.remove()
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"never changes|grows by one|FOREIGN KEY|foreign key"),
        db.engine.begin() as connection,
    ):
        connection.execute(sa.text(attack))


@on_both
@pytest.mark.parametrize("state", list(InvoiceState))
def test_no_line_slips_into_what_is_issued(draft, issue, state):
    line = issue(draft()).lines[0]
    values = {column.name: getattr(line, column.name) for column in InvoiceLine.__table__.columns}
    db.session.remove()
    with pytest.raises(sa.exc.DBAPIError), db.engine.begin() as connection:
        connection.execute(sa.insert(InvoiceLine).values(values | {"id": new_id(), "position": 9, "state": state}))


def test_a_draft_changes_and_what_is_issued_does_not(draft, issue, printer):
    begun = draft()
    with transaction():
        service.change_draft(begun, printer, InvoiceWanted([WINE], date(2026, 3, 11)), actor=TESTS)
    assert (begun.gross, len(begun.lines)) == (324_00, 1)
    invoice = issue(begun)
    for act in (
        lambda: service.change_draft(invoice, printer, InvoiceWanted([LUNCH], date(2026, 3, 11)), actor=TESTS),
        lambda: service.discard_draft(invoice, actor=TESTS),
    ):
        with pytest.raises(RuleBroken, match="ne change plus"), transaction():
            act()


def test_a_draft_is_thrown_away_and_leaves_no_number_behind(draft, issue):
    begun = draft()
    with transaction():
        service.discard_draft(begun, actor=TESTS)
    assert issue(draft()).number == "F2026-000001"


# --- the series -------------------------------------------------------------------------------------------------


def test_a_whole_series_has_no_fault(draft, issue):
    issue(draft())
    issue(draft())
    assert queries.series_faults() == []


def test_a_hole_in_a_series_is_found(draft, issue):
    issue(draft())
    with transaction() as session:
        session.execute(sa.update(NumberSeries).values(last=NumberSeries.last + 1))
    assert [(fault.code, fault.last, fault.papers) for fault in queries.series_faults()] == [("F2026", 2, 1)]


def test_a_clock_that_went_back_issues_nothing(draft, issue, at):
    issue(draft())
    at("2026-03-09 10:00")
    with pytest.raises(RuleBroken, match="vérifiez l’horloge"):
        issue(draft(supply_date=date(2026, 3, 9)))
