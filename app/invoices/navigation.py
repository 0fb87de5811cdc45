"""Where invoices appear in menus."""

from app.invoices.permissions import CONFIGURE, VIEW
from app.kernel.languages import N_
from app.kernel.navigation import entry

entry("admin", N_("Factures"), "invoices.invoice_list", icon="file-text", permission=VIEW, order=30)
entry(
    "settings",
    N_("Factures : la maison"),
    "invoice_settings.issuer_edit",
    icon="file-text",
    permission=CONFIGURE,
    order=60,
    hint=N_("Dénomination, SIREN, numéro de TVA, IBAN : ce que vos factures disent de vous."),
)
entry(
    "settings",
    N_("Taux et mentions légales"),
    "invoice_settings.law_list",
    icon="shield",
    permission=CONFIGURE,
    order=61,
    hint=N_("Les taux de TVA, et ce que la loi fait dire aux factures, aux reçus et aux garanties, avec leurs dates."),
)
