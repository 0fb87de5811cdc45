"""The pages of those who are billed."""

from flask import Blueprint, Response, url_for

from app.invoices import service
from app.invoices.datasets import RECIPIENTS
from app.invoices.documents import party_lines
from app.invoices.forms import RecipientForm
from app.invoices.models import Recipient
from app.invoices.permissions import DRAFT, VIEW
from app.invoices.queries import invoices_for
from app.kernel import datasets, telling
from app.kernel.access import acting
from app.kernel.answers import Answer, answered
from app.kernel.formats import euros
from app.kernel.guards import own_house, requires
from app.kernel.languages import _
from app.kernel.web import page

bp = Blueprint("recipients", __name__, url_prefix="/admin/factures/destinataires")


@bp.get("")
@requires(VIEW)
def recipient_list() -> Response:
    """Show those who are billed, as rows."""
    return datasets.list_page(
        RECIPIENTS,
        "invoices/recipient_list.html",
        new_url=url_for(".recipient_new") if acting().may(DRAFT) else None,
    )


@bp.get("/nouveau")
@requires(DRAFT)
def recipient_new() -> Response:
    """Ask who is billed."""
    own_house(DRAFT)
    form = RecipientForm(formdata=None, data={"recipient_kind": "organisation", "country": "FR", "language": "fr"})
    return _form_page(form, None)


@bp.post("")
@requires(DRAFT)
def recipient_create() -> Response:
    """Note somebody who is billed."""
    house, form = own_house(DRAFT), RecipientForm()
    return answered(
        form,
        Answer(
            act=lambda: service.keep_recipient(house, form.wanted(), actor=acting()),
            show=lambda status: _form_page(form, None, status),
            message=_("Le destinataire est noté."),
            fallback=lambda kept: url_for(".recipient_show", id=kept.id),
        ),
    )


@bp.get("/<uuid:id>")
@requires(VIEW, on=Recipient)
def recipient_show(recipient: Recipient) -> Response:
    """Show one of them, and what they were billed."""
    return page(
        "invoices/recipient_show.html",
        recipient=recipient,
        lines=party_lines({name: getattr(recipient, name) for name in PARTY}),
        invoices=[(invoice, euros(invoice.gross)) for invoice in invoices_for(recipient)],
        may_draft=acting().may(DRAFT, recipient) and recipient.forgotten_at is None,
        entries=telling.history_of(recipient.kind(), recipient.id, recipient.establishment.timezone),
    )


@bp.get("/<uuid:id>/modification")
@requires(DRAFT, on=Recipient)
def recipient_edit(recipient: Recipient) -> Response:
    """Ask what has changed."""
    return _form_page(RecipientForm(obj=recipient), recipient)


@bp.post("/<uuid:id>/modification")
@requires(DRAFT, on=Recipient)
def recipient_update(recipient: Recipient) -> Response:
    """Change the record; what was issued stays as it was."""
    house, form = recipient.establishment, RecipientForm()
    return answered(
        form,
        Answer(
            act=lambda: service.keep_recipient(house, form.wanted(), actor=acting(), recipient=recipient),
            show=lambda status: _form_page(form, recipient, status),
            message=_("La fiche est enregistrée."),
            fallback=url_for(".recipient_show", id=recipient.id),
        ),
    )


PARTY = ("siren", "vat_number", "address_line1", "address_line2", "postal_code", "city", "country")


def _form_page(form: RecipientForm, recipient: Recipient | None, status: int = 200) -> Response:
    return page("invoices/recipient_edit.html", status=status, form=form, recipient=recipient)
