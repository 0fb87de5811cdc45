"""Settings of the payments slice."""

import re

from app.kernel.languages import N_
from app.kernel.settings import setting

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


ACCOUNT_CARD = setting(
    "payments.account_card",
    N_("Compte des cartes"),
    "511500",
    page="payments",
    check=lambda typed: bool(ACCOUNT.fullmatch(typed)),
)
ACCOUNT_CASH = setting(
    "payments.account_cash",
    N_("Compte de la caisse"),
    "531000",
    page="payments",
    check=lambda typed: bool(ACCOUNT.fullmatch(typed)),
)
ACCOUNT_CHEQUE = setting(
    "payments.account_cheque",
    N_("Compte des chèques à encaisser"),
    "511200",
    page="payments",
    check=lambda typed: bool(ACCOUNT.fullmatch(typed)),
)
ACCOUNT_BANK = setting(
    "payments.account_bank",
    N_("Compte de la banque"),
    "512000",
    page="payments",
    check=lambda typed: bool(ACCOUNT.fullmatch(typed)),
)
ACCOUNT_ADVANCES = setting(
    "payments.account_advances",
    N_("Compte des avances reçues des clients"),
    "419100",
    page="payments",
    check=lambda typed: bool(ACCOUNT.fullmatch(typed)),
)
ACCOUNT_FEES = setting(
    "payments.account_fees",
    N_("Compte des frais bancaires"),
    "627800",
    page="payments",
    check=lambda typed: bool(ACCOUNT.fullmatch(typed)),
)
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
