"""The books as French accounting reads them: the file of article A47 A-1 of the Livre des procédures fiscales.

Eighteen columns, tabs between, dates as figures, a comma before the cents. Each line of the books makes two, of the
same number: the account by which the money moved, and the advances received from clients, what the bank costs, or the
bank itself where Stripe sends it money. Only closed days are in it.

The file is one company's (its SIREN), and each of its houses keeps a journal: entries are numbered on a sequence of the
journal's own, without a hole, while lines of the books are numbered for the whole installation.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Journal:
    """The journal of one house, and the numbers its lines have in the books, in their order.

    `place` is when the house was created among all: the first one's journal has no number. Lines are only added and
    their numbers only grow, so that an entry keeps its number for good, whichever days are asked for.
    """

    numbers: Sequence[int]
    place: int = 1
    house: str = ""

    @property
    def code(self) -> str:
        """Give its code: "ENC", then "ENC2"."""
        return JOURNAL if self.place == 1 else f"{JOURNAL}{self.place}"

    @property
    def label(self) -> str:
        """Give its name, with the house's where there are several."""
        return ", ".join(part for part in (_("Encaissements"), self.house) if part)

    def holds(self, movement: Movement) -> bool:
        """Tell whether a line was there when the numbers were read."""
        place = bisect_left(self.numbers, movement.number)
        return place < len(self.numbers) and self.numbers[place] == movement.number

    def number_of(self, movement: Movement) -> int:
        """Give the number of the entry that a line is."""
        return bisect_left(self.numbers, movement.number) + 1


def fec_name(siren: str, last: date) -> str:
    """Name the file as the law wants it: the company's number, FEC, the last day."""
    return f"{siren or '000000000'}FEC{last:%Y%m%d}.txt"


def fec_heads() -> str:
    """Write the line of heads."""
    return _joined(HEADS)


def fec_entry(journal: Journal, movement: Movement, closed_at: datetime) -> str:
    """Write the two lines that a line of the books makes; `closed_at` is when its day was closed."""
    account, label = ACCOUNTS[movement.method]
    sides = ((account.value(), _(label)), _counterpart(movement))
    amounts = (movement.amount, -movement.amount)
    return "".join(
        _joined(_side(journal, movement, closed_at, side, amount)) for side, amount in zip(sides, amounts, strict=True)
    )


def _counterpart(movement: Movement) -> tuple[str, str]:
    if movement.nature is MovementNature.FEE:
        return ACCOUNT_FEES.value(), _("Services bancaires")
    if movement.nature is MovementNature.REMITTANCE:
        return ACCOUNT_BANK.value(), _("Banque")
    return ACCOUNT_ADVANCES.value(), _("Avances reçues des clients")


def _side(
    journal: Journal, movement: Movement, closed_at: datetime, side: tuple[str, str], amount: int
) -> tuple[str, ...]:
    account, name = side
    return (
        journal.code,
        journal.label,
        str(journal.number_of(movement)),
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
