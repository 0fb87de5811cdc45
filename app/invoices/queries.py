"""Questions about invoices: which are seen, which rates and wordings hold on a day, what was given back."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.directory.models import Establishment
from app.directory.queries import siren_told_by
from app.invoices.models import (
    Deduction,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Issuer,
    NumberSeries,
    Recipient,
    VatRate,
)
from app.invoices.permissions import VIEW
from app.kernel.access import Actor
from app.kernel.db import db
from app.kernel.scopes import Scope

MOST_OFFERED = 500


def invoices_visible_to(actor: Actor) -> sa.Select[Any]:
    """Select the invoices of the houses in which they may be seen."""
    query = sa.select(Invoice).options(joinedload(Invoice.recipient), joinedload(Invoice.establishment))
    return query.where(_within(Invoice.establishment_id, actor))


def recipients_visible_to(actor: Actor) -> sa.Select[Any]:
    """Select those who are billed by the houses in which they may be seen."""
    return sa.select(Recipient).where(_within(Recipient.establishment_id, actor))


def recipients_of(establishment_id: UUID) -> list[Recipient]:
    """Give those a house bills, by name."""
    query = sa.select(Recipient).where(Recipient.establishment_id == establishment_id, Recipient.forgotten_at.is_(None))
    return list(db.session.scalars(query.order_by(Recipient.name, Recipient.id).limit(MOST_OFFERED)))


def invoices_for(recipient: Recipient, limit: int = 50) -> list[Invoice]:
    """Give what somebody was billed, the last first."""
    query = sa.select(Invoice).where(Invoice.recipient_id == recipient.id)
    return list(db.session.scalars(query.order_by(Invoice.created_at.desc(), Invoice.id.desc()).limit(limit)))


def recipients_who_are(person_id: UUID) -> list[Recipient]:
    """Give the records under which a person is billed."""
    return list(db.session.scalars(sa.select(Recipient).where(Recipient.person_id == person_id)))


def issuer_of(organisation_id: UUID) -> Issuer | None:
    """Give what invoices say of an organisation."""
    return db.session.scalars(sa.select(Issuer).where(Issuer.organisation_id == organisation_id)).first()


@siren_told_by
def siren_billed_with(house: Establishment) -> str:
    """Give the SIREN a house bills under, to whoever writes its books."""
    issuer = issuer_of(house.organisation_id)
    return issuer.siren if issuer else ""


def lock_issuer(issuer_id: UUID) -> Issuer:
    """Give an issuer whose invoices nobody else issues until this transaction ends."""
    locked = sa.select(Issuer).where(Issuer.id == issuer_id).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def rates_on(day: date) -> dict[str, VatRate]:
    """Give the rates that hold on a day, by their keys, the highest first."""
    rows = db.session.scalars(sa.select(VatRate).where(VatRate.valid_from <= day).order_by(VatRate.valid_from))
    latest = {rate.key: rate for rate in rows}
    return dict(sorted(latest.items(), key=lambda item: (-item[1].rate, item[0])))


def all_rates() -> list[VatRate]:
    """Give every rate there was, is or will be."""
    return list(db.session.scalars(sa.select(VatRate).order_by(VatRate.key, VatRate.valid_from)))


def credit_notes_on(invoice: Invoice) -> list[Invoice]:
    """Give the credit notes issued on an invoice, in their order."""
    query = sa.select(Invoice).where(
        Invoice.preceding_id == invoice.id,
        Invoice.invoice_kind == InvoiceKind.CREDIT_NOTE,
        Invoice.state == InvoiceState.ISSUED,
    )
    return list(db.session.scalars(query.order_by(Invoice.sequence)))


@dataclass(frozen=True)
class Left:
    """What credit notes have left of a deposit invoice, in cents, with and of VAT."""

    deposit: Invoice
    amount: int
    vat: int


def left_of(deposit: Invoice) -> Left:
    """Give what of a deposit invoice is still to be deducted: less what credit notes gave back of it."""
    notes = credit_notes_on(deposit)
    amount, vat = (sum(getattr(note, name) for note in notes) for name in ("gross", "vat"))
    return Left(deposit, deposit.gross - amount, deposit.vat - vat)


def open_deposits(recipient: Recipient) -> list[Left]:
    """Give the deposits billed to somebody in the name of the company that keeps their house, still to be deducted.

    What an issued invoice deducts is not, until a credit note gives it back; nor what was wholly given back itself.
    """
    note = sa.orm.aliased(Invoice)
    corrects = (note.preceding_id == Invoice.id, note.state == InvoiceState.ISSUED)
    amount, vat = (
        sa.select(sa.func.coalesce(sa.func.sum(of), 0)).where(*corrects).scalar_subquery()
        for of in (note.gross, note.vat)
    )
    last_turn = sa.select(sa.func.coalesce(sa.func.max(Deduction.turn), 0)).where(Deduction.deposit_id == Invoice.id)
    query = (
        sa.select(Invoice, Invoice.gross - amount, Invoice.vat - vat)
        .join(Issuer, Issuer.id == Invoice.issuer_id)
        .where(
            Invoice.recipient_id == recipient.id,
            Issuer.organisation_id == recipient.establishment.organisation_id,
            Invoice.invoice_kind == InvoiceKind.DEPOSIT,
            Invoice.state == InvoiceState.ISSUED,
            last_turn.scalar_subquery() % 2 == 0,
            amount < Invoice.gross,
        )
    )
    ordered = query.order_by(Invoice.issue_date, Invoice.number).limit(MOST_OFFERED)
    return [Left(deposit, int(left), int(tax)) for deposit, left, tax in db.session.execute(ordered)]


def last_deduction(deposit: Invoice) -> Deduction | None:
    """Give what was issued last of a deposit: an invoice that deducts it, or a credit note that gives it back."""
    query = sa.select(Deduction).where(Deduction.deposit_id == deposit.id, Deduction.turn.is_not(None))
    return db.session.scalars(query.order_by(Deduction.turn.desc()).limit(1)).first()


def deducted_by(deposit: Invoice) -> Invoice | None:
    """Give the issued invoice that takes a deposit into account, unless a credit note gave it back since."""
    last = last_deduction(deposit)
    return last.paper if last is not None and not last.gives_back else None


def standing_deductions(invoice: Invoice) -> list[Deduction]:
    """Give the deposits an issued invoice deducts, but those a credit note gave back since."""
    later = sa.orm.aliased(Deduction)
    is_given_back = sa.exists().where(later.deposit_id == Deduction.deposit_id, later.turn > Deduction.turn)
    query = sa.select(Deduction).where(
        Deduction.invoice_id == invoice.id, Deduction.state == InvoiceState.ISSUED, ~is_given_back
    )
    return list(db.session.scalars(query.order_by(Deduction.position)))


@dataclass(frozen=True)
class SeriesFault:
    """A series that is not what it should be: papers that lack or are too many, dates out of order."""

    code: str
    last: int
    papers: int
    disordered: int


def series_faults() -> list[SeriesFault]:
    """Find series with a hole or a paper dated before the one it follows."""
    later = sa.orm.aliased(Invoice)
    backwards = (
        sa.select(sa.func.count())
        .select_from(Invoice)
        .join(
            later,
            sa.and_(
                later.issuer_id == Invoice.issuer_id,
                later.series == Invoice.series,
                later.sequence == Invoice.sequence + 1,
                later.issue_date < Invoice.issue_date,
            ),
        )
        .where(Invoice.issuer_id == NumberSeries.issuer_id, Invoice.series == NumberSeries.code)
        .scalar_subquery()
    )
    kept = (Invoice.issuer_id == NumberSeries.issuer_id, Invoice.series == NumberSeries.code)
    papers = sa.select(sa.func.count()).where(*kept).scalar_subquery()
    query = sa.select(NumberSeries.code, NumberSeries.last, papers, backwards).order_by(NumberSeries.code)
    found = [SeriesFault(*row) for row in db.session.execute(query)]
    return [fault for fault in found if fault.papers != fault.last or fault.disordered]


def last_of_series(code: str) -> Invoice | None:
    """Give the last paper of a series."""
    query = sa.select(Invoice).where(Invoice.series == code).order_by(Invoice.sequence.desc()).limit(1)
    return db.session.scalars(query).first()


def _within(column: InstrumentedAttribute[UUID], actor: Actor) -> sa.ColumnElement[bool]:
    scopes = actor.scopes(VIEW)
    if Scope() in scopes:
        return sa.true()
    return column.in_([UUID(scope.id) for scope in scopes if scope.kind == "establishment"])
