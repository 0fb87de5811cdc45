"""Drafts: what is about to be billed, changed as long as it has no number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.directory.models import Establishment
from app.invoices.arithmetic import Rate
from app.invoices.events import InvoiceChanged, InvoiceDiscarded, InvoiceDrafted
from app.invoices.models import (
    Deduction,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Operation,
    Recipient,
    Unit,
    VatCategory,
)
from app.invoices.queries import credit_notes_on, rates_on
from app.invoices.service.corrections import check_correctable
from app.invoices.service.deposits import check_deductible, deductions_from, deductions_given_back
from app.invoices.service.parties import issuer_for
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.formats import euros
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

MOST_LINES = 200
MOST_CENTS = 10**12


@dataclass(frozen=True)
class LineWanted:
    """What is sold: so many, at so many cents each without VAT, under the rate of a key."""

    label: str
    quantity: Decimal
    unit_price: int
    vat: str
    unit: Unit = Unit.PIECE


@dataclass(frozen=True)
class InvoiceWanted:
    """What is billed, and when it was supplied; `due_date` stands for the issuer's usual delay.

    `reference` names what it is about in the slice that asks; `deposits` are issued deposit invoices to deduct.
    """

    lines: Sequence[LineWanted]
    supply_date: date
    due_date: date | None = None
    language: str = "fr"
    operation: Operation = Operation.SERVICES
    order_reference: str = ""
    reference: str = ""
    note: str = ""
    deposits: Sequence[Invoice] = ()


def draft_invoice(
    house: Establishment,
    recipient: Recipient,
    wanted: InvoiceWanted,
    *,
    actor: Actor,
    kind: InvoiceKind = InvoiceKind.INVOICE,
) -> Invoice:
    """Begin an invoice, or a deposit invoice, in the name of the company that keeps the house."""
    invoice = Invoice(
        establishment=house,
        establishment_id=house.id,
        issuer=issuer_for(house),
        invoice_kind=kind,
        state=InvoiceState.DRAFT,
        created_at=clock.now(),
    )
    _fill(invoice, recipient, wanted)
    publish(InvoiceDrafted(invoice, actor))
    return invoice


def change_draft(invoice: Invoice, recipient: Recipient, wanted: InvoiceWanted, *, actor: Actor) -> None:
    """Rewrite a draft; a credit note keeps whom and what it corrects. Raises RuleBroken for what is issued."""
    _require_draft(invoice)
    _fill(invoice, invoice.recipient if invoice.is_credit_note else recipient, wanted)
    publish(InvoiceChanged(invoice, actor))


def discard_draft(invoice: Invoice, *, actor: Actor) -> None:
    """Throw a draft away. Raises RuleBroken for what is issued: that is corrected by a credit note."""
    _require_draft(invoice)
    publish(InvoiceDiscarded(invoice, actor))
    db.session.delete(invoice)


def draft_credit_note(invoice: Invoice, *, actor: Actor, reason: str = "") -> Invoice:
    """Begin a credit note over all the lines of an issued invoice; those that stay due are then taken out of it.

    Raises RuleBroken for what is no issued invoice, is given back whole already, or is a deposit an invoice deducts.
    """
    if not invoice.is_issued or invoice.is_credit_note:
        raise RuleBroken(_("Un avoir corrige une facture émise."))
    if sum(note.gross for note in credit_notes_on(invoice)) >= invoice.gross:
        raise RuleBroken(_("Cette facture est déjà rendue en entier par avoir."))
    check_correctable(invoice)
    note = Invoice(
        establishment=invoice.establishment,
        establishment_id=invoice.establishment_id,
        issuer=invoice.issuer,
        recipient=invoice.recipient,
        preceding=invoice,
        invoice_kind=InvoiceKind.CREDIT_NOTE,
        state=InvoiceState.DRAFT,
        language=invoice.language,
        operation=invoice.operation,
        supply_date=invoice.supply_date,
        order_reference=invoice.order_reference,
        reference=invoice.reference,
        note=reason,
        created_at=clock.now(),
    )
    db.session.add(note)
    copied = ("position", "label", "quantity", "unit", "unit_price", "vat_key", "vat_category", "vat_rate", "net")
    note.lines = [
        InvoiceLine(state=InvoiceState.DRAFT, **{name: getattr(line, name) for name in copied})
        for line in invoice.lines
    ]
    _add_up(note, deductions_given_back(note, invoice))
    publish(InvoiceDrafted(note, actor))
    return note


def _require_draft(invoice: Invoice) -> None:
    """Wait for whoever issues it, then look again."""
    db.session.refresh(invoice, with_for_update=True)
    if invoice.is_issued:
        raise RuleBroken(_("Ce qui est émis ne change plus : corrigez-le par un avoir."))


def _fill(invoice: Invoice, recipient: Recipient, wanted: InvoiceWanted) -> None:
    is_forgotten = recipient.forgotten_at is not None and not invoice.is_credit_note
    if recipient.establishment_id != invoice.establishment_id or is_forgotten:
        raise RuleBroken(_("Choisissez un destinataire de la liste."), "recipient")
    if len(wanted.lines) > MOST_LINES:
        raise RuleBroken(_("Une facture a au plus %(most)s lignes.", most=MOST_LINES))
    invoice.recipient, invoice.language, invoice.operation = recipient, wanted.language, wanted.operation
    invoice.supply_date, invoice.due_date = wanted.supply_date, wanted.due_date
    invoice.order_reference, invoice.reference = wanted.order_reference, wanted.reference
    invoice.note = wanted.note
    check_deductible(invoice, wanted.deposits)
    invoice.prepaid, invoice.lines, invoice.deductions = 0, [], []
    db.session.add(invoice)
    db.session.flush()  # the places of the lines are free before others take them
    rates, corrected = _rates(invoice), invoice.preceding
    invoice.lines = [_line(position, line, rates) for position, line in enumerate(wanted.lines, start=1)]
    _add_up(invoice, deductions_given_back(invoice, corrected) if corrected else deductions_from(wanted.deposits))


def _rates(invoice: Invoice) -> dict[str, Rate]:
    """Give what each key means on its day; to what a credit note corrects, what it meant there."""
    rates = {key: (rate.category.value, rate.rate) for key, rate in rates_on(invoice.supply_date).items()}
    corrected = invoice.preceding.lines if invoice.preceding is not None else []
    return rates | {line.vat_key: (line.vat_category.value, line.vat_rate) for line in corrected}


def _line(position: int, wanted: LineWanted, rates: dict[str, Rate]) -> InvoiceLine:
    if wanted.vat not in rates:
        raise RuleBroken(_("Ligne %(line)s : ce taux de TVA n’existe pas ce jour-là.", line=position))
    category, rate = rates[wanted.vat]
    line = InvoiceLine(
        state=InvoiceState.DRAFT,
        position=position,
        label=wanted.label,
        quantity=wanted.quantity,
        unit=wanted.unit,
        unit_price=wanted.unit_price,
        vat_key=wanted.vat,
        vat_category=VatCategory(category),
        vat_rate=rate,
    )
    line.price()
    return line


def _add_up(invoice: Invoice, deductions: list[Deduction]) -> None:
    """Keep the totals, deposits deducted; nothing is ever billed below zero, nor beyond what the books hold."""
    invoice.deductions, invoice.prepaid = deductions, sum(each.amount for each in deductions)
    sums = invoice.totals()
    if sums.gross > MOST_CENTS:
        most = euros(MOST_CENTS)
        raise RuleBroken(_("Le total passe %(most)s, le plus qu’une facture compte : vérifiez les prix.", most=most))
    if sums.due < 0:
        raise RuleBroken(_("Le total doit rester positif, acomptes déduits : vérifiez quantités et prix."))
    invoice.net, invoice.vat, invoice.gross = sums.net, sums.vat, sums.gross
    db.session.flush()
