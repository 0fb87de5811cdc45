"""Who reads the books, takes money, gives it back, and pays by a link."""

from app.kernel.access import Actor, chapter, in_words, permission
from app.kernel.languages import N_
from app.payments.models import Receivable

chapter("payments", N_("Paiements"))

PAY_LINK = "payments.pay"

VIEW = permission("payments.view", N_("Lire les paiements"), seed=("administrator", "manager", "host", "auditor"))
RECORD = permission(
    "payments.record", N_("Noter un paiement reçu, remettre une somme"), seed=("administrator", "manager", "host")
)
REFUND = permission("payments.refund", N_("Rembourser"), seed=("administrator", "manager"))
CHARGE = permission("payments.charge", N_("Débiter une carte enregistrée"), seed=("administrator", "manager"))
CLOSE = permission(
    "payments.close", N_("Arrêter une journée, corriger une écriture"), seed=("administrator", "manager")
)
EXPORT = permission(
    "payments.export", N_("Exporter les écritures comptables"), seed=("administrator", "manager", "auditor")
)
CONFIGURE = permission("payments.configure", N_("Régler les paiements"), seed=("administrator", "manager"))
PAY = permission("payments.pay", N_("Payer ce qui est demandé"), seed=())


@PAY.also
@in_words(N_("C’est à cette personne que la somme est demandée."))
def payer_is_logged_in(actor: Actor, record: object) -> bool:
    """Let a user whose address is proved pay what is asked of them."""
    return isinstance(record, Receivable) and actor.is_person(record.person_id)


@PAY.also
@in_words(N_("La personne est venue par le lien de ce paiement."))
def payer_bears_its_link(actor: Actor, record: object) -> bool:
    """Let whoever came by the receivable's own link pay it."""
    return isinstance(record, Receivable) and actor.bears(PAY_LINK, record)
