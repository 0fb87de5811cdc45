"""The books as French accounting reads them: the file of article A47 A-1 of the Livre des procédures fiscales.

Eighteen columns, tabs between, dates as figures, a comma before the cents. Each line of the books makes two, of the
same number: the account by which the money moved, and the advances received from clients, what the bank costs, or the
bank itself where Stripe sends it money. Only closed days are in it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from app.kernel import clock
from app.kernel.languages import N_, _
from app.payments.models import Method, Movement, MovementNature
from app.payments.settings import (
    ACCOUNT_ADVANCES,
    ACCOUNT_BANK,
    ACCOUNT_CARD,
    ACCOUNT_CASH,
    ACCOUNT_CHEQUE,
    ACCOUNT_FEES,
)

FEC_TYPE = "text/plain; charset=utf-8"
HEADS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
ACCOUNTS = {
    Method.CARD: (ACCOUNT_CARD, N_("Cartes à encaisser")),
    Method.TERMINAL: (ACCOUNT_CARD, N_("Cartes à encaisser")),
    Method.CASH: (ACCOUNT_CASH, N_("Caisse")),
    Method.CHEQUE: (ACCOUNT_CHEQUE, N_("Chèques à encaisser")),
    Method.TRANSFER: (ACCOUNT_BANK, N_("Banque")),
}
JOURNAL = "ENC"


def fec_name(siren: str, last: date) -> str:
    """Name the file as the law wants it: the company's number, FEC, the last day."""
    return f"{siren or '000000000'}FEC{last:%Y%m%d}.txt"


def fec_heads() -> str:
    """Write the line of heads."""
    return _joined(HEADS)


def fec_lines(lines: Iterable[tuple[Movement, datetime]]) -> Iterator[str]:
    """Write two lines for each line of the books; `closed_at` is when its day was closed."""
    for movement, closed_at in lines:
        account, label = ACCOUNTS[movement.method]
        sides = ((account.value(), _(label)), _counterpart(movement))
        for (number, name), amount in zip(sides, (movement.amount, -movement.amount), strict=True):
            yield _joined(_entry(movement, closed_at, number, name, amount))


def _counterpart(movement: Movement) -> tuple[str, str]:
    if movement.nature is MovementNature.FEE:
        return ACCOUNT_FEES.value(), _("Services bancaires")
    if movement.nature is MovementNature.REMITTANCE:
        return ACCOUNT_BANK.value(), _("Banque")
    return ACCOUNT_ADVANCES.value(), _("Avances reçues des clients")


def _entry(movement: Movement, closed_at: datetime, account: str, name: str, amount: int) -> tuple[str, ...]:
    return (
        JOURNAL,
        _("Encaissements"),
        str(movement.number),
        f"{movement.booked_on:%Y%m%d}",
        account,
        name,
        "",
        "",
        movement.reference or str(movement.number),
        f"{movement.booked_on:%Y%m%d}",
        f"{movement.nature.label} {movement.label}",
        _written(max(amount, 0)),
        _written(max(-amount, 0)),
        "",
        "",
        f"{clock.local(closed_at, movement.establishment.timezone):%Y%m%d}",
        "",
        "",
    )


def _written(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def _joined(cells: Iterable[str]) -> str:
    """Join cells by tabs; what would break a line or a cell becomes a space."""
    return "\t".join(" ".join(cell.split()) for cell in cells) + "\r\n"
