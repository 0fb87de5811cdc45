"""What the law wants on an invoice: its words when this was written, with their sources and dates."""

from datetime import date

from app.kernel.languages import N_
from app.kernel.law import legal_words

SINCE_2014, SINCE_REFORM = date(2014, 1, 1), date(2026, 9, 1)
REFORM = "Décret n° 2022-1299 du 7 octobre 2022, calendrier de la réforme"

LATE_PENALTIES = legal_words(
    "late_penalties",
    N_("Pénalités de retard"),
    since=SINCE_2014,
    source="Code de commerce, articles L441-9 et L441-10",
    fr="Tout retard de paiement entraîne, sans rappel, des pénalités au taux de trois fois l’intérêt légal.",
    en="Late payment bears, without reminder, penalties at three times the French legal interest rate.",
)
INDEMNITY = legal_words(
    "recovery_indemnity",
    N_("Indemnité forfaitaire de recouvrement"),
    since=SINCE_2014,
    source="Code de commerce, article D441-5",
    fr="Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40\N{NO-BREAK SPACE}€.",
    en="Fixed compensation for recovery costs in case of late payment: €40.",
)
DISCOUNT = legal_words(
    "early_payment",
    N_("Escompte"),
    since=SINCE_2014,
    source="Code de commerce, article L441-9",
    fr="Pas d’escompte pour paiement anticipé.",
    en="No discount for early payment.",
)
DEBITS = legal_words(
    "vat_on_debits",
    N_("Option pour les débits"),
    since=SINCE_2014,
    source="Décret n° 2022-1299 du 7 octobre 2022",
    fr="Option pour le paiement de la taxe d’après les débits.",
    en="VAT is paid on debits.",
)
OPERATION = legal_words(
    "operation",
    N_("Nature de l’opération"),
    since=SINCE_REFORM,
    source=REFORM,
    fr="Nature de l’opération : {operation}.",
    en="Kind of operation: {operation}.",
)
BUYER_SIREN = legal_words(
    "buyer_siren",
    N_("SIREN du client"),
    since=SINCE_REFORM,
    source=REFORM,
    fr="Le SIREN du client figure sur la facture.",
    en="The customer’s SIREN stands on the invoice.",
)
legal_words(
    "vat.exempt_training",
    N_("Exonération de la formation"),
    since=SINCE_2014,
    source="CGI, article 261, 4, 4° a ; référence tolérée jusqu’au 31 décembre 2027 (ordonnance n° 2025-1247)",
    fr="Exonération de TVA, article 261, 4, 4° a du CGI.",
    en="VAT exempt, article 261, 4, 4° a of the French tax code (CGI).",
)
legal_words(
    "vat.franchise",
    N_("Franchise en base de TVA"),
    since=SINCE_2014,
    source="CGI, article 293 B",
    fr="TVA non applicable, article 293 B du CGI.",
    en="VAT not applicable, article 293 B of the French tax code (CGI).",
)
legal_words(
    "vat.reverse_charge",
    N_("Autoliquidation"),
    since=SINCE_2014,
    source="CGI, article 283 ; directive 2006/112/CE, article 196",
    fr="Autoliquidation.",
    en="Reverse charge.",
)
