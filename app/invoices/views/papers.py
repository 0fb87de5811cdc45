"""The pages of invoices: the list, one of them, its draft, its issuing, its credit note, its way to the client."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for

from app.directory.models import Establishment
from app.invoices import facturx, queries, service
from app.invoices.datasets import INVOICES
from app.invoices.documents import INVOICE, paper_of
from app.invoices.forms import InvoiceForm, SendingForm
from app.invoices.mentions import Place
from app.invoices.models import Invoice, InvoiceKind, Recipient
from app.invoices.permissions import CONFIGURE, DRAFT, ISSUE, VIEW
from app.invoices.states import LIFECYCLE
from app.kernel import datasets, documents, files, telling
from app.kernel.access import acting
from app.kernel.answers import Answer, answered
from app.kernel.db import db, transaction
from app.kernel.formats import euros
from app.kernel.guards import own_house, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.web import done, error_page, page

bp = Blueprint("invoices", __name__, url_prefix="/admin/factures")
ASIDE = {"more", "look"}  # the buttons that keep nothing: more lines, the deposits of whoever is chosen


@bp.get("")
@requires(VIEW)
def invoice_list() -> Response:
    """Show invoices, credit notes and drafts, as rows."""
    return datasets.list_page(
        INVOICES,
        "invoices/invoice_list.html",
        new_url=url_for(".invoice_new") if acting().may(DRAFT) else None,
    )


@bp.get("/nouvelle")
@requires(DRAFT)
def invoice_new() -> Response:
    """Ask what is billed, and to whom."""
    house = own_house(DRAFT)
    data = {
        "kind": InvoiceKind.INVOICE.value,
        "recipient": request.args.get("destinataire", ""),
        "supply_date": house.today(),
        "language": "fr",
    }
    return _form_page(house, InvoiceForm(formdata=None, data=data), None)


@bp.post("")
@requires(DRAFT)
def invoice_create() -> Response:
    """Keep a draft."""
    house, form = own_house(DRAFT), InvoiceForm()
    if ASIDE & request.form.keys():
        return _drawn_again(house, form, None)

    def act() -> Invoice:
        kind = InvoiceKind(form.kind.data)
        return service.draft_invoice(house, _recipient(form), form.wanted(_deposits(form)), actor=acting(), kind=kind)

    _offer(house, form, None)
    return answered(
        form,
        Answer(
            act=act,
            show=lambda status: _form_page(house, form, None, status),
            message=_("Le brouillon est gardé."),
            fallback=lambda draft: url_for(".invoice_show", id=draft.id),
        ),
    )


@bp.get("/<uuid:id>")
@requires(VIEW, on=Invoice)
def invoice_show(invoice: Invoice) -> Response:
    """Show one paper: what it says, what can be done with it, what has happened."""
    return _record_page(invoice)


@bp.get("/<uuid:id>/modification")
@requires(DRAFT, on=Invoice)
def invoice_edit(invoice: Invoice) -> Response:
    """Ask what changes in a draft."""
    _require_draft(invoice)
    shown = ("supply_date", "due_date", "order_reference", "reference", "note", "language")
    data = {name: getattr(invoice, name) for name in shown} | {
        "kind": invoice.invoice_kind.value,
        "recipient": invoice.recipient_id.hex,
        "operation": invoice.operation.value,
        "deposits": [each.deposit_id.hex for each in invoice.deductions],
    }
    form = InvoiceForm(formdata=None, data=data)
    form.show(invoice)
    return _form_page(invoice.establishment, form, invoice)


@bp.post("/<uuid:id>/modification")
@requires(DRAFT, on=Invoice)
def invoice_update(invoice: Invoice) -> Response:
    """Rewrite a draft."""
    _require_draft(invoice)
    house, form = invoice.establishment, InvoiceForm()
    if ASIDE & request.form.keys():
        return _drawn_again(house, form, invoice)

    def act() -> None:
        recipient = invoice.recipient if invoice.is_credit_note else _recipient(form)
        service.change_draft(invoice, recipient, form.wanted(_deposits(form)), actor=acting())

    _offer(house, form, invoice)
    return answered(
        form,
        Answer(
            act=act,
            show=lambda status: _form_page(house, form, invoice, status),
            message=_("Le brouillon est gardé."),
            fallback=url_for(".invoice_show", id=invoice.id),
        ),
    )


@bp.get("/_acomptes")
@requires(DRAFT)
def deposits_fragment() -> Response:
    """Offer the deposits of whoever was chosen, while a draft is filled in."""
    form, asked = InvoiceForm(formdata=None), request.args.get("recipient", default=None, type=UUID)
    recipient = db.session.get(Recipient, asked) if asked else None
    if recipient is not None and acting().may(DRAFT, recipient):
        form.offer_deposits(queries.open_deposits(recipient))
    return page("invoices/_deposits.html", form=form)


@bp.post("/<uuid:id>/suppression")
@requires(DRAFT, on=Invoice)
def invoice_delete(invoice: Invoice) -> Response:
    """Throw a draft away."""
    with transaction():
        service.discard_draft(invoice, actor=acting())
    return done(None, message=_("Le brouillon est supprimé."), fallback=url_for(".invoice_list"))


@bp.post("/<uuid:id>/emission")
@requires(ISSUE, on=Invoice)
def issue_create(invoice: Invoice) -> Response:
    """Give the draft its number, for ever; what stands in the way is listed on its page."""
    try:
        with transaction():
            service.issue_invoice(invoice, actor=acting())
    except RuleBroken as refusal:
        return _record_page(invoice, status=refusal.status, refusal=refusal)
    return _back_to(invoice, _("%(title)s émise.", title=invoice.number))


@bp.post("/<uuid:id>/avoir")
@requires(DRAFT, on=Invoice)
def credit_note_create(invoice: Invoice) -> Response:
    """Begin a credit note over the whole of it; its lines are then what one gives back."""
    with transaction():
        note = service.draft_credit_note(invoice, actor=acting())
    message = _("L’avoir est préparé : ôtez les lignes qui restent dues, puis émettez-le.")
    return _back_to(note, message)


@bp.post("/<uuid:id>/envoi")
@requires(ISSUE, on=Invoice)
def sending_create(invoice: Invoice) -> Response:
    """Send the paper by mail, with its PDF."""
    form = SendingForm()
    return answered(
        form,
        Answer(
            act=lambda: service.send_invoice(invoice, form.address.data or "", actor=acting()),
            show=lambda status: _record_page(invoice, status=status, sending=form),
            message=_("La facture part par e-mail, avec son PDF."),
            fallback=url_for(".invoice_show", id=invoice.id),
        ),
    )


@bp.get("/<uuid:id>/facture.pdf")
@requires(VIEW, on=Invoice)
def paper_show(invoice: Invoice) -> Response:
    """Give the PDF, or say that it is being drawn."""
    if not invoice.is_issued:
        abort(404)
    stored = service.standing_paper(invoice, actor=acting())
    if stored is None or not stored.is_ready:
        wait = _("Le PDF est en préparation. Rechargez cette page dans un instant.")
        return error_page(503, wait, {"Retry-After": "5"})
    return documents.send(stored)


@bp.get("/<uuid:id>/factur-x.xml")
@requires(VIEW, on=Invoice)
def facturx_show(invoice: Invoice) -> Response:
    """Give the XML alone."""
    if invoice.xml is None:
        abort(404)
    return files.send_attachment(invoice.xml.encode(), "application/xml", f"{invoice.number}-{facturx.FILENAME}")


# --- pages ----------------------------------------------------------------------------------------------------


def _back_to(invoice: Invoice, message: str) -> Response:
    return done(None, message=message, fallback=url_for(".invoice_show", id=invoice.id))


def _require_draft(invoice: Invoice) -> None:
    if invoice.is_issued:
        raise RuleBroken(_("Ce qui est émis ne change plus : corrigez-le par un avoir."))


def _recipient(form: InvoiceForm) -> Recipient:
    return db.session.get_one(Recipient, UUID(form.recipient.data))


def _deposits(form: InvoiceForm) -> list[Invoice]:
    return [db.session.get_one(Invoice, UUID(chosen)) for chosen in form.deposits.data or ()]


def _offer(house: Establishment, form: InvoiceForm, invoice: Invoice | None) -> None:
    recipients = queries.recipients_of(house.id)
    form.offer(recipients, queries.rates_on(form.supply_date.data or house.today()).values())
    if not (invoice and invoice.is_credit_note) and recipients:
        chosen = next((each for each in recipients if each.id.hex == form.recipient.data), recipients[0])
        form.offer_deposits(queries.open_deposits(chosen))
    if invoice is not None:
        form.kind.data = (
            invoice.invoice_kind.value if invoice.invoice_kind is not InvoiceKind.CREDIT_NOTE else "invoice"
        )
    if invoice is not None and invoice.is_credit_note:
        form.recipient.choices = [(invoice.recipient_id.hex, invoice.buyer_name)]
        form.recipient.data = invoice.recipient_id.hex


def _drawn_again(house: Establishment, form: InvoiceForm, invoice: Invoice | None) -> Response:
    if "more" in request.form:
        form.add_free_lines()
    return _form_page(house, form, invoice)


def _form_page(house: Establishment, form: InvoiceForm, invoice: Invoice | None, status: int = 200) -> Response:
    _offer(house, form, invoice)
    return page("invoices/invoice_edit.html", status=status, form=form, invoice=invoice)


def _record_page(
    invoice: Invoice, *, status: int = 200, refusal: RuleBroken | None = None, sending: SendingForm | None = None
) -> Response:
    actor = acting()
    is_drafting = not invoice.is_issued and actor.may(DRAFT, invoice)
    lacking = [] if invoice.is_issued else service.missing_mentions(invoice)
    notes, deducting = queries.credit_notes_on(invoice), queries.deducted_by(invoice)
    stored = documents.latest(INVOICE.code, invoice) if invoice.is_issued else None
    return page(
        "invoices/invoice_show.html",
        status=status,
        refusal=None if refusal is None or lacking else refusal,
        lacking=[(each.label, each.place.label, _where(each.place, invoice)) for each in lacking],
        open_acts=[transition.name for transition in LIFECYCLE.available(invoice, actor)],
        may_draft=is_drafting,
        may_credit=invoice.is_issued
        and not invoice.is_credit_note
        and actor.may(DRAFT, invoice)
        and sum(note.gross for note in notes) < invoice.gross
        and deducting is None,
        may_send=invoice.is_issued and actor.may(ISSUE, invoice),
        sending=sending or SendingForm(formdata=None, data={"address": invoice.recipient.email}),
        notes=[(note, euros(note.gross)) for note in notes],
        deducting=deducting,
        forgotten=_forgotten_deposits(invoice) if is_drafting else [],
        is_drawn=stored is not None and stored.is_ready,
        entries=telling.history_of(invoice.kind(), invoice.id, invoice.establishment.timezone),
        **_shown(invoice),
    )


def _shown(invoice: Invoice) -> dict[str, Any]:
    """Give what stands on the paper; a draft shows whom it is for as known today."""
    return {**paper_of(invoice), "buyer_name": invoice.buyer_name}


def _forgotten_deposits(invoice: Invoice) -> list[tuple[str, str]]:
    """Give the deposits billed to this client that a draft does not deduct, each with what is left of it."""
    if invoice.invoice_kind is not InvoiceKind.INVOICE:
        return []
    chosen = {each.deposit_id for each in invoice.deductions}
    left = (each for each in queries.open_deposits(invoice.recipient) if each.deposit.id not in chosen)
    return [(each.deposit.number or "", euros(each.amount)) for each in left]


def _where(place: Place, invoice: Invoice) -> str | None:
    """Give the page where a mention is set, to whoever may set it."""
    actor = acting()
    if place in (Place.ISSUER, Place.LAW):
        name = "issuer_edit" if place is Place.ISSUER else "law_list"
        return url_for(f"invoice_settings.{name}") if actor.may(CONFIGURE) else None
    if not actor.may(DRAFT, invoice):
        return None
    if place is Place.RECIPIENT:
        return url_for("recipients.recipient_edit", id=invoice.recipient_id)
    return url_for(".invoice_edit", id=invoice.id)
