"""Settings of the payments slice."""

import re

from app.kernel.languages import N_
from app.kernel.settings import Setting, setting

LEVELS = ("installation", "establishment")
ACCOUNT = re.compile(r"[0-9]{3,10}")

FOUR_EYES_ABOVE = setting(
    "payments.four_eyes_above_euros",
    N_("Remboursement décidé par une seconde personne au-dessus de, en euros"),
    100,
    levels=LEVELS,
    page="payments",
    check=lambda euros: 0 <= euros <= 1_000_000,
)
PAY_MINUTES = setting(
    "payments.pay_minutes",
    N_("Temps laissé pour payer en ligne, en minutes"),
    15,
    levels=LEVELS,
    page="payments",
    check=lambda minutes: 5 <= minutes <= 24 * 60,
)


def _account(code: str, label: str, number: str) -> Setting[str]:
    """Declare an account of the chart of accounts, which the accounting file names."""
    return setting(code, label, number, page="payments", check=lambda typed: bool(ACCOUNT.fullmatch(typed)))


ACCOUNT_CARD = _account("payments.account_card", N_("Compte des cartes"), "511500")
ACCOUNT_CASH = _account("payments.account_cash", N_("Compte de la caisse"), "531000")
ACCOUNT_CHEQUE = _account("payments.account_cheque", N_("Compte des chèques à encaisser"), "511200")
ACCOUNT_BANK = _account("payments.account_bank", N_("Compte de la banque"), "512000")
ACCOUNT_ADVANCES = _account("payments.account_advances", N_("Compte des avances reçues des clients"), "419100")
ACCOUNT_FEES = _account("payments.account_fees", N_("Compte des frais bancaires"), "627800")
DECLARED = (
    FOUR_EYES_ABOVE,
    PAY_MINUTES,
    ACCOUNT_CARD,
    ACCOUNT_CASH,
    ACCOUNT_CHEQUE,
    ACCOUNT_BANK,
    ACCOUNT_ADVANCES,
    ACCOUNT_FEES,
)
