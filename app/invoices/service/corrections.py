"""What a credit note may give back: never more than was billed, at any rate."""

from collections import Counter

from app.invoices.arithmetic import Rate
from app.invoices.models import Invoice
from app.invoices.queries import credit_notes_on, deducted_by
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken


def check_correctable(invoice: Invoice) -> None:
    """Raise RuleBroken for a deposit that an invoice deducts: whoever corrects that invoice frees it."""
    if deducted_by(invoice) is not None:
        raise RuleBroken(_("Cet acompte est déjà déduit d’une facture : c’est elle que l’avoir corrige."))


def check_correction(note: Invoice, invoice: Invoice) -> None:
    """Raise RuleBroken where a credit note, after those issued before, gives back more than an invoice billed."""
    check_correctable(invoice)
    notes = [*credit_notes_on(invoice), note]
    billed, given_back = _nets(invoice), _nets(*notes)
    returned = sum(paper.gross for paper in notes)
    is_beyond = returned > invoice.gross + _rounding(len(notes), len(billed))
    if is_beyond or any(net * billed[rate] < 0 or abs(net) > abs(billed[rate]) for rate, net in given_back.items()):
        raise RuleBroken(_("Cet avoir rend plus que la facture ne compte, à l’un de ses taux de TVA."))


def gives_all_back(note: Invoice, invoice: Invoice) -> bool:
    """Tell whether nothing of an invoice stays due after a credit note and those issued before it."""
    return _nets(*credit_notes_on(invoice), note) == _nets(invoice)


def _rounding(notes: int, rates: int) -> int:
    """Give by how many cents the VAT of so many credit notes, each rounded, may pass that of what they correct.

    Each rounds by half a cent at most, at each rate, and so did the invoice.
    """
    return (notes + 1) // 2 * rates


def _nets(*papers: Invoice) -> Counter[Rate]:
    nets = Counter[Rate]()
    for paper in papers:
        nets.update({(group.category, group.rate): group.net for group in paper.totals().groups})
    return nets
