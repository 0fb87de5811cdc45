"""The acts on invoices, each granted by roles, in the whole installation or in one house."""

from app.kernel.access import chapter, permission
from app.kernel.languages import N_

chapter("invoices", N_("Factures"))

OFFICE = ("administrator", "manager")

VIEW = permission("invoices.view", N_("Voir les factures et leurs destinataires"), seed=(*OFFICE, "auditor"))
DRAFT = permission("invoices.draft", N_("Préparer une facture, tenir les destinataires"), seed=OFFICE)
ISSUE = permission("invoices.issue", N_("Émettre une facture ou un avoir, l’envoyer"), seed=OFFICE)
CONFIGURE = permission("invoices.configure", N_("Régler les mentions et les taux des factures"), seed=OFFICE)
