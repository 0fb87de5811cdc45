"""Invoices and those they are for, as rows."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.directory.models import Establishment
from app.directory.queries import are_several, first_establishment, houses_named
from app.invoices.identifiers import spaced_siren
from app.invoices.models import Invoice, InvoiceKind, InvoiceState, Recipient, RecipientKind
from app.invoices.permissions import VIEW
from app.invoices.queries import invoices_visible_to, recipients_visible_to
from app.kernel.datasets import ChoiceFilter, Column, DateFilter, Search, dataset
from app.kernel.languages import N_, _

HOUSE = N_("Établissement")


def _zone() -> str:
    house = first_establishment()
    return house.timezone if house else "Europe/Paris"


def _of_house(model: type[Invoice | Recipient], of: Any) -> sa.ScalarSelect[Any]:
    return sa.select(of).where(Establishment.id == model.establishment_id).scalar_subquery()


def _of_recipient(of: Any) -> sa.ScalarSelect[Any]:
    return sa.select(of).where(Recipient.id == Invoice.recipient_id).scalar_subquery()


def _signed(amount: Any) -> Any:
    """What is given back counts down."""
    return sa.case((Invoice.invoice_kind == InvoiceKind.CREDIT_NOTE, -amount), else_=amount)


INVOICES = dataset(
    "invoices.invoices",
    label=N_("Factures"),
    permission=VIEW,
    query=invoices_visible_to,
    endpoint="invoices.invoice_list",
    zone=_zone,
    columns=(
        Column(
            "numero",
            N_("Numéro"),
            sa.func.coalesce(Invoice.number, ""),
            sortable=True,
            show=lambda value, _invoice: value or _("Sans numéro"),
        ),
        Column(
            "nature",
            N_("Nature"),
            Invoice.invoice_kind,
            show=lambda value, _invoice: value.label,
            minor=True,
            under="client",
        ),
        Column("client", N_("Destinataire"), "buyer_name"),
        Column(
            "date",
            N_("Date"),
            Invoice.issue_date,
            kind="date",
            minor=True,
            under="client",
            sortable=True,
            sort=sa.func.coalesce(Invoice.issue_date, date.min),
        ),
        Column("etat", N_("État"), Invoice.state, kind="choice", minor=True, under="numero"),
        Column("ttc", N_("Total TTC"), _signed(Invoice.gross), kind="money", sortable=True),
        Column("ht", N_("Total HT"), _signed(Invoice.net), kind="money", default_shown=False),
        Column("tva", N_("TVA"), _signed(Invoice.vat), kind="money", default_shown=False),
        Column("acomptes", N_("Acomptes déduits"), _signed(Invoice.prepaid), kind="money", default_shown=False),
        Column("du", N_("Reste dû"), _signed(Invoice.gross - Invoice.prepaid), kind="money", default_shown=False),
        Column("echeance", N_("Échéance"), Invoice.due_date, kind="date", minor=True),
        Column("reference", N_("Référence"), Invoice.reference, default_shown=False),
        Column("maison", HOUSE, _of_house(Invoice, Establishment.name), minor=True, useful=are_several),
        Column("preparee", N_("Préparée le"), Invoice.created_at, kind="instant", sortable=True, default_shown=False),
    ),
    filters=(
        DateFilter("date", N_("Date"), Invoice.issue_date),
        ChoiceFilter("etat", N_("État"), Invoice.state, choices=InvoiceState),
        ChoiceFilter("nature", N_("Nature"), Invoice.invoice_kind, choices=InvoiceKind),
        DateFilter("echeance", N_("Échéance"), Invoice.due_date, phrase=N_("échéance %(value)s")),
        ChoiceFilter("maison", HOUSE, _of_house(Invoice, Establishment.slug), choices=houses_named, useful=are_several),
    ),
    search=(Search(Invoice.search_text), Search(_of_recipient(Recipient.search_text))),
    search_label=N_("Numéro, destinataire ou référence"),
    default_sort="-preparee",
    row_link=lambda invoice: url_for("invoices.invoice_show", id=invoice.id),
    row_name=lambda invoice: f"{invoice.number or invoice.invoice_kind.label}, {invoice.buyer_name}",
    empty=N_("Les factures, les avoirs et leurs brouillons paraîtront ici."),
)

RECIPIENTS = dataset(
    "invoices.recipients",
    label=N_("Destinataires"),
    permission=VIEW,
    query=recipients_visible_to,
    endpoint="recipients.recipient_list",
    zone=_zone,
    columns=(
        Column("nom", N_("Nom"), Recipient.name, sortable=True),
        Column("nature", N_("Nature"), Recipient.recipient_kind, show=lambda value, _recipient: value.label),
        Column("siren", N_("SIREN"), Recipient.siren, show=lambda value, _recipient: spaced_siren(value)),
        Column("ville", N_("Ville"), Recipient.city, sortable=True, minor=True),
        Column("email", N_("Adresse e-mail"), Recipient.email, default_shown=False),
        Column("maison", HOUSE, _of_house(Recipient, Establishment.name), minor=True, useful=are_several),
        Column("note", N_("Noté le"), Recipient.created_at, kind="instant", default_shown=False),
    ),
    filters=(
        ChoiceFilter("nature", N_("Nature"), Recipient.recipient_kind, choices=RecipientKind),
        ChoiceFilter(
            "maison", HOUSE, _of_house(Recipient, Establishment.slug), choices=houses_named, useful=are_several
        ),
    ),
    search=(Search(Recipient.search_text),),
    search_label=N_("Nom, SIREN ou ville"),
    default_sort="nom",
    row_link=lambda recipient: url_for("recipients.recipient_show", id=recipient.id),
    row_name=lambda recipient: recipient.name,
    empty=N_("Qui reçoit vos factures paraîtra ici."),
)
