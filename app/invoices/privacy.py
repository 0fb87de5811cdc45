"""What invoices hold of people: an issued paper is never changed nor deleted, whoever asks, because the law says so."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.invoices import queries, service
from app.invoices.models import Invoice, InvoiceState, Recipient
from app.kernel.db import db
from app.kernel.formats import euros
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data

person_reference(Recipient.person_id, since=Recipient.created_at, label=N_("Destinataires de factures"))


def _find(person_id: UUID) -> Found:
    recipients = queries.recipients_who_are(person_id)
    return Found(
        records=[(Recipient.kind(), recipient.id) for recipient in recipients],
        names=[recipient.name for recipient in recipients if recipient.forgotten_at is None],
        addresses=[recipient.email for recipient in recipients],
    )


def _export(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Numéro"): invoice.number or "",
            _("Date"): invoice.issue_date,
            _("Au nom de"): invoice.buyer_name,
            _("Adresse"): (invoice.buyer or {}).get("address_line1", invoice.recipient.address_line1),
            _("Adresse e-mail"): (invoice.buyer or {}).get("email", invoice.recipient.email),
            _("Total TTC"): euros(invoice.gross),
        }
        for recipient in queries.recipients_who_are(known.person_id)
        for invoice in queries.invoices_for(recipient)
    ]


def _erase(known: Known) -> None:
    """Throw drafts away and empty the records; what was issued stays whole."""
    recipients = queries.recipients_who_are(known.person_id)
    drafts = sa.delete(Invoice).where(
        Invoice.recipient_id.in_([recipient.id for recipient in recipients]), Invoice.state == InvoiceState.DRAFT
    )
    db.session.execute(drafts)
    service.forget_recipients(recipients)


personal_data(
    "invoices.invoices",
    N_("Factures et avoirs"),
    purpose=N_("Facturer, et tenir les pièces que la loi demande de garder"),
    basis=Basis.DUTY,
    people=N_("Clients facturés"),
    contents=N_("Nom, adresse, adresse e-mail, ce qui a été facturé et quand"),
    recipients=N_("Les gérants de la maison, son comptable, l’administration fiscale"),
    kept=N_("Dix ans après la clôture de l’exercice (article L123-22 du code de commerce)"),
    on_erasure=N_(
        "Les factures émises restent telles quelles dix ans : la loi l’impose. La fiche du destinataire est vidée, ses "
        "brouillons sont supprimés."
    ),
    find=_find,
    export=_export,
    erase=_erase,
)
