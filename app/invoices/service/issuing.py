"""Issuing: the one step nothing takes back. The number is taken in the transaction that keeps the paper."""

from datetime import date, timedelta

import sqlalchemy as sa

from app.invoices import facturx
from app.invoices.events import InvoiceCredited, InvoiceIssued
from app.invoices.mentions import Missing, missing, printed
from app.invoices.models import Invoice, InvoiceKind, Issuer, NumberSeries
from app.invoices.permissions import ISSUE
from app.invoices.queries import lock_issuer
from app.invoices.service.corrections import check_correction
from app.invoices.service.deposits import check_deductions, take_turns, tell_of_deposits
from app.invoices.states import LIFECYCLE
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.db import add_up, db
from app.kernel.events import publish
from app.kernel.languages import _, speaking
from app.kernel.law import words_on
from app.kernel.lifecycle import RuleBroken

SERIES = {InvoiceKind.INVOICE: "F", InvoiceKind.DEPOSIT: "F", InvoiceKind.CREDIT_NOTE: "A"}
PARTY = ("siren", "vat_number", "address_line1", "address_line2", "postal_code", "city", "country", "email")
SELLER = ("register_city", "iban", "bic")


class MentionsMissing(RuleBroken):
    """The law wants more said before this may be issued; `lacking` says what, and where it is set."""

    def __init__(self, lacking: list[Missing]) -> None:
        """Name the mentions in the message."""
        named = ", ".join(f"{each.label} ({each.place.label})" for each in lacking)
        super().__init__(_("Il manque pour émettre : %(mentions)s.", mentions=named))
        self.lacking = lacking


def missing_mentions(invoice: Invoice) -> list[Missing]:
    """List what stands in the way of issuing this draft today."""
    return missing(invoice, words_on(invoice.establishment.today(), invoice.language))


def issue_invoice(invoice: Invoice, *, actor: Actor) -> None:
    """Give a draft its number and its date, and fix for ever what it says.

    Raises MentionsMissing, RuleBroken for a credit note above what remains or a deposit deducted elsewhere,
    NotConformant for a faulty Factur-X.
    """
    issuer = lock_issuer(invoice.issuer_id)
    db.session.refresh(invoice, with_for_update=True)
    if not actor.may(ISSUE, invoice) or invoice.is_issued:
        LIFECYCLE.apply("issue", invoice, actor)
    today = invoice.establishment.today()
    wordings = words_on(today, invoice.language)
    lacking = missing(invoice, wordings)
    if lacking:
        raise MentionsMissing(lacking)
    if invoice.gross <= 0:
        raise RuleBroken(_("Une facture de zéro euro ne s’émet pas."))
    if invoice.preceding is not None:
        check_correction(invoice, invoice.preceding)
    check_deductions(invoice)
    take_turns(invoice)
    with db.session.no_autoflush:  # what is issued is written whole, or not at all
        _number(invoice, issuer, today)
        _fix(invoice, issuer, wordings)
        LIFECYCLE.apply("issue", invoice, actor)
    db.session.flush()
    publish(InvoiceIssued(invoice, actor, number=invoice.number or "", gross=invoice.gross))
    if invoice.preceding is not None:
        publish(InvoiceCredited(invoice.preceding, actor, number=invoice.number or "", gross=invoice.gross))
    tell_of_deposits(invoice, actor=actor)


def _fix(invoice: Invoice, issuer: Issuer, wordings: dict[str, str]) -> None:
    """Put on the paper what stands today."""
    with speaking(invoice.language):
        invoice.seller, invoice.buyer = seller_of(invoice, issuer), buyer_of(invoice)
        invoice.mentions = printed(invoice, wordings)
        invoice.xml = facturx.written(invoice)
    facturx.check(invoice.xml)
    invoice.issued_at = clock.now()


def _number(invoice: Invoice, issuer: Issuer, today: date) -> None:
    """Take the next number of the series; whoever issues holds the issuer's row, so none is taken twice or lost."""
    series = f"{SERIES[invoice.invoice_kind]}{today.year}"
    latest = sa.select(sa.func.max(Invoice.issue_date)).where(Invoice.issuer_id == issuer.id, Invoice.series == series)
    if (db.session.scalar(latest) or today) > today:
        raise RuleBroken(_("La dernière pièce de cette série est datée d’un jour à venir : vérifiez l’horloge."))
    invoice.due_date = invoice.due_date or today + timedelta(days=issuer.payment_days)
    if invoice.due_date < today:
        raise RuleBroken(_("L’échéance est passée : changez-la dans le brouillon."), "due_date")
    add_up(NumberSeries, {"issuer_id": issuer.id, "code": series}, last=1)
    taken = sa.select(NumberSeries.last).where(NumberSeries.issuer_id == issuer.id, NumberSeries.code == series)
    invoice.series, invoice.issue_date = series, today
    invoice.sequence = db.session.scalars(taken).one()
    invoice.number = f"{series}-{invoice.sequence:06}"


def seller_of(invoice: Invoice, issuer: Issuer) -> dict[str, object]:
    """Give what a paper says of who bills, as it stands now."""
    said = {name: getattr(issuer, name) for name in (*PARTY, *SELLER)}
    return {
        **said,
        "name": issuer.legal_name,
        "trade_name": invoice.establishment.name,
        "legal_form": issuer.legal_form.value,
        "capital": issuer.capital if issuer.legal_form.is_company else None,
    }


def buyer_of(invoice: Invoice) -> dict[str, object]:
    """Give what a paper says of who is billed, as it stands now; of who was forgotten, as what it corrects said."""
    recipient, preceding = invoice.recipient, invoice.preceding
    if preceding is not None and invoice.buyer_is_forgotten:
        return dict(preceding.buyer)
    said = {name: getattr(recipient, name) for name in PARTY}
    return {**said, "name": recipient.name, "recipient_kind": recipient.recipient_kind.value}
