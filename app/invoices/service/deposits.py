"""Deposits on papers: invoices deduct them; the credit note that gives an invoice back whole gives them back too."""

from collections.abc import Iterable, Sequence

from app.invoices.events import DepositDeducted, DepositGivenBack
from app.invoices.models import Deduction, Invoice, InvoiceKind, InvoiceState
from app.invoices.queries import deducted_by, last_deduction, left_of, standing_deductions
from app.invoices.service.corrections import gives_all_back
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.events import publish
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken


def check_deductible(invoice: Invoice, deposits: Iterable[Invoice]) -> None:
    """Raise RuleBroken for what a draft may not deduct: no deposit of the same two parties, or not on this paper."""
    for deposit in deposits:
        if invoice.invoice_kind is not InvoiceKind.INVOICE:
            raise RuleBroken(_("Un acompte se déduit d’une facture, non d’une autre facture d’acompte."), "deposits")
        is_deposit = deposit.is_issued and deposit.invoice_kind is InvoiceKind.DEPOSIT
        parties = (deposit.recipient_id, deposit.issuer_id)
        if not is_deposit or parties != (invoice.recipient.id, invoice.issuer.id):
            raise RuleBroken(_("Choisissez une facture d’acompte émise pour ce destinataire."), "deposits")


def deductions_from(deposits: Sequence[Invoice]) -> list[Deduction]:
    """Say what a draft deducts: of each deposit, what credit notes have left of it. Raises RuleBroken where nothing is.

    A deposit that another invoice deducts meanwhile is refused when this one is issued.
    """
    ordered = sorted(dict.fromkeys(deposits), key=lambda deposit: (deposit.issue_date, deposit.number))
    left = [left_of(deposit) for deposit in ordered]
    for each in left:
        if each.amount <= 0:
            raise RuleBroken(_given_back(each.deposit), "deposits")
    return [
        _deduction(position, each.deposit, each.amount, each.vat, gives_back=False)
        for position, each in enumerate(left, start=1)
    ]


def deductions_given_back(note: Invoice, invoice: Invoice) -> list[Deduction]:
    """Say which deposits a credit note makes deductible again: all, once nothing of the invoice stays due.

    What was given back of it in money before may leave less than they come to: then they stay deducted.
    """
    standing = standing_deductions(invoice) if gives_all_back(note, invoice) else []
    if sum(each.amount for each in standing) > note.totals().gross:
        return []
    return [
        _deduction(position, each.deposit, each.amount, each.vat, gives_back=True)
        for position, each in enumerate(standing, start=1)
    ]


def check_deductions(invoice: Invoice) -> None:
    """Raise RuleBroken where a draft no longer says what may be deducted, or is given back, today."""
    if invoice.preceding is not None:
        if _said(deductions_given_back(invoice, invoice.preceding)) != _said(invoice.deductions):
            raise RuleBroken(
                _("Cet avoir rend désormais d’autres acomptes : ouvrez le brouillon et enregistrez-le de nouveau.")
            )
        return
    for each in invoice.deductions:
        _check_left(each)


def take_turns(invoice: Invoice) -> None:
    """Take the place of this paper in the life of each deposit: the database lets nobody else have it."""
    for each in invoice.deductions:
        last = last_deduction(each.deposit)
        each.turn = ((last.turn or 0) if last else 0) + 1
    db.session.flush()


def tell_of_deposits(invoice: Invoice, *, actor: Actor) -> None:
    """Write on each deposit what an issued paper did with it."""
    fact = DepositGivenBack if invoice.is_credit_note else DepositDeducted
    for each in invoice.deductions:
        publish(fact(each.deposit, actor, number=invoice.number or "", amount=each.amount))


def _check_left(deduction: Deduction) -> None:
    deposit, left = deduction.deposit, left_of(deduction.deposit)
    other = deducted_by(deposit)
    if other is not None:
        raise RuleBroken(
            _(
                "L’acompte %(number)s est déjà déduit de %(other)s : ouvrez le brouillon et enregistrez-le de nouveau, "
                "sans lui.",
                number=deposit.number,
                other=other.number,
            )
        )
    if left.amount <= 0:
        raise RuleBroken(_given_back(deposit))
    if (deduction.amount, deduction.vat) != (left.amount, left.vat):
        raise RuleBroken(
            _(
                "Un avoir a rendu une partie de l’acompte %(number)s depuis : ouvrez le brouillon et enregistrez-le de "
                "nouveau.",
                number=deposit.number,
            )
        )


def _given_back(deposit: Invoice) -> str:
    return _(
        "L’acompte %(number)s a été rendu par avoir : ouvrez le brouillon et enregistrez-le de nouveau, sans lui.",
        number=deposit.number,
    )


def _said(deductions: Iterable[Deduction]) -> list[tuple[object, ...]]:
    return [(each.deposit.id, each.amount, each.vat, each.gives_back) for each in deductions]


def _deduction(position: int, deposit: Invoice, amount: int, vat: int, *, gives_back: bool) -> Deduction:
    return Deduction(
        state=InvoiceState.DRAFT, position=position, deposit=deposit, amount=amount, vat=vat, gives_back=gives_back
    )
